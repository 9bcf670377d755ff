"""What is searched: the index of pages, entries and documents, and what makes it quick."""

# Words stand in the index as they are written, without case and accents; their inflected forms are
# looked up in its vocabulary when somebody searches, so that what stands as it stands can be found.
# `-`, `/`, `(` and `)` part words: a reference is found as a phrase, however it is spaced.
_TOKENIZE = "tokenize='unicode61 remove_diacritics 2'"

# Long words of the languages that write compounds as one word, folded as the index folds them.
_LONGEST, _SHORTEST = 60, 8
# Folding takes seventy times the room of what it folds, so a page is folded in slices of so many
# characters; they overlap, so that no word is lost between two.
_SLICE = 500_000
_SLICES = list(range(21))  # no reader gives a page of more
_COMPOUNDING = "('de', 'nl', 'sv', 'da', 'fi', 'no')"
_PAIRS = (
    *((f"char({code})", " ") for code in (9, 10, 13, 34, 92, 160)),
    *((f"'{c}'", " ") for c in "„“”«»-–/&(.,’"),
    *((f"'{c}'", plain) for c, plain in zip("äöüÄÖÜåÅé", "aouaouaae", strict=True)),
)


def _folded(name: str, before: str, pairs: tuple[tuple[str, str], ...]) -> str:
    """Return a table expression that folds the text of the one before it."""
    text = "text"
    for old, new in pairs:
        text = f"replace({text}, {old}, '{new}')"
    return f"{name} AS (SELECT id, {text} AS text FROM {before})"  # noqa: S608 - constants


_STEPS = [_PAIRS[at : at + 8] for at in range(0, len(_PAIRS), 8)]  # SQLite nests no deeper
_CHAIN = ",\n  ".join(_folded(f"f{at + 1}", f"f{at}", pairs) for at, pairs in enumerate(_STEPS))

LONG_WORDS = f"""
CREATE VIEW pages_long_words AS
WITH f0 AS (
  SELECT p.id, lower(substr(
    coalesce(p.search, p.text), n.value * {_SLICE} + 1, {_SLICE + _LONGEST})) AS text
  FROM pages p JOIN readings r ON r.id = p.reading_id
  JOIN json_each(iif(length(p.text) < {_SLICE}, '[0]', '{_SLICES}')) n
  WHERE coalesce(p.language, r.language, 'de') IN {_COMPOUNDING}
    AND n.value * {_SLICE} < length(coalesce(p.search, p.text))),
  {_CHAIN},
  list AS (SELECT id, '[' || replace(json_quote(text), ' ', '","') || ']' AS words
    FROM f{len(_STEPS)})
SELECT list.id, trim(value, ');:!?''*·•…') AS word
FROM list, json_each(CASE WHEN json_valid(words) THEN words ELSE '[]' END)
WHERE length(value) BETWEEN {_SHORTEST} AND {_LONGEST} AND value NOT GLOB '*[0-9@_:='']*';
"""  # noqa: S608 - constants

SEARCH = f"""
DROP TABLE pages_fts;
CREATE VIRTUAL TABLE pages_fts USING fts5(
  text, content='pages_searched', content_rowid='id', {_TOKENIZE});
INSERT INTO pages_fts(pages_fts) VALUES ('rebuild');
CREATE VIRTUAL TABLE pages_vocabulary USING fts5vocab(pages_fts, 'row');

DROP TABLE entries_fts;
CREATE VIRTUAL TABLE entries_fts USING fts5(
  equipment, recipient, supplier, fund, quote, content='entries', content_rowid='id', {_TOKENIZE});
INSERT INTO entries_fts(entries_fts) VALUES ('rebuild');
CREATE VIRTUAL TABLE entries_vocabulary USING fts5vocab(entries_fts, 'row');

-- Titles, references, and what of a key its publisher gave it.
CREATE VIEW documents_searched AS
SELECT id, title, reference, CASE WHEN key NOT GLOB 'file:*' AND key NOT GLOB 'url:*'
  THEN substr(key, instr(key, ':') + 1) END AS key FROM documents;
CREATE VIRTUAL TABLE documents_fts USING fts5(
  title, reference, key, content='documents_searched', content_rowid='id', {_TOKENIZE});
INSERT INTO documents_fts(documents_fts) VALUES ('rebuild');
CREATE VIRTUAL TABLE documents_vocabulary USING fts5vocab(documents_fts, 'row');
CREATE TRIGGER documents_index AFTER INSERT ON documents BEGIN
  INSERT INTO documents_fts(rowid, title, reference, key)
  SELECT id, title, reference, key FROM documents_searched WHERE id = new.id; END;
CREATE TRIGGER documents_unindex BEFORE DELETE ON documents BEGIN
  INSERT INTO documents_fts(documents_fts, rowid, title, reference, key)
  SELECT 'delete', id, title, reference, key FROM documents_searched WHERE id = old.id; END;
CREATE TRIGGER documents_take_out BEFORE UPDATE OF key, title, reference ON documents
WHEN old.key IS NOT new.key OR old.title IS NOT new.title OR old.reference IS NOT new.reference
BEGIN
  INSERT INTO documents_fts(documents_fts, rowid, title, reference, key)
  SELECT 'delete', id, title, reference, key FROM documents_searched WHERE id = old.id; END;
CREATE TRIGGER documents_reindex AFTER UPDATE OF key, title, reference ON documents
WHEN old.key IS NOT new.key OR old.title IS NOT new.title OR old.reference IS NOT new.reference
BEGIN
  INSERT INTO documents_fts(rowid, title, reference, key)
  SELECT id, title, reference, key FROM documents_searched WHERE id = new.id; END;

-- Long words of German and its like, in which the parts of compounds are looked for.
CREATE TABLE long_words (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
{LONG_WORDS}
INSERT OR IGNORE INTO long_words SELECT word FROM pages_long_words;
CREATE TRIGGER pages_keep_long_words AFTER INSERT ON pages BEGIN
  INSERT OR IGNORE INTO long_words SELECT word FROM pages_long_words WHERE id = new.id; END;

-- Which pages name a type of equipment.
CREATE INDEX mentions_type ON mentions(json_extract(value, '$.type'), reading_id, page)
WHERE label = 'EQUIPMENT';
CREATE INDEX readings_language ON readings(language);

-- From what was found to its document, without going through wide rows.
CREATE INDEX pages_found ON pages(id, reading_id);
CREATE INDEX versions_found ON versions(sha256, document_id);
CREATE INDEX documents_found ON documents(id, shown_version_id);
CREATE INDEX entries_found ON entries(id, document_id, text_withdrawn, state);
"""  # noqa: S608 - constants
