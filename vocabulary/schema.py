"""Read and check the vocabulary's TOML files: one clear error for each fault."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from vocabulary.errors import (
    BadCpv,
    BadVocabularyValue,
    UnknownVocabularyKey,
    UnreadableVocabulary,
)

Table = Mapping[str, object]
_Kind = TypeVar("_Kind")

_ID = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2}")
_CPV = re.compile(r"\d{2,8}")
# The divisions of the CPV 2008 (Regulation (EC) No 213/2008, Annex I).
_CPV_DIVISIONS = frozenset({
    "03", "09", "14", "15", "16", "18", "19", "22", "24", "30", "31", "32", "33", "34", "35", "37",
    "38", "39", "41", "42", "43", "44", "45", "48", "50", "51", "55", "60", "63", "64", "65", "66",
    "70", "71", "72", "73", "75", "76", "77", "79", "80", "85", "90", "92", "98",
})  # fmt: skip


def read_toml(path: Path) -> dict[str, object]:
    """The content of a TOML file; raises UnreadableVocabulary when there is none."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise UnreadableVocabulary(f"{path.name} cannot be read ({fault}); restore it.") from fault


def check_keys(entry: Table, known: Iterable[str], where: str) -> None:
    """Raise UnknownVocabularyKey unless every key of `entry` is known."""
    for key in entry:
        if key not in known:
            raise UnknownVocabularyKey(f"{where} has the unknown key {key!r}; correct its name.")


def get_value(
    entry: Table, key: str, kind: type[_Kind], default: _Kind | None, where: str
) -> _Kind:
    """`entry[key]`, which must be of `kind`; without a default it must be there."""
    value = entry.get(key, default)
    if not isinstance(value, kind):
        raise BadVocabularyValue(f"{where} needs {key!r} as {kind.__name__}, not {value!r}.")
    return value


def get_words(entry: Table, key: str, where: str) -> tuple[str, ...]:
    """`entry[key]` as a tuple of non-empty texts without spaces at the ends; () when absent."""
    words = get_value(entry, key, list, [], where)
    for word in words:
        if not isinstance(word, str) or not word or word != word.strip():
            raise BadVocabularyValue(f"{where} has {word!r} among {key!r}; write a plain text.")
    return tuple(words)


def get_words_by_language(entry: Table, key: str, where: str) -> dict[str, tuple[str, ...]]:
    """`entry[key]` as words by ISO 639-1 code; {} when absent."""
    table = get_value(entry, key, dict, {}, where)
    for language in table:
        if not _LANGUAGE.fullmatch(language):
            raise BadVocabularyValue(f"{where} has {language!r} in {key!r}; use a language code.")
    return {language: get_words(table, language, f"{where}, {key}") for language in table}


def get_id(entry: Table, where: str) -> str:
    """`entry["id"]`, which must be snake_case."""
    value = get_value(entry, "id", str, None, where)
    if not _ID.fullmatch(value):
        raise BadVocabularyValue(f"{where} has the id {value!r}; write it in snake_case.")
    return value


def get_tables(entry: Table, key: str, where: str) -> list[Table]:
    """`entry[key]` as a list of tables, at least one."""
    tables = get_value(entry, key, list, None, where)
    if not tables or not all(isinstance(table, dict) for table in tables):
        raise BadVocabularyValue(f"{where} needs at least one [[{key}]].")
    return tables


def cpv_prefix(code: str, where: str) -> str:
    """The digits of a CPV code that carry meaning: `35125300` is `351253`, `34100000` is `341`.

    Raises BadCpv unless `code` has two to eight digits and starts with a division of the CPV.
    """
    if not _CPV.fullmatch(code) or code[:2] not in _CPV_DIVISIONS:
        raise BadCpv(f"{where} has the CPV code {code!r}, which is none; look it up.")
    return code[:2] + code[2:].rstrip("0")
