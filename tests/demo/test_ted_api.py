"""The Search API and the notice addresses, over HTTP."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from demo.build import Site
from demo.notice_fields import FIELD_NAMES
from demo.server import Replica
from tests.demo.conftest import Ask

RANGE = "publication-date = (20150101 <> 20261231)"


def _numbers(notices: list[dict[str, Any]]) -> list[str]:
    return [notice["publication-number"] for notice in notices]


def test_iteration_ends_with_an_empty_list_and_still_a_token(built: Site, search: Ask) -> None:
    seen: list[str] = []
    asked: dict[str, Any] = {"paginationMode": "ITERATION", "limit": 5, "query": RANGE}
    sizes = []
    while True:
        answer = search(**asked).json
        assert answer["iterationNextToken"]
        assert answer["totalNoticeCount"] == len(built.world.notices)
        sizes.append(len(answer["notices"]))
        if not answer["notices"]:
            break
        seen += _numbers(answer["notices"])
        asked["iterationNextToken"] = answer["iterationNextToken"]
    assert sizes == [5, 5, 3, 0]
    assert sorted(seen) == sorted(notice.name for notice in built.world.notices)


def test_page_numbers(search: Ask) -> None:
    first = search(query=RANGE, limit=10).json
    second = search(query=RANGE, limit=10, page=2).json
    assert [len(first["notices"]), len(second["notices"])] == [10, 3]
    assert "iterationNextToken" not in first
    assert first["timedOut"] is False


def test_the_default_scope_is_open_notices_only(ask: Ask) -> None:
    body = json.dumps({"query": RANGE, "fields": ["PD"]}).encode()
    answer = ask("ted", "/v3/notices/search", method="POST", body=body).json
    assert _numbers(answer["notices"]) == ["815020-2026", "811455-2026"]


def test_latest_scope(search: Ask) -> None:
    assert _numbers(search(query=RANGE, scope="LATEST").json["notices"]) == ["820338-2026"]


def test_filters_and_order(search: Ask) -> None:
    answer = search(
        query="classification-cpv IN (34* 35*) AND buyer-country IN (ITA GRC)"
        " AND publication-date >= 20200101 SORT BY publication-date ASC"
    ).json
    assert _numbers(answer["notices"]) == ["118204-2020", "604311-2024", "402876-2026"]


def test_fields_have_the_shapes_of_the_description(search: Ask, replica: Replica) -> None:
    fields = ["notice-title", "buyer-name", "winner-name", "total-value", "publication-date"]
    answer = search(query="ND = 604311-2024", fields=[*fields, "deadline-receipt-request"]).json
    base = replica.base_urls["ted"]
    (notice,) = answer["notices"]
    assert notice == {
        "publication-number": "604311-2024",
        "publication-date": "2024-10-11+01:00",
        "notice-title": {
            "eng": "Italy – Rescue and safety equipment – "
            "Supply of search and rescue equipment for Tunisia"
        },
        "buyer-name": {"eng": ["Central Directorate for Immigration and Border Police"]},
        "winner-name": {"eng": ["Cantieri Navali Ardesia S.r.l.", "Nautica Sicura S.n.c."]},
        "total-value": 4993500.0,
        "links": {
            "xml": {"MUL": f"{base}/en/notice/604311-2024/xml"},
            "html": {
                "ENG": f"{base}/en/notice/-/detail/604311-2024",
                "FRA": f"{base}/fr/notice/-/detail/604311-2024",
            },
        },
    }


def test_links_lead_to_the_notice(built: Site, search: Ask, ask: Ask) -> None:
    for notice in search(query=RANGE, limit=250).json["notices"]:
        xml = urlsplit(notice["links"]["xml"]["MUL"]).path
        answer = ask("ted", xml)
        assert answer.headers["content-type"] == "application/xml"
        assert answer.body == built.notice(notice["publication-number"])
        again = ask("ted", xml, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status == 304
        assert ask("ted", urlsplit(notice["links"]["html"]["ENG"]).path).status == 200


def test_padded_numbers_are_understood(ask: Ask) -> None:
    assert ask("ted", "/en/notice/00045678-2019/xml").status == 200
    answer = ask("ted", "/en/notice/-/detail/00045678-2019")
    assert answer.status == 301
    assert answer.headers["location"].endswith("/en/notice/-/detail/45678-2019")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_other_methods_are_refused(ask: Ask, method: str) -> None:
    answer = ask("ted", "/v3/notices/search", method=method)
    assert answer.status == 405
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ({"query": "colour = red"}, "QUERY_UNKNOWN_FIELD"),
        ({"query": "PD >="}, "QUERY_SYNTAX_ERROR"),
        ({"query": "PD >= 2026"}, "QUERY_INVALID_FIELD_FORMAT"),
        ({"query": "CY > ITA"}, "QUERY_UNSUPPORTED_FIELD_OPERATION"),
        ({"fields": []}, "UNSUPPORTED_VALUE"),
        ({"fields": ["ND", "no-such-field"]}, "UNSUPPORTED_VALUE"),
        ({"limit": 251}, "UNSUPPORTED_VALUE"),
        ({"limit": "10"}, "UNSUPPORTED_VALUE"),
        ({"limit": True}, "UNSUPPORTED_VALUE"),
        ({"page": 0}, "UNSUPPORTED_VALUE"),
        ({"page": 61, "limit": 250}, "UNSUPPORTED_VALUE"),
        ({"scope": "OPEN"}, "UNSUPPORTED_VALUE"),
        ({"paginationMode": "SCROLL"}, "UNSUPPORTED_VALUE"),
        ({"colour": "red"}, "UNSUPPORTED_VALUE"),
        ({"paginationMode": "ITERATION", "iterationNextToken": "x"}, "INVALID_ITERATION_TOKEN"),
    ],
)
def test_refusals(search: Ask, asked: dict[str, Any], kind: str) -> None:
    answer = search(**asked)
    assert answer.status == 400
    assert answer.json["error"]["type"] == kind
    assert answer.json["message"]


def test_a_refused_field_is_named(search: Ask) -> None:
    assert search(fields=["no-such-field"]).json["error"] == {
        "type": "UNSUPPORTED_VALUE",
        "parameterName": "fields",
        "unsupportedValue": "no-such-field",
    }


def test_fields_times_limit(search: Ask) -> None:
    many = sorted(FIELD_NAMES)[:41]
    assert search(fields=many[:40], limit=250).status == 200
    assert search(fields=many, limit=250).status == 400


def test_a_token_belongs_to_its_query(search: Ask) -> None:
    token = search(query=RANGE, paginationMode="ITERATION").json["iterationNextToken"]
    answer = search(query="CY = ITA", paginationMode="ITERATION", iterationNextToken=token)
    assert answer.json["error"]["type"] == "INVALID_ITERATION_TOKEN"


def test_checking_the_syntax_runs_nothing(search: Ask) -> None:
    assert search(query=RANGE, checkQuerySyntax=True).json["notices"] == []
    assert search(query="PD >=", checkQuerySyntax=True).status == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}"])
def test_bodies_that_are_no_search(ask: Ask, body: bytes) -> None:
    assert ask("ted", "/v3/notices/search", method="POST", body=body).status == 400
