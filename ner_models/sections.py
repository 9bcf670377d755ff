"""What a section's heading says of the goods named in it: given, or spoken of in passing.

Action documents of the Commission follow one template (its sections on monitoring, audit,
communication or risks speak of means, not of deliveries), and name earlier deliveries and needs
under context and lessons learnt.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from core.records import Heading

LEAST = 0.33
"""The score below which an entry from a document with sections is not proposed."""

_PASSING = 0.2
_EARLIER = 0.6
_BARE = 0.6

_ADMINISTRATIVE = re.compile(
    r"monitor|suivi|[ée]valuat|audit|communicat|visib|cross-cutting|transvers"
    r"|financing agreement|convention de financement|implementation period|p[ée]riode"
    r"|procurement|risk|risque|indicat(?:or|eur)s|stakeholder|parties prenantes",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(
    r"context|rationale|justification|background|lessons|enseignements|complementar"
    r"|compl[ée]mentaires|summary|synops|r[ée]sum[ée]|identification|reasons|problem",
    re.IGNORECASE,
)
_ACTIVITIES = re.compile(r"activit|budget|results|r[ée]sultats", re.IGNORECASE)


class Sections:
    """The sections of a document; `weight` says how much goods named at a place count."""

    def __init__(self, headings: Sequence[Heading]) -> None:
        self._headings = sorted(headings, key=lambda heading: (heading.page, heading.start))
        self._places = [(heading.page, heading.start) for heading in self._headings]

    def __bool__(self) -> bool:
        """Are there any? A text without headings is weighed as it stands."""
        return bool(self._headings)

    def weight(self, page: int, start: int, *, bare: bool) -> float:
        """Return the factor, up to 1, for an entry that rests on a place of a page.

        `bare`: nothing but a party is said of the goods, no number and no sum.
        """
        if not self._headings:
            return 1.0
        place = bisect_right(self._places, (page, start)) - 1
        said = self._headings[place].text if place >= 0 else ""
        weight = _BARE if bare else 1.0
        if _ACTIVITIES.search(said):
            return weight
        if _ADMINISTRATIVE.search(said):
            return weight * _PASSING
        return weight * (_EARLIER if _BACKGROUND.search(said) else 1.0)
