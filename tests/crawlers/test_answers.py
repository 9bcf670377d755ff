"""What an answer means, and how long a site asks us to wait."""

from __future__ import annotations

import datetime as dt

import pytest

from crawlers.answers import Answer, judge, retry_after

HTML = {"content-type": "text/html; charset=utf-8"}
PDF = {"content-type": "application/pdf"}
NOW = dt.datetime(2031, 5, 1, 12, 0, 0, tzinfo=dt.UTC)
WALLS = [
    (202, {"x-amzn-waf-action": "challenge"}, b""),
    (405, {"x-amzn-waf-action": "captcha"}, b"<html>puzzle</html>"),
    (202, HTML, b""),
    (403, {"cf-mitigated": "challenge"}, b""),
    (200, HTML, b"<html><head><title>Just a moment...</title></head></html>"),
    (503, HTML, b"<script>window._cf_chl_opt={}</script>"),
    (200, HTML, b"<title> Access Denied</title>"),
]
ANSWERS = [
    (200, HTML, b"<p>text</p>", "body", ""),
    (200, PDF, b"%PDF-1.7 Just a moment", "body", ""),
    (200, HTML, b"<p>" + b"long " * 20_000 + b"</p><title>just a moment", "body", ""),
    (200, PDF, b" \n", "failed", "empty_answer"),
    (206, PDF, b"%PDF", "failed", "unexpected_status"),
    (304, {}, b"", "not_modified", ""),
    (404, HTML, b"gone", "missing", "not_found"),
    (410, HTML, b"gone", "missing", "not_found"),
    (401, HTML, b"no", "refused", "refused"),
    (403, HTML, b"no", "refused", "refused"),
    (429, HTML, b"slowly", "refused", "rate_limited"),
    (405, HTML, b"no", "failed", "unexpected_status"),
    (500, HTML, b"oops", "failed", "unexpected_status"),
]


@pytest.mark.parametrize(("status", "headers", "body"), WALLS)
def test_bot_wall(status: int, headers: dict[str, str], body: bytes) -> None:
    answer = judge(status, headers, body)
    assert answer == Answer("refused", "challenge", f"A bot wall answered with status {status}.")


@pytest.mark.parametrize(("status", "headers", "body", "meaning", "code"), ANSWERS)
def test_answer(status: int, headers: dict[str, str], body: bytes, meaning: str, code: str) -> None:
    answer = judge(status, headers, body)
    assert (answer.meaning, answer.code) == (meaning, code)
    assert bool(answer.detail) == bool(code)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("Thu, 01 May 2031 12:00:30 GMT", 30.0),
        ("Thu, 01 May 2031 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds
