"""Settings come from defaults, file, environment and command line, in that order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.errors import SettingsError, UsageError
from core.settings import Settings, load_settings


def write(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings(environment={})
    assert settings == Settings()
    assert (settings.workers, settings.max_attempts, settings.contact) == (2, 2, "")
    assert settings.database == Path("output/materiel.db")
    assert settings.archive == Path("output/archive")
    assert settings.journal == Path("output/journal")
    assert settings.for_source("ted") == {}


def test_a_later_one_wins(tmp_path: Path) -> None:
    file = write(tmp_path, 'workers = 3\ncontact = "a@b.eu"\noutput = "x"\ntime_limit = 10\n')
    environment = {"MATERIEL_WORKERS": "4", "MATERIEL_TIME_LIMIT": "2.5", "HOME": "/"}
    settings = load_settings(file, environment, output=tmp_path, workers=None)
    assert settings.contact == "a@b.eu"
    assert settings.workers == 4
    assert settings.time_limit == 2.5
    assert settings.output == tmp_path
    assert load_settings(file, environment, workers=5).workers == 5
    assert load_settings(file, {}).output == Path("x")


def test_the_file_of_the_working_folder_and_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "materiel.toml").write_text("workers = 7\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert load_settings(environment={}).workers == 7
    other = write(tmp_path, "workers = 8\n")
    assert load_settings(environment={"MATERIEL_SETTINGS": str(other)}).workers == 8
    monkeypatch.setenv("MATERIEL_WORKERS", "9")
    assert load_settings().workers == 9
    assert load_settings(environment={"MATERIEL_KILL_AT": "after-blob"}).workers == 7


def test_sources(tmp_path: Path) -> None:
    file = write(tmp_path, "[sources.ted]\nenabled = true\ndelay = 0.5\nminimum = 3\n")
    settings = load_settings(file, {})
    assert settings.for_source("ted") == {"enabled": True, "delay": 0.5, "minimum": 3}
    assert settings.for_source("other") == {}
    with pytest.raises(TypeError):
        settings.sources["ted"] = {}  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("wrokers = 2\n", "own.toml has no setting 'wrokers'"),
        ("workers = \n", "own.toml cannot be read as settings"),
        ("\x00", "cannot be read as settings"),
        ('workers = "many"\n', "workers must be a int"),
        ("workers = 2.7\n", "workers must be a int"),
        ("workers = true\n", "workers must be a int"),
        ("workers = [1]\n", "workers must be a int"),
        ("contact = 5\n", "contact must be a text"),
        ("output = 5\n", "output must be a"),
        ("sources = 5\n", r"one table for each source"),
        ("sources = {ted = 5}\n", r"one table for each source"),
        ("[sources.ted]\nspeed = 1\n", r"\[sources.ted\] has no key 'speed'"),
        ("workers = 0\n", "workers must be at least 1"),
        ("memory_limit = -1\n", "memory_limit must be at least 1"),
        ("time_limit = 0\n", "time_limit must be above 0"),
        ("night_deadline = -0.5\n", "night_deadline must be above 0"),
        ("request_timeout = nan\n", "request_timeout must be above 0"),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as caught:
        load_settings(write(tmp_path, text), {})
    assert isinstance(caught.value, UsageError)
    assert caught.value.exit_status == 2


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nothing\.toml cannot be read"):
        load_settings(tmp_path / "nothing.toml", {})


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes(b'contact = "\xe9"\n')
    with pytest.raises(SettingsError, match="cannot be read as settings"):
        load_settings(path, {})


@pytest.mark.parametrize(
    ("environment", "overrides", "words"),
    [
        ({"MATERIEL_SPEED": "1"}, {}, "The environment has no setting 'speed'"),
        ({"MATERIEL_WORKERS": ""}, {}, "workers must be a int"),
        ({"MATERIEL_TIME_LIMIT": "nan"}, {}, "time_limit must be above 0"),
        ({"MATERIEL_SOURCES": "ted"}, {}, "one table for each source"),
        ({}, {"speed": 1}, "The command line has no setting 'speed'"),
        ({}, {"workers": 0}, "workers must be at least 1"),
    ],
)
def test_environment_and_command_line_are_checked_too(
    tmp_path: Path, environment: dict[str, str], overrides: dict[str, Any], words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        load_settings(write(tmp_path, ""), environment, **overrides)


@pytest.mark.parametrize("contact", ["", "us@example.eu", "https://example.eu/bot", "http://x"])
def test_contacts(contact: str) -> None:
    assert Settings(contact=contact).contact == contact


@pytest.mark.parametrize(
    "contact",
    ["me", "me@here", "a b@c.eu", "ftp://x.eu", "http://", "a@b.eu\n", "a@b.eu\r\nX-Header: 1"],
)
def test_a_contact_that_reaches_nobody_or_breaks_a_header_is_refused(contact: str) -> None:
    with pytest.raises(SettingsError, match="neither an e-mail address nor"):
        Settings(contact=contact)
