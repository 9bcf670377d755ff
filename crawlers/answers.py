"""What an answer means: a body, a copy that is still good, a document that is gone, a refusal."""

from __future__ import annotations

import datetime as dt
import email.utils
import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

Meaning = Literal["body", "not_modified", "missing", "refused", "failed"]
# Pages that a bot wall shows in place of the one asked for; they are short, whatever their status.
_WALL = re.compile(
    rb"<title>\s*(?:just a moment|attention required|access denied|human verification"
    rb"|checking your browser|request rejected)|/cdn-cgi/challenge-platform/|awswafintegration"
    rb"|window\.awswaf|_cf_chl_opt|id=[\"']challenge-(?:form|container)[\"']",
    re.IGNORECASE,
)
_WALL_LENGTH = 64 * 1024
_WEB_PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
# What the title or the heading of a page says that stands in for another one, with status 200.
_APOLOGY = re.compile(
    rb"<(?:title|h1)[^>]*>\s*(?:error\b[^<]{0,20}<|(?:http )?(?:error )?(?:404|500|502|503)\b"
    rb"|page (?:was )?not found|not found\s*<|access denied|forbidden\s*<|an error occurred"
    rb"|(?:the )?(?:site|service|page|server)[^<]{0,30}(?:unavailable|under maintenance)"
    rb"|temporarily unavailable|under maintenance|we are sorry|sorry[,.!]|internal server error)",
    re.IGNORECASE,
)
_HEAD = 4096  # bytes that tell a web page
_MEANINGS: dict[int, tuple[Meaning, str]] = {
    304: ("not_modified", ""),
    404: ("missing", "not_found"),
    410: ("missing", "not_found"),
    401: ("refused", "refused"),
    403: ("refused", "refused"),
    407: ("refused", "refused"),
    451: ("refused", "refused"),
    429: ("refused", "rate_limited"),  # still, after the waits that it asked for
}


class Answer(NamedTuple):
    """The meaning of a response; `code` is the issue's, empty where there is none."""

    meaning: Meaning
    code: str = ""
    detail: str = ""


def is_challenge(status: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Say whether a bot wall answered, whatever the status.

    Header names are in lower case. The AWS firewall answers 202 or 405 with
    `x-amzn-waf-action`, Cloudflare says `cf-mitigated: challenge`.
    """
    if "x-amzn-waf-action" in headers or headers.get("cf-mitigated", "").lower() == "challenge":
        return True
    if status == 202 and not body.strip():
        return True
    html = "html" in headers.get("content-type", "text/html").lower()
    return html and len(body) < _WALL_LENGTH and bool(_WALL.search(body))


def judge(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    """Return what a response means; header names are in lower case."""
    if is_challenge(status, headers, body):
        return Answer("refused", "challenge", f"A bot wall answered with status {status}.")
    if status in (200, 203):
        empty = Answer("failed", "empty_answer", "The answer has no body.")
        return Answer("body") if body.strip() else empty
    meaning, code = _MEANINGS.get(status, ("failed", "unexpected_status"))
    return Answer(meaning, code, f"The site answered {status}." if code else "")


def retry_after(value: str | None, now: dt.datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for; None where it says nothing readable.

    Both forms of RFC 9110, 10.2.3 are read: seconds, and an HTTP date.
    """
    if not value:
        return None
    if re.fullmatch(r"\d+", value.strip()):
        return float(value)
    try:
        when = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=dt.UTC)
    return max(0.0, (when - now).total_seconds())


def wrong_content(expects: str, body: bytes) -> str:
    """Return why a body cannot be the document that was expected, empty where it can.

    Sites put a page that says sorry in place of a file, with status 200 and the file's own type.
    """
    head = body[:_WALL_LENGTH]
    page = bool(_WEB_PAGE.match(body[:_HEAD].removeprefix(b"\xef\xbb\xbf")))
    if page and len(body) < _WALL_LENGTH and _APOLOGY.search(head):
        return "A page that says sorry came in place of the document; it was not kept."
    if expects == "file" and page:
        return "A web page came in place of the file; it was not kept."
    if expects == "xml" and (page or not body.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")):
        return "What came in place of the notice's XML is none; it was not kept."
    return ""
