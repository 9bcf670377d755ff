"""Enlargement and Eastern Neighbourhood: document library, publication pages, their files."""

from __future__ import annotations

from crawlers.spiders.lists import ListSpider


class EnlargementSpider(ListSpider):
    """Library list (ECL 4 and 5) -> publication pages or files -> files with translations."""

    name = "enlargement"
    page_kind = "publication"
    kept_fields = frozenset(
        {
            "country", "countries", "country/countries", "related country",
            "related department", "related departments", "related department(s)", "department",
            "author", "corporate author", "description", "subject", "topic", "topics", "policy",
            "region", "instrument", "year", "budget", "eu contribution", "financing agreement",
            "catalogue number", "isbn", "issn", "doi", "number of pages", "language", "languages",
            "last updated", "related links", "collection",
        }
    )  # fmt: skip
