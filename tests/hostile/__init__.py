"""Files that are meant to harm whoever reads them, made from a seed; `HOSTILE` lists them all."""

from __future__ import annotations

from tests.hostile.archive_files import ARCHIVES
from tests.hostile.html_files import HTML
from tests.hostile.mail_files import MAIL
from tests.hostile.maker import Maker
from tests.hostile.office_files import OFFICE
from tests.hostile.pdf_content import CONTENT
from tests.hostile.pdf_envelopes import ENVELOPES
from tests.hostile.pdf_files import PDFS
from tests.hostile.pdf_resources import RESOURCES
from tests.hostile.plain_files import PLAIN
from tests.hostile.xml_files import XML

__all__ = ["HOSTILE", "QUICK", "Maker"]

_COLLECTIONS = (PDFS, ENVELOPES, CONTENT, RESOURCES, ARCHIVES, OFFICE, XML, HTML, MAIL, PLAIN)

HOSTILE: dict[str, Maker] = {
    name: maker for collection in _COLLECTIONS for name, maker in collection.makers.items()
}
QUICK = [name for name, maker in HOSTILE.items() if maker.quick]
