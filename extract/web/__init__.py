"""Web pages: main text, headings, tables, links to files."""
