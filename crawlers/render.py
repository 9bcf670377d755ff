"""Renders docs/sources.md from the cards: `python -m crawlers.render`."""

from __future__ import annotations

from pathlib import Path

from core.records import Source
from crawlers.cards import load_cards

PAGE = Path(__file__).resolve().parents[1] / "docs" / "sources.md"
_HEAD = """# Sources

What each card in `crawlers/cards/` says; this page is made from them (`make docs`). None of the
real sites could be reached while the spiders were written: every statement bears how surely it is
known. *Verified* is read in primary material (software, specification, real notices), not seen
live; *reported* is said by third parties; *unverified* is a guess that has a fallback. A source is
switched on after its first night: [first-night.md](first-night.md). How to add one:
[add-a-source.md](add-a-source.md).
"""


def _yes(value: bool) -> str:  # noqa: FBT001 - a word for a flag
    return "yes" if value else "no"


def _rows(card: Source) -> dict[str, str]:
    hosts = ", ".join(f"`{host}`" for host in card.hosts)
    return {
        "publisher": card.publisher,
        "homepage": card.homepage or "none",
        "who answers for it": card.site_contact or "unknown",
        "licence": card.licence,
        "full text and page images may be shown": (
            f"{_yes(card.show_full_text)}, {_yes(card.show_images)}"
        ),
        "document key": card.key,
        "crawled from": f"`{card.base_url}`" if card.base_url else "the addresses of your file",
        "also followed": hosts or "nothing",
        "pace": f"{card.pace.delay:g} s between requests, {card.pace.budget} requests a night",
        "rhythm": (
            f"every {_nights(card.rhythm)}; lists walked whole every"
            f" {_nights(card.relist_nights)}; {_recheck(card)}"
        ),
        "expected": f"{card.expect.minimum} to {card.expect.maximum} documents",
        "enabled": "yes" if card.enabled else "not before you have probed it",
    }


def _nights(count: int) -> str:
    return "night" if count == 1 else f"{count} nights"


def _recheck(card: Source) -> str:
    if not card.options.get("recheck", True) or not card.recheck_nights:
        return "a document that is at hand is not asked for again"
    return f"each document asked for again every {_nights(card.recheck_nights)}"


def render(cards: dict[str, Source]) -> str:
    """Return the page as Markdown."""
    parts = [_HEAD]
    for name, card in sorted(cards.items()):
        table = "\n".join(f"| {label} | {value} |" for label, value in _rows(card).items())
        caveats = "\n".join(f"- *{each.sure}*: {each.says}" for each in card.caveats)
        parts.append(f"## {name}: {card.title}\n\n| | |\n| --- | --- |\n{table}\n\n{caveats}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(render(load_cards()), encoding="utf-8")
