"""TED: notices whose XML is refused, the days that are searched, the form of questions."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
import yaml

from core.records import Fetched, Source
from crawlers.spiders.ted import search_query
from demo import faults
from demo.exchange import Request, Respond, Response
from demo.server import Replica
from demo.world import load_world
from tests.crawlers.conftest import Crawled, Crawls

API = Path(__file__).resolve().parents[3] / "shared" / "data" / "ted" / "search-api.openapi.yaml"


@pytest.fixture
def apart(healthy: Replica, crawls: Crawls) -> dict[str, Source]:
    """TED as it is: the search on one host, the notices on another."""
    port = urlsplit(healthy.base_urls["ted"]).port

    def elsewhere(request: Request, site: Respond) -> Response:
        answer = site(request)
        return replace(answer, body=answer.body.replace(b"127.0.0.1", b"localhost"))

    healthy.faults.set("ted", "/v3/", elsewhere)
    card = msgspec.structs.replace(crawls.cards()["ted"], hosts=(f"localhost:{port}",))
    return {"ted": card}


def stand_ins(night: Crawled) -> list[Fetched]:
    return [line for line in night.fetched("ted", "fetched") if line.status == 203]


@pytest.mark.parametrize(
    ("path", "fault", "asked"),
    [
        ("/en/notice/", faults.challenge(), 1),
        ("/robots.txt", faults.robots("User-agent: *\nDisallow: /en/notice/\n"), 0),
    ],
)
def test_search_stands_in_for_notices_that_are_refused(
    healthy: Replica,
    crawls: Crawls,
    apart: dict[str, Source],
    path: str,
    fault: faults.Fault,
    asked: int,
) -> None:
    healthy.faults.set("ted", path, fault)
    night = crawls("ted", cards=apart)
    run = night.runs()["ted"]
    kept = stand_ins(night)
    assert len(healthy.requests.of("ted", "/en/notice/")) == asked
    assert (run.state, run.confirmed, run.listed) == ("refused", len(kept), len(kept))
    assert f"{len(kept)} notices was refused; the search's fields stand in" in run.detail
    notice = next(n for n in load_world().notices if n.form == "eforms-can")
    (line,) = [x for x in kept if x.document_key == notice.key]
    assert line.media_type == "application/json"
    said = json.loads(night.archive.get(line.sha256 or ""))
    assert said["publication-number"] == notice.name
    assert notice.buyer in json.dumps(said, ensure_ascii=False)


def test_xml_takes_the_place_of_the_fields_the_next_night(
    healthy: Replica, crawls: Crawls, apart: dict[str, Source]
) -> None:
    healthy.faults.set("ted", "/en/notice/", faults.challenge(), times=1)
    first = crawls("ted", cards=apart)
    assert stand_ins(first)
    known = {url: copy for url, copy in first.known().items() if not url.startswith("http://local")}
    night = crawls("ted", cards=apart, known=known)
    assert stand_ins(night) == []
    assert night.runs()["ted"].state == "ok"
    keys = {line.document_key for line in night.fetched("ted", "fetched")}
    assert {line.document_key for line in stand_ins(first)} <= keys


def test_window_grows_with_the_time_since_the_last_whole_search() -> None:
    options: dict[str, Any] = {"cpv": ["35*"], "days": 10}
    today = dt.date(2026, 3, 20)
    assert "publication-date >= 20260310 " in search_query(options, today)
    assert "publication-date >= 20260310 " in search_query(options, today, "2026-03-19T01:00:00Z")
    assert "publication-date >= 20260126 " in search_query(options, today, "2026-01-29T01:00:00Z")
    fixed = search_query({**options, "since": "20200101"}, today, "2026-01-29T01:00:00Z")
    assert "publication-date >= 20200101 " in fixed


@pytest.mark.skipif(not API.is_file(), reason=f"the API's description is not at {API}")
def test_every_question_holds_against_the_apis_own_description(
    healthy: Replica, crawls: Crawls
) -> None:
    asked: list[dict[str, Any]] = []

    def noted(request: Request, site: Respond) -> Response:
        asked.append(json.loads(request.body))
        return site(request)

    healthy.faults.set("ted", "/v3/", noted)
    cards = crawls.cards(ted={"options": {"since": "20100101", "limit": 5}})
    crawls("ted", cards=cards)
    described = yaml.safe_load(API.read_text(encoding="utf-8"))
    path = described["paths"]["/v3/notices/search"]["post"]
    schema = _resolved(path["requestBody"]["content"]["application/json"]["schema"], described)
    assert len(asked) > 2
    for question in asked:
        assert _faults(question, schema, described) == []


def _resolved(schema: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        found: Any = described
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    return schema


_TYPES = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}


def _faults(value: Any, schema: dict[str, Any], described: dict[str, Any]) -> list[str]:
    """Say where a value breaks the parts of JSON Schema that the description uses."""
    schema = _resolved(schema, described)
    kind = schema.get("type")
    if kind and not isinstance(value, _TYPES[kind]):
        return [f"{value!r} is no {kind}"]
    found = []
    said = value if isinstance(value, list) else [value]  # the description lists items so, too
    if "enum" in schema and not set(said) <= set(schema["enum"]):
        found.append(f"{value!r} is not among the values that are known")
    low, high = schema.get("minimum", value), schema.get("maximum", value)
    if isinstance(value, int) and not low <= value <= high:
        found.append(f"{value} is out of bounds")
    if isinstance(value, list):
        if schema.get("uniqueItems") and len(set(value)) < len(value):
            found.append("an item stands twice")
        found += [f for each in value for f in _faults(each, schema.get("items", {}), described)]
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        found += [f"{name} is unknown" for name in value if name not in properties]
        found += [f"{name} is missing" for name in schema.get("required", []) if name not in value]
        for name, inner in value.items():
            found += _faults(inner, properties.get(name, {}), described)
    return found
