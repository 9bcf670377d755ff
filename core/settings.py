"""One frozen settings object: defaults, then `materiel.toml`, then `MATERIEL_*` variables.

A later one wins over an earlier one; an unknown key is refused, so that a typing error in a
settings file never goes unnoticed.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from core.errors import SettingsError

PREFIX = "MATERIEL_"
# Variables that belong to tests and to deployment, not to the settings.
_RESERVED = {"MATERIEL_KILL_AT", "MATERIEL_LOG", "MATERIEL_QUERIES_DB", "MATERIEL_SETTINGS"}
_MAIL = "MATERIEL_SMTP_"  # a password has no place in a record that is printed; see operate.mail
_SITE = re.compile(r"https?://[^/?#\s@]+")
_SAID = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_CONTACT = re.compile(r"https?://\S+|[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that can be set.

    Sizes are bytes, times are seconds. `sources` holds what overrides a source's card, by source
    id: `base_url`, `enabled`, `delay`, `budget`, `minimum`, `maximum`.
    """

    output: Path = Path("output")
    contact: str = ""
    workers: int = 2
    memory_limit: int = 2 * 1024**3  # address space of one worker
    time_limit: float = 300.0  # wall time for one document
    recycle_after: int = 200  # documents that one worker reads before it is replaced
    max_file: int = 200 * 1024**2  # a larger file is not taken in
    max_depth: int = 3  # archives inside archives
    max_members: int = 5000  # files out of one file, all archives inside it taken together
    night_deadline: float = 6 * 3600.0
    request_timeout: float = 60.0
    max_attempts: int = 2  # a document that ended its worker so often is set aside
    of_note: float = 1_000_000.0  # euro from which a new entry is named in the report
    scheduler: str = ""  # of a Dask cluster that reads and tags
    shared_archive: str = ""  # a path or fsspec address under which its workers find the archive
    metrics: Path = Path("metrics.prom")  # for Prometheus; inside `output` unless absolute
    publish: bool = False  # visitors see accepted and corrected entries
    review_address: str = ""  # where others reach the web app, with scheme and host
    second_share: float = 0.1  # of the decided entries, which get a blind second opinion
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in (
            "workers",
            "memory_limit",
            "recycle_after",
            "max_file",
            "max_members",
            "max_attempts",
        ):
            if getattr(self, name) < 1:
                raise SettingsError(f"The setting {name} must be at least 1.")
        for name in ("time_limit", "night_deadline", "request_timeout", "of_note"):
            if not getattr(self, name) > 0:  # says no to "nan" too
                raise SettingsError(f"The setting {name} must be above 0.")
        if self.contact and not _CONTACT.fullmatch(self.contact):
            raise SettingsError(
                f"The contact {self.contact!r} is neither an e-mail address nor an http address."
            )
        if self.metrics.suffix != ".prom":  # by which the node exporter finds it
            raise SettingsError("The setting metrics must name a file that ends in .prom.")
        if self.shared_archive and not self.scheduler:
            raise SettingsError("A shared_archive goes with a scheduler alone.")
        if not 0 <= self.second_share <= 1:
            raise SettingsError("The setting second_share must be between 0 and 1.")
        if self.review_address and not _SITE.fullmatch(self.review_address):
            raise SettingsError(
                f"The review_address {self.review_address!r} is no address such as"
                " https://materiel.example.org, without a path."
            )
        object.__setattr__(self, "sources", MappingProxyType(dict(self.sources)))

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.output / "materiel.db"

    @property
    def archive(self) -> Path:
        """The folder of bytes under their sha256."""
        return self.output / "archive"

    @property
    def images(self) -> Path:
        """The folder of drawn pages, which can be drawn again."""
        return self.output / "images"

    @property
    def journal(self) -> Path:
        """The folder of journal files, one for each crawl or `add`."""
        return self.output / "journal"

    @property
    def reports(self) -> Path:
        """The folder of the runs' reports as text."""
        return self.output / "reports"

    @property
    def metrics_file(self) -> Path:
        """The file for Prometheus."""
        return self.output / self.metrics

    def for_source(self, source: str) -> Mapping[str, Any]:
        """Return what the settings override on the card of `source`."""
        return self.sources.get(source, {})


_SOURCE_KEYS = {"base_url", "enabled", "delay", "budget", "minimum", "maximum", "options"}


def _converted(name: str, raw: Any, default: Any) -> Any:
    kind = type(default)
    if kind is bool:
        return _yes_or_no(name, raw)
    if kind is str and not isinstance(raw, str):
        raise SettingsError(f"The setting {name} must be a text, not {raw!r}.")
    if isinstance(raw, bool) or (kind is int and isinstance(raw, float)):
        raise SettingsError(f"The setting {name} must be a {kind.__name__}, not {raw!r}.")
    try:
        return Path(raw) if isinstance(default, Path) else kind(raw)
    except (TypeError, ValueError, OverflowError) as error:
        raise SettingsError(
            f"The setting {name} must be a {kind.__name__}, not {raw!r}."
        ) from error


def _yes_or_no(name: str, raw: Any) -> bool:
    said = raw if isinstance(raw, bool) else _SAID.get(str(raw).lower())
    if said is None:
        raise SettingsError(f"The setting {name} must be true or false, not {raw!r}.")
    return said


def _checked_sources(raw: Any) -> Mapping[str, Mapping[str, Any]]:
    if not isinstance(raw, dict) or not all(isinstance(card, dict) for card in raw.values()):
        raise SettingsError("[sources] must hold one table for each source, as in [sources.ted].")
    for source, card in raw.items():
        unknown = sorted(set(card) - _SOURCE_KEYS)
        if unknown:
            known = ", ".join(sorted(_SOURCE_KEYS))
            raise SettingsError(f"[sources.{source}] has no key {unknown[0]!r}; it has {known}.")
    return raw


def _from_table(base: Settings, table: Mapping[str, Any], origin: str) -> Settings:
    known = {f.name for f in fields(Settings)}
    unknown = sorted(set(table) - known)
    if unknown:
        raise SettingsError(f"{origin} has no setting {unknown[0]!r}; see `docs/settings.md`.")
    values: dict[str, Any] = {
        name: _checked_sources(raw)
        if name == "sources"
        else _converted(name, raw, getattr(base, name))
        for name, raw in table.items()
    }
    return replace(base, **values)


def load_settings(
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
    **overrides: Any,
) -> Settings:
    """Return the settings; `overrides` (from the command line) win, None among them is skipped.

    `file` is by default `$MATERIEL_SETTINGS` or `materiel.toml` in the working folder, where there
    is one. Raises `SettingsError` for an unknown key, a wrong value or a file that is no TOML.
    """
    environment = os.environ if environment is None else environment
    path = file or Path(environment.get("MATERIEL_SETTINGS", "materiel.toml"))
    settings = Settings()
    if file is not None or "MATERIEL_SETTINGS" in environment or path.exists():
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"{path} cannot be read as settings: {error}.") from error
        settings = _from_table(settings, table, str(path))
    from_environment = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and name not in _RESERVED and not name.startswith(_MAIL)
    }
    settings = _from_table(settings, from_environment, "The environment")
    given = {name: value for name, value in overrides.items() if value is not None}
    return _from_table(settings, given, "The command line")
