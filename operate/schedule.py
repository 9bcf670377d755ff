"""`schedule`: systemd units or a crontab line that start the nightly run with the present settings.

Syntax: systemd.service(5), systemd.syntax(7), systemd.time(7); crontab(5).
"""

from __future__ import annotations

import getpass
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.archive import explained
from core.errors import UsageError
from core.settings import PREFIX, Settings, load_settings

ROOT = Path(__file__).resolve().parents[1]
SECRETS = "materiel.env"  # beside materiel.toml: what may stand in no unit, for others read those
_MAIL = f"{PREFIX}SMTP_"
# Those that are said otherwise (the output folder as an option), or belong to tests.
_LEFT_OUT = {"MATERIEL_OUTPUT", "MATERIEL_KILL_AT", "MATERIEL_QUERIES_DB"}
_ALSO = ("TESSDATA_PREFIX",)  # by which Tesseract finds its languages
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_TEMPORARY = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108 - which PrivateTmp would make others
_SECONDS = 60  # that systemd-analyze may take

_SERVICE = """\
# Written by `python pipeline.py schedule`; write it anew after moving folders or changing settings.
[Unit]
Description=Materiel: the nightly run
Documentation={docs}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
{user}WorkingDirectory={folder}
{environment}# What `--log` tells goes to the journal; the report lies in the output folder.
StandardOutput=null
# Mail settings with their password (MATERIEL_SMTP_...); only its owner may read it.
EnvironmentFile=-{secrets}
ExecStart={command}
# 3, a source below its expectation, is a failure too: `systemctl --failed` shows it.
TimeoutStartSec=infinity
# The run alone is told to stop; it ends its processes itself.
KillMode=mixed
TimeoutStopSec=60
# A document that takes too much memory costs its own process, not the run.
OOMPolicy=continue
Nice=10
IOSchedulingPriority=7

{privileged}# Not here, for they would break reading: MemoryDenyWriteExecute (libraries make code as
# they go), LimitAS and LimitCPU (each process that reads has limits of its own).
NoNewPrivileges=yes
RestrictSUIDSGID=yes
RestrictRealtime=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
"""
# What a user's own service manager has no right to do.
_PRIVILEGED = """\
# The whole system is read-only but for the output folder.
ProtectSystem=strict
ReadWritePaths={writable}
{private_tmp}PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
CapabilityBoundingSet=
"""
_TIMER = """\
[Unit]
Description=Materiel: every night at {at}

[Timer]
OnCalendar=*-*-* {at}:00
RandomizedDelaySec=10min
# A night that the machine slept through is made up for.
Persistent=true

[Install]
WantedBy=timers.target
"""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is started and how; `sources` empty: all that are enabled."""

    settings: Settings
    at: str
    folder: Path  # where materiel.toml lies or would lie
    environment: Mapping[str, str]
    sources: tuple[str, ...] = ()
    log: str | None = None
    workers: int | None = None  # where the command line names them
    of_user: bool = False

    def __post_init__(self) -> None:
        if not _TIME.fullmatch(self.at):
            raise UsageError(f"--at is a time of day such as 02:30, not {self.at!r}.")
        values = [str(self.settings.output), str(self.folder), sys.executable, str(ROOT)]
        for value in (*values, *self.environment.values()):
            if any(ord(sign) < 32 or 0xD800 <= ord(sign) < 0xE000 for sign in value):
                raise UsageError(f"{value!r} holds signs that no unit and no crontab can hold.")

    @property
    def command(self) -> list[str]:
        """What is started, word for word."""
        log = ["--log", self.log] if self.log else []
        workers = ["--workers", str(self.workers)] if self.workers else []
        output = ["--output", str(self.settings.output.absolute())]
        script = str(ROOT / "pipeline.py")
        return [sys.executable, script, "run", *self.sources, *output, *workers, *log]


def present_plan(
    settings: Settings,
    at: str,
    *,
    sources: Sequence[str] = (),
    log: str | None = None,
    of_user: bool = False,
    environment: Mapping[str, str] | None = None,
) -> Plan:
    """Return the plan for the present settings: this folder, `MATERIEL_...` variables, options.

    Mail settings are left out; they belong into `materiel.env`. Raises `UsageError` for what cannot
    be written into a unit.
    """
    environment = os.environ if environment is None else environment
    usual = load_settings(environment=environment).workers
    kept = {
        name: value
        for name, value in sorted(environment.items())
        if name in _ALSO
        or (name.startswith(PREFIX) and not name.startswith(_MAIL) and name not in _LEFT_OUT)
    }
    if "MATERIEL_SETTINGS" in kept:
        kept["MATERIEL_SETTINGS"] = str(Path(kept["MATERIEL_SETTINGS"]).absolute())
    return Plan(
        settings=settings, at=at, folder=Path.cwd(), environment=kept, sources=tuple(sources),
        log=log, workers=settings.workers if settings.workers != usual else None, of_user=of_user,
    )  # fmt: skip


def units(plan: Plan) -> dict[str, str]:
    """Return the service and the timer, by file name."""
    output = plan.settings.output.absolute()
    metrics = plan.settings.metrics_file.absolute().parent
    writable = [output] if metrics.is_relative_to(output) else [output, metrics]
    variables = [f"{name}={value}" for name, value in plan.environment.items()]
    shared = any(each.is_relative_to(place) for each in writable for place in _TEMPORARY)
    writable += _TEMPORARY if shared else ()
    privileged = _PRIVILEGED.format(
        writable=" ".join(_quoted(str(each)) for each in writable),
        private_tmp="" if shared else "PrivateTmp=yes\n",
    )
    service = _SERVICE.format(
        docs=_path((ROOT / "docs" / "operate.md").as_uri()),
        user="" if plan.of_user else f"User={_path(getpass.getuser())}\n",
        folder=_path(plan.folder),
        environment="".join(f"Environment={_quoted(each)}\n" for each in variables),
        secrets=_path(plan.folder / SECRETS),
        command=_started(plan.command),
        privileged="" if plan.of_user else privileged,
    )
    return {"materiel.service": service, "materiel.timer": _TIMER.format(at=plan.at)}


def _started(command: Sequence[str]) -> str:
    """Return the words of `ExecStart=`.

    The program's own name must have no quotes and backslashes, and no variable is put in there.
    """
    program, *words = command
    if set(program) & set("\"'\\"):
        program, words = "/usr/bin/env", list(command)
    return " ".join([_quoted(program), *(_quoted(word).replace("$", "$$") for word in words)])


def _path(value: Path | str) -> str:
    """Return a value that stands alone on its line, where only the percent sign has a meaning."""
    return str(value).replace("%", "%%")


def _quoted(word: str) -> str:
    """Return a word as systemd.syntax(7) quotes it."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_path(escaped)}"'


def crontab_line(plan: Plan) -> str:
    """Return the line of a crontab; a percent sign would end the command there.

    What is printed goes nowhere, so that cron mails errors alone; a log goes into `run.log`.
    """
    hour, minute = plan.at.split(":")
    variables = [f"{name}={shlex.quote(value)}" for name, value in plan.environment.items()]
    log = plan.settings.output.absolute() / "run.log"
    errors = f" 2>>{shlex.quote(str(log))}" if plan.log else ""
    parts = [
        f"cd {shlex.quote(str(plan.folder))}",
        f"if [ -r ./{SECRETS} ]; then set -a; . ./{SECRETS}; set +a; fi",
        " ".join([*variables, shlex.join([*plan.command, "--json"])]) + f" >/dev/null{errors}",
    ]
    command = " && ".join(parts).replace("%", "\\%")
    return f"{int(minute)} {int(hour)} * * * {command}\n"


def run_schedule(plan: Plan, folder: Path | None, *, cron: bool) -> dict[str, Any]:
    """Return the units, or the crontab line, checked; write them where a folder is named.

    `checked` is None where this system has no `systemd-analyze`; `said` is what it found wrong.
    """
    files = {"materiel.cron": crontab_line(plan)} if cron else units(plan)
    if folder is not None:
        _write(folder, files)
    checked, said = (None, []) if cron else verified(files)
    return {
        "files": files,
        "folder": str(folder) if folder else None,
        "cron": cron,
        "checked": checked,
        "said": said,
        "steps": _steps(plan, folder, cron=cron),
        "status": int(checked is False),
    }


def _write(folder: Path, files: Mapping[str, str]) -> None:
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")


def verified(files: Mapping[str, str]) -> tuple[bool | None, list[str]]:
    """Let `systemd-analyze verify` read units; return whether it found them good, and its words."""
    program = shutil.which("systemd-analyze")
    if program is None:
        return None, []
    with tempfile.TemporaryDirectory(prefix="materiel-") as name:
        _write(Path(name), files)
        paths = [str(Path(name) / file) for file in files]
        try:
            done = subprocess.run(  # noqa: S603 - the system's own program on our own files
                [program, "--man=no", "verify", *paths],
                capture_output=True, text=True, timeout=_SECONDS, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return None, ["systemd-analyze gave no answer."]
    said = [each.replace(f"{name}/", "") for each in done.stderr.splitlines() if each.strip()]
    ours = [each for each in said if "materiel" in each]
    return done.returncode == 0 and not ours, ours or said


def _steps(plan: Plan, folder: Path | None, *, cron: bool) -> list[str]:
    """Return what a person does next."""
    there = shlex.quote(str(folder)) if folder else "FOLDER"
    output = plan.settings.output.absolute()
    made = [] if output.is_dir() else [f"mkdir -p {shlex.quote(str(output))}"]
    if folder is None:
        made.append("the same command with --to FOLDER")
    if cron:
        return [*made, f"(crontab -l; cat {there}/materiel.cron) | crontab -"]
    root = "" if plan.of_user else "sudo "
    manager = "systemctl --user" if plan.of_user else "sudo systemctl"
    place = "~/.config/systemd/user/" if plan.of_user else "/etc/systemd/system/"
    return [
        *made,
        f"{root}cp {there}/materiel.service {there}/materiel.timer {place}",
        f"{manager} daemon-reload",
        f"{manager} enable --now materiel.timer",
        f"{manager} list-timers materiel.timer",
    ]
