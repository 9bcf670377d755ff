"""Which hosts a crawl may ask: those of a source's card, and none on a private network."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from core.records import Source


def is_loopback(host: str | None) -> bool:
    """Say whether a host is this machine itself, as the replica's is."""
    if not host:
        return False
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_public(address: str) -> bool:
    """Say whether an IP address is one of the open internet.

    >>> is_public("10.0.0.1"), is_public("169.254.169.254"), is_public("147.67.210.30")
    (False, False, True)
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    inner = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None)
    return (inner or parsed).is_global and not parsed.is_multicast


def literal_address(host: str) -> str | None:
    """Return the IP address that a host is written as, None where it is a name.

    Shortened, octal and hexadecimal forms of IPv4 count, since resolvers accept them.
    """
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return _loose_ipv4(host)


def _loose_ipv4(host: str) -> str | None:
    """Read `0x7f.1`, `2130706433` and `017700000001` as inet_aton(3) does."""
    try:
        numbers = [_number(part) for part in host.split(".")]
    except ValueError:
        return None
    *high, last = numbers
    if len(high) > 3 or any(part > 255 for part in high) or last >= 256 ** (4 - len(high)):
        return None
    value = last + sum(part << (24 - 8 * place) for place, part in enumerate(high))
    return str(ipaddress.IPv4Address(value))


def _number(text: str) -> int:
    if text.lower().startswith("0x"):
        return int(text, 16)
    if not text.isascii() or not text.isdigit():
        raise ValueError(text)
    return int(text, 8 if text.startswith("0") and len(text) > 1 else 10)


def follows(source: Source, url: str) -> bool:
    """Say whether a source's card lets an address be asked.

    The host and port of `base_url` may be, and `hosts`: a name, a name with its port, a domain
    with all below it (`.europa.eu`), or `*` for any.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return False
    if parts.netloc == urlsplit(source.base_url).netloc:
        return True
    return any(_matches(name.lower(), parts.hostname, port) for name in source.hosts)


def _matches(name: str, host: str, port: int | None) -> bool:
    if name == "*":
        return not is_loopback(host)
    if name.startswith("."):
        return f".{host}".endswith(name) and port in (None, 80, 443)
    return name == (f"{host}:{port}" if port not in (None, 80, 443) else host)
