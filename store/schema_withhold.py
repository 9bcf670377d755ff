"""The tables of what is withheld from everybody, and of what was erased."""

WITHHOLDING = """
-- Documents that are withheld now, whether their rows are there already or come again.
CREATE TABLE withholdings (
  document_key TEXT PRIMARY KEY, since TEXT NOT NULL, by TEXT NOT NULL, why TEXT
) STRICT;
CREATE TRIGGER documents_withhold AFTER INSERT ON documents
WHEN new.withheld = 0
  AND EXISTS (SELECT 1 FROM withholdings w WHERE w.document_key = new.key)
BEGIN UPDATE documents SET withheld = 1 WHERE id = new.id; END;

-- What is left of an erased document; `root` is the one that somebody named, and nothing of it is
-- left anywhere once `finished_at` is set.
CREATE TABLE tombstones (
  document_key TEXT PRIMARY KEY, root TEXT NOT NULL, erased_at TEXT NOT NULL, by TEXT NOT NULL,
  why TEXT, finished_at TEXT
) STRICT;
-- What it consisted of; `gone` is 0 where another document has the same file and may be shown.
CREATE TABLE erased_contents (
  sha256 TEXT NOT NULL, document_key TEXT NOT NULL REFERENCES tombstones(document_key),
  gone INTEGER NOT NULL, PRIMARY KEY (sha256, document_key)
) STRICT, WITHOUT ROWID;
-- Addresses that are not asked for again; nobody is shown them.
CREATE TABLE erased_addresses (
  url TEXT NOT NULL, document_key TEXT NOT NULL REFERENCES tombstones(document_key),
  PRIMARY KEY (url, document_key)
) STRICT, WITHOUT ROWID;
CREATE TABLE erased_entries (
  entry_key TEXT PRIMARY KEY, document_key TEXT NOT NULL REFERENCES tombstones(document_key)
) STRICT, WITHOUT ROWID;
-- Bytes that came again, until they are removed: of an erased document, or ('') of another one.
CREATE TABLE strays (
  sha256 TEXT NOT NULL, document_key TEXT NOT NULL, PRIMARY KEY (sha256, document_key)
) STRICT, WITHOUT ROWID;

-- Decisions are only ever appended to, with one exception: of an erased entry they lose what they
-- say, and keep who decided what and when.
DROP TRIGGER decisions_stay;
CREATE TRIGGER decisions_stay BEFORE UPDATE ON decisions
WHEN NOT (EXISTS (SELECT 1 FROM erased_entries x WHERE x.entry_key = old.entry_key)
  AND (new.id, new.entry_key, new.reviewer, new.decided_at, new.verdict)
    IS (old.id, old.entry_key, old.reviewer, old.decided_at, old.verdict)
  AND (new.fields, new.reason, new.note, new.proposal) IS ('{}', NULL, NULL, NULL))
BEGIN SELECT raise(ABORT, 'decisions are only ever appended to'); END;
DROP TRIGGER pair_decisions_stay;
CREATE TRIGGER pair_decisions_stay BEFORE UPDATE ON pair_decisions
WHEN NOT (EXISTS (SELECT 1 FROM erased_entries x WHERE x.entry_key IN (old.first, old.second))
  AND (new.id, new.first, new.second, new.reviewer, new.decided_at, new.verdict, new.reasons)
    IS (old.id, old.first, old.second, old.reviewer, old.decided_at, old.verdict, old.reasons)
  AND new.score IS old.score AND new.note IS NULL)
BEGIN SELECT raise(ABORT, 'decisions are only ever appended to'); END;
"""
