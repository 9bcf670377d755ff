"""The child process: contact, addresses, interruption, and that a killed crawl can go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from core.archive import Archive, read_journal
from core.errors import CrawlError
from core.records import Fetched, SourceRun
from crawlers import CrawlPlan, check_contact, load_cards
from crawlers.child import ROOT
from crawlers.hosts import is_loopback
from crawlers.process import by_host
from crawlers.settings import VERSION, crawl_settings, user_agent
from demo import faults
from demo.exchange import Request, Respond, Response
from demo.server import Replica
from demo.world import download_path, load_world
from tests.crawlers.conftest import Crawls, path_of

LIBYA = next(p for p in load_world().of_site("eutf") if p.country == "Libya")


def test_real_site_needs_a_contact(crawls: Crawls, tmp_path: Path) -> None:
    plan = CrawlPlan(
        sources=(load_cards()["ted"],),
        archive=str(tmp_path / "archive"),
        journal=str(tmp_path / "journal.jsonl"),
    )
    with pytest.raises(CrawlError, match=r"api.ted.europa.eu is not crawled without a contact"):
        crawls.run(plan)
    assert not (tmp_path / "journal.jsonl").exists()
    check_contact(CrawlPlan(sources=plan.sources, archive="", journal="", contact="a@b.example"))


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("localhost", True),
        ("10.0.0.1", False),
        ("127.0.0.1.evil.example", False),
        ("", False),
        (None, False),
    ],
)
def test_loopback(host: str | None, local: bool) -> None:
    assert is_loopback(host) is local


def test_user_agent_says_the_version_of_the_project() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{VERSION}"' in project
    assert user_agent("a@b.example") == "Mozilla/5.0 (compatible; Materiel/0.1.0; +a@b.example)"
    assert user_agent("") == "Mozilla/5.0 (compatible; Materiel/0.1.0)"


def test_settings_open_no_door_and_keep_the_pace() -> None:
    card = load_cards()["eutf"]
    plan = CrawlPlan(sources=(card,), archive="", journal="", request_timeout=33.0, max_file=99)
    settings = crawl_settings(plan, card)
    assert settings["DOWNLOAD_DELAY"] == card.pace.delay
    assert (settings["DOWNLOAD_TIMEOUT"], settings["DOWNLOAD_MAXSIZE"]) == (33.0, 99)
    assert settings["TELNETCONSOLE_ENABLED"] is False
    assert settings["REMOTE_CONTROL_ENABLED"] is False
    assert settings["DOWNLOAD_VERIFY_CERTIFICATES"] is True


def test_sources_of_one_host_wait_for_each_other(crawls: Crawls) -> None:
    cards = crawls.cards()
    eutf, ted = cards["eutf"], cards["ted"]
    twin = load_cards({"enlargement": {"base_url": eutf.base_url}})["enlargement"]
    address = f"{ted.base_url}/x"
    plan = CrawlPlan(sources=(eutf, ted, twin), archive="", journal="", addresses=(address,))
    lines = by_host([eutf, ted, twin], plan)
    assert [[source.id for source in line] for line in lines] == [
        ["eutf", "enlargement"],
        ["ted", "added"],
    ]


def test_single_addresses(healthy: Replica, crawls: Crawls) -> None:
    base = healthy.base_urls["eutf"]
    file, page = LIBYA.downloads[0], f"{base}{LIBYA.path}?prefLang=fr#top"
    other = next(p for p in load_world().of_site("eutf") if p.country == "Morocco")
    moved = other.downloads[0]
    old = f"{base}/system/files/{other.published:%Y-%m}/{moved.filename}"
    again = f"{base}/system/files/{LIBYA.published:%Y-%m}/{file.filename}"
    named = (base + download_path(file), page, "ftp://nowhere/x", f"{base}/search/?q=boats")
    night = crawls("ted", addresses=(*named, old, again))
    fetched = {line.document_key: line for line in night.fetched("added", "fetched")}
    assert set(fetched) == {file.key, f"url:{base}{LIBYA.path}", moved.key}
    assert fetched[file.key].language == "en"
    assert fetched[moved.key].url == old
    assert fetched[moved.key].final_url == base + download_path(moved)
    assert night.issues("added") == Counter({"no_address": 1, "robots_forbidden": 1})
    run = night.runs()["added"]
    assert (run.state, run.listed, run.fetched) == ("ok", 4, 3)
    assert night.runs()["ted"].state == "ok"
    asked = Counter(request.path.partition("?")[0] for request in healthy.requests.of("eutf"))
    moves = [old.removeprefix(base), again.removeprefix(base)]
    assert asked == Counter(["/robots.txt", LIBYA.path, path_of(LIBYA), path_of(other), *moves])


def test_single_address_that_is_gone_is_said_of_the_document_that_is_known(
    healthy: Replica, crawls: Crawls
) -> None:
    file = healthy.base_urls["eutf"] + download_path(LIBYA.downloads[0])
    other = next(p for p in load_world().of_site("eutf") if p.country == "Morocco")
    still = healthy.base_urls["eutf"] + download_path(other.downloads[0])
    before = crawls(addresses=(file, still))
    healthy.faults.set("eutf", path_of(LIBYA), faults.status(404))
    # asked for although the copies are young
    night = crawls(addresses=(file, still), known=before.known(), recheck_before="")
    outcomes = {line.url: line.outcome for line in night.fetched("added")}
    assert set(outcomes) == {file, still}
    assert outcomes[file] == "gone"
    assert outcomes[still] in ("not_modified", "fetched")  # one in four asks for the bytes
    unknown = crawls(addresses=(file,))
    assert [line.outcome for line in unknown.fetched("added")] == ["failed"]
    assert unknown.issues("added") == Counter({"not_found": 1})


def test_stopped_crawl_keeps_all_that_was_answered(healthy: Replica, crawls: Crawls) -> None:
    healthy.requests.clear()
    plan = crawls.plan("eutf", cards=crawls.cards(eutf={"delay": 0.02}))
    file = crawls.folder / "stopped.json"
    file.write_bytes(plan.to_json())
    with subprocess.Popen([sys.executable, "-m", "crawlers", str(file)], cwd=ROOT) as child:
        end = time.monotonic() + 30
        while len(healthy.requests.of("eutf")) < 8:
            assert child.poll() is None
            assert time.monotonic() < end
            time.sleep(0.005)
        child.send_signal(signal.SIGTERM)
        assert child.wait(20) == 0
    lines = [line for line, _ in read_journal(Path(plan.journal))]
    assert isinstance(lines[-1], SourceRun)
    assert lines[-1].state == "interrupted"
    answered = {healthy.base_urls["eutf"] + request.path for request in healthy.requests.of("eutf")}
    lists = {url for url in answered if "/robots.txt" in url or "/our-programmes_en" in url}
    kept = {line.final_url: line for line in lines if isinstance(line, Fetched)}
    assert answered - lists == set(kept)
    assert len(kept) >= 6
    archive = Archive(Path(plan.archive))
    assert all(archive.get(line.sha256 or "") for line in kept.values())


def test_interrupted_parent_stops_the_child_which_writes_its_last_line(
    healthy: Replica, crawls: Crawls
) -> None:
    reached = threading.Event()

    def slow(request: Request, site: Respond) -> Response:
        reached.set()
        threading.Event().wait(0.3)
        return site(request)

    healthy.faults.set("eutf", "/our-programmes/", slow)
    plan = crawls.plan("eutf")
    code = (
        "import sys; from pathlib import Path; from crawlers import CrawlPlan, run_child\n"
        "run_child(CrawlPlan.from_json(sys.stdin.buffer.read()), Path(sys.argv[1]))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(crawls.folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as parent:
        assert parent.stdin is not None
        parent.stdin.write(plan.to_json())
        parent.stdin.close()
        assert reached.wait(20)
        parent.send_signal(signal.SIGINT)
        assert parent.wait(20) != 0
    lines = [line for line, _ in read_journal(Path(plan.journal))]
    last = lines[-1]
    assert isinstance(last, SourceRun)
    assert (last.state, last.detail) == ("interrupted", "The crawl was stopped (shutdown).")
    assert not (crawls.folder / "crawl-plan.json").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the system tells of a parent's death there")
def test_child_dies_with_its_parent(healthy: Replica, crawls: Crawls) -> None:
    asked = threading.Event()
    release = threading.Event()

    def held(request: Request, site: Respond) -> Response:
        asked.set()
        release.wait(10)
        return site(request)

    healthy.faults.set("eutf", "/robots.txt", held)
    plan = crawls.plan("eutf")
    file = crawls.folder / "held.json"
    file.write_bytes(plan.to_json())
    code = (
        "import os, subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-m', 'crawlers', sys.argv[1],"
        " '--parent', str(os.getpid())])\n"
        "print(child.pid, flush=True); child.wait()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(file)], cwd=ROOT, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert asked.wait(20)
        parent.kill()
        parent.wait(10)
        assert not _lives_on(pid)
    release.set()


def _lives_on(pid: int) -> bool:
    """Wait up to five seconds for a process, that is no child of ours, to end."""
    state = Path(f"/proc/{pid}/stat")
    for _ in range(500):
        try:
            if state.read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return False
        except OSError:
            return False
        threading.Event().wait(0.01)
    return True


def test_killed_crawl_leaves_a_journal_that_the_next_one_goes_on_from(
    healthy: Replica, crawls: Crawls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATERIEL_KILL_AT", "after-journal:4")
    killed = crawls("eutf", cards=crawls.cards(eutf={"delay": 0.05}))  # so that not all is one go
    assert killed.status == -signal.SIGKILL
    had = len(killed.lines)
    assert 4 <= had < 17
    assert killed.runs() == {}
    monkeypatch.delenv("MATERIEL_KILL_AT")
    healthy.requests.clear()
    again = crawls("eutf", known=killed.known())
    both = {line.document_key for line in (*killed.fetched("eutf"), *again.fetched("eutf"))}
    assert again.runs()["eutf"].listed == len(both) == 17
    assert again.runs()["eutf"].fetched == 17 - had
    assert sum(request.status == 304 for request in healthy.requests) == had


def test_full_disk_is_one_sentence(
    healthy: Replica, crawls: Crawls, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    blocked = tmp_path / "archive"
    blocked.write_text("a file where a folder should be", encoding="utf-8")
    night = crawls("eutf", archive=str(blocked))
    assert night.status == 1
    assert "cannot be written" in capfd.readouterr().err
    assert not any(isinstance(line, Fetched) for line in night.lines)


def test_plan_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text("{}", encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "crawlers", str(plan)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("This is no CrawlPlan record")


def test_faults_of_other_sources_do_not_spread(healthy: Replica, crawls: Crawls) -> None:
    healthy.faults.set("enlargement", "/", faults.dropped(after=0))
    night = crawls("eutf", "enlargement")
    states = {source: run.state for source, run in night.runs().items()}
    assert states == {"eutf": "ok", "enlargement": "unreachable"}
