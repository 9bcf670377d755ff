"""Messages (EML, RFC 5322 and MIME) as a page: subject, date, body; attachments as members.

`extract.people` says what of senders and recipients is left out. The domains of public bodies that
sent or received the message are kept as the stated fields `sender_domains` and
`recipient_domains`.
"""

from __future__ import annotations

import datetime as dt
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import EmailPolicy
from email.utils import getaddresses, parsedate_to_datetime
from itertools import islice
from typing import Any

from core.errors import DocumentError
from core.records import Issue, Member, Reading, Stated
from core.text import one_line
from extract.archives import MAX_MEMBERS, MAX_TOTAL_BYTES, free_name, safe_name
from extract.common import File
from extract.detect import Detected
from extract.encoding import codec_of, decode
from extract.mail.people import People
from extract.office.rtf import rtf_page
from extract.page_text import PageText, rendered
from extract.web.html import html_page, shows_table

_SENDERS = ("from", "sender", "reply-to")
_RECIPIENTS = ("to", "cc", "bcc", "resent-to", "resent-from", "resent-cc")
# Logos and lines that mail programs put between the words; pictures of pages are larger.
SMALL_PICTURE = 16 * 2**10
_LONGEST_NAME = 120
# Characters of a header field that are read: a thousand recipients, or a type with all that goes
# with it. The library takes time with the square of what is longer.
_MOST_PEOPLE = 65_536
_MOST_FIELD = 8192
_MAX_PARTS = 4000  # twice as many as there may be attachments; later parts are cut off
_MAX_FORMS = 50  # forms of a text in each other; real messages have three
# A line that parts the text of a message, with the first line of the part that follows it.
_BOUNDARY = re.compile(rb"^--[^\r\n]{1,200}\r?\n(?=[!-9;-~]{1,76}:|\r?\n)", re.MULTILINE)


class _Policy(EmailPolicy):
    """The library's usual rules for header fields, with a limit for their length.

    A field that breaks all rules is text without parts.
    """

    def header_fetch_parse(self, name: str, value: str) -> Any:
        said = value[: _most(name)]
        try:
            return super().header_fetch_parse(name, said)
        except Exception:  # noqa: BLE001 - the library's parser of fields fails in many ways
            return one_line(said)


_POLICY = _Policy()
_READ = {*_SENDERS, *_RECIPIENTS, "subject", "date", "content-type"}


def _most(name: str) -> int:
    """Return how many characters of a header field are read."""
    return _MOST_PEOPLE if name.lower() in {*_SENDERS, *_RECIPIENTS} else _MOST_FIELD


@dataclass
class Body:
    """A part of a body: its text, and whether it is `plain`, `html` or `rtf` (then bytes)."""

    kind: str
    text: str = ""
    data: bytes = b""


@dataclass
class Content:
    """A message as read, whatever its format."""

    subject: str
    sent: dt.datetime | None
    people: People
    bodies: list[Body] = field(default_factory=list)
    attachments: list[tuple[str, bytes]] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


def best_body(bodies: list[Body]) -> list[Body]:
    """Return the one of several forms of a text that loses least: HTML where it has a table."""
    plain = [body for body in bodies if body.kind == "plain" and body.text.strip()]
    marked = [body for body in bodies if body.kind == "html" and body.text.strip()]
    if marked and (not plain or shows_table(marked[0].text)):
        return marked[:1]
    return plain[:1] or bodies[:1]


def compose(file: File, detected: Detected, content: Content) -> Reading:
    """Return the reading of a message; attachments beyond the limits cost an issue."""
    page = PageText(1, content.people.clean)
    page.paragraph(content.subject, level=1)
    if content.sent is not None:
        page.paragraph(content.sent.isoformat(" ", "minutes"))
    for body in content.bodies:
        _add_body(page, body, file, content.issues)
    members = list(_members(file, content))
    if content.people.removed:
        detail = f"{content.people.removed} lines, names or addresses of people were left out."
        content.issues.append(file.issue("people_left_out", detail, page=1, level="info"))
    return rendered(
        file,
        detected,
        [page],
        title=page.headings[0].text if page.headings else None,
        published=content.sent.date().isoformat() if content.sent else None,
        issues=content.issues,
        members=members,
        stated=_domains(content.people),
    )


def _domains(people: People) -> dict[str, Stated]:
    found = {"sender_domains": people.sender_domains, "recipient_domains": people.recipient_domains}
    return {name: Stated(text=" ".join(said)) for name, said in found.items() if said}


def _add_body(page: PageText, body: Body, file: File, issues: list[Issue]) -> None:
    try:
        if body.kind == "html":
            html_page(body.text, file.label, page)
        elif body.kind == "rtf":
            rtf_page(body.data, file.label, page)
        else:
            page.paragraph(body.text, inner="wrapped")
    except DocumentError as error:
        issues.append(file.issue("damaged_member", f"A part of the text is left out: {error}"))


def _members(file: File, content: Content) -> Iterator[Member]:
    """Yield the attachments within the limits, each under a name of its own."""
    taken: set[str] = set()
    total = 0
    for count, (name, data) in enumerate(content.attachments):
        total += len(data)
        if count >= MAX_MEMBERS or total > MAX_TOTAL_BYTES:
            detail = f"{len(content.attachments) - count} attachments are too many or too large."
            content.issues.append(file.issue("attachments_cut", detail))
            return
        yield Member(name=free_name(content.people.clean(name), taken), data=data)


def header(message: Message, name: str) -> str:
    """Return a header field decoded, "" where there is none; broken ones as they stand."""
    try:
        return one_line(str(message.get(name, "")))
    except Exception:  # noqa: BLE001 - the library's parser of fields fails in many ways
        raw = next((said for key, said in message.raw_items() if key.lower() == name), "")
        return one_line(str(raw)[: _most(name)])


def _addresses(message: Message, names: tuple[str, ...]) -> list[tuple[str, str]]:
    fields = [header(message, name) for name in names]
    try:
        return getaddresses([said for said in fields if said])
    except RecursionError:  # comments in comments without end
        return getaddresses([re.sub(r"\(+", " ", said) for said in fields if said])


def _sent(message: Message) -> dt.datetime | None:
    try:
        return parsedate_to_datetime(header(message, "date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except Exception:  # noqa: BLE001 - as for other fields
        return None


def part_text(data: bytes, charset: str | None) -> str:
    """Return the text of a part; what fits no encoding is read byte by byte."""
    codec = codec_of(charset)
    if codec and data.isascii() and codec not in {"utf-8", "cp1252"}:
        try:
            return data.decode(codec)  # such as UTF-7, which looks like plain ASCII
        except UnicodeError:
            pass
    return decode(data, charset) or data.replace(b"\x00", b"").decode("latin-1")


class _Mime:
    """Goes through the parts of a message, bodies and attachments apart."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.attachments: list[tuple[str, bytes]] = []
        self.issues: list[Issue] = []

    def bodies(self, part: Message, forms: int = 0) -> list[Body]:
        """Return the bodies in a part, one of the forms where a text comes in several.

        `forms` is in how many such choices the part lies already.
        """
        found: list[Body] = []
        waiting = [part]
        while waiting:  # not by recursion: parts lie in each other as deep as a message likes
            part = waiting.pop()
            if part.get_content_type() == "multipart/alternative" and forms < _MAX_FORMS:
                inside = (self.bodies(inner, forms + 1) for inner in _parts(part))
                found += best_body([body for bodies in inside for body in bodies])
            elif part.is_multipart() and part.get_content_maintype() == "multipart":
                waiting += reversed(_parts(part))
            else:
                found += self._leaf(part)
        return found

    def _leaf(self, part: Message) -> list[Body]:
        """Return the body that a part without parts is, if it is one; keep an attachment."""
        kind = part.get_content_type()
        if kind == "message/rfc822" and part.is_multipart():
            self._nested(part)
            return []
        if part.get_content_maintype() == "message":
            return []  # reports of delivery: addresses, and nothing else
        data = self._data(part)
        if kind in {"text/plain", "text/html"} and not _is_attached(part):
            text = part_text(data, _charset(part))
            return [Body("html" if kind == "text/html" else "plain", text)]
        self._attach(part, data)
        return []

    def _data(self, part: Message) -> bytes:
        data = part.get_payload(decode=True)
        broken = [defect for defect in part.defects if "Base64" in type(defect).__name__]
        if broken:
            detail = f"{_file_name(part) or 'A part'} has damaged base64; it is kept as it is."
            self.issues.append(self.file.issue("damaged_member", detail))
        return data if isinstance(data, bytes) else b""

    def _nested(self, part: Message) -> None:
        inner = _parts(part)[0]
        name = f"{header(inner, 'subject')[:_LONGEST_NAME] or 'message'}.eml".replace("/", "-")
        try:
            data = inner.as_bytes()
        except Exception as error:  # noqa: BLE001 - odd headers meet many errors when written out
            deep = isinstance(error, RecursionError)
            cause = "it holds too many others" if deep else "its header breaks the rules"
            detail = f"{name} cannot be taken out: {cause}."
            self.issues.append(self.file.issue("damaged_member", detail))
            return
        self.attachments.append((name, data))

    def _attach(self, part: Message, data: bytes) -> None:
        inline = part.get_content_disposition() != "attachment"
        picture = part.get_content_maintype() == "image"
        if not data or (picture and inline and len(data) < SMALL_PICTURE):
            return
        ending = mimetypes.guess_extension(part.get_content_type()) or ""
        name = _file_name(part) or f"part-{len(self.attachments) + 1}{ending}"
        self.attachments.append((safe_name(name), data))


def _parts(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Message)] if part.is_multipart() else []


def _file_name(part: Message) -> str:
    try:
        return one_line(part.get_filename() or "")
    except Exception:  # noqa: BLE001 - as for other fields
        return ""


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(_file_name(part))


def _first_parts(data: bytes) -> tuple[bytes, bool]:
    """Return a message without the parts behind the last that is read, and whether it has any."""
    found = next(islice(_BOUNDARY.finditer(data), _MAX_PARTS, None), None)
    return (data, False) if found is None else (data[: found.start()], True)


def _cut_issues(message: Message, file: File, *, parts_cut: bool) -> Iterator[Issue]:
    if parts_cut:
        detail = f"The message has more than {_MAX_PARTS} parts; the rest is not read."
        yield file.issue("attachments_cut", detail)
    long = {name.lower() for name, said in message.raw_items() if len(str(said)) > _most(name)}
    for name in sorted(long & _READ):
        detail = f"The header field {name} is read to its {_most(name):,}th character."
        yield file.issue("header_cut", detail)


def read_eml(file: File, detected: Detected) -> Reading:
    """Read a message: one page of subject, date and body, attachments as members.

    Of several forms of the body the plain one is taken, HTML where it has a table or is alone.
    Messages inside are members too, small pictures in the text are not. Broken parts cost an
    issue each.
    """
    data, parts_cut = _first_parts(file.data)
    message = BytesParser(EmailMessage, policy=_POLICY).parsebytes(data)
    mime = _Mime(file)
    bodies = mime.bodies(message)
    mime.issues += _cut_issues(message, file, parts_cut=parts_cut)
    people = People(_addresses(message, _SENDERS), _addresses(message, _RECIPIENTS))
    content = Content(
        subject=header(message, "subject"),
        sent=_sent(message),
        people=people,
        bodies=bodies,
        attachments=mime.attachments,
        issues=mime.issues,
    )
    return compose(file, detected, content)
