"""The invented world: programmes, publications and notices, read from `content/*.toml`."""

import datetime as dt
import functools
import tomllib
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).parent / "content"
_NAMESPACE = uuid.UUID("6f7c5a52-0c4e-5f0e-9d3c-2b1f6f1f7a10")


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One PDF: its marked body (see `layout.py` for the syntax) and what the whole of it says.

    `fund` (an id) and `currency` are what the identification table says for all entries.
    """

    title: str
    language: str
    header: str
    body: str
    fund: str | None = None
    currency: str = "EUR"


@dataclass(frozen=True, kw_only=True)
class Download:
    """One file offered on a publication page: a PDF, or a ZIP of several."""

    uuid: str
    language: str
    filename: str
    title: str
    uploaded: dt.date
    papers: tuple[tuple[str, Paper], ...]

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
    meta, plain date, absolute link), `C` (list links straight to the file), `ecl5`.
    """

    site: str
    node: int
    slug: str
    title: str
    type: str
    published: dt.date
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
class World:
    """Everything the replica publishes."""

    publications: tuple[Publication, ...]
    notices: tuple[Notice, ...]

    def of_site(self, site: str) -> list[Publication]:
        """Return a site's publications, newest first."""
        here = [p for p in self.publications if p.site == site]
        return sorted(here, key=lambda p: (p.published, p.node), reverse=True)

    def downloads(self) -> Iterator[tuple[Publication, Download]]:
        """Yield every file with the page that offers it."""
        for publication in self.publications:
            for download in publication.downloads:
                yield publication, download


def download_path(download: Download) -> str:
    """Return the address of a file on its site, with the cosmetic file name."""
    return f"/document/download/{download.name}?filename={download.filename}"


@functools.cache
def load_world() -> World:
    """Read the content folder. Raises KeyError or TypeError where a field is missing or unknown."""
    publications = tuple(
        _publication(site, data)
        for site in ("eutf", "enlargement")
        for data in _read(CONTENT / site)
    )
    notices = tuple(_notice(n) for data in _read(CONTENT / "ted") for n in data["notice"])
    return World(publications=publications, notices=notices)


def _read(folder: Path) -> Iterable[dict[str, Any]]:
    for path in sorted(folder.glob("*.toml")):
        yield tomllib.loads(path.read_text(encoding="utf-8"))


def _publication(site: str, data: dict[str, Any]) -> Publication:
    values = {k: v for k, v in data.items() if k not in {"file", "fund"}}
    downloads = [_download(file, data) for file in data["file"]]
    return Publication(site=site, **values | {"downloads": tuple(downloads)})


def _download(file: dict[str, Any], page: dict[str, Any]) -> Download:
    members = file.get("member", [file])
    return Download(
        uuid=str(uuid.uuid5(_NAMESPACE, file["id"])),
        language=file["language"],
        filename=file["filename"],
        title=file["title"],
        uploaded=file.get("uploaded", page["published"]),
        papers=tuple((m["filename"], _paper(m, file, page)) for m in members),
    )


def _paper(member: dict[str, Any], file: dict[str, Any], page: dict[str, Any]) -> Paper:
    return Paper(
        title=member["title"],
        language=member.get("language", file["language"]),
        header=member.get("header", ""),
        body=member["body"],
        fund=member.get("fund", page.get("fund")),
    )


def _notice(data: dict[str, Any]) -> Notice:
    lots = tuple(Lot(number=n, **lot) for n, lot in enumerate(data["lot"], start=1))
    return Notice(**{k: v for k, v in data.items() if k != "lot"} | {"lots": lots})
