"""The sources' cards: one TOML file for each source, and what the settings override on them."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from core.errors import RecordError, SettingsError
from core.records import Source
from crawlers.address_list import read_list

FOLDER = Path(__file__).parent / "cards"
_NESTED = {"delay": "pace", "budget": "pace", "minimum": "expect", "maximum": "expect"}
_PLAIN = {"base_url", "enabled"}
LIST_KIND = "addresses"  # begins at each address of a list, and so has no base_url


def load_cards(overrides: Mapping[str, Mapping[str, Any]] | None = None) -> dict[str, Source]:
    """Return the cards by source id, with the settings' overrides applied.

    `overrides` may set `base_url`, `enabled`, `delay`, `budget`, `minimum`, `maximum` and `options`
    (merged key by key). Raises `SettingsError` for an unknown source and for a value that a card
    cannot hold.
    """
    overrides = overrides or {}
    paths = {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}
    unknown = sorted(set(overrides) - set(paths))
    if unknown:
        raise SettingsError(f"There is no source {unknown[0]!r}; there are {', '.join(paths)}.")
    return {name: read_card(path, overrides.get(name, {})) for name, path in paths.items()}


def read_card(path: Path, override: Mapping[str, Any] | None = None) -> Source:
    """Read one card. Raises `SettingsError` when it, or the override, does not fit."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path.name} cannot be read as a source's card: {error}.") from error
    unknown = sorted(set(table) - set(Source.__struct_fields__))
    if unknown:
        raise SettingsError(f"{path.name} has a key that no card has: {unknown[0]!r}.")
    if table.get("id") != path.stem:
        raise SettingsError(f"{path.name} must hold id = {path.stem!r}, as its name says.")
    return _source(_overridden(table, override or {}, path.stem), path.stem)


def _overridden(table: dict[str, Any], override: Mapping[str, Any], name: str) -> dict[str, Any]:
    result = dict(table)
    for key, value in override.items():
        if key in _NESTED:
            group = _NESTED[key]
            result[group] = {**result.get(group, {}), key: value}
        elif key == "options" and isinstance(value, Mapping):
            result["options"] = {**result.get("options", {}), **value}
        elif key in _PLAIN:
            result[key] = value
        else:
            raise SettingsError(f"[sources.{name}] cannot set {key!r} to {value!r}.")
    return result


def _source(table: dict[str, Any], name: str) -> Source:
    try:
        source = msgspec.convert(table, Source)
    except (msgspec.ValidationError, RecordError) as error:
        raise SettingsError(f"The card of source {name!r} does not hold: {error}.") from error
    if source.kind == LIST_KIND:
        source = _with_list(source)
        if not source.base_url:
            return source
    parts = urlsplit(source.base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"The base_url of source {name!r} is no address: {source.base_url!r}.")
    return source


def _with_list(source: Source) -> Source:
    """Return a card with the place of its list of addresses, and the hosts that it names.

    Where the list cannot be read the crawl of the source says so, and no other command fails.
    """
    file = source.options.get("file")
    if not isinstance(file, str) or not file:
        raise SettingsError(
            f"[sources.{source.id}.options] must name the file with the addresses, as in"
            ' file = "addresses.txt".'
        )
    path = _located(Path(file).expanduser())
    try:
        hosts = read_list(path).hosts
    except SettingsError:
        hosts = ()
    return msgspec.structs.replace(
        source,
        hosts=tuple(dict.fromkeys((*source.hosts, *hosts))),
        options={**source.options, "file": str(path)},
    )


def _located(file: Path) -> Path:
    """Return a file's place: beside the settings file, else in the working folder."""
    settings = Path(os.environ.get("MATERIEL_SETTINGS", "materiel.toml")).parent / file
    return (settings if settings.exists() else file).absolute()
