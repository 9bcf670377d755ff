"""PDF: pages, words with boxes, ruled tables, headings, stated fields; nothing that is hidden."""

from extract.pdf.read import read_pdf

__all__ = ["read_pdf"]
