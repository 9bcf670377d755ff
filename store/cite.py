"""What a citation needs: the words, where they stand, who published them, which bytes they are."""

from __future__ import annotations

from typing import Any

from core.errors import StoreError, UnknownKey
from store.database import Store
from store.history import is_hidden, withdrawal_sentence
from store.withholding import withheld_answer

_DOCUMENT = """
SELECT d.id, d.key AS document, titled(d.title, d.url) AS title, d.reference, d.published,
  d.language, d.kind, d.url, d.landing_url, d.gone, d.shown_version_id, d.version_id,
  s.title AS source, s.publisher, s.licence, s.show_full_text
FROM documents d JOIN sources s ON s.id = d.source WHERE d.id = ?
"""
_VERSION = """
SELECT v.number, v.sha256, v.first_seen, v.last_seen, c.media_type, c.bytes,
  (SELECT max(n.number) FROM versions n WHERE n.document_id = v.document_id) AS newest,
  EXISTS (SELECT 1 FROM withdrawn_contents w WHERE w.sha256 = v.sha256) AS withdrawn,
  (SELECT f.status FROM fetches f JOIN documents d ON d.key = f.document_key
   WHERE d.id = v.document_id AND f.sha256 = v.sha256 ORDER BY f.id LIMIT 1) AS status
FROM versions v JOIN contents c ON c.sha256 = v.sha256 WHERE v.id = ?
"""


def cite(store: Store, key: str) -> dict[str, Any]:
    """Return what cites an entry, or a document as a whole (without `quote` and `page`).

    `address` is None for a file taken in by hand: where it lay is nobody's business. `notes` are
    sentences on what one who cites should know. Raises `UnknownKey` for neither an entry nor a
    document, and `StoreError` for what is withheld, withdrawn or not read yet.
    """
    rows = store.rows(
        "SELECT key, document_id, version_id, page, quote, state, text_withdrawn FROM entries"
        " WHERE key = ?",
        (key,),
    )
    entry = dict(rows[0]) if rows else None
    number = entry["document_id"] if entry else _document_id(store, key)
    if is_hidden(store, number):
        raise StoreError(f"{key} is withheld and cannot be cited.")
    document = dict(store.rows(_DOCUMENT, (number,))[0])
    version = _version(store, key, entry["version_id"] if entry else document["shown_version_id"])
    if version["withdrawn"] or (entry and entry["text_withdrawn"]):
        why = withdrawal_sentence(store, number) or "Its text is withdrawn."
        raise StoreError(f"{key} cannot be cited: {why[0].lower()}{why[1:]}")
    by_hand = document["url"].startswith("file:")
    return {
        "entry": key if entry else None,
        "document": document["document"],
        "quote": entry["quote"] if entry else None,
        "page": entry["page"] if entry else None,
        "title": document["title"],
        "reference": document["reference"],
        "publisher": document["publisher"],
        "source": document["source"],
        "published": document["published"],
        "language": document["language"],
        "address": None if by_hand else document["url"],
        "landing_page": document["landing_url"],
        "sha256": version["sha256"],
        "bytes": version["bytes"],
        "media_type": version["media_type"],
        "version": version["number"],
        "fetched_at": version["first_seen"],
        "last_seen": version["last_seen"],
        "licence": document["licence"],
        "state": entry["state"] if entry else None,
        "archive": _archive_note(version, by_hand=by_hand),
        "notes": list(_notes(document, version, entry)),
    }


def _document_id(store: Store, key: str) -> int:
    number = store.value("SELECT id FROM documents WHERE key = ?", (key,))
    if number is None and withheld_answer(store, key) is not None:
        raise StoreError(f"{key} was erased and cannot be cited.")
    if number is None:
        raise UnknownKey(f"There is no entry and no document with the key {key!r}.")
    return int(number)


def _version(store: Store, key: str, version_id: int | None) -> dict[str, Any]:
    rows = store.rows(_VERSION, (version_id,))
    if not rows:
        raise StoreError(f"{key} has not been read yet; `process` reads what is pending.")
    return dict(rows[0])


def _archive_note(version: dict[str, Any], *, by_hand: bool) -> str:
    how = "taken in by hand" if by_hand or version["status"] == 0 else "fetched"
    return (
        f"The file as {how} on {version['first_seen'][:10]} is kept in the archive under this"
        " SHA-256; any copy with the same SHA-256 is the same file, byte by byte."
    )


def _notes(
    document: dict[str, Any], version: dict[str, Any], entry: dict[str, Any] | None
) -> list[str]:
    notes = []
    if entry and entry["state"] in ("pending", "reopened"):
        notes.append("A machine proposed this entry, and nobody has reviewed it yet.")
    if entry and entry["state"] == "rejected":
        notes.append("A reviewer rejected this entry.")
    if entry and entry["state"] == "withdrawn":
        notes.append("This entry is no longer proposed from the document as it is now.")
    if document["gone"]:
        notes.append("The document is gone from its address.")
    if version["newest"] > version["number"]:
        notes.append(
            f"This is version {version['number']} of the document; version {version['newest']} is"
            " the newest one known."
        )
    return notes
