"""The tables of watches, of what they found, and of what was mailed."""

# Saved searches and what they found. News is taken note of once: each time that a document began to
# show another version. What is shown when a database gets these tables is no news to it.
WATCHES = """
-- each version that a document came to show, in the order in which it was noticed
CREATE TABLE news (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  document_id INTEGER NOT NULL REFERENCES documents(id),
  version_id INTEGER NOT NULL REFERENCES versions(id), noticed_at TEXT NOT NULL,
  -- entries with a higher id came later
  last_entry INTEGER NOT NULL,
  UNIQUE (document_id, version_id)
) STRICT;
-- entries that a version brought: not those that another reading of old text found
CREATE TABLE news_entries (
  entry_key TEXT PRIMARY KEY, news_id INTEGER NOT NULL REFERENCES news(id)
) STRICT;
CREATE INDEX news_entries_news ON news_entries(news_id);
-- queries as typed, with their filters as JSON; news up to `seen` has been matched
CREATE TABLE watches (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, query TEXT NOT NULL,
  filters TEXT NOT NULL, exact INTEGER NOT NULL DEFAULT 0, made_at TEXT NOT NULL,
  seen INTEGER NOT NULL
) STRICT;
-- mails, one for each run that found something; `none`: no mail server was set
CREATE TABLE digests (
  id INTEGER PRIMARY KEY, made_at TEXT NOT NULL, message_id TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'empty', 'none')),
  attempts INTEGER NOT NULL DEFAULT 0, sent_at TEXT
) STRICT;
-- what a watch found in a document: numbers of pages and keys of entries as JSON, and as `passage`
-- words of the first page, which may be shown as long as that reading is
CREATE TABLE watch_hits (
  id INTEGER PRIMARY KEY, watch_id INTEGER NOT NULL REFERENCES watches(id) ON DELETE CASCADE,
  news_id INTEGER NOT NULL REFERENCES news(id), reading_id INTEGER NOT NULL, pages TEXT NOT NULL,
  entries TEXT NOT NULL, titled INTEGER NOT NULL, passage TEXT, found_at TEXT NOT NULL,
  digest_id INTEGER REFERENCES digests(id),
  UNIQUE (watch_id, news_id)
) STRICT;
CREATE INDEX watch_hits_digest ON watch_hits(digest_id);
CREATE INDEX watch_hits_news ON watch_hits(news_id);

INSERT INTO news (document_id, version_id, noticed_at, last_entry)
SELECT d.id, d.shown_version_id, v.last_seen, (SELECT coalesce(max(id), 0) FROM entries)
FROM documents d JOIN versions v ON v.id = d.shown_version_id;

-- Hits that may be shown: of a document that is not hidden, on text that no redaction withdraws.
CREATE VIEW shown_hits AS
SELECT h.id, h.watch_id, h.news_id, h.pages, h.entries, h.titled, h.found_at, h.digest_id,
  n.document_id, n.version_id, n.noticed_at, r.id AS reading_id,
  CASE WHEN r.id = h.reading_id THEN h.passage END AS passage
FROM watch_hits h JOIN news n ON n.id = h.news_id JOIN versions v ON v.id = n.version_id
JOIN shown_readings r ON r.sha256 = v.sha256
WHERE n.document_id NOT IN (SELECT id FROM hidden_documents);
"""
