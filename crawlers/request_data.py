"""What Alaveteli says of a request in JSON, and the dates and numbers that its texts hold.

The software's request page has a twin in JSON with state and events, but without texts and files.
Names of people are never taken.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from core.text import one_line
from crawlers.dates import read_date

AWAITING = frozenset(
    {
        "waiting_response", "waiting_response_overdue", "waiting_response_very_overdue",
        "waiting_clarification", "waiting_classification", "gone_postal", "internal_review",
    }
)  # fmt: skip
STATES = AWAITING | {
    "not_held", "rejected", "successful", "partially_successful", "error_message",
    "requires_admin", "user_withdrawn", "attention_requested", "vexatious", "not_foi",
}  # fmt: skip
_MESSAGES = {"incoming": "incoming_message_id", "outgoing": "outgoing_message_id"}
_EVENTS = frozenset(
    {
        "sent", "resent", "followup_sent", "followup_resent", "response", "comment",
        "status_update", "overdue", "very_overdue", "edit", "edit_incoming", "edit_outgoing",
        "edit_comment", "edit_attachment", "erase_attachment", "erase_raw_email", "hide",
        "hide_comment", "report_request", "report_comment", "send_error", "move_request",
        "redeliver_incoming", "set_embargo", "expire_embargo", "embargo_expiring",
        "refusal_advice",
    }
)  # fmt: skip
_DATA = frozenset(
    {
        "id", "url_title", "title", "created_at", "updated_at", "described_state",
        "display_status", "awaiting_description", "prominence", "law_used", "tags", "user",
        "user_name", "public_body", "info_request_events",
    }
)  # fmt: skip
_AMERICAN = re.compile(r"([A-Za-z]+\.?) (\d{1,2}), (\d{4})")
_REFERENCES = (
    (re.compile(r"(?i)\bGest-?Dem\s{0,3}(?:N[o°]\.?\s{0,3})?(\d{4}/\d{1,6})\b"), "GestDem {}"),
    (re.compile(r"(?i)\bAres\s{0,3}\((\d{4})\)\s{0,3}(\d{4,9})\b"), "Ares({}){}"),
    (re.compile(r"\bEASE\s{0,3}(\d{4}/\d{1,6})\b"), "EASE {}"),
    (re.compile(r"\bPAD[-\u2010\u2011\u2013](\d{4})[-\u2010\u2011\u2013](\d{5})\b"), "PAD-{}-{}"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class RequestData:
    """A request as its JSON states it.

    `changed` is the latest time that it names (ISO, as stated); `messages` are the ids of its
    messages as pages write them (`incoming-777`).
    """

    number: int
    slug: str
    title: str
    state: str | None
    created: str | None
    changed: str | None
    body: str | None
    messages: frozenset[str]
    left: tuple[str, ...] = ()


def parse_data(body: bytes) -> RequestData | None:
    """Read a request's JSON; None for what is none. `left` names what was not understood."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):  # also what is no text
        return None
    if not isinstance(said, dict) or type(said.get("id")) is not int or said["id"] < 1:
        return None
    slug, state = said.get("url_title"), _string(said, "described_state")
    if said.get("awaiting_description") is True:  # an answer came, and nobody has said what it is
        state = "waiting_classification"
    if not isinstance(slug, str) or not re.fullmatch(r"[^/?#\s]+", slug):
        return None
    left = [f"field of a request: {name}" for name in said if name not in _DATA]
    if state is not None and state not in STATES:
        left.append(f"state of a request: {state}")
    events = said.get("info_request_events")
    events = [e for e in events if isinstance(e, dict)] if isinstance(events, list) else []
    unknown = {str(e.get("event_type")) for e in events} - _EVENTS
    left += [f"event of a request: {name}" for name in sorted(unknown)]
    times = [_string(said, "updated_at"), *(_string(event, "created_at") for event in events)]
    authority = said.get("public_body")
    return RequestData(
        number=said["id"],
        slug=slug,
        title=one_line(_string(said, "title") or ""),
        state=state,
        created=date_of(_string(said, "created_at") or ""),
        changed=latest(time for time in times if time),
        body=_string(authority, "name") if isinstance(authority, dict) else None,
        messages=frozenset(_named(events)),
        left=tuple(left),
    )


def _named(events: list[dict[str, Any]]) -> Iterator[str]:
    for event in events:
        for kind, name in _MESSAGES.items():
            if type(event.get(name)) is int and event.get("event_type") != "hide":
                yield f"{kind}-{event[name]}"


def _string(holder: dict[str, Any], name: str) -> str | None:
    said = holder.get(name)
    return said if isinstance(said, str) else None


def standing(state: str | None) -> str | None:
    """Return a state, one for all that await an answer: pages tell those apart, and data do not.

    >>> standing("waiting_response_overdue"), standing("successful")
    ('waiting_response', 'successful')
    """
    return "waiting_response" if state in AWAITING else state


def latest(times: Iterable[str]) -> str | None:
    """Return the latest of ISO times as a time in UTC; what is none is left out.

    >>> latest(["2024-03-05T15:30:00.000+01:00", "2024-03-05T15:00:00Z", "soon"])
    '2024-03-05T15:00:00Z'
    """
    read = sorted(time for said in times if (time := _utc(said)))
    return read[-1] if read else None


def _utc(said: str) -> str | None:
    try:
        time = dt.datetime.fromisoformat(said)
    except ValueError:
        return None
    try:
        time = time.replace(tzinfo=time.tzinfo or dt.UTC).astimezone(dt.UTC)
    except OverflowError:
        return None
    return time.isoformat(timespec="seconds").replace("+00:00", "Z")


def date_of(said: str) -> str | None:
    """Return the ISO date that a text is, in the forms of these pages; None for any other."""
    american = _AMERICAN.fullmatch(one_line(said))
    if american:
        said = f"{american[2]} {american[1]} {american[3]}"
    return read_date(said)


def date_in(said: str) -> str | None:
    """Return the ISO date that ends a sentence: `... on 05 March 2024.`"""
    text = one_line(said).rstrip(". ")
    found = re.search(r"(\d{1,2} [A-Za-z]+\.? \d{4}|[A-Za-z]+\.? \d{1,2}, \d{4})$", text)
    return date_of(found[1]) if found else None


def find_references(text: str) -> tuple[str, ...]:
    """Return the register numbers in a text, each once, in their usual form.

    >>> find_references("Ref. Ares(2019) 3258814, GESTDEM 2019/1782; PAD-2020-00012")
    ('Ares(2019)3258814', 'GestDem 2019/1782', 'PAD-2020-00012')
    """
    found = [
        (match.start(), form.format(*match.groups()))
        for pattern, form in _REFERENCES
        for match in pattern.finditer(text)
    ]
    return tuple(dict.fromkeys(reference for _, reference in sorted(found)))
