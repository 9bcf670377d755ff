"""What TED's Search API says of a notice, where its XML was refused: the API's own fields as JSON.

Names and shapes are those of the API's description (version 3): titles are one text per language,
names of organisations lists per language, most else lists. Lists that belong together (lots, sums,
winners) are not aligned, so that no lot or award of its own is made of them: a sum is taken where
there is but one with one currency, and the record says by its format where it comes from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lxml import etree

from core.keys import notice_number
from core.languages import language_code
from core.records import Award, Document, Notice, Page, Party, Reading, Stated, Value
from core.text import one_line
from extract.common import File
from extract.detect import Detected
from extract.language import guess_language
from extract.notices.common import Kind, country_code, iso_date, state_value, write_codes
from extract.notices.page import NoticePage
from extract.plain import read_text
from extract.version import VERSION

FORMAT = "ted-search-fields"
_SUMS: tuple[tuple[str, str, Kind], ...] = (
    ("estimated-value-proc", "estimated-value-cur-proc", "estimate"),
    ("result-value-notice", "result-value-cur-notice", "award"),
    ("framework-value-notice", "result-value-cur-notice", "ceiling"),
)
_STATED = (
    "notice-title", "buyer-name", "title-lot", "description-lot", "winner-name", "tender-value",
    *(name for name, _, _ in _SUMS),
)  # fmt: skip
_TYPES = {"cn": "competition", "can": "result", "pin": "planning", "veat": "dir-awa-pre"}


def is_search_answer(value: Any) -> bool:
    """Tell whether a JSON value is what the search says of one notice."""
    return isinstance(value, Mapping) and "publication-number" in value and "links" in value


def _texts(value: Any, language: str) -> list[str]:
    """Return the texts of a field, in a language where it has several."""
    if isinstance(value, Mapping):
        return _texts(value.get(language, next(iter(value.values()), None)), language)
    if isinstance(value, list):
        return [text for each in value for text in _texts(each, language)]
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        text = one_line(str(value))
        return [text] if text else []
    return []


class _Fields:
    """The fields of one notice: texts in its language, and where each stands on the page."""

    def __init__(self, said: Mapping[str, Any], page: NoticePage) -> None:
        titles = said.get("notice-title")
        languages = list(titles) if isinstance(titles, Mapping) else []
        self.language = "eng" if "eng" in languages else (languages or ["eng"])[0]
        self.said = said
        self.page = page
        root = etree.Element("notice")
        self._elements = {name: etree.SubElement(root, name) for name in _STATED}

    def texts(self, name: str) -> list[str]:
        """Return the texts of a field, each once."""
        return list(dict.fromkeys(_texts(self.said.get(name), self.language)))

    def one(self, name: str) -> str | None:
        """Return the only text of a field; None where there are none or several."""
        found = self.texts(name)
        return found[0] if len(found) == 1 else None

    def element(self, name: str) -> etree._Element:
        """Return what gives a stated text its path: `/notice/<field>`."""
        return self._elements[name]

    def state(self, caption: str, name: str) -> tuple[Stated, ...]:
        """Write the texts of a field and return them with their places."""
        return tuple(
            self.page.state_once(caption, text, self.element(name)) for text in self.texts(name)
        )

    def sums(self) -> tuple[Value, ...]:
        """Write and return the sums of the notice that have one currency."""
        return tuple(
            value
            for name, currency, kind in _SUMS
            for value in state_value(
                self.page, kind, self.element(name), self.one(currency), self.one(name)
            )
        )

    def parties(self, caption: str, name: str, country: str) -> tuple[Party, ...]:
        """Write and return bodies; a country is theirs where there is but one of each."""
        stated = self.state(caption, name)
        code = country_code(self.one(country)) if len(stated) == 1 else None
        return tuple(Party(name=each, country=code) for each in stated)


def _award(fields: _Fields) -> tuple[Award, ...]:
    winners = fields.parties("Winner", "winner-name", "winner-country")
    if not winners:
        return ()
    value = state_value(
        fields.page,
        "award",
        fields.element("tender-value"),
        fields.one("tender-value-cur"),
        fields.one("tender-value") if len(winners) == 1 else None,
    )
    return (Award(number="1", winners=winners, values=value),)


def _notice(said: Mapping[str, Any], page: NoticePage) -> Notice:
    fields = _Fields(said, page)
    kind = fields.one("notice-type") or "unknown"
    titles = fields.state("Title", "notice-title")
    buyers = fields.parties("Buyer", "buyer-name", "buyer-country")
    codes = tuple(fields.texts("classification-cpv"))
    write_codes(page, codes)
    values = fields.sums()
    page.gap()
    fields.state("Lot", "title-lot")
    fields.state("Description", "description-lot")
    awards = _award(fields)
    ends = map(iso_date, fields.texts("deadline-receipt-tender-date-lot"))
    return Notice(
        format=FORMAT,
        number=notice_number(str(said["publication-number"])),
        type=_TYPES.get(kind.partition("-")[0], kind),
        notice_type=kind,
        buyers=buyers,
        title=titles[0] if titles else None,
        reference=fields.one("internal-identifier-proc"),
        country=country_code(fields.one("buyer-country")),
        language=language_code(fields.language),
        published=iso_date(fields.one("publication-date")),
        dispatched=iso_date(fields.one("dispatch-date")),
        deadline=min(filter(None, ends), default=None),
        procedure=fields.one("procedure-type"),
        nature=fields.one("contract-nature"),
        legal_basis=fields.one("legal-basis"),
        cpv=codes,
        values=values,
        awards=awards,
        links=tuple(fields.texts("document-url-lot")),
    )


def _page(notice: Notice, page: NoticePage) -> Page:
    page.gap()
    for caption, text in (
        ("Notice", notice.number), ("Procedure", notice.procedure), ("Nature", notice.nature),
        ("Reference", notice.reference), ("Country", notice.country),
        ("Published", notice.published), ("Deadline", notice.deadline),
    ):  # fmt: skip
        if text:
            page.line(f"{caption}: {text}")
    page.line("Only what TED's search says of the notice could be had; its XML was refused.")
    return page.finish()


def read_json(file: File, detected: Detected) -> Reading:
    """Read what the search says of a notice; any other JSON is read as plain text."""
    said = json.loads(file.data)
    if not is_search_answer(said):
        return read_text(file, detected)
    writing = NoticePage(file.label)
    notice = _notice(said, writing)
    page = _page(notice, writing)
    title = notice.title.text if notice.title else None
    document = Document(
        sha256=file.sha256,
        media_type=detected.media_type,
        kind="notice",
        extractor=VERSION,
        language=notice.language or guess_language(page.text),
        title=title,
        published=notice.published,
        reference=notice.number,
        pages=(page,),
        notice=notice,
        issues=(
            file.issue(
                "search_fields_only",
                "The notice itself was refused; lots, awards and parties may be incomplete.",
            ),
        ),
    )
    return Reading(document=document)
