"""What a search looks through: zero is an answer only where that is said."""

from __future__ import annotations

from typing import Any

from store.database import Store


def coverage(store: Store) -> list[dict[str, Any]]:
    """Return for each source what a search covers: documents, pages, last good fetch.

    `unread` counts documents whose newest version failed or waits, `textless` pages without text.
    """
    rows = store.rows(
        """
        SELECT s.id AS source, s.title, count(DISTINCT d.id) AS documents,
          count(p.id) AS pages, coalesce(sum(p.method = 'none'), 0) AS textless,
          count(DISTINCT CASE WHEN d.shown_version_id IS NULL
            OR d.shown_version_id IS NOT d.version_id THEN d.id END) AS unread,
          (SELECT max(fetched_at) FROM fetches f WHERE f.source = s.id
           AND f.outcome NOT IN ('failed', 'refused')) AS last_fetch
        FROM sources s LEFT JOIN documents d ON d.source = s.id
          AND d.id NOT IN (SELECT id FROM hidden_documents)
        LEFT JOIN versions v ON v.id = d.shown_version_id
        LEFT JOIN shown_readings r ON r.sha256 = v.sha256
        LEFT JOIN pages p ON p.reading_id = r.id GROUP BY s.id ORDER BY s.id
        """
    )
    return [dict(row) for row in rows]
