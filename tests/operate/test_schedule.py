"""`schedule`: units and crontab lines for odd paths, read by the system's own programs."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import pipeline
from core.errors import UsageError
from core.settings import Settings
from operate import schedule
from operate.schedule import Plan, crontab_line, present_plan, run_schedule, units, verified

ODD = ["plain", "two words", "100%", "50%h", 'a"b', "it's", "$HOME", "back\\slash", "ü", "#x", ";"]
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="needs systemd-analyze"
)


def plan(folder: Path, **more: object) -> Plan:
    """Return a plan whose folders lie in `folder`."""
    values = {
        "settings": Settings(output=folder / "out put"), "at": "02:30", "folder": folder,
        "environment": {"MATERIEL_CONTACT": "a@b.example"}, "log": "text",
    }  # fmt: skip
    return Plan(**{**values, **more})  # type: ignore[arg-type]


def value(text: str, name: str) -> list[str]:
    """Return the values of a directive."""
    return [line.split("=", 1)[1] for line in text.splitlines() if line.startswith(f"{name}=")]


def unquoted(text: str) -> list[str]:
    """Read words as systemd.syntax(7) says: double quotes, backslashes, doubled percent signs."""
    return [word.replace("%%", "%") for word in shlex.split(text)]


@pytest.mark.parametrize("name", ODD)
def test_a_service_names_its_paths_so_that_they_are_read_back(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    text = units(plan(folder, environment={"MATERIEL_CONTACT": name}))["materiel.service"]
    assert value(text, "WorkingDirectory") == [str(folder).replace("%", "%%")]
    command = [word.replace("$$", "$") for word in unquoted(value(text, "ExecStart")[0])]
    assert command == [
        sys.executable, str(schedule.ROOT / "pipeline.py"), "run", "--output",
        str(folder / "out put"), "--log", "text",
    ]  # fmt: skip
    assert unquoted(value(text, "ReadWritePaths")[0])[0] == str(folder / "out put")
    assert unquoted(value(text, "Environment")[0]) == [f"MATERIEL_CONTACT={name}"]


@needs_systemd
@pytest.mark.parametrize("name", ["two words 100% $HOME", "it's", 'a"b\\c'])
@pytest.mark.parametrize("of_user", [False, True])
def test_systemd_finds_nothing_wrong_with_the_units(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, of_user: bool
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    program = folder / "python 100%"
    program.symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(program))
    files = units(plan(folder, environment={"MATERIEL_CONTACT": name}, of_user=of_user))
    assert verified(files) == (True, [])
    program.unlink()
    if "/usr/bin/env" not in files["materiel.service"]:  # it is really this one that is looked for
        good, said = verified(files)
        assert good is False
        assert "python 100%" in "".join(said)


@needs_systemd
def test_a_faulty_unit_is_found(tmp_path: Path) -> None:
    files = units(plan(tmp_path))
    files["materiel.timer"] = files["materiel.timer"].replace("02:30:00", "25:00")
    good, said = verified(files)
    assert good is False
    assert "25:00" in "".join(said)


def test_without_systemd_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = run_schedule(plan(tmp_path), None, cron=False)
    assert (done["checked"], done["status"]) == (None, 0)


def test_limits_of_the_children_are_left_to_them(tmp_path: Path) -> None:
    """Directives that a worker's own limits, its libraries or the crawl could not live with."""
    text = "\n".join(
        line for line in units(plan(tmp_path))["materiel.service"].splitlines() if line[:1] != "#"
    )
    for wrong in ("Limit", "MemoryDenyWriteExecute", "PrivateNetwork", "TasksMax", "MemoryMax"):
        assert wrong not in text
    assert "OOMPolicy=continue" in text
    text = units(plan(Path("/tmp/x")))["materiel.service"]
    assert "PrivateTmp" not in text  # it would hide the output folder
    there = units(plan(tmp_path, settings=Settings(output=Path("/srv/x"))))["materiel.service"]
    assert "PrivateTmp=yes" in there
    assert value(there, "ReadWritePaths") == ['"/srv/x"']
    assert value(text, "ReadWritePaths")[0].endswith(' "/tmp" "/var/tmp"')


@pytest.mark.parametrize("name", ODD)
def test_a_crontab_line_runs_in_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    (folder / "materiel.env").write_text("MATERIEL_SMTP_HOST='mail.example'\n")
    told = "import os, sys; print(os.getcwd()); print(*sys.argv[1:], sep='|', file=sys.stderr)"
    (folder / "pipeline.py").write_text(
        f"{told}\nprint(os.environ['MATERIEL_CONTACT'], os.environ['MATERIEL_SMTP_HOST'],"
        " file=sys.stderr)\n"
    )
    (folder / "out put").mkdir()
    monkeypatch.setattr(schedule, "ROOT", folder)
    line = crontab_line(plan(folder, environment={"MATERIEL_CONTACT": name}, at="04:05"))
    assert line.startswith("5 4 * * * ")
    assert line.endswith("\n")
    assert line.count("\n") == 1
    command = line.split(" ", 5)[5].replace("\\%", "%").rstrip("\n")  # what cron gives to sh
    assert "%" not in line.replace("\\%", "")
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
    logged = (folder / "out put" / "run.log").read_text().splitlines()
    assert logged[-2:] == [
        f"run|--output|{folder / 'out put'}|--log|text|--json", f"{name} mail.example",
    ]  # fmt: skip


def test_the_present_settings_go_along_and_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.toml").write_text("workers = 3\n")
    environment = {
        "MATERIEL_SETTINGS": "my.toml", "MATERIEL_SMTP_PASSWORD": "secret", "PATH": "/bin",
        "MATERIEL_OUTPUT": "x", "MATERIEL_KILL_AT": "after-blob", "TESSDATA_PREFIX": "/t",
    }  # fmt: skip
    made = present_plan(
        Settings(output=Path("x"), workers=3), "23:59", sources=["ted"], environment=environment
    )
    assert made.environment == {
        "MATERIEL_SETTINGS": str(tmp_path / "my.toml"), "TESSDATA_PREFIX": "/t",
    }  # fmt: skip
    assert made.command[2:] == ["run", "ted", "--output", str(tmp_path / "x")]
    other = present_plan(Settings(workers=5), "23:59", environment=environment)
    assert other.command[-2:] == ["--workers", "5"]
    assert "secret" not in "".join(units(made).values()) + crontab_line(made)


@pytest.mark.parametrize("at", ["24:00", "2:30", "02:60", "02:30:00", "", "02:30\nX=1"])
def test_a_time_that_is_none_is_refused(tmp_path: Path, at: str) -> None:
    with pytest.raises(UsageError, match="--at is a time of day"):
        plan(tmp_path, at=at)


def test_what_no_unit_can_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no unit and no crontab"):
        plan(tmp_path / "a\nExecStartPre=b")
    with pytest.raises(UsageError, match="no unit and no crontab"):
        plan(tmp_path, environment={"MATERIEL_CONTACT": os.fsdecode(b"\xff")})


def test_the_command_writes_files_or_prints_them(tmp_path: Path) -> None:
    def call(*arguments: str) -> str:
        done = CliRunner().invoke(
            pipeline.cli, ["schedule", "--output", str(tmp_path / "out"), *arguments],
            catch_exceptions=False,
        )  # fmt: skip
        assert done.exit_code == 0, done.output
        return done.stdout

    printed = call("ted")
    assert "[Timer]" in printed
    assert '"run" "ted" "--output"' in printed
    assert '"--log" "text"' in printed
    call("--to", str(tmp_path / "units"), "--at", "03:00", "--log", "json")
    assert sorted(file.name for file in (tmp_path / "units").iterdir()) == [
        "materiel.service", "materiel.timer",
    ]  # fmt: skip
    assert "OnCalendar=*-*-* 03:00:00" in (tmp_path / "units" / "materiel.timer").read_text()
    assert '"--log" "json"' in (tmp_path / "units" / "materiel.service").read_text()
    assert call("--cron").startswith("30 2 * * * cd ")
    assert json.loads(call("--json"))["steps"][0].startswith("mkdir -p ")
    wrong = CliRunner().invoke(pipeline.cli, ["schedule", "no_such_source"])
    assert isinstance(wrong.exception, UsageError)
