"""A back-up is whole whatever goes on meanwhile, and comes back whole or not at all."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.errors import OutputLocked, StoreError, UsageError
from core.settings import Settings
from operate import backup as backups
from operate.backup import LIST, run_backup
from operate.lock import MARK, STAGE, hold, refuse_half_restored
from operate.restore import RestoreError, run_restore
from operate.withholding import COPYING, Asked, run_erase, run_withhold
from store.check import dump, faults
from store.database import Store
from store.report import show
from tests.builders import sha
from tests.operate.conftest import ROOT, Run
from tests.operate.secrets import BODY, DOC, LONG, OPEN, Office, begin_run, furnish

ASKED = Asked(by="ana", why=None)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = furnish(tmp_path / "output")
    yield made
    made.house.store.close()


def state(settings: Settings) -> list[str]:
    """Return the dump of a folder's database, which must be consistent with its archive."""
    with Store.open(settings.database) as store:
        assert faults(store, settings.archive, deep=True) == []
        return list(dump(store))


def test_it_comes_back_as_it_was(office: Office, tmp_path: Path) -> None:
    before = state(office.settings)
    file = tmp_path / "all.tar"
    done = run_backup(office.settings, file, quiet=True)
    assert (done["database_only"], done["damaged"]) == (False, [])
    assert done["bytes"] == file.stat().st_size
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.tar", "output"]
    other = Settings(output=tmp_path / "other")
    restored = run_restore(other, file)
    assert restored["kept_aside"] is None
    assert restored["files"] == done["files"]
    assert state(other) == before
    for folder in ("archive", "journal", "feeds"):
        names = [sorted(p.relative_to(s.output) for p in (s.output / folder).rglob("*"))
                 for s in (office.settings, other)]  # fmt: skip
        assert names[0] == names[1]
        assert names[0]


def test_its_list_is_one_that_sha256sum_checks(office: Office, tmp_path: Path) -> None:
    run_backup(office.settings, tmp_path / "all.tar", quiet=True)
    with tarfile.open(tmp_path / "all.tar") as tar:
        names = tar.getnames()
        assert names[-1] == LIST
        bodies = {name: member_bytes(tar, name) for name in names}
    lines = bodies.pop(LIST).decode().splitlines()
    assert lines == [f"{hashlib.sha256(body).hexdigest()}  {name}" for name, body in bodies.items()]


def member_bytes(tar: tarfile.TarFile, name: str) -> bytes:
    """Return what a member holds."""
    source = tar.extractfile(name)
    assert source is not None
    return source.read()


WRITER = """
import sys
from pathlib import Path
from tests.builders import House, proposal, source, tagging
from store.database import Store
folder = Path(sys.argv[1])
house = House(folder, Store.open(folder / "materiel.db"), journals=500)
number = 0
while not (folder / "enough").exists():
    body, text = f"body {number}".encode(), f"Delivery of {number} drones to Malta. " * 200
    house.take(f"url:new{number}", body)
    house.read(body, text, tagged=tagging(proposal(text, "drones")))
    number += 1
    (folder / "written").write_text(str(number))
print(number)
"""


def test_while_another_process_writes_it_is_of_one_moment(office: Office, tmp_path: Path) -> None:
    output = office.settings.output
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(output)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        wait_for(lambda: written(output) > 2)
        counts = []
        for number in range(3):
            before = written(output)
            file = tmp_path / f"{number}.tar"
            run_backup(office.settings, file, quiet=True)
            wait_for(lambda known=before: written(output) > known)  # type: ignore[misc]
            counts.append((before, file, written(output)))
    finally:
        (output / "enough").touch()
        told, _ = writer.communicate(timeout=60)
    assert int(told) > 3
    for before, file, after in counts:
        there = Settings(output=tmp_path / f"there{file.stem}")
        run_restore(there, file)
        lines = state(there)
        documents = sum(line.startswith("documents") for line in lines)
        assert before + 3 <= documents <= after + 4
        begin_run(Office(office.house, there, "", ""))  # what the journal has besides is loaded
        state(there)


def written(output: Path) -> int:
    """Return how many documents the writer has written."""
    try:
        return int((output / "written").read_text() or 0)
    except FileNotFoundError:
        return 0


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something holds, a minute at most."""
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_without_its_archive_it_is_small_and_leaves_the_archive_alone(
    office: Office, tmp_path: Path
) -> None:
    before = state(office.settings)
    file = tmp_path / "database.tar"
    assert run_backup(office.settings, file, database_only=True, quiet=True)["database_only"]
    with tarfile.open(file) as tar:
        assert not any(name.startswith("archive") for name in tar.getnames())
    office.house.take("url:later", b"later")
    journals = sorted(path.name for path in office.settings.journal.iterdir())
    office.house.store.close()
    restored = run_restore(office.settings, file, replace=True)
    assert restored["kept_aside"] is not None
    assert state(office.settings) == before
    assert sorted(path.name for path in office.settings.journal.iterdir()) == journals
    begin_run(office)  # the journals, which stayed, bring back what came after the back-up
    with Store.open(office.settings.database) as store:
        assert show(store, "url:later")["document"] == "url:later"


def test_a_folder_with_a_database_is_refused_unless_it_may_be_replaced(
    office: Office, tmp_path: Path
) -> None:
    file = tmp_path / "all.tar"
    run_backup(office.settings, file, quiet=True)
    before = state(office.settings)
    office.house.take("url:later", b"later")
    with pytest.raises(UsageError, match="has a database already"):
        run_restore(office.settings, file)
    office.house.store.close()
    done = run_restore(office.settings, file, replace=True)
    assert state(office.settings) == before
    aside = Settings(output=Path(done["kept_aside"]))
    assert any("url:later" in line for line in state(aside))


def test_what_was_erased_after_it_was_made_does_not_come_back(
    office: Office, tmp_path: Path
) -> None:
    file = tmp_path / "all.tar"
    run_backup(office.settings, file, quiet=True)
    run_withhold(office.settings, OPEN, ASKED)
    run_erase(office.settings, DOC, ASKED)
    office.house.store.close()
    done = run_restore(office.settings, file, replace=True)
    assert Path(done["kept_aside"]).is_dir()
    begin_run(office)
    with Store.open(office.settings.database) as store:
        assert show(store, DOC)["erased"] is True
        assert show(store, OPEN)["withheld"] is True
        assert faults(store, office.settings.archive, deep=True) == []
    assert LONG.lower().encode() not in office.settings.database.read_bytes()
    assert not (office.settings.archive / sha(BODY)[:2] / sha(BODY)).exists()


def test_a_tombstone_is_in_it(office: Office, tmp_path: Path) -> None:
    run_erase(office.settings, DOC, ASKED)
    run_backup(office.settings, tmp_path / "all.tar", quiet=True)
    assert LONG.encode() not in (tmp_path / "all.tar").read_bytes()
    there = Settings(output=tmp_path / "there")
    run_restore(there, tmp_path / "all.tar")
    assert state(there) == state(office.settings)
    with Store.open(there.database) as store:
        assert show(store, DOC)["erased"] is True


def cut(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3]


def flipped(data: bytes) -> bytes:
    place = data.index(b"SQLite format 3") + 5000
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def body_flipped(data: bytes) -> bytes:
    place = data.index(BODY)
    return data[:place] + b"!" + data[place + 1 :]


DAMAGE: list[Callable[[bytes], bytes]] = [
    cut,
    flipped,
    body_flipped,
    lambda data: data[:700],
    lambda _: b"",
    lambda _: b"no tar" * 5000,
]


@pytest.mark.parametrize("harm", DAMAGE)
def test_a_damaged_one_is_refused_and_changes_nothing(
    office: Office, tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    file = tmp_path / "all.tar"
    run_backup(office.settings, file, quiet=True)
    file.write_bytes(harm(file.read_bytes()))
    before = state(office.settings)
    office.house.store.close()
    with pytest.raises(RestoreError, match=r"is damaged or cut off.*nothing was changed"):
        run_restore(office.settings, file, replace=True)
    assert state(office.settings) == before
    assert not (office.settings.output / STAGE).exists()
    assert not list(office.settings.output.glob("replaced-*"))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../outside", tarfile.REGTYPE),
        ("/tmp/outside", tarfile.REGTYPE),
        ("archive/../../outside", tarfile.REGTYPE),
        ("journal/./x", tarfile.REGTYPE),
        ("elsewhere", tarfile.REGTYPE),
        ("archive/aa/link", tarfile.SYMTYPE),
        ("archive/aa/link", tarfile.LNKTYPE),
        ("archive/aa", tarfile.DIRTYPE),
        ("journal/pipe", tarfile.FIFOTYPE),
    ],
)
def test_paths_that_lead_elsewhere_are_refused(tmp_path: Path, name: str, kind: bytes) -> None:
    file = tmp_path / "hostile.tar"
    with tarfile.open(file, "w") as tar:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, "/etc/passwd"
        info.size = 4 if kind == tarfile.REGTYPE else 0
        tar.addfile(info, io.BytesIO(b"evil"))
    with pytest.raises(RestoreError, match="which no back-up of Materiel does"):
        run_restore(Settings(output=tmp_path / "there"), file)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hostile.tar", "there"]
    assert {path.name for path in (tmp_path / "there").iterdir()} == {".lock", COPYING}


def test_one_of_a_newer_version_is_refused(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "FORMAT", 2)
    run_backup(office.settings, tmp_path / "all.tar", quiet=True)
    with pytest.raises(RestoreError, match="newer version"):
        run_restore(Settings(output=tmp_path / "there"), tmp_path / "all.tar")


def test_what_is_missing_is_said(office: Office, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no database"):
        run_backup(Settings(output=tmp_path / "none"), tmp_path / "all.tar", quiet=True)
    with pytest.raises(RestoreError, match="cannot be read"):
        run_restore(Settings(output=tmp_path / "there"), tmp_path / "all.tar")


def test_a_file_of_other_bytes_is_told_and_copied_all_the_same(
    office: Office, tmp_path: Path
) -> None:
    place = office.settings.archive / sha(BODY)[:2] / sha(BODY)
    place.write_bytes(b"rotten")
    done = run_backup(office.settings, tmp_path / "all.tar", quiet=True)
    assert done["damaged"] == [str(place)]


def test_a_half_written_file_is_never_seen(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "all.tar"
    file.write_bytes(b"the back-up of yesterday")

    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups, "_bodies", full)
    with pytest.raises(Exception, match="No space is left"):
        run_backup(office.settings, file, quiet=True)
    assert file.read_bytes() == b"the back-up of yesterday"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.tar", "output"]


def test_it_waits_for_an_erasure(office: Office, tmp_path: Path) -> None:
    with (
        hold(office.settings.output / COPYING, "x"),
        pytest.raises(OutputLocked, match="An erasure is at work"),
    ):
        run_backup(office.settings, tmp_path / "all.tar", quiet=True)


@pytest.mark.parametrize("count", range(1, 9, 2))
def test_killed_on_its_last_steps_a_restore_is_finished_by_the_next(
    office: Office, tmp_path: Path, run: Run, count: int
) -> None:
    file, output = tmp_path / "all.tar", office.settings.output
    before = state(office.settings)
    run_backup(office.settings, file, quiet=True)
    office.house.take("url:later", b"later")
    office.house.store.close()
    killed = run("restore", file, "--replace", "--output", output,
                 environment={"MATERIEL_KILL_AT": f"in-restore:{count}"})  # fmt: skip
    assert killed.returncode < 0, killed.stderr
    assert (output / STAGE / MARK).exists()
    refused = run("status", "--output", output)
    assert (refused.returncode, "was interrupted" in refused.stderr) == (1, True)
    done = run("restore", file, "--output", output)
    assert done.returncode == 0, done.stderr
    refuse_half_restored(output)
    assert state(office.settings) == before


def test_the_commands_say_what_they_did(office: Office, tmp_path: Path, run: Run) -> None:
    office.house.store.close()
    file = tmp_path / "all.tar"
    done = run("backup", file, "--output", office.settings.output)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Everything: ")
    refused = run("restore", file, "--output", office.settings.output)
    assert (refused.returncode, refused.stderr.count("--replace")) == (2, 1)
    restored = run("restore", file, "--output", tmp_path / "there")
    assert f"{tmp_path / 'there'} is as it was on 20" in restored.stdout
    assert run("check", "--archive", "--output", tmp_path / "there").returncode == 0
