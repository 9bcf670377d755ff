"""Which hosts may be asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.hosts import follows, is_public, literal_address
from crawlers.plan import ADDED
from tests.builders import source


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "172.16.3.4", "192.168.1.1", "127.0.0.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "2002:0a00:0001::",
        "224.0.0.1", "255.255.255.255", "no address",
    ],
)  # fmt: skip
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["147.67.210.30", "2a01:7080:24:100::666:45"])
def test_public_addresses_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f.0.0.1", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("10.1.1", "10.1.0.1"),
        ("::1", "::1"),
        ("europa.eu", None),
        ("1.2.3.4.5", None),
        ("256.1.1.1", None),
        ("", None),
    ],
)
def test_hosts_written_as_numbers_are_told(host: str, address: str | None) -> None:
    assert literal_address(host) == address


@given(st.text(alphabet="0123456789abcdefx.:-_", max_size=30))
def test_any_host_is_judged(host: str) -> None:
    address = literal_address(host)
    assert address is None or is_public(address) in (True, False)


def test_card_says_what_is_followed() -> None:
    card = source(base_url="https://x.europa.eu/", hosts=(".europa.eu", "other.example", "h:8080"))
    followed = [
        "https://x.europa.eu/a",
        "https://ted.europa.eu/",
        "https://europa.eu/",
        "http://other.example/",
        "http://h:8080/b",
    ]
    left = [
        "https://europa.eu.evil.example/",
        "https://evileuropa.eu/",
        "https://x.europa.eu:8443/",
        "http://h/",
        "ftp://x.europa.eu/",
        "file:///etc/passwd",
        "https://[bad/",
        "",
    ]
    assert [url for url in followed if not follows(card, url)] == []
    assert [url for url in left if follows(card, url)] == []


def test_any_host_but_this_machine() -> None:
    anywhere = source(base_url="https://x.eu/", hosts=("*", "127.0.0.1:5000"))
    assert follows(anywhere, "https://example.org/")
    assert follows(anywhere, "http://127.0.0.1:5000/")
    assert not follows(anywhere, "http://127.0.0.1:5001/")
    assert not follows(ADDED, "https://example.org/")
