"""Tables of entries that may tell of one delivery; made by a migration of their own."""

PAIRS = """
CREATE INDEX entries_recipient ON entries(recipient, recipient_country);
CREATE INDEX entries_supplier ON entries(supplier);

-- Two entries that may tell of one delivery: candidates for a person, never merged by themselves.
-- The key of `first` sorts before that of `second`; reasons are a JSON list.
CREATE TABLE pairs (
  first TEXT NOT NULL, second TEXT NOT NULL, score REAL NOT NULL, reasons TEXT NOT NULL,
  PRIMARY KEY (first, second), CHECK (first < second)
) STRICT, WITHOUT ROWID;
CREATE INDEX pairs_second ON pairs(second);
CREATE INDEX pairs_score ON pairs(score);

-- What a person said of a pair, whether it was a candidate or not; only ever appended to. `reasons`
-- are the codes alone, as nothing can be taken out of here again.
CREATE TABLE pair_decisions (
  id INTEGER PRIMARY KEY, first TEXT NOT NULL, second TEXT NOT NULL, reviewer TEXT NOT NULL,
  decided_at TEXT NOT NULL, verdict TEXT NOT NULL CHECK (verdict IN ('same', 'different', 'undo')),
  note TEXT, score REAL, reasons TEXT NOT NULL, CHECK (first < second)
) STRICT;
CREATE INDEX pair_decisions_pair ON pair_decisions(first, second, id);
CREATE INDEX pair_decisions_second ON pair_decisions(second);
CREATE TRIGGER pair_decisions_stay BEFORE UPDATE ON pair_decisions
BEGIN SELECT raise(ABORT, 'decisions are only ever appended to'); END;
CREATE TRIGGER pair_decisions_remain BEFORE DELETE ON pair_decisions
BEGIN SELECT raise(ABORT, 'decisions are only ever appended to'); END;

-- What entries have in common that are worth comparing: a reference, a recipient, a sum.
CREATE TABLE entry_blocks (
  block TEXT NOT NULL, entry_key TEXT NOT NULL, PRIMARY KEY (block, entry_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_blocks_entry ON entry_blocks(entry_key, block);

-- Documents whose entries changed since their pairs were last looked for; `changes` counts, so that
-- one who looks sees whether it changed again meanwhile.
CREATE TABLE pairs_pending (document_id INTEGER PRIMARY KEY, changes INTEGER NOT NULL) STRICT;
INSERT INTO pairs_pending SELECT DISTINCT document_id, 1 FROM entries;

CREATE TRIGGER entries_pair AFTER INSERT ON entries BEGIN
  INSERT INTO pairs_pending VALUES (new.document_id, 1)
  ON CONFLICT (document_id) DO UPDATE SET changes = changes + 1; END;
CREATE TRIGGER entries_unpair AFTER DELETE ON entries BEGIN
  DELETE FROM pairs WHERE first = old.key OR second = old.key;
  DELETE FROM entry_blocks WHERE entry_key = old.key; END;
CREATE TRIGGER entries_repair AFTER UPDATE ON entries
WHEN (old.version_id, old.page, old.equipment_type, old.equipment_family, old.quantity,
  old.amount_min, old.amount_max, old.currency, old.amount_kind, old.recipient,
  old.recipient_country, old.date, old.stage, old.text_withdrawn,
  old.state IN ('rejected', 'withdrawn'))
IS NOT (new.version_id, new.page, new.equipment_type, new.equipment_family, new.quantity,
  new.amount_min, new.amount_max, new.currency, new.amount_kind, new.recipient,
  new.recipient_country, new.date, new.stage, new.text_withdrawn,
  new.state IN ('rejected', 'withdrawn'))
BEGIN
  INSERT INTO pairs_pending VALUES (new.document_id, 1)
  ON CONFLICT (document_id) DO UPDATE SET changes = changes + 1; END;
CREATE TRIGGER documents_repair AFTER UPDATE OF reference ON documents
WHEN old.reference IS NOT new.reference
BEGIN
  INSERT INTO pairs_pending SELECT DISTINCT document_id, 1 FROM entries WHERE document_id = new.id
  ON CONFLICT (document_id) DO UPDATE SET changes = changes + 1; END;
-- What rests on text that is withdrawn goes at once, and is looked for again.
CREATE TRIGGER entries_withdraw AFTER UPDATE OF text_withdrawn ON entries
WHEN new.text_withdrawn = 1
BEGIN
  DELETE FROM pairs WHERE first = new.key OR second = new.key;
  DELETE FROM entry_blocks WHERE entry_key = new.key; END;
CREATE TRIGGER versions_repair AFTER UPDATE OF change, released ON versions
WHEN old.released <> new.released OR (old.change = 'redaction') IS NOT (new.change = 'redaction')
BEGIN
  DELETE FROM pairs WHERE first IN (SELECT e.key FROM versions v
    JOIN versions o ON o.sha256 = v.sha256 JOIN entries e ON e.document_id = o.document_id
    WHERE v.document_id = new.document_id);
  DELETE FROM pairs WHERE second IN (SELECT e.key FROM versions v
    JOIN versions o ON o.sha256 = v.sha256 JOIN entries e ON e.document_id = o.document_id
    WHERE v.document_id = new.document_id);
  DELETE FROM entry_blocks WHERE entry_key IN (SELECT e.key FROM versions v
    JOIN versions o ON o.sha256 = v.sha256 JOIN entries e ON e.document_id = o.document_id
    WHERE v.document_id = new.document_id);
  INSERT INTO pairs_pending SELECT DISTINCT o.document_id, 1 FROM versions v
  JOIN versions o ON o.sha256 = v.sha256 WHERE v.document_id = new.document_id
  ON CONFLICT (document_id) DO UPDATE SET changes = changes + 1; END;

-- What counts of a person's words on a pair: the last, unless it took the one before back.
CREATE VIEW settled_pairs AS
SELECT first, second, verdict, reviewer, decided_at, note FROM pair_decisions p
WHERE verdict <> 'undo' AND NOT EXISTS (SELECT 1 FROM pair_decisions n
  WHERE n.first = p.first AND n.second = p.second AND n.id > p.id);
-- Entries that a pair may be made of, and shown of: nothing withheld, withdrawn or rejected.
CREATE VIEW paired_entries AS
SELECT e.* FROM entries e
WHERE e.text_withdrawn = 0 AND e.state NOT IN ('rejected', 'withdrawn')
  AND e.document_id NOT IN (SELECT id FROM hidden_documents);
-- Candidates that nobody has spoken on; those of a document that just changed wait.
CREATE VIEW open_pairs AS
SELECT p.first, p.second, p.score, p.reasons FROM pairs p
JOIN paired_entries a ON a.key = p.first JOIN paired_entries b ON b.key = p.second
WHERE NOT EXISTS (SELECT 1 FROM settled_pairs s WHERE s.first = p.first AND s.second = p.second)
  AND a.document_id NOT IN (SELECT document_id FROM pairs_pending)
  AND b.document_id NOT IN (SELECT document_id FROM pairs_pending);
"""
