"""The running replica: start-up, its log, its faults, its command line."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from demo import faults
from demo.__main__ import main
from demo.build import Site, build
from demo.server import PortTaken, Replica, sites_of
from demo.world import NIGHTS, download_path, load_world
from tests.demo.conftest import Ask

LIST = "/our-programmes_en"


def test_each_site_has_its_own_loopback_port(built: Site, replica: Replica) -> None:
    assert list(replica.base_urls) == list(sites_of(built, 1))
    assert set(replica.base_urls) >= {"eutf", "enlargement", "ted"}
    parts = [urlsplit(address) for address in replica.base_urls.values()]
    assert {part.hostname for part in parts} == {"127.0.0.1"}
    assert len({part.port for part in parts}) == len(replica.base_urls)


def test_a_second_start_is_quick_and_builds_nothing(built: Site, site_folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in site_folder.rglob("*")}
    start = time.perf_counter()
    with Replica(site_folder):
        took = time.perf_counter() - start
    assert took < 1
    assert {path: path.stat().st_mtime_ns for path in site_folder.rglob("*")} == before


def test_two_builds_are_alike(built: Site, tmp_path: Path) -> None:
    other = build(tmp_path)
    files = sorted(p.relative_to(other.folder) for p in other.folder.rglob("*") if p.is_file())
    assert len(files) > 40
    assert all((built.folder / f).read_bytes() == (other.folder / f).read_bytes() for f in files)


def test_a_port_can_be_chosen(built: Site, site_folder: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with Replica(site_folder, ports={"eutf": port}) as replica:
        assert replica.base_urls["eutf"] == f"http://127.0.0.1:{port}"


def test_a_taken_port_is_said(replica: Replica, site_folder: Path) -> None:
    taken = urlsplit(replica.base_urls["ted"]).port
    assert taken is not None
    with (
        pytest.raises(PortTaken, match=f"'enlargement' on port {taken}"),
        Replica(site_folder, ports={"enlargement": taken}),
    ):
        pass


def test_no_thread_is_left_even_with_an_open_connection(built: Site, site_folder: Path) -> None:
    before = set(threading.enumerate())
    with Replica(site_folder) as replica:
        netloc = urlsplit(replica.base_urls["eutf"]).netloc
        connection = http.client.HTTPConnection(netloc, timeout=10)
        connection.request("GET", "/robots.txt")
        connection.getresponse().read()
    connection.close()
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=5)
    assert set(threading.enumerate()) <= before


def test_the_log_holds_what_was_asked(replica: Replica, ask: Ask) -> None:
    ask("eutf", f"{LIST}?page=1", headers={"User-Agent": "tester/1 (+http://example.org)"})
    ask("enlargement", "/nothing")
    first, second = replica.requests
    assert (first.site, first.method, first.path, first.status) == (
        "eutf",
        "GET",
        f"{LIST}?page=1",
        200,
    )
    assert first.headers["user-agent"] == "tester/1 (+http://example.org)"
    assert (second.site, second.status) == ("enlargement", 404)
    assert replica.requests.of("eutf", "/our") == [first]
    replica.requests.clear()
    assert len(replica.requests) == 0


def test_the_log_survives_many_clients(replica: Replica, ask: Ask) -> None:
    threads = [threading.Thread(target=ask, args=("eutf", LIST)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [logged.status for logged in replica.requests] == [200] * 20


@pytest.mark.parametrize("code", [403, 404, 410, 503])
def test_status_fault_and_its_end(replica: Replica, ask: Ask, code: int) -> None:
    replica.faults.set("eutf", LIST, faults.status(code))
    assert ask("eutf", LIST).status == code
    assert ask("enlargement", "/library_en").status == 200
    assert ask("eutf", "/robots.txt").status == 200
    replica.faults.clear()
    assert ask("eutf", LIST).status == 200


def test_a_fault_for_some_times_only(replica: Replica, ask: Ask) -> None:
    replica.faults.set("ted", "/v3/", faults.status(429, retry_after=2), times=2)
    answers = [ask("ted", "/v3/notices/search") for _ in range(3)]
    assert [answer.status for answer in answers] == [429, 429, 405]
    assert answers[0].headers["retry-after"] == "2"


def test_clearing_one_site_leaves_the_others(replica: Replica, ask: Ask) -> None:
    replica.faults.set("eutf", "/", faults.status(503))
    replica.faults.set("ted", "/", faults.status(503))
    replica.faults.clear("eutf")
    assert ask("eutf", "/robots.txt").status == 200
    assert ask("ted", "/robots.txt").status == 503


def test_challenge(replica: Replica, ask: Ask) -> None:
    replica.faults.set("ted", "/en/notice/", faults.challenge())
    answer = ask("ted", "/en/notice/45678-2019/xml")
    assert (answer.status, answer.body) == (202, b"")
    assert answer.headers["x-amzn-waf-action"] == "challenge"


def test_dropped_connection(built: Site, replica: Replica, ask: Ask) -> None:
    target = download_path(built.world.publications[0].downloads[0])
    replica.faults.set("eutf", "/document/download/", faults.dropped(after=1000), times=1)
    with pytest.raises(http.client.IncompleteRead) as caught:
        ask("eutf", target)
    assert len(caught.value.partial) == 1000
    assert len(ask("eutf", target).body) > 1000


def test_replaced_body_changes_the_validators(built: Site, replica: Replica, ask: Ask) -> None:
    target = download_path(built.world.publications[0].downloads[0])
    old = ask("eutf", target)
    replica.faults.set("eutf", target, faults.replaced(b"%PDF-1.4 changed"))
    new = ask("eutf", target, headers={"If-None-Match": old.headers["etag"]})
    assert (new.status, new.body) == (200, b"%PDF-1.4 changed")
    assert new.headers["content-type"] == "application/pdf"
    assert new.headers["etag"] != old.headers["etag"]
    assert "last-modified" not in new.headers


def test_replaced_body_with_lying_validators(built: Site, replica: Replica, ask: Ask) -> None:
    target = download_path(built.world.publications[0].downloads[0])
    old = ask("eutf", target)
    replica.faults.set("eutf", target, faults.replaced(b"changed", headers=False))
    new = ask("eutf", target)
    assert (new.body, new.headers["etag"]) == (b"changed", old.headers["etag"])


def test_robots_variants(replica: Replica, ask: Ask) -> None:
    replica.faults.set("eutf", "/robots.txt", faults.disallow_all())
    assert ask("eutf", "/robots.txt").text == "User-agent: *\nDisallow: /\n"
    replica.faults.set("eutf", "/robots.txt", faults.crawl_delay(0.5))
    assert "Crawl-delay: 0.5\n" in ask("eutf", "/robots.txt").text


def test_empty_lists(replica: Replica, ask: Ask, search: Ask) -> None:
    replica.faults.set("eutf", LIST, faults.empty_list())
    replica.faults.set("ted", "/v3/", faults.empty_list())
    assert "ecl-content-item" not in ask("eutf", LIST).text
    answer = search(paginationMode="ITERATION").json
    assert (answer["notices"], answer["totalNoticeCount"]) == ([], 0)
    assert answer["iterationNextToken"]


def test_a_list_that_ignores_its_page_parameter(replica: Replica, ask: Ask) -> None:
    def titles(text: str) -> list[str]:
        return [line for line in text.splitlines() if "data-ecl-title-link" in line]

    healthy = [titles(ask("eutf", f"{LIST}?page={n}").text) for n in (0, 1)]
    assert healthy[0] != healthy[1]
    replica.faults.set("eutf", LIST, faults.stuck_paging())
    stuck = [ask("eutf", f"{LIST}?page={n}").text for n in (0, 1, 7)]
    assert [titles(text) for text in stuck] == [healthy[0]] * 3
    assert 'href="?page=8"' in stuck[2]


def test_redirect_loop(replica: Replica, ask: Ask) -> None:
    replica.faults.set("eutf", LIST, faults.redirect_loop())
    there = ask("eutf", LIST).headers["location"].removeprefix(replica.base_urls["eutf"])
    back = ask("eutf", there).headers["location"].removeprefix(replica.base_urls["eutf"])
    assert (there, back) == (f"{LIST}?again=1", LIST)


def test_build_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", str(tmp_path)]) == 0
    folder = Path(capsys.readouterr().out.strip())
    assert folder.parent == tmp_path
    worlds = [load_world(night) for night in NIGHTS]
    bodies = {download.body for world in worlds for _, download in world.downloads()}
    assert {path.name for path in (folder / "files").iterdir()} >= bodies
    notices = {f"{notice.name}.xml" for world in worlds for notice in world.notices}
    assert {path.name for path in (folder / "notices").iterdir()} == notices


def test_serve_command_prints_addresses_and_stops_on_interrupt(built: Site) -> None:
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-m", "demo", "serve"], cwd=root, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        names = list(sites_of(built, 1))
        lines = [process.stdout.readline().split() for _ in names]
        assert [line[0] for line in lines] == names
        connection = http.client.HTTPConnection(urlsplit(lines[0][1]).netloc, timeout=10)
        connection.request("GET", "/robots.txt")
        assert connection.getresponse().status == 200
        connection.close()
        os.kill(process.pid, signal.SIGINT)
        assert process.communicate(timeout=10)[0] == "stopped\n"
        assert process.returncode == 0
    finally:
        process.kill()
        process.wait()
