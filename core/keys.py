"""Keys that stay the same however a thing comes in: of documents and of candidate entries.

A document key is `ted:<number>-<year>`, `europa:<uuid>_<lang>`, `<source>:<its own id>`,
`url:<canonical address>` or `file:<sha256>`, in that order of preference.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from core.errors import RecordError
from core.text import fold

_NOTICE = re.compile(r"^\s*0*([0-9]{1,8})[-_/]([0-9]{4})\s*$")
_EUROPA = re.compile(
    r"/document/download/"
    r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})_([a-z]{2})(?=$|[/?#])",
    re.IGNORECASE,
)
_TED_PAGE = re.compile(r"/notice/(?:-/detail/)?0*([0-9]{1,8})-([0-9]{4})(?=$|[/?#])")
_NOISE = re.compile(
    r"(preflang|etrans|wt-search|utm_\w+|cookie_passthrough"
    r"|cfid|cftoken|phpsessid|jsessionid|aspsessionid\w*|session_?id)",
    re.IGNORECASE,
)
_SID = re.compile(r"[0-9a-z]{16,}", re.IGNORECASE)  # a short sid numbers something
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.IGNORECASE)
_BYTES = "surrogateescape"  # keeps what is not UTF-8 apart: %E9 and %E8 are two addresses
_OUTER = re.compile(r"^[^\w]+|[^\w]+$")


def notice_number(text: str) -> str | None:
    """Return a TED publication number without padding (`00215550-2024` -> `215550-2024`).

    >>> notice_number("000776_2017")
    '776-2017'
    """
    found = _NOTICE.match(text)
    return f"{int(found[1])}-{found[2]}" if found else None


def notice_key(number: str) -> str | None:
    """Return the document key of a TED notice, None where `number` is no publication number."""
    normal = notice_number(number)
    return f"ted:{normal}" if normal else None


def canonical_url(url: str) -> str:
    """Return an address without fragment, default port, session, tracking and display parameters.

    Parameters that choose content (`page`, `f[0]`) stay, in sorted order. Raises `RecordError`
    for what is no address at all.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise RecordError(f"{url!r} is no address ({error}).") from error
    host = (parts.hostname or "").rstrip(".").lower()
    host = f"[{host}]" if ":" in host else host  # IPv6
    default = {"http": 80, "https": 443}.get(parts.scheme.lower())
    netloc = f"{host}:{port}" if port and port != default else host
    kept = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True, errors=_BYTES)
        if not (_NOISE.fullmatch(name) or (name.lower() == "sid" and _SID.fullmatch(value)))
    )
    query = urlencode(kept, errors=_BYTES)
    path = _PATH_SESSION.sub("", parts.path.strip()) or "/"
    return urlunsplit((parts.scheme.lower(), netloc, path, query, ""))


def url_key(url: str) -> str:
    """Return the document key that an address alone gives.

    >>> url_key("https://x.eu/document/download/7ad00cdf-6071-4460-9a73-2aae1cabf60f_en?filename=A.PDF")
    'europa:7ad00cdf-6071-4460-9a73-2aae1cabf60f_en'
    """
    url = _PATH_SESSION.sub("", url)
    europa = _EUROPA.search(url)
    if europa:
        return f"europa:{europa[1].lower()}_{europa[2].lower()}"
    notice = _TED_PAGE.search(url)
    if notice:
        return f"ted:{int(notice[1])}-{notice[2]}"
    return f"url:{canonical_url(url)}"


def file_key(sha256: str) -> str:
    """Return the document key of a file that came with no address."""
    return f"file:{sha256}"


def normal_quote(quote: str) -> str:
    """Return a quote as entry keys see it: folded, without punctuation at its ends."""
    return _OUTER.sub("", fold(quote))


def entry_key(document_key: str, anchor: str, ordinal: int) -> str:
    """Return the key of a candidate entry; no offset, page or version goes into it.

    `anchor` is the normal quote of the equipment (without goods: of recipient and amount) and
    `ordinal` counts entries of the document with that anchor, from 1.
    """
    text = "\x1f".join((document_key, anchor, str(ordinal)))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
