"""Keys stay the same however a thing comes in."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import RecordError
from core.keys import (
    canonical_url,
    entry_key,
    file_key,
    normal_quote,
    notice_key,
    notice_number,
    url_key,
)

UUID = "7ad00cdf-6071-4460-9a73-2aae1cabf60f"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("00215550-2024", "215550-2024"),
        ("215550-2024", "215550-2024"),
        ("000776_2017", "776-2017"),
        (" 817601/2025 ", "817601-2025"),
        ("123456789-2024", None),
        ("215550-24", None),
        ("C(2025)5935", None),
        ("٤٢-2024", None),
        ("", None),
    ],
)
def test_notice_number(text: str, number: str | None) -> None:
    assert notice_number(text) == number
    assert notice_key(text) == (f"ted:{number}" if number else None)


@given(st.integers(1, 99_999_999), st.integers(1990, 2099), st.sampled_from("-_/"))
def test_every_padding_gives_one_key(number: int, year: int, mark: str) -> None:
    keys = {notice_key(f"{number:0{width}d}{mark}{year}") for width in range(1, 10)}
    assert keys == {f"ted:{number}-{year}"}


@pytest.mark.parametrize(
    ("url", "key"),
    [
        (f"https://x.eu/document/download/{UUID}_en?filename=A.PDF", f"europa:{UUID}_en"),
        (f"https://y.eu/en/document/download/{UUID.upper()}_FR", f"europa:{UUID}_fr"),
        (f"https://y.eu/document/download/{UUID}_fra", f"url:https://y.eu/document/download/{UUID}_fra"),
        ("https://ted.europa.eu/en/notice/-/detail/00817601-2025", "ted:817601-2025"),
        ("https://ted.europa.eu/en/notice/817601-2025/pdf?x=1", "ted:817601-2025"),
        ("https://ted.europa.eu/notice/817601-20255", "url:https://ted.europa.eu/notice/817601-20255"),
        ("HTTPS://Ministry.Example./a#top", "url:https://ministry.example/a"),
    ],
)  # fmt: skip
def test_url_key(url: str, key: str) -> None:
    assert url_key(url) == key


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://A.eu:80", "http://a.eu/"),
        ("https://a.eu:443/x", "https://a.eu/x"),
        ("https://a.eu:8443/x", "https://a.eu:8443/x"),
        ("http://a.eu:443/", "http://a.eu:443/"),
        ("https://a.eu/?page=2&f%5B0%5D=x", "https://a.eu/?f%5B0%5D=x&page=2"),
        ("https://a.eu/?f[0]=x&page=2", "https://a.eu/?f%5B0%5D=x&page=2"),
        ("https://a.eu/p?prefLang=fr&utm_source=x&etrans=de&q=", "https://a.eu/p?q="),
        ("https://a.eu/p#part", "https://a.eu/p"),
        (" https://a.eu/ #x", "https://a.eu/"),
        ("https://user:secret@a.eu/p", "https://a.eu/p"),
        ("http://[::1]:8080/a", "http://[::1]:8080/a"),
        ("https://a.eu/?q=%E9", "https://a.eu/?q=%E9"),
        ("https://a.eu/?q=%E8", "https://a.eu/?q=%E8"),
    ],
)
def test_canonical_url(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize("url", ["http://a.eu:port/", "http://[::1/", "https://a.eu:99999/"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(RecordError, match="is no address"):
        url_key(url)


_PART = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(
    st.sampled_from(["http", "HTTPS", "https"]),
    st.sampled_from(["a.eu", "A.EU.", "a.eu:80", "[::1]", "127.0.0.1:8080"]),
    _PART,
    _PART,
    _PART,
)
def test_canonical_url_is_idempotent(
    scheme: str, host: str, path: str, query: str, fragment: str
) -> None:
    once = canonical_url(f"{scheme}://{host}/{path}?{query}#{fragment}")
    assert canonical_url(once) == once
    assert urlsplit(once).fragment == ""


@given(st.permutations(["page=2", "f[0]=a", "f[0]=b", "x=%20y", "utm_medium=z"]))
def test_the_order_of_parameters_does_not_matter(parameters: list[str]) -> None:
    url = "https://a.eu/list?" + "&".join(parameters)
    assert canonical_url(url) == "https://a.eu/list?f%5B0%5D=a&f%5B0%5D=b&page=2&x=+y"


def test_file_key() -> None:
    assert file_key("ab" * 32) == "file:" + "ab" * 32


@pytest.mark.parametrize(
    "quote",
    [
        "Véhicules blindés",
        "VÉHICULES  BLINDÉS",
        "vehicules\nblindes",
        "« Véhicules blindés », ",
        "(véhicules\u00a0blindés)",
    ],
)
def test_an_entry_key_outlives_how_its_quote_is_set(quote: str) -> None:
    assert normal_quote(quote) == "vehicules blindes"
    key = entry_key("ted:1-2025", normal_quote(quote), 1)
    assert key == entry_key("ted:1-2025", "vehicules blindes", 1)
    assert len(key) == 16
    int(key, 16)


def test_entry_keys_differ_by_document_anchor_and_ordinal() -> None:
    keys = {
        entry_key(document, anchor, ordinal)
        for document in ("ted:1-2025", "ted:1-20251")
        for anchor in ("drone", "drones", "")
        for ordinal in (1, 11)
    }
    assert len(keys) == 12


def test_an_entry_key_is_the_one_of_earlier_versions() -> None:
    # decisions hang on it: a change here would orphan every review
    assert entry_key("ted:1-2025", "drone", 1) == "73d5874c424dd7a8"


@given(st.text(max_size=30))
def test_normal_quote_is_idempotent(quote: str) -> None:
    assert normal_quote(normal_quote(quote)) == normal_quote(quote)
