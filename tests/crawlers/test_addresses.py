"""The list of addresses: its lines, the sites that it knows, its card, and real crawls of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import CrawlError, SettingsError
from core.records import Issue, Source
from crawlers import load_cards
from crawlers.address_list import parse_addresses, read_address, read_list
from crawlers.hosts import follows
from crawlers.known_sites import document_key, hosts_of, plain_address
from crawlers.plan import CrawlPlan, check_contact
from crawlers.process import by_host
from crawlers.settings import crawl_settings
from crawlers.spiders.due import is_due
from demo import faults
from demo.addresses import address_list
from demo.server import Replica
from tests.crawlers.conftest import Crawled, Crawls
from tests.crawlers.test_carry_over import table_of

OMBUDSMAN = "https://www.ombudsman.europa.eu"
PRIVACY = "https://privacyinternational.org"


@pytest.mark.parametrize(
    ("url", "plain", "key"),
    [
        ("/en/case/en/60368", "/en/case/en/60368", "case/60368"),
        ("/fr/decision/fr/163491?x=1#a", "/en/decision/en/163491", "decision/163491"),
        ("/solution/en/74051", "/en/solution/en/74051", "solution/74051"),
        (
            "/doc/correspondence/en/164281",
            "/en/doc/correspondence/en/164281",
            "doc/correspondence/164281",
        ),
        ("/de/opening-summary/en/7/", "/en/opening-summary/en/7", "opening-summary/7"),
        (
            "/en/cases/decision.faces/en/78182/html.bookmark",
            "/en/decision/en/78182",
            "decision/78182",
        ),
    ],
)
@pytest.mark.parametrize("host", [OMBUDSMAN, "http://ombudsman.europa.eu", f"{OMBUDSMAN}."])
def test_the_ombudsman_has_one_address_for_a_document(
    host: str, url: str, plain: str, key: str
) -> None:
    assert plain_address(host + url) == OMBUDSMAN + plain
    assert document_key(host + url) == f"ombudsman:{key}"


@pytest.mark.parametrize(
    "path", ["/en/search-inquiries?keysN=5", "/en/en/5", "/", "/pdf/en/x", "/en/case/en/60368/html"]
)
def test_other_pages_of_the_ombudsman_keep_their_address(path: str) -> None:
    assert plain_address(OMBUDSMAN + path) == OMBUDSMAN + path
    assert document_key(OMBUDSMAN + path) == f"url:{OMBUDSMAN}{path}"


@pytest.mark.parametrize(
    "host",
    ["privacyinternational.org", "www.privacyinternational.org", "privacyinternational.org."],
)
def test_privacy_international_is_one_host(host: str) -> None:
    path = "/sites/default/files/2021-10/annex-2.pdf"
    assert plain_address(f"https://{host}{path}") == PRIVACY + path
    assert document_key(f"https://{host}{path}") == f"url:{PRIVACY}{path}"
    assert hosts_of(f"https://{host}/x") == (
        "privacyinternational.org",
        "www.privacyinternational.org",
    )


def test_other_sites_are_left_as_they_are() -> None:
    url = (
        "https://enlargement.ec.europa.eu/document/download/7ad00cdf-6071-4460-9a73-2aae1cabf60f_en"
    )
    assert plain_address(f"{url}?filename=A.PDF") == f"{url}?filename=A.PDF"
    assert document_key(url) == "europa:7ad00cdf-6071-4460-9a73-2aae1cabf60f_en"
    assert hosts_of("http://x.example:8080/a") == ("x.example:8080", "www.x.example:8080")


def test_lines_of_a_list() -> None:
    found = parse_addresses(
        "# what we watch\n"
        "\n"
        "https://a.example/case +files +7   # annexes too\n"
        "https://a.example/page#part\n"
        f"{OMBUDSMAN}/fr/decision/fr/5 +30\n"
        f"{OMBUDSMAN}/en/decision/en/5 +files\n"
    )
    assert found.problems == ()
    said = [(each.key, each.files, each.nights) for each in found.addresses]
    assert said == [
        ("url:https://a.example/case", True, 7),
        ("url:https://a.example/page", False, None),
        ("ombudsman:decision/5", True, 30),
    ]
    assert found.hosts == (
        "a.example",
        "www.a.example",
        "www.ombudsman.europa.eu",
        "ombudsman.europa.eu",
    )


@pytest.mark.parametrize(
    "line",
    ["foo", "ftp://a.example/x", "https://", "http://[", "http://a:b/", "+files", "a.example/x"],
)
def test_a_line_that_is_no_address_is_one_sentence(line: str) -> None:
    found = parse_addresses(f"https://a.example/\n{line}")
    assert len(found.addresses) == 1
    assert found.problems == (f"Line 2 of the list is no http address: {line!r}.",)


@pytest.mark.parametrize("word", ["files", "+fils", "+0", "+-3", "+1.5", "7", "+99999"])
def test_a_word_that_is_not_known_is_one_sentence(word: str) -> None:
    found = parse_addresses(f"https://a.example/ {word}")
    assert len(found.addresses) == 1
    assert found.problems == (
        "Line 1 of the list has a word that is neither +files nor + with a number of nights:"
        f" {word!r}.",
    )


@given(st.text(max_size=200))
def test_no_text_breaks_the_list(text: str) -> None:
    for each in (text, f"https://{text}", f"{OMBUDSMAN}/en/case/en/{text} +files"):
        for address in parse_addresses(each).addresses:
            assert read_address(address.url) is not None
            assert document_key(address.url) == address.key


def test_a_list_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot be read \(No such file"):
        read_list(tmp_path / "none.txt")
    latin = tmp_path / "latin.txt"
    latin.write_bytes(b"https://a.example/ # \xe9t\xe9")
    with pytest.raises(SettingsError, match="is no text in UTF-8"):
        read_list(latin)
    bom = tmp_path / "bom.txt"
    bom.write_bytes(b"\xef\xbb\xbfhttps://a.example/\r\n")
    assert [each.url for each in read_list(bom).addresses] == ["https://a.example/"]


def card(file: str) -> Source:
    return load_cards({"addresses": {"options": {"file": file}}})["addresses"]


def test_the_card_follows_the_hosts_that_the_list_names(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(f"https://a.example/x\n{PRIVACY}/y\n", encoding="utf-8")
    found = card(str(tmp_path / "list.txt"))
    assert found.base_url == ""
    for url in ("https://www.a.example/z.pdf", "https://www.privacyinternational.org/z"):
        assert follows(found, url)
    assert not follows(found, "https://b.example/")


def test_the_list_lies_beside_the_settings_or_in_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside, working = tmp_path / "etc", tmp_path / "work"
    for folder in (beside, working):
        folder.mkdir()
        (folder / "list.txt").write_text("https://a.example/\n", encoding="utf-8")
    monkeypatch.chdir(working)
    monkeypatch.delenv("MATERIEL_SETTINGS", raising=False)
    assert card("list.txt").options["file"] == str(working / "list.txt")
    monkeypatch.setenv("MATERIEL_SETTINGS", str(beside / "materiel.toml"))
    assert card("list.txt").options["file"] == str(beside / "list.txt")
    (beside / "list.txt").unlink()
    assert card("list.txt").options["file"] == str(working / "list.txt")


def test_a_missing_list_stops_no_other_command(tmp_path: Path) -> None:
    assert card(str(tmp_path / "none.txt")).hosts == ()
    with pytest.raises(SettingsError, match="must name the file with the addresses"):
        card("")


def test_only_a_list_may_go_without_a_base_url() -> None:
    with pytest.raises(SettingsError, match="The base_url of source 'ted' is no address: ''"):
        load_cards({"ted": {"base_url": ""}})


@pytest.fixture
def real(tmp_path: Path) -> Source:
    """The card with a list of a real site's page."""
    (tmp_path / "list.txt").write_text("https://enlargement.ec.europa.eu/x_en\n", encoding="utf-8")
    return card(str(tmp_path / "list.txt"))


def test_a_list_of_real_sites_is_asked_at_the_pace_of_its_card(real: Source) -> None:
    plan = CrawlPlan(sources=(real,), archive="", journal="", contact="a@b.example")
    assert crawl_settings(plan, real)["DOWNLOAD_DELAY"] == real.pace.delay == 3.0


def test_a_list_of_real_sites_needs_a_contact(real: Source) -> None:
    with pytest.raises(CrawlError, match="is not crawled without a contact"):
        check_contact(CrawlPlan(sources=(real,), archive="", journal=""))


def test_a_host_that_a_list_shares_with_a_source_is_not_asked_from_two_sides(real: Source) -> None:
    sources = [load_cards()["enlargement"], real]
    plan = CrawlPlan(sources=tuple(sources), archive="", journal="")
    assert [[source.id for source in line] for line in by_host(sources, plan)] == [
        ["enlargement", "addresses"]
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "replica"


@pytest.fixture(scope="module")
def kept(replica: Replica, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The list of the replica's pages."""
    path = tmp_path_factory.mktemp("lists") / "addresses.txt"
    path.write_text(address_list(replica.base_urls["addresses"]), encoding="utf-8")
    return path


def cards_with(crawls: Crawls, file: Path) -> dict[str, Source]:
    return crawls.cards(addresses={"options": {"file": str(file)}, "base_url": ""})


@pytest.fixture(scope="module")
def first(crawls: Crawls, kept: Path) -> Crawled:
    crawls.replica.requests.clear()
    return crawls("addresses", cards=cards_with(crawls, kept))


def test_the_first_night_finds_pages_and_the_files_of_the_case(
    first: Crawled, replica: Replica, folder: Path
) -> None:
    lines = first.fetched("addresses")
    assert sorted(x.document_key for x in lines) == sorted(
        table_of(replica, "addresses", folder)[1]
    )
    assert first.issues("addresses") == Counter()
    assert first.runs()["addresses"].state == "ok"
    paths = Counter(request.path for request in replica.requests.of("addresses"))
    assert set(paths.values()) == {1}
    assert not any("/presscorner/api/" in path for path in paths)  # that line has no +files


def test_a_linked_file_has_the_text_of_its_link_and_its_page(
    first: Crawled, replica: Replica
) -> None:
    base = replica.base_urls["addresses"]
    lines = {line.url: line for line in first.fetched("addresses")}
    line = lines[f"{base}/sites/default/files/2024-10/Complaint%20Annex%201.pdf"]
    assert line.title == "Annex 1: list of deliveries"
    assert line.landing_url == f"{base}/legal-case-files/94286/who-pays-for-the-drones"
    assert (line.name, line.media_type) == ("Complaint Annex 1.pdf", "application/pdf")


def test_each_address_has_its_own_rhythm(
    first: Crawled, crawls: Crawls, replica: Replica, tmp_path: Path
) -> None:
    base, file = replica.base_urls["addresses"], tmp_path / "list.txt"
    case, decision = "/legal-case-files/94286/who-pays-for-the-drones", "/en/decision/en/991417"
    file.write_text(f"{base}{decision} +400\n{base}{case} +files +2\n", encoding="utf-8")
    cards = cards_with(crawls, file)
    now = dt.datetime.now(dt.UTC) + dt.timedelta(days=3)
    said = {"known": first.known(), "recheck_before": "", "now": now.isoformat()}
    replica.requests.clear()
    night = crawls("addresses", cards=cards, **said)
    asked = {request.path for request in replica.requests.of("addresses")}
    annexes = {
        f"/sites/default/files/2024-10/{name}.pdf" for name in ("Complaint%20Annex%201", "annex-2")
    }
    assert {path.replace(" ", "%20") for path in asked} >= {case} | annexes
    plan = crawls.plan("addresses", cards=cards, **said)
    seldom = msgspec.structs.replace(cards["addresses"], recheck_nights=400)
    due = is_due(first.known()[base + decision], seldom, plan)
    assert (decision in asked) == due
    assert night.runs()["addresses"].listed == 4


def test_what_is_wrong_with_a_list_is_said(
    healthy: Replica, crawls: Crawls, tmp_path: Path
) -> None:
    base, file = healthy.base_urls["addresses"], tmp_path / "list.txt"
    file.write_text(f"nonsense\n{base}/en/decision/en/991417 +files\n", encoding="utf-8")
    night = crawls("addresses", cards=cards_with(crawls, file))
    assert night.issues("addresses") == Counter({"no_address": 1, "parser_found_nothing": 1})
    assert night.runs()["addresses"].state == "parser_found_nothing"  # of the pages with +files
    assert [line.outcome for line in night.fetched("addresses")] == ["fetched"]
    missing = crawls("addresses", cards=cards_with(crawls, tmp_path / "none.txt"))
    assert missing.issues("addresses") == Counter({"no_address_list": 1})
    assert missing.runs()["addresses"].state == "unreachable"
    detail = next(x.detail for x in missing.lines if isinstance(x, Issue))
    assert detail == missing.runs()["addresses"].detail
    assert "none.txt cannot be read" in detail


def test_files_on_hosts_that_nobody_named_are_left(
    healthy: Replica, crawls: Crawls, kept: Path
) -> None:
    page = b'<main><a href="https://b.example/x.pdf">X</a><a href="http://[/y.pdf">Y</a></main>'
    healthy.faults.set("addresses", "/legal-case-files/", faults.replaced(page))
    night = crawls("addresses", cards=cards_with(crawls, kept))
    assert night.issues("addresses") == Counter({"foreign_host": 1})
    assert len(night.fetched("addresses", "fetched")) == 3
