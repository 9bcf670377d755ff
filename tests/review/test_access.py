"""Who may do what: every route with every role; every write without actor, token or Origin."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from core.settings import Settings
from review.routes import Route, routes
from store.database import Store
from store.reviewing.reviewers import remove_reviewer
from tests.review.conftest import Web, serving

ROLES = (None, "reviewer", "administrator")
RANK = {"anyone": 0, "visitor": 0, "reviewer": 1, "administrator": 2}
WRITES = [route for route in routes() if route.method == "POST" and not route.sessionless]
STATE = "SELECT (SELECT count(*) FROM decisions), (SELECT count(*) FROM assignments),"\
        " (SELECT count(*) FROM page_audits), (SELECT count(*) FROM audit_answers),"\
        " (SELECT count(*) FROM watches), (SELECT count(*) FROM pair_decisions)"  # fmt: skip


@pytest.fixture(scope="module")
def running(stock: Settings) -> Iterator[Web]:
    with serving(stock) as web:
        yield web


@pytest.fixture(scope="module")
def clients(running: Web) -> Iterator[dict[str | None, httpx.Client]]:
    with (
        running.client() as visitor,
        running.client("Ana") as reviewer,
        running.client("Root", "administrator") as administrator,
    ):
        yield {None: visitor, "reviewer": reviewer, "administrator": administrator}


def example(route: Route, web: Web) -> str:
    """Return a path that the route answers."""
    key, sha256 = web.rows(
        "SELECT e.key, v.sha256 FROM entries e JOIN versions v ON v.id = e.version_id LIMIT 1"
    )[0]
    path = route.path.rstrip("$")
    named = {"key": key, "sha256": sha256, "page": 1, "token": "x" * 30, "role": "recipient",
             "chart": "amounts", "batch": "none", "version": 1}  # fmt: skip

    def fill(match: re.Match[str]) -> str:
        return str(named.get(match[1], "x"))

    if path.startswith("/static/"):
        named["name"] = "style.css"

    path = re.sub(r"\(\?P<(\w+)>(?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", fill, path)
    return re.sub(r"\(\?:[^()]*\)\??", "", path).replace("\\", "")


@pytest.mark.parametrize("route", routes(), ids=lambda r: f"{r.method} {r.path}")
@pytest.mark.parametrize("role", ROLES, ids=str)
def test_each_route_lets_in_whom_it_is_for(
    running: Web, clients: dict[str | None, httpx.Client], route: Route, role: str | None
) -> None:
    if route.path == "/sign-out$" and role is not None:
        pytest.skip("tried with a session of its own, which it ends")
    before = running.rows(STATE)
    answer = clients[role].request(route.method, example(route, running), data={})
    rank = 0 if role is None else RANK[role]
    needed = RANK[route.audience] + (1 if route.audience == "visitor" else 0)  # nothing published
    if rank < needed:
        assert answer.status_code in (401, 403)
        assert running.rows(STATE) == before
    else:
        assert answer.status_code not in (401, 403) or route.sessionless


def without(headers: dict[str, str], client: httpx.Client) -> httpx.Headers:
    kept = httpx.Headers(client.headers)
    for name, value in headers.items():
        if value:
            kept[name] = value
        else:
            del kept[name]
    return kept


@pytest.mark.parametrize("route", WRITES, ids=lambda r: r.path)
@pytest.mark.parametrize(
    "headers",
    [
        {"x-materiel-token": ""},
        {"x-materiel-token": "0" * 64},
        {"origin": ""},
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": "", "referer": "http://127.0.0.1/"},
    ],
    ids=["no token", "wrong token", "no Origin", "null Origin", "other Origin", "referer alone"],
)
def test_each_write_wants_token_and_origin(
    running: Web, clients: dict[str | None, httpx.Client], route: Route, headers: dict[str, str]
) -> None:
    client = clients["administrator"]
    before = running.rows(STATE)
    sent = httpx.Request(
        "POST",
        f"{running.address}{example(route, running)}",
        headers=without(headers, client),
        data={"verdict": "accept"},
    )
    sent.headers["cookie"] = f"materiel={client.cookies['materiel']}"
    with httpx.Client(timeout=60) as plain:
        answer = plain.send(sent)
    assert answer.status_code == 403
    assert running.rows(STATE) == before


def test_a_bearer_header_or_a_missing_cookie_does_not_get_past(running: Web) -> None:
    for headers in ({"authorization": "Bearer x"}, {}):
        with httpx.Client(base_url=running.address, headers={"origin": running.address}) as client:
            key = running.rows("SELECT key FROM entries LIMIT 1")[0][0]
            answer = client.post(
                f"/review/decide/{key}", data={"verdict": "accept"}, headers=headers
            )
            assert answer.status_code == 403


def test_another_host_is_refused(running: Web) -> None:
    with httpx.Client(base_url=running.address) as client:
        assert client.get("/", headers={"host": "evil.example"}).status_code == 421
        assert client.get("/static/style.css", headers={"host": "localhost"}).status_code == 200


def test_a_link_signs_in_once(running: Web) -> None:
    link = running.link("Once")
    with httpx.Client(base_url=running.address, headers={"origin": running.address}) as client:
        assert client.get(link).status_code == 200
        first = client.post("/sign-in", data={"link": link.rpartition("/")[2]})
        assert first.status_code == 303
        assert "httponly" in first.headers["set-cookie"].lower()
        again = client.post("/sign-in", data={"link": link.rpartition("/")[2]})
        assert again.status_code == 401


def test_signing_out_ends_the_session_of_the_browser(running: Web) -> None:
    with running.client("Leaves") as client:
        assert client.post("/sign-out").status_code == 303
        assert client.get("/review").status_code == 401


def test_a_removed_reviewer_is_out_at_once(running: Web) -> None:
    with running.client("Gone") as client:
        assert client.get("/review").status_code == 200
        with Store.open(running.settings.database) as store:
            remove_reviewer(store, "Gone")
        assert client.get("/review").status_code == 401


def test_a_restart_signs_nobody_out(stock: Settings, running: Web) -> None:
    with running.client("Stays") as client:
        cookie = client.cookies["materiel"]
    with serving(stock) as second, httpx.Client(base_url=second.address) as client:
        answer = client.get("/review", headers={"cookie": f"materiel={cookie}"})
        assert answer.status_code == 200
    secret = stock.output / "review-secret"
    assert secret.stat().st_mode & 0o777 == 0o600


def test_every_answer_has_the_policy(running: Web, clients: dict[str | None, httpx.Client]) -> None:
    for path in ("/review", "/nowhere", "/static/style.css", "/overview"):
        answer = clients["reviewer"].get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    ["/materiel", "/materiel/decisions", "/materiel/pages.json", "/materiel.json?sql=select+1",
     "/materiel.db", "/-/databases.json", "/-/actor.json", "/-/metadata"],
)  # fmt: skip
def test_datasettes_own_pages_are_closed_to_visitors(running: Web, path: str) -> None:
    with httpx.Client(base_url=running.address) as client:
        answer = client.get(path)
        assert answer.status_code in (403, 404) or answer.json() == {"actor": None}


def test_reviewers_page_through_the_allowed_views_alone(
    clients: dict[str | None, httpx.Client],
) -> None:
    reviewer = clients["reviewer"]
    assert reviewer.get("/materiel/shown_entries.json").status_code == 200
    for path in ("/materiel/decisions.json", "/materiel/reviewers", "/materiel.json?sql=select+1",
                 "/materiel/sign_ins", "/materiel.db"):  # fmt: skip
        assert reviewer.get(path).status_code == 403
