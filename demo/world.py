"""The invented world: programmes, publications and notices, read from `content/*.toml`.

A page, file or notice with `nights = [1, 2, 4]` is there on these nights only, and a file then
answers 404 or what its `gone` says. From the night of a `[[version]]` a page has its other values
and is changed on that day. From the night of a `[[file.version]]` a file has another `body`, or the
passages that `edits` gives; `change` is what reading says of it. `keeps` may name what does not
show that: the `page` (size and date of the file) and the `validators` of the answer. From the night
of `moved` a file has the address that its `id` gives, and the old one redirects there.
"""

import datetime as dt
import functools
import tomllib
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.exchange import Change

CONTENT = Path(__file__).parent / "content"
NIGHTS = (1, 2, 3, 4, 5)
# a Friday, and Monday to Thursday of the week after it
_DAYS = dict(zip(NIGHTS, (dt.date(2026, 11, day) for day in (20, 23, 24, 25, 26)), strict=True))
_NAMESPACE = uuid.UUID("6f7c5a52-0c4e-5f0e-9d3c-2b1f6f1f7a10")


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One PDF: its marked body (see `layout.py` for the syntax) and what the whole of it says.

    `fund` (an id) and `currency` are what the identification table says for all entries. `saved`
    is the day on which the file was saved anew by another program, which its metadata then tell.
    """

    title: str
    language: str
    header: str
    body: str
    fund: str | None = None
    currency: str = "EUR"
    saved: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class Download:
    """One file offered on a publication page: a PDF, or a ZIP of several.

    `body` names the built file with its bytes. The page tells the size of the one named `shown`
    and the day `uploaded`; its answer has the entity tag of the one named `tagged` and is
    `modified` on that day. `change` is what reading says of it against the version before.
    """

    uuid: str
    language: str
    filename: str
    title: str
    uploaded: dt.date
    modified: dt.date
    papers: tuple[tuple[str, Paper], ...]
    body: str
    shown: str
    tagged: str
    change: Change | None = None

    @property
    def name(self) -> str:
        """The stable part of its address: uuid and language."""
        return f"{self.uuid}_{self.language}"

    @property
    def key(self) -> str:
        """The document key."""
        return f"europa:{self.name}"

    @property
    def kind(self) -> str:
        """`pdf` or `zip`."""
        return self.filename.rsplit(".", 1)[-1].lower()


@dataclass(frozen=True, kw_only=True)
class Publication:
    """One programme page (site `eutf`) or publication page (site `enlargement`).

    `markup` names the variant of the list item and page: `A` (list meta, time element), `B` (div
    meta, plain date, absolute link), `C` (list links straight to the file), `ecl5`. `changed` is
    the day of its last change, which feeds go by.
    """

    site: str
    node: int
    slug: str
    title: str
    type: str
    published: dt.date
    changed: dt.date
    country: str
    country_code: str
    summary: str
    markup: str = "A"
    region: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    downloads: tuple[Download, ...] = ()

    @property
    def path(self) -> str:
        """The page's path on its site; a variant C item has no page, so its file's."""
        if self.markup == "C":
            return download_path(self.downloads[0])
        folder = "our-programmes" if self.site == "eutf" else "publications"
        return f"/{folder}/{self.slug}_en"


@dataclass(frozen=True, kw_only=True)
class Lot:
    """One lot of a notice, or the whole of an undivided one. Amounts are decimal strings."""

    number: int
    title: str
    description: str
    cpv: str
    estimate: str | None = None
    award: str | None = None
    winner: str | None = None
    winner_country: str | None = None
    concluded: dt.date | None = None
    tenders: int = 1


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One TED notice. `form`: F02, F03, defence-award, defence-contract, eforms-cn, eforms-can."""

    number: int
    year: int
    form: str
    namespace: str
    language: str
    published: dt.date
    issue: int
    buyer: str
    buyer_town: str
    buyer_country: str
    nuts: str
    title: str
    title_en: str
    description: str
    nature: str
    cpv: str
    currency: str = "EUR"
    reference: str
    deadline: dt.date | None = None
    programme: str | None = None
    fund: str | None = None
    earlier: str | None = None
    lots: tuple[Lot, ...]

    @property
    def name(self) -> str:
        """Publication number as the API and the addresses show it, without padding."""
        return f"{self.number}-{self.year}"

    @property
    def key(self) -> str:
        """The document key."""
        return f"ted:{self.name}"

    @property
    def is_award(self) -> bool:
        """Say whether the notice reports a result."""
        return self.form in {"F03", "defence-award", "eforms-can"}


@dataclass(frozen=True, kw_only=True)
class Departed:
    """A file that is no longer at its address: `status` is 410, or 301 with `location`."""

    site: str
    status: int
    location: str = ""


@dataclass(frozen=True, kw_only=True)
class World:
    """Everything the replica publishes on a night; `departed` is by the name of the download."""

    night: int
    publications: tuple[Publication, ...]
    notices: tuple[Notice, ...]
    departed: Mapping[str, Departed]

    def of_site(self, site: str) -> list[Publication]:
        """Return a site's publications, newest first."""
        here = [p for p in self.publications if p.site == site]
        return sorted(here, key=lambda p: (p.published, p.node), reverse=True)

    @functools.cached_property
    def by_name(self) -> dict[str, Download]:
        """The files by uuid and language."""
        return {download.name: download for _, download in self.downloads()}

    def downloads(self) -> Iterator[tuple[Publication, Download]]:
        """Yield every file with the page that offers it."""
        for publication in self.publications:
            for download in publication.downloads:
                yield publication, download


def download_path(download: Download) -> str:
    """Return the address of a file on its site, with the cosmetic file name."""
    return f"/document/download/{download.name}?filename={download.filename}"


def day_of(night: int) -> dt.date:
    """Return the day of a night. Raises KeyError for a night that the replica does not have."""
    return _DAYS[night]


def on_night(table: Mapping[str, Any], night: int) -> bool:
    """Say whether what a content table describes is there on a night; see its key `nights`."""
    return night in table.get("nights", NIGHTS)


@functools.cache
def load_world(night: int = 1) -> World:
    """Read the content folder as of a night.

    Raises KeyError or TypeError where a field is missing or unknown, and for an unknown night.
    """
    day_of(night)
    tables = [(site, t) for site in ("eutf", "enlargement", "intpa") for t in _read(CONTENT / site)]
    here = [(site, table) for site, table in tables if on_night(table, night)]
    notices = (n for data in _read(CONTENT / "ted") for n in data["notice"])
    return World(
        night=night,
        publications=tuple(_publication(site, table, night) for site, table in here),
        notices=tuple(_notice(n) for n in notices if on_night(n, night)),
        departed=dict(_departed(here, night)),
    )


def _read(folder: Path) -> Iterable[dict[str, Any]]:
    for path in sorted(folder.glob("*.toml")):
        yield tomllib.loads(path.read_text(encoding="utf-8"))


def _due(table: Mapping[str, Any], night: int) -> list[dict[str, Any]]:
    """Return the versions of a page or file that have come by a night, in order."""
    return [version for version in table.get("version", ()) if version["night"] <= night]


def _publication(site: str, data: dict[str, Any], night: int) -> Publication:
    apart = {"file", "fund", "nights", "version"}
    values = {"changed": data["published"]} | {k: v for k, v in data.items() if k not in apart}
    for version in _due(data, night):
        said = {k: v for k, v in version.items() if k not in {"night", "fields"}}
        said["fields"] = values.get("fields", {}) | version.get("fields", {})
        values |= {"changed": day_of(version["night"])} | said
    files = [file for file in data["file"] if on_night(file, night)]
    downloads = tuple(_download(file, data, night) for file in files)
    return Publication(site=site, **values | {"downloads": downloads})


def _uuid(file_id: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, file_id))


def _has_moved(file: dict[str, Any], night: int) -> bool:
    return "moved" in file and night >= file["moved"]["night"]


def _download(file: dict[str, Any], page: dict[str, Any], night: int) -> Download:
    """Return a file as of a night; `keeps` in a version names what stays as it was before it."""
    first = f"{_uuid(file['id'])}_{file['language']}"
    uploaded = file.get("uploaded", page["published"])
    says: dict[str, Any] = {"shown": first, "uploaded": uploaded}
    says |= {"tagged": first, "modified": uploaded}
    current, body, change = file, first, None
    for number, version in enumerate(_due(file, night), start=2):
        current = _edited(current, version)
        body, day = f"{first}.{number}", day_of(version["night"])
        keeps = version.get("keeps", ())
        says |= {} if "page" in keeps else {"shown": body, "uploaded": day}
        says |= {} if "validators" in keeps else {"tagged": body, "modified": day}
        change = version["change"]
    members = current.get("member", [current])
    return Download(
        uuid=_uuid(file["moved"]["id"] if _has_moved(file, night) else file["id"]),
        language=file["language"],
        filename=file["filename"],
        title=current["title"],
        papers=tuple((m["filename"], _paper(m, current, page)) for m in members),
        body=body,
        change=change,
        **says,
    )


def _edited(file: dict[str, Any], version: dict[str, Any]) -> dict[str, Any]:
    """Return a file's table with a version's changes; `edits` replaces passages of its body."""
    body: str = version.get("body", file.get("body", ""))
    for old, new in version.get("edits", {}).items():
        if old not in body:
            raise KeyError(f"{file['id']}: {old!r} is not in its body")
        body = body.replace(old, new)
    named = {k: version[k] for k in ("title", "header") if k in version}
    saved = {"saved": day_of(version["night"])} if version["change"] == "metadata" else {}
    return file | named | saved | ({"body": body} if body else {})


def _paper(member: dict[str, Any], file: dict[str, Any], page: dict[str, Any]) -> Paper:
    return Paper(
        title=member["title"],
        language=member.get("language", file["language"]),
        header=member.get("header", ""),
        body=member["body"],
        fund=member.get("fund", page.get("fund")),
        saved=file.get("saved"),
    )


def _departed(
    tables: list[tuple[str, dict[str, Any]]], night: int
) -> Iterator[tuple[str, Departed]]:
    """Yield the files of tonight's pages that were at an address and are there no more."""
    for site, page in tables:
        for file in page["file"]:
            name = f"{_uuid(file['id'])}_{file['language']}"
            if _has_moved(file, night):
                now = download_path(_download(file, page, night))
                yield name, Departed(site=site, status=301, location=now)
            elif "gone" in file and night > max(file["nights"]):
                yield name, Departed(site=site, status=file["gone"])


def _notice(data: dict[str, Any]) -> Notice:
    lots = tuple(Lot(number=n, **lot) for n, lot in enumerate(data["lot"], start=1))
    return Notice(**{k: v for k, v in data.items() if k not in {"lot", "nights"}} | {"lots": lots})
