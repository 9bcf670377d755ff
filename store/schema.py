"""The first schema of the database; later changes are migrations of their own."""

FIRST = """
CREATE TABLE sources (
  id TEXT PRIMARY KEY, title TEXT NOT NULL, publisher TEXT NOT NULL, kind TEXT NOT NULL,
  homepage TEXT, licence TEXT NOT NULL, show_full_text INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE runs (
  id INTEGER PRIMARY KEY, command TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT,
  state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'failed', 'interrupted')),
  verdict TEXT, report TEXT
) STRICT;

CREATE TABLE source_runs (
  run_id INTEGER NOT NULL REFERENCES runs(id), source TEXT NOT NULL REFERENCES sources(id),
  state TEXT NOT NULL CHECK (state IN ('ok', 'nothing_new', 'empty', 'parser_found_nothing',
    'refused', 'unreachable', 'interrupted')),
  listed INTEGER NOT NULL, confirmed INTEGER NOT NULL, fetched INTEGER NOT NULL,
  minimum INTEGER NOT NULL, maximum INTEGER NOT NULL, detail TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (run_id, source)
) STRICT;

-- how far each journal file has been taken in
CREATE TABLE journals (name TEXT PRIMARY KEY, run_id INTEGER, position INTEGER NOT NULL) STRICT;

CREATE TABLE contents (
  sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64), media_type TEXT, bytes INTEGER NOT NULL,
  path TEXT NOT NULL
) STRICT;

CREATE TABLE documents (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, source TEXT NOT NULL REFERENCES sources(id),
  url TEXT NOT NULL, title TEXT, language TEXT, kind TEXT, published TEXT, reference TEXT,
  landing_url TEXT, parent_id INTEGER REFERENCES documents(id),
  withheld INTEGER NOT NULL DEFAULT 0, gone INTEGER NOT NULL DEFAULT 0,
  version_id INTEGER REFERENCES versions(id),
  -- the newest version that has been read; it stays visible until a newer one is
  shown_version_id INTEGER REFERENCES versions(id)
) STRICT;

CREATE TABLE fetches (
  id INTEGER PRIMARY KEY, run_id INTEGER REFERENCES runs(id), source TEXT NOT NULL,
  document_key TEXT NOT NULL, url TEXT NOT NULL, final_url TEXT NOT NULL, fetched_at TEXT NOT NULL,
  status INTEGER NOT NULL, etag TEXT, last_modified TEXT, sha256 TEXT, headers TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('new', 'changed', 'unchanged', 'not_modified', 'moved',
    'gone', 'returned', 'refused', 'failed'))
) STRICT;
CREATE INDEX fetches_document ON fetches(document_key, id);

CREATE TABLE versions (
  id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL REFERENCES documents(id),
  number INTEGER NOT NULL, sha256 TEXT NOT NULL REFERENCES contents(sha256),
  first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,
  change TEXT CHECK (change IN ('first', 'metadata', 'text', 'redaction', 'replaced')),
  UNIQUE (document_id, number)
) STRICT;
CREATE INDEX versions_content ON versions(sha256);

CREATE TABLE readings (
  id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL REFERENCES contents(sha256),
  extractor TEXT NOT NULL, tagger TEXT NOT NULL, kind TEXT NOT NULL, language TEXT, title TEXT,
  published TEXT, reference TEXT, stated TEXT NOT NULL, page_count INTEGER NOT NULL,
  current INTEGER NOT NULL, proposals BLOB NOT NULL
) STRICT;
CREATE INDEX readings_content ON readings(sha256, current);

CREATE TABLE pages (
  id INTEGER PRIMARY KEY, reading_id INTEGER NOT NULL REFERENCES readings(id) ON DELETE CASCADE,
  number INTEGER NOT NULL, text TEXT NOT NULL, method TEXT NOT NULL, width REAL NOT NULL,
  height REAL NOT NULL, redacted_area REAL NOT NULL, words BLOB NOT NULL, search TEXT,
  UNIQUE (reading_id, number)
) STRICT;

CREATE TABLE tables (
  id INTEGER PRIMARY KEY, reading_id INTEGER NOT NULL REFERENCES readings(id) ON DELETE CASCADE,
  page INTEGER NOT NULL, number INTEGER NOT NULL, box TEXT, unit TEXT, header TEXT NOT NULL,
  rows TEXT NOT NULL
) STRICT;
CREATE INDEX tables_reading ON tables(reading_id, page);

CREATE TABLE notices (
  reading_id INTEGER PRIMARY KEY REFERENCES readings(id) ON DELETE CASCADE, format TEXT NOT NULL,
  number TEXT, type TEXT NOT NULL, buyers TEXT NOT NULL, buyer TEXT, country TEXT, title TEXT,
  description TEXT, reference TEXT, published TEXT, dispatched TEXT, deadline TEXT,
  procedure TEXT, nature TEXT, values_stated TEXT NOT NULL, earlier TEXT NOT NULL,
  links TEXT NOT NULL
) STRICT;
CREATE TABLE lots (
  reading_id INTEGER NOT NULL REFERENCES readings(id) ON DELETE CASCADE,
  position INTEGER NOT NULL, number TEXT NOT NULL, title TEXT, description TEXT,
  cpv TEXT NOT NULL, values_stated TEXT NOT NULL, PRIMARY KEY (reading_id, position)
) STRICT;
CREATE TABLE awards (
  reading_id INTEGER NOT NULL REFERENCES readings(id) ON DELETE CASCADE,
  position INTEGER NOT NULL, number TEXT NOT NULL, lots TEXT NOT NULL, title TEXT,
  winners TEXT NOT NULL, winner TEXT, winner_country TEXT, value TEXT, currency TEXT, kind TEXT,
  values_stated TEXT NOT NULL, concluded TEXT, PRIMARY KEY (reading_id, position)
) STRICT;
CREATE TABLE notice_cpv (
  reading_id INTEGER NOT NULL REFERENCES readings(id) ON DELETE CASCADE, cpv TEXT NOT NULL,
  PRIMARY KEY (reading_id, cpv)
) STRICT;
CREATE INDEX notice_cpv_code ON notice_cpv(cpv);

CREATE TABLE mentions (
  id INTEGER PRIMARY KEY, reading_id INTEGER NOT NULL REFERENCES readings(id) ON DELETE CASCADE,
  page INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, label TEXT NOT NULL,
  raw TEXT NOT NULL, value TEXT, maker TEXT NOT NULL, score REAL NOT NULL
) STRICT;
CREATE INDEX mentions_reading ON mentions(reading_id, page, start);

CREATE TABLE proposals (
  entry_key TEXT PRIMARY KEY, document_id INTEGER NOT NULL REFERENCES documents(id),
  reading_id INTEGER NOT NULL, fields BLOB NOT NULL, hash TEXT NOT NULL, score REAL NOT NULL
) STRICT;
CREATE INDEX proposals_document ON proposals(document_id);

CREATE TABLE entries (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE,
  document_id INTEGER NOT NULL REFERENCES documents(id),
  version_id INTEGER NOT NULL REFERENCES versions(id), page INTEGER NOT NULL, equipment TEXT,
  equipment_type TEXT, equipment_family TEXT, quantity INTEGER, amount_min TEXT, amount_max TEXT,
  currency TEXT, amount_eur REAL, amount_kind TEXT NOT NULL, amount_group TEXT,
  amount_scope TEXT NOT NULL CHECK (amount_scope IN ('own', 'shared', 'total')), recipient TEXT,
  recipient_country TEXT, supplier TEXT, fund TEXT, date TEXT,
  stage TEXT NOT NULL
    CHECK (stage IN ('planned', 'tendered', 'awarded', 'delivered', 'unknown')),
  score REAL NOT NULL, quote TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'corrected', 'rejected', 'reopened',
    'withdrawn')),
  still_proposed INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX entries_document ON entries(document_id);
CREATE INDEX entries_state ON entries(state, score);
CREATE INDEX entries_type ON entries(equipment_family, equipment_type);

CREATE TABLE entry_evidence (
  entry_key TEXT NOT NULL, field TEXT NOT NULL, reading_id INTEGER NOT NULL, page INTEGER NOT NULL,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, raw TEXT NOT NULL, value TEXT,
  alternatives TEXT NOT NULL, boxes TEXT NOT NULL, maker TEXT NOT NULL, score REAL NOT NULL,
  PRIMARY KEY (entry_key, field)
) STRICT;

CREATE TABLE decisions (
  id INTEGER PRIMARY KEY, entry_key TEXT NOT NULL, reviewer TEXT NOT NULL, decided_at TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('accept', 'correct', 'reject', 'skip', 'flag', 'undo',
    'add')),
  fields TEXT NOT NULL, reason TEXT, note TEXT, proposal BLOB
) STRICT;
CREATE INDEX decisions_entry ON decisions(entry_key, id);
CREATE TRIGGER decisions_stay BEFORE UPDATE ON decisions
BEGIN SELECT raise(ABORT, 'decisions are only ever appended to'); END;
CREATE TRIGGER decisions_remain BEFORE DELETE ON decisions
BEGIN SELECT raise(ABORT, 'decisions are only ever appended to'); END;

CREATE TABLE work (
  sha256 TEXT NOT NULL REFERENCES contents(sha256), stage TEXT NOT NULL,
  stage_version TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'failed', 'set_aside')),
  attempts INTEGER NOT NULL DEFAULT 0, cause TEXT, PRIMARY KEY (sha256, stage)
) STRICT;
CREATE INDEX work_state ON work(state, stage);

CREATE TABLE issues (
  id INTEGER PRIMARY KEY, run_id INTEGER, level TEXT NOT NULL, code TEXT NOT NULL,
  room TEXT NOT NULL, source TEXT, url TEXT, sha256 TEXT, page INTEGER, detail TEXT NOT NULL
) STRICT;
CREATE INDEX issues_content ON issues(sha256);
CREATE INDEX issues_code ON issues(code);

-- What is searched of a page is its text with words made whole that a line end cut in two.
CREATE VIEW pages_searched AS SELECT id, coalesce(search, text) AS text FROM pages;
CREATE VIRTUAL TABLE pages_fts USING fts5(
  text, content='pages_searched', content_rowid='id',
  tokenize='porter unicode61 remove_diacritics 2');
CREATE TRIGGER pages_index AFTER INSERT ON pages BEGIN
  INSERT INTO pages_fts(rowid, text) VALUES (new.id, coalesce(new.search, new.text)); END;
CREATE TRIGGER pages_unindex AFTER DELETE ON pages BEGIN
  INSERT INTO pages_fts(pages_fts, rowid, text)
  VALUES ('delete', old.id, coalesce(old.search, old.text)); END;

CREATE VIRTUAL TABLE entries_fts USING fts5(
  equipment, recipient, supplier, fund, quote, content='entries', content_rowid='id',
  tokenize='porter unicode61 remove_diacritics 2');
CREATE TRIGGER entries_index AFTER INSERT ON entries BEGIN
  INSERT INTO entries_fts(rowid, equipment, recipient, supplier, fund, quote)
  VALUES (new.id, new.equipment, new.recipient, new.supplier, new.fund, new.quote); END;
CREATE TRIGGER entries_unindex AFTER DELETE ON entries BEGIN
  INSERT INTO entries_fts(entries_fts, rowid, equipment, recipient, supplier, fund, quote)
  VALUES ('delete', old.id, old.equipment, old.recipient, old.supplier, old.fund, old.quote); END;
CREATE TRIGGER entries_reindex AFTER UPDATE OF equipment, recipient, supplier, fund, quote
ON entries BEGIN
  INSERT INTO entries_fts(entries_fts, rowid, equipment, recipient, supplier, fund, quote)
  VALUES ('delete', old.id, old.equipment, old.recipient, old.supplier, old.fund, old.quote);
  INSERT INTO entries_fts(rowid, equipment, recipient, supplier, fund, quote)
  VALUES (new.id, new.equipment, new.recipient, new.supplier, new.fund, new.quote); END;

-- What the web pages may show: nothing of a withheld document, and no rejected entry.
CREATE VIEW shown_documents AS
SELECT key, source, kind, title, language, published, reference, url, landing_url, gone
FROM documents WHERE withheld = 0;
CREATE VIEW shown_entries AS
SELECT e.key, e.state, e.equipment, e.equipment_type, e.equipment_family, e.quantity,
  e.amount_min, e.amount_max, e.currency, e.amount_kind, e.amount_scope, e.recipient,
  e.recipient_country, e.supplier, e.fund, e.date, e.stage, e.score, e.quote, e.page,
  d.key AS document, d.title, d.source, d.url
FROM entries e JOIN documents d ON d.id = e.document_id
WHERE d.withheld = 0 AND e.state NOT IN ('rejected', 'withdrawn');
CREATE VIEW shown_evidence AS
SELECT x.entry_key, x.field, x.page, x.raw, x.value, x.alternatives, x.maker, x.score
FROM entry_evidence x JOIN shown_entries e ON e.key = x.entry_key;
"""

# What amounts are worth in euro: the rate, its day, month or year, where it comes from or why there
# is none. The web pages show it too.
RATES = """
ALTER TABLE entries ADD COLUMN eur_rate TEXT;
ALTER TABLE entries ADD COLUMN eur_rate_date TEXT;
ALTER TABLE entries ADD COLUMN eur_source TEXT;
DROP VIEW shown_entries;
CREATE VIEW shown_entries AS
SELECT e.key, e.state, e.equipment, e.equipment_type, e.equipment_family, e.quantity,
  e.amount_min, e.amount_max, e.currency, e.amount_eur, e.eur_rate, e.eur_rate_date, e.eur_source,
  e.amount_kind, e.amount_scope, e.recipient, e.recipient_country, e.supplier, e.fund, e.date,
  e.stage, e.score, e.quote, e.page, d.key AS document, d.title, d.source, d.url
FROM entries e JOIN documents d ON d.id = e.document_id
WHERE d.withheld = 0 AND e.state NOT IN ('rejected', 'withdrawn');
"""

READING = """
ALTER TABLE pages ADD COLUMN language TEXT;
ALTER TABLE pages ADD COLUMN margins TEXT NOT NULL DEFAULT '[]';
ALTER TABLE tables ADD COLUMN caption TEXT NOT NULL DEFAULT '';
ALTER TABLE tables ADD COLUMN notes TEXT NOT NULL DEFAULT '[]';
ALTER TABLE tables ADD COLUMN totals TEXT NOT NULL DEFAULT '[]';
ALTER TABLE tables ADD COLUMN continues INTEGER NOT NULL DEFAULT 0;
ALTER TABLE readings ADD COLUMN exemptions TEXT NOT NULL DEFAULT '[]';
ALTER TABLE readings ADD COLUMN links TEXT NOT NULL DEFAULT '[]';
"""

CRAWL = """
-- how far the lists were walked, and what waits for the next night
ALTER TABLE source_runs ADD COLUMN walk TEXT NOT NULL DEFAULT 'full'
  CHECK (walk IN ('full', 'rest', 'new'));
ALTER TABLE source_runs ADD COLUMN rest TEXT NOT NULL DEFAULT '[]';
"""

# Tables that go on over page breaks: the parts of one share its number in the reading, from 1, and
# each may repeat rows that name the columns.
WHOLE_TABLES = """
ALTER TABLE tables ADD COLUMN header_rows INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tables ADD COLUMN whole INTEGER NOT NULL DEFAULT 0;
UPDATE tables SET whole = numbered.whole FROM (
  SELECT id, sum(1 - continues) OVER (PARTITION BY reading_id ORDER BY id) AS whole FROM tables
) AS numbered WHERE numbered.id = tables.id;
"""

# What a version changed rests on a comparison: with which version, of which readings, what of. A
# redaction withdraws the contents before it, for every document that has them, unless the document
# has published one again since, or an administrator has released it. What lies inside a withheld
# file is hidden with it.
VERSIONS = """
ALTER TABLE versions ADD COLUMN comparison TEXT;
ALTER TABLE versions ADD COLUMN released INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN text_withdrawn INTEGER NOT NULL DEFAULT 0;
CREATE INDEX versions_redaction ON versions(document_id, number) WHERE change = 'redaction';
CREATE INDEX documents_parent ON documents(parent_id);
CREATE INDEX documents_withheld ON documents(id) WHERE withheld = 1;

CREATE VIEW redactions AS
SELECT document_id, number FROM versions r
WHERE change = 'redaction' AND released = 0 AND NOT EXISTS (SELECT 1 FROM versions n
  WHERE n.document_id = r.document_id AND n.number > r.number AND n.change = 'redaction'
  AND n.released = 0);
CREATE VIEW withdrawn_contents AS
SELECT v.sha256, v.document_id, r.number FROM redactions r
JOIN versions v ON v.document_id = r.document_id AND v.number < r.number
WHERE NOT EXISTS (SELECT 1 FROM versions n WHERE n.document_id = v.document_id
  AND n.number >= r.number AND n.sha256 = v.sha256);
CREATE VIEW shown_readings AS
SELECT * FROM readings
WHERE current = 1 AND sha256 NOT IN (SELECT sha256 FROM withdrawn_contents);
CREATE VIEW hidden_documents AS
WITH RECURSIVE hidden(id) AS (
  SELECT id FROM documents WHERE withheld = 1
  UNION SELECT d.id FROM documents d JOIN hidden h ON d.parent_id = h.id)
SELECT id FROM hidden;

DROP VIEW shown_evidence;
DROP VIEW shown_entries;
DROP VIEW shown_documents;
CREATE VIEW shown_documents AS
SELECT key, source, kind, title, language, published, reference, url, landing_url, gone
FROM documents WHERE id NOT IN (SELECT id FROM hidden_documents);
CREATE VIEW shown_entries AS
SELECT e.key, e.state, e.equipment, e.equipment_type, e.equipment_family, e.quantity,
  e.amount_min, e.amount_max, e.currency, e.amount_eur, e.eur_rate, e.eur_rate_date, e.eur_source,
  e.amount_kind, e.amount_scope, e.recipient, e.recipient_country, e.supplier, e.fund, e.date,
  e.stage, e.score, e.quote, e.page, d.key AS document, d.title, d.source, d.url
FROM entries e JOIN documents d ON d.id = e.document_id
WHERE d.id NOT IN (SELECT id FROM hidden_documents)
  AND e.text_withdrawn = 0 AND e.state NOT IN ('rejected', 'withdrawn');
CREATE VIEW shown_evidence AS
SELECT x.entry_key, x.field, x.page, x.raw, x.value, x.alternatives, x.maker, x.score
FROM entry_evidence x JOIN shown_entries e ON e.key = x.entry_key;
"""

# What notices state besides: which version of which procedure's notice it is, where the contract is
# performed, what is corrected, how many tendered. Lists are JSON, as in the columns before them.
NOTICE_FIELDS = """
ALTER TABLE notices ADD COLUMN notice_id TEXT;
ALTER TABLE notices ADD COLUMN version TEXT;
ALTER TABLE notices ADD COLUMN procedure_id TEXT;
ALTER TABLE notices ADD COLUMN oj_issue TEXT;
ALTER TABLE notices ADD COLUMN schema TEXT;
ALTER TABLE notices ADD COLUMN notice_type TEXT;
ALTER TABLE notices ADD COLUMN subtype TEXT;
ALTER TABLE notices ADD COLUMN legal_basis TEXT;
ALTER TABLE notices ADD COLUMN buyer_type TEXT;
ALTER TABLE notices ADD COLUMN activity TEXT;
ALTER TABLE notices ADD COLUMN heading TEXT;
ALTER TABLE notices ADD COLUMN deadline_time TEXT;
ALTER TABLE notices ADD COLUMN changed TEXT;
ALTER TABLE notices ADD COLUMN nuts TEXT NOT NULL DEFAULT '[]';
ALTER TABLE notices ADD COLUMN countries TEXT NOT NULL DEFAULT '[]';
ALTER TABLE notices ADD COLUMN places TEXT NOT NULL DEFAULT '[]';
ALTER TABLE notices ADD COLUMN changes TEXT NOT NULL DEFAULT '[]';
ALTER TABLE notices ADD COLUMN translations TEXT NOT NULL DEFAULT '[]';
CREATE INDEX notices_procedure ON notices(procedure_id);
ALTER TABLE lots ADD COLUMN funds TEXT NOT NULL DEFAULT '[]';
ALTER TABLE lots ADD COLUMN nuts TEXT NOT NULL DEFAULT '[]';
ALTER TABLE lots ADD COLUMN countries TEXT NOT NULL DEFAULT '[]';
ALTER TABLE lots ADD COLUMN places TEXT NOT NULL DEFAULT '[]';
ALTER TABLE lots ADD COLUMN translations TEXT NOT NULL DEFAULT '[]';
ALTER TABLE awards ADD COLUMN decided TEXT;
ALTER TABLE awards ADD COLUMN contract_number TEXT;
ALTER TABLE awards ADD COLUMN outcome TEXT;
ALTER TABLE awards ADD COLUMN tenders INTEGER;
ALTER TABLE awards ADD COLUMN tenders_received TEXT NOT NULL DEFAULT '{}';
ALTER TABLE awards ADD COLUMN subcontractors TEXT NOT NULL DEFAULT '[]';
ALTER TABLE awards ADD COLUMN other_values TEXT NOT NULL DEFAULT '[]';
"""
