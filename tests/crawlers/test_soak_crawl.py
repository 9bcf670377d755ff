"""Twenty thousand pages in one night: the crawl's memory stays flat."""

from __future__ import annotations

import sys

import pytest

from bench.crawl.__main__ import GROWTH, memory, served


@pytest.mark.soak
@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_memory_stays_flat_over_twenty_thousand_pages() -> None:
    with served(10_000) as address:
        sizes = memory(address, 20_000)
    assert sizes[-1][0] > 17_000
    quarter = next(size for lines, size in sizes if lines >= 5_000)
    assert sizes[-1][1] <= GROWTH * quarter, sizes
