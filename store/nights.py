"""What earlier nights leave to the next: documents that are known, walks of lists, what waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from core.records import Waiting
from store.database import Store


@dataclass(frozen=True)
class KnownCopy:
    """A document's last copy and the address that it was asked for at; times are ISO, UTC."""

    url: str
    document_key: str
    sha256: str
    etag: str | None
    last_modified: str | None
    asked_at: str
    alias: bool


def known_copies(store: Store, sources: Iterable[str]) -> Iterator[KnownCopy]:
    """Yield what was fetched before for the sources; later fetches of an address come later."""
    for source in sources:
        rows = store.connection.execute(
            "SELECT f.url, f.document_key, v.sha256, f.etag, f.last_modified, max(v.last_seen,"
            " coalesce((SELECT max(g.fetched_at) FROM fetches g"
            "   WHERE g.document_key = f.document_key AND g.outcome = 'gone'), '')) AS asked_at,"
            " f.outcome = 'moved' AND f.sha256 IS NULL AS alias"
            " FROM fetches f JOIN documents d ON d.key = f.document_key"
            " JOIN versions v ON v.id = d.version_id"
            " WHERE f.source = ? AND (f.sha256 = v.sha256 AND f.status = 200"
            " OR f.outcome = 'moved' AND f.sha256 IS NULL) ORDER BY f.id",
            (source,),
        )
        for row in rows:
            yield KnownCopy(*row)


def last_walks(store: Store) -> dict[str, str]:
    """Return when each source's lists were last walked whole: in one night, or over several."""
    rows = store.rows(
        "SELECT s.source, max(r.started_at) AS started FROM source_runs s"
        " JOIN runs r ON r.id = s.run_id"
        " WHERE s.state IN ('ok', 'nothing_new')"
        " AND (s.walk = 'full' OR (s.walk = 'rest' AND NOT EXISTS"
        " (SELECT 1 FROM json_each(s.rest) WHERE json_extract(value, '$.list') IS NOT NULL)))"
        " GROUP BY s.source"
    )
    return {row["source"]: row["started"] for row in rows}


def last_good_crawls(store: Store) -> dict[str, str]:
    """Return when each source was last crawled without fault."""
    rows = store.rows(
        "SELECT s.source, max(r.started_at) AS started FROM source_runs s"
        " JOIN runs r ON r.id = s.run_id WHERE s.state IN ('ok', 'nothing_new') GROUP BY s.source"
    )
    return {row["source"]: row["started"] for row in rows}


def left_over(store: Store) -> dict[str, tuple[Waiting, ...]]:
    """Return what waits for the next night, by source."""
    rows = store.rows("SELECT source, rest FROM source_runs WHERE rest <> '[]' ORDER BY run_id")
    kind = tuple[Waiting, ...]
    return {row["source"]: msgspec.json.decode(row["rest"], type=kind) for row in rows}
