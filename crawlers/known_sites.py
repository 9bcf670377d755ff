"""Sites that give one document several addresses: the address to ask, and the document's key.

Pure functions of an address. European Ombudsman: `/<language of the page>/<type>/<language of the
document>/<number>`, where the first part may be missing. Privacy International: with and without
`www.`, and with a dot at the end of the host.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from core.keys import canonical_url, url_key
from crawlers.hosts import is_loopback, literal_address

OMBUDSMAN = "www.ombudsman.europa.eu"
PRIVACY_INTERNATIONAL = "privacyinternational.org"
_OMBUDSMAN_PAGE = re.compile(
    r"/(?:[a-z]{2}/)?(?P<type>(?:doc/)?[a-z]+(?:-[a-z]+)*)/[a-z]{2}/(?P<number>\d+)/?"
)
# the addresses before 2019, which the site redirects
_OMBUDSMAN_OLD = re.compile(
    r"/(?:[a-z]{2}/)?cases/(?P<type>[a-z]+)\.faces/[a-z]{2}/(?P<number>\d+)/html\.bookmark"
)
_TYPE_LENGTH = 3  # so that a language is never taken for a type


def plain_address(url: str) -> str:
    """Return the one address under which a document is asked for.

    The English page is preferred where the Ombudsman has one document in several languages. Raises
    `RecordError` for what is no address.

    >>> plain_address("https://ombudsman.europa.eu/fr/decision/fr/163491")
    'https://www.ombudsman.europa.eu/en/decision/en/163491'
    """
    address = canonical_url(url)
    parts = urlsplit(address)
    host = parts.hostname or ""
    if _bare(host) == _bare(OMBUDSMAN):
        found = _ombudsman(parts.path)
        path = f"/en/{found[0]}/en/{found[1]}" if found else parts.path
        query = "" if found else parts.query
        return urlunsplit(("https", OMBUDSMAN, path, query, ""))
    if _bare(host) == PRIVACY_INTERNATIONAL:
        return urlunsplit(("https", PRIVACY_INTERNATIONAL, parts.path, parts.query, ""))
    return address


def document_key(url: str) -> str:
    """Return the document key of an address: by type and number for the Ombudsman.

    >>> document_key("https://www.ombudsman.europa.eu/solution/en/74051")
    'ombudsman:solution/74051'
    """
    address = plain_address(url)
    parts = urlsplit(address)
    found = _ombudsman(parts.path) if parts.hostname == OMBUDSMAN else None
    return f"ombudsman:{found[0]}/{found[1]}" if found else url_key(address)


def hosts_of(url: str) -> tuple[str, ...]:
    """Return the host of an address, with its port if it is an unusual one, and its `www.` twin.

    A number has no twin, and neither has this machine's own name.

    >>> hosts_of("https://privacyinternational.org./x")
    ('privacyinternational.org', 'www.privacyinternational.org')
    """
    parts = urlsplit(plain_address(url))
    host = parts.netloc
    if literal_address(parts.hostname or "") or is_loopback(parts.hostname):
        return (host,)
    twin = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
    return host, twin


def _bare(host: str) -> str:
    return host.removeprefix("www.")


def _ombudsman(path: str) -> tuple[str, int] | None:
    found = _OMBUDSMAN_PAGE.fullmatch(path) or _OMBUDSMAN_OLD.fullmatch(path)
    if found is None or len(found["type"]) < _TYPE_LENGTH or len(found["number"]) > 12:
        return None
    return found["type"], int(found["number"])
