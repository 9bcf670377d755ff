"""What a probe's samples say: what each selector found in them, and what robots.txt allows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from parsel import Selector

from crawlers.politeness.robots import robots_words
from crawlers.spiders import SPIDERS

_HEADERS = (
    "content-type", "etag", "last-modified", "cache-control", "retry-after", "server",
    "x-robots-tag", "x-amzn-waf-action", "cf-mitigated", "content-disposition",
)  # fmt: skip


def read_samples(source: str, folder: Path) -> dict[str, Any]:
    """Return what the samples of a source hold: `robots`, `answers`, `never_found`."""
    selectors = SPIDERS[source].selectors
    answers = [_answer(file, selectors) for file in sorted(folder.glob("*.answer.json"))]
    return {
        "robots": [_robots(answer, folder) for answer in answers if _is_robots(answer)],
        "answers": [answer for answer in answers if not _is_robots(answer)],
        "never_found": _never_found(answers, selectors),
    }


def _is_robots(answer: dict[str, Any]) -> bool:
    return bool(answer["asked"].endswith("/robots.txt"))


def _answer(file: Path, selectors: dict[str, str]) -> dict[str, Any]:
    """Return an answer's address, status and telling headers, and how often each selector hit."""
    said: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    body = (file.parent / said["file"]).read_bytes()
    headers = {name: said["headers"][name] for name in _HEADERS if name in said["headers"]}
    found: dict[str, int] = {}
    if said["file"].endswith(".html"):
        page = Selector(text=body.decode("utf-8", "replace"))
        found = {name: len(page.css(css)) for name, css in selectors.items()}
    elif said["file"].endswith(".json"):
        found = _keys(body)
    return {
        "asked": said["asked"],
        "method": said["method"],
        "answered": said["answered"],
        "status": said["status"],
        "bytes": len(body),
        "headers": headers,
        "file": said["file"],
        "found": found,
    }


def _keys(body: bytes) -> dict[str, int]:
    """Count the keys of a JSON answer, by path, and those of the things in its lists."""
    counts: dict[str, int] = {}

    def walk(value: Any, path: str, depth: int) -> None:
        if isinstance(value, dict) and depth:
            for name, inner in value.items():
                here = f"{path}.{name}" if path else name
                counts[here] = counts.get(here, 0) + 1
                walk(inner, here, depth - 1)
        elif isinstance(value, list):
            for inner in value:
                walk(inner, f"{path}[]", depth)

    try:
        walk(json.loads(body), "", 3)
    except ValueError:
        return {}
    return counts


def _robots(answer: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return what a robots.txt says to us."""
    body = (folder / answer["file"]).read_bytes()
    said = robots_words(answer["status"], answer["headers"], body, answer["asked"])
    return {"url": answer["asked"], "status": answer["status"], **said}


def _never_found(answers: list[dict[str, Any]], selectors: dict[str, str]) -> list[str]:
    """Return the selectors that hit nothing on any page: the first suspects of another markup."""
    pages = [answer["found"] for answer in answers if answer["file"].endswith(".html")]
    return [name for name in selectors if not any(page.get(name) for page in pages)]
