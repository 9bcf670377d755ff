"""The International Partnerships site of the replica: country pages and stories beside its list.

Country pages are found from an index of plain links. They link publication pages, and bundles that
no list has (publications of variant C). Story cards carry no date.
"""

import datetime as dt
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from demo import ecl
from demo.build import Site
from demo.exchange import Held, Request, Response
from demo.site import EuropaSite
from demo.world import CONTENT, Publication, on_night

COUNTRIES = "/countries_en"
STORIES = "/news-and-events/stories_en"
_STORY_FILE = CONTENT / "intpa" / "stories" / "stories.toml"


@dataclass(frozen=True, kw_only=True)
class Story:
    """A story: a card without a date in its list, and a page with one."""

    slug: str
    title: str
    country: str
    published: dt.date
    text: tuple[str, ...]

    @property
    def path(self) -> str:
        """The page's path."""
        return f"/news-and-events/stories/{self.slug}_en"


class IntpaSite(EuropaSite):
    """Answers requests as the site `intpa`; `/publications-library_en` is not there."""

    def __init__(self, built: Site, night: int) -> None:
        super().__init__("intpa", built)
        everything = self._publications
        self._publications = [p for p in everything if p.markup != "C"]
        self._countries = {country_path(p): p.country for p in everything}
        self._everything = everything
        self._stories = {story.path: story for story in _stories(night)}

    def documents(self, base_url: str) -> dict[str, Held]:
        """Return what the lists and the country pages lead to tonight, by document key."""
        more = {
            f"url:{base_url}{path}": Held(target=path)
            for path in (*self._countries, *self._stories)
        }
        return super().documents(base_url) | more

    def __call__(self, request: Request) -> Response:
        """Answer one request."""
        own = request.method in {"GET", "HEAD"}
        if own and request.path == COUNTRIES:
            return self._index(request)
        if own and request.path in self._countries:
            return self._country_page(request)
        if own and request.path == STORIES:
            return self._story_list(request)
        if own and request.path in self._stories:
            return self._story(self._stories[request.path], request)
        return super().__call__(request)

    def _index(self, request: Request) -> Response:
        links = "".join(
            f'<li><a class="ecl-link" href="{path}">{escape(name)}</a></li>'
            for path, name in sorted(self._countries.items())
        )
        body = f"""{ecl.page_header("Countries")}
<main id="main-content"><h2>Where we work</h2><ul class="ecl-unordered-list">{links}</ul></main>"""
        return self._frame(request, "Countries", body, node=70)

    def _country_page(self, request: Request) -> Response:
        name = self._countries[request.path]
        here = [p for p in self._everything if country_path(p) == request.path]
        pages = "".join(
            f'<li><a class="ecl-link" href="{p.path}">{escape(p.title)}</a></li>'
            for p in here
            if p.markup != "C"
        )
        bundles = "\n".join(self._file_blocks(p) for p in here if p.markup == "C")
        body = f"""{ecl.page_header(name, ["Country"])}
<main id="main-content"><p>Our partnership with {escape(name)} is set out in the programmes
and action plans below.</p>
<h2>Programming</h2><ul class="ecl-unordered-list">{pages}</ul>
<h2>Annual action plans</h2>
{bundles}
</main>"""
        return self._frame(request, name, body, node=here[0].node + 5000)

    def _story_list(self, request: Request) -> Response:
        cards = "\n".join(_card(story) for story in self._stories.values())
        body = f"""{ecl.page_header("Stories")}
<main id="main-content">
{cards}
</main>"""
        return self._frame(request, "Stories", body, node=80)

    def _story(self, story: Story, request: Request) -> Response:
        header = ecl.page_header(story.title, ["Story", ecl.long_date(story.published)])
        paragraphs = "\n".join(f"<p>{escape(text)}</p>" for text in story.text)
        body = f'{header}\n<main id="main-content">\n{paragraphs}\n</main>'
        return self._frame(request, story.title, body, node=81)


def country_path(publication: Publication) -> str:
    """Return the path of the page of a publication's country."""
    return f"/countries/{publication.country.lower().replace(' ', '-')}_en"


def _card(story: Story) -> str:
    return f"""<article class="ecl-card"><div class="ecl-card__body">
<div class="ecl-content-block" data-ecl-content-block>
<div class="ecl-content-block__title"><a class="ecl-link ecl-link--standalone" data-ecl-title-link
 href="{story.path}"><span class="ecl-link__label">{escape(story.title)}</span></a></div>
<div class="ecl-content-block__description">{escape(story.country)}</div></div></div></article>"""


def _stories(night: int) -> Iterator[Story]:
    for table in tomllib.loads(_STORY_FILE.read_text(encoding="utf-8"))["story"]:
        if on_night(table, night):
            said = {k: v for k, v in table.items() if k not in {"nights", "text"}}
            yield Story(text=tuple(table["text"].strip().split("\n\n")), **said)
