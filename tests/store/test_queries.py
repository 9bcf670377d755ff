"""What people search for in real documents: the table `queries.toml`, run as users run it.

The database is made from ../shared/data, which takes minutes; the variable MATERIEL_QUERIES_DB
names a `materiel.db` that was made from it before.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.settings import Settings
from operate.queries import run_search
from store.filters import Filters

ROOT = Path(__file__).resolve().parents[2]
FIRST = 10  # documents within which the right ones must be
ENOUGH = 36  # of 40 queries
_PATIENCE = 3600.0  # seconds for taking in the whole folder on a busy machine
_KEY = re.compile(r"ted:[1-9]\d*-20\d\d|file:[0-9a-f]{64}")
# No document there shows equipment of these families.
_WITHOUT_DOCUMENT = {"less_lethal"}


@dataclass(frozen=True, kw_only=True)
class Query:
    """What one person types, and the keys of the documents that must be found."""

    label: str  # language or family
    text: str
    keys: frozenset[str]
    suggests: str | None = None


def _table() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(Path(__file__).with_name("queries.toml").read_text(encoding="utf-8"))


def _queries() -> list[Query]:
    return [
        Query(
            label=row["language"],
            text=row["text"],
            keys=frozenset(row["keys"]),
            suggests=row.get("suggests"),
        )
        for row in _table()["query"]
    ]


def _family_words() -> list[Query]:
    return [
        Query(
            label=f"{row['family']} {language}",
            text=row[language]["text"],
            keys=frozenset({row[language]["key"]}),
        )
        for row in _table()["family"]
        for language in ("en", "fr")
    ]


def _first_documents(answer: dict[str, Any]) -> list[str]:
    """Return the keys of the first documents, best first."""
    return [group["document"] for group in answer["groups"]][:FIRST]


def _fault(settings: Settings, query: Query) -> str | None:
    """Run a query; return what is wrong with its answer, None where it is right."""
    answer = run_search(settings, query.text, Filters(limit=FIRST), exact=False)
    first = _first_documents(answer)
    missing = sorted(query.keys.difference(first))
    if not missing:
        return None
    suggested = [word for near in answer["suggestions"].values() for word in near]
    if query.suggests and query.suggests.lower() in (word.lower() for word in suggested):
        return None
    return (
        f"{query.label}: {query.text} lacks {missing}"
        f"{' nor suggests ' + query.suggests if query.suggests else ''};"
        f" found {first}, suggests {suggested}"
    )


@pytest.fixture(scope="module")
def database(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A database of all documents in ../shared/data, made by the command line."""
    if ready := os.environ.get("MATERIEL_QUERIES_DB"):
        settings = Settings(output=Path(ready).parent)
        assert settings.database == Path(ready), "MATERIEL_QUERIES_DB names a materiel.db"
        return settings
    output = tmp_path_factory.mktemp("queries")
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MATERIEL_")}
    done = subprocess.run(
        [sys.executable, "pipeline.py", "add", str(shared_data), "--output", str(output)],
        cwd=ROOT,
        env={**kept, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Settings(output=output)


def test_the_table_has_40_queries_in_five_languages_and_every_family() -> None:
    queries = _queries()
    assert len({query.text for query in queries}) == 40
    languages = Counter(query.label for query in queries)
    assert set(languages) == {"en", "fr", "de", "es", "it"}
    assert min(languages.values()) >= 6
    families = {file.stem for file in (ROOT / "vocabulary" / "equipment").glob("*.toml")}
    named = [row["family"] for row in _table()["family"]]
    assert sorted(named) == sorted(families - _WITHOUT_DOCUMENT)
    for query in [*queries, *_family_words()]:
        assert query.keys, query.text
        assert all(_KEY.fullmatch(key) for key in query.keys), query.text


@pytest.mark.soak
def test_people_find_the_right_documents_among_the_first_ten(database: Settings) -> None:
    # One test for both parts: spread over processes, each would take in the folder again.
    queries, words = _queries(), _family_words()
    faults = [fault for query in queries if (fault := _fault(database, query))]
    family_faults = [fault for query in words if (fault := _fault(database, query))]
    right = len(queries) - len(faults)
    counts = f"{right} of {len(queries)} queries, {len(words) - len(family_faults)} of {len(words)}"
    report = "\n".join([f"{counts} family words", *faults, *family_faults])
    sys.stdout.write(f"{report}\n")  # what is not found is of interest where enough is
    assert right >= ENOUGH, report
    assert not family_faults, report
