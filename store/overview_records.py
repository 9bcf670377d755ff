"""What the charts of the overview hold: typed rows, which are table and CSV at once.

Every number stands twice, `reviewed` (accepted or corrected by a person) apart from `pending` (what
nobody has confirmed as it stands, be it new or reopened). Columns that visitors of a published site
do not see are dropped as a whole.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Generic, Protocol, TypeAlias, TypeVar

from store.export import defused

Cell: TypeAlias = str | int | float | None


@dataclass(frozen=True)
class Column:
    """One column: the attribute of a row, its heading, whether visitors see it."""

    name: str
    label: str
    public: bool = True


class Row(Protocol):
    """A row of a chart's table."""

    COLUMNS: ClassVar[tuple[Column, ...]]


R = TypeVar("R", bound=Row)


@dataclass(frozen=True, kw_only=True)
class AmountRow:
    """What the amounts of one kind, fund and year come to, in euro, each amount once.

    `..._amounts` is how many were added up; `..._no_rate` have no euro rate and are not in the sum.
    """

    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("kind", "Kind of amount"),
        Column("fund", "Fund"),
        Column("year", "Year"),
        Column("reviewed", "Reviewed, EUR"),
        Column("reviewed_amounts", "Reviewed amounts"),
        Column("reviewed_no_rate", "Reviewed without a euro rate"),
        Column("pending", "Pending, EUR", public=False),
        Column("pending_amounts", "Pending amounts", public=False),
        Column("pending_no_rate", "Pending without a euro rate", public=False),
    )
    kind: str
    fund: str
    year: str
    reviewed: Decimal
    reviewed_amounts: int
    reviewed_no_rate: int
    pending: Decimal
    pending_amounts: int
    pending_no_rate: int


@dataclass(frozen=True, kw_only=True)
class FamilyRow:
    """How many entries there are of an equipment family for the recipients of a country.

    `code` is the country's ISO 3166 alpha-2 code, "" for other countries and those not stated.
    """

    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("family", "Equipment family"),
        Column("country", "Country of the recipient"),
        Column("code", "Code"),
        Column("reviewed", "Reviewed entries"),
        Column("pending", "Pending entries", public=False),
    )
    family: str
    country: str
    code: str
    reviewed: int
    pending: int


@dataclass(frozen=True, kw_only=True)
class StageRow:
    """How many entries there are of a stage and a year or month."""

    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("stage", "Stage"),
        Column("period", "Year or month"),
        Column("reviewed", "Reviewed entries"),
        Column("pending", "Pending entries", public=False),
    )
    stage: str
    period: str
    reviewed: int
    pending: int


@dataclass(frozen=True, kw_only=True)
class ProgressRow:
    """The entries whose last decision is of a period; the row `NOW` counts all entries.

    Only `NOW` has those that wait and the share that is decided, from 0 to 1.
    """

    NOW: ClassVar[str] = "all, now"
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("period", "When"),
        Column("accepted", "Accepted"),
        Column("corrected", "Corrected"),
        Column("rejected", "Rejected", public=False),
        Column("pending", "Pending", public=False),
        Column("reopened", "Reopened", public=False),
        Column("share", "Share decided", public=False),
    )
    period: str
    accepted: int
    corrected: int
    rejected: int
    pending: int | None = None
    reopened: int | None = None
    share: float | None = None


@dataclass(frozen=True, kw_only=True)
class SourceRow:
    """How the last crawls of a source ended.

    `minimum` is 0 where its lists were not walked whole, so that nothing was expected. `days` have
    passed since `last_good`, the day of the last crawl without fault; both are None where there is
    none. `well` says that the last crawl gave what was expected. `states` are those of the last
    crawls, oldest first.
    """

    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("source", "Source"),
        Column("title", "Title"),
        Column("state", "Last crawl"),
        Column("listed", "Listed"),
        Column("confirmed", "Confirmed"),
        Column("fetched", "Fetched"),
        Column("minimum", "Expected at least"),
        Column("maximum", "Expected at most"),
        Column("last_good", "Last good crawl"),
        Column("days", "Days since"),
        Column("states", "Crawls before, oldest first"),
    )
    source: str
    title: str
    state: str
    listed: int
    confirmed: int
    fetched: int
    minimum: int
    maximum: int
    last_good: str | None
    days: int | None
    well: bool
    states: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Chart(Generic[R]):
    """One chart: what it is called, what it says, what to beware of, and its numbers."""

    id: str
    title: str
    says: str
    caveats: tuple[str, ...]
    kind: type[R]
    records: tuple[R, ...]
    published: bool = False

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the table, without those that visitors do not see where published."""
        return tuple(c for c in self.kind.COLUMNS if c.public or not self.published)

    @property
    def headings(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.label for column in self.columns)

    def rows(self) -> list[tuple[Cell, ...]]:
        """Return the table's rows; sums of money are texts with two decimals."""
        return [
            tuple(_cell(getattr(record, column.name)) for column in self.columns)
            for record in self.records
        ]

    def csv(self) -> str:
        """Return the table as CSV with CRLF, its headings first, formulas made harmless."""
        target = io.StringIO(newline="")
        writer = csv.writer(target)
        writer.writerow(self.headings)
        writer.writerows([defused(cell) for cell in row] for row in self.rows())
        return target.getvalue()


def _cell(value: object) -> Cell:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, float):
        return round(value, 4)
    return value if isinstance(value, str | int) else None


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The five charts."""

    amounts: Chart[AmountRow]
    families: Chart[FamilyRow]
    deliveries: Chart[StageRow]
    progress: Chart[ProgressRow]
    sources: Chart[SourceRow]

    @property
    def charts(
        self,
    ) -> tuple[
        Chart[AmountRow], Chart[FamilyRow], Chart[StageRow], Chart[ProgressRow], Chart[SourceRow]
    ]:
        """The charts in the order in which they are shown."""
        return self.amounts, self.families, self.deliveries, self.progress, self.sources
