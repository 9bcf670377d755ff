"""Reviewers, what they decide, and the order in which entries come before them."""

REVIEW = """
-- A sign-in link is good once; only its hash is kept. `removed_at` ends a reviewer's access.
CREATE TABLE reviewers (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  role TEXT NOT NULL CHECK (role IN ('reviewer', 'administrator')),
  added_at TEXT NOT NULL, removed_at TEXT
) STRICT;
CREATE TABLE sign_ins (
  hash TEXT PRIMARY KEY, reviewer_id INTEGER NOT NULL REFERENCES reviewers(id),
  made_at TEXT NOT NULL, expires_at TEXT NOT NULL, used_at TEXT
) STRICT;

-- `part`: `second` is a blind second opinion, which counts for agreement alone; `batch` joins what
-- was accepted at once.
ALTER TABLE decisions ADD COLUMN part TEXT NOT NULL DEFAULT 'first'
  CHECK (part IN ('first', 'second', 'settling'));
ALTER TABLE decisions ADD COLUMN batch TEXT;
CREATE INDEX decisions_reviewer ON decisions(reviewer, id);
CREATE INDEX decisions_second ON decisions(entry_key) WHERE part = 'second';
-- The state and the values that a decision changed, before and after; of a second opinion whether
-- it says what the first says.
CREATE TABLE decision_effects (
  decision_id INTEGER PRIMARY KEY REFERENCES decisions(id), seen TEXT NOT NULL,
  became TEXT NOT NULL, agrees INTEGER
) STRICT;

-- Who is to look at an entry; the newest row counts, and a row without reviewer frees it.
CREATE TABLE assignments (
  id INTEGER PRIMARY KEY, entry_key TEXT NOT NULL, reviewer TEXT, assigned_by TEXT NOT NULL,
  assigned_at TEXT NOT NULL, note TEXT
) STRICT;
CREATE INDEX assignments_entry ON assignments(entry_key, id);

-- What reviewers answered of entries whose proposal was hidden from them until they had.
CREATE TABLE audit_answers (
  entry_key TEXT NOT NULL, reviewer TEXT NOT NULL, answered_at TEXT NOT NULL,
  fields TEXT NOT NULL, proposal TEXT NOT NULL, PRIMARY KEY (entry_key, reviewer)
) STRICT;
-- What they said of pages without any entry.
CREATE TABLE page_audits (
  id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL REFERENCES contents(sha256), page INTEGER NOT NULL,
  reviewer TEXT NOT NULL, audited_at TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('complete', 'missed', 'unsure')), note TEXT
) STRICT;
CREATE INDEX page_audits_page ON page_audits(sha256, page);

-- Whether the licence of a source lets its pages be shown as pictures, too.
ALTER TABLE sources ADD COLUMN show_images INTEGER NOT NULL DEFAULT 1;

-- The place in the queue, see store.reviewing.order: smaller comes first.
ALTER TABLE entries ADD COLUMN place REAL NOT NULL DEFAULT 3;
CREATE INDEX entries_queue ON entries(place, id)
  WHERE state IN ('pending', 'reopened') AND text_withdrawn = 0;
CREATE INDEX decisions_aside ON decisions(verdict, reviewer, entry_key)
  WHERE verdict IN ('skip', 'flag');
CREATE INDEX entries_decided ON entries(substr(key, 1, 4), id)
  WHERE state IN ('accepted', 'corrected', 'rejected') AND text_withdrawn = 0;
CREATE INDEX entries_withdrawn ON entries(state) WHERE text_withdrawn = 1;
CREATE INDEX entries_quote ON entries(quote) WHERE state = 'pending' AND text_withdrawn = 0;
-- Which pages have an entry, for the audit of those that have none.
CREATE INDEX entry_evidence_page ON entry_evidence(reading_id, page, entry_key);
"""
