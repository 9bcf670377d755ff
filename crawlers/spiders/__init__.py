"""One small spider for each source, by source id."""

from __future__ import annotations

from crawlers.spiders.addresses import AddedSpider, AddressesSpider
from crawlers.spiders.asktheeu import AsktheeuSpider
from crawlers.spiders.base import PoliteSpider
from crawlers.spiders.enlargement import EnlargementSpider
from crawlers.spiders.eutf import EutfSpider
from crawlers.spiders.frontex import FrontexSpider
from crawlers.spiders.intpa import IntpaSpider
from crawlers.spiders.ted import TedSpider

SPIDERS: dict[str, type[PoliteSpider]] = {
    spider.name: spider
    for spider in (
        AddedSpider,
        AddressesSpider,
        AsktheeuSpider,
        EnlargementSpider,
        EutfSpider,
        FrontexSpider,
        IntpaSpider,
        TedSpider,
    )
}
