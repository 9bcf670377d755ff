"""Reports of nights on the replica: the first, a quiet one, one with news, one without the site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.settings import Settings
from demo.server import Replica
from operate.commands import run_night
from operate.nightly import with_replica
from store.database import Store


def outcomes(settings: Settings, run: int) -> dict[str, int]:
    """Count the documents of a run by what became of them, as the fetches say."""
    with Store.open(settings.database, readonly=True) as store:
        rows = store.rows(
            "SELECT outcome, count(DISTINCT document_key) FROM fetches WHERE run_id = ? AND"
            " outcome IN ('new', 'changed', 'gone', 'returned') GROUP BY 1",
            (run,),
        )
    return {row[0]: row[1] for row in rows}


def test_each_night_is_told_as_it_was(tmp_path: Path) -> None:
    def night() -> tuple[dict[str, Any], str]:
        report = run_night(local, ["frontex"], process=True, quiet=True)
        file = tmp_path / "out" / "reports" / f"{report['run']:06d}.txt"
        return report, file.read_text(encoding="utf-8")

    with Replica(tmp_path / "replica") as replica:
        base = Settings(output=tmp_path / "out", workers=1)
        local = with_replica(base, replica.base_urls)
        first, text = night()
        told = {kind: row["count"] for kind, row in first["news"].items() if row["count"]}
        assert told == outcomes(local, 1)
        assert f"New documents: {told['new']} (frontex {told['new']})" in text
        assert first["entries_of_note"]["new"] == first["totals"]["entries"] > 0

        quiet, text = night()
        assert quiet["quiet"], text
        assert len(text.splitlines()) == 2
        assert quiet["space"]["archive_grown"] == 0

        replica.night = 2
        changed, text = night()
        told = {kind: row["count"] for kind, row in changed["news"].items() if row["count"]}
        assert told == outcomes(local, changed["run"]) != {}
        after, text = night()
        assert after["quiet"], text  # nothing of it is told again
    down, text = night()
    assert down["status"] == 3
    assert "Sources below expectation\n- frontex: unreachable" in text
    assert "python pipeline.py probe frontex" in text
