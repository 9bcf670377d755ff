"""XML from strangers: no DTD is loaded, no entity is resolved, nothing is fetched."""

from __future__ import annotations

from typing import Any

from lxml import etree

from core.errors import DamagedDocument, HostileDocument
from core.text import one_line

# A declaration can hide from a search of the bytes only in an encoding that is not ASCII-like.
_ENTITY = tuple("<!ENTITY".encode(codec) for codec in ("utf-8", "utf-16-le", "utf-16-be"))


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def refuse_entities(data: bytes, label: str) -> None:
    """Raise `HostileDocument` where `data` holds the declaration of an XML entity."""
    if any(mark in data for mark in _ENTITY):
        raise HostileDocument(f"{label} declares XML entities; it is not read.")


def parse_xml(data: bytes, label: str) -> etree._Element:
    """Return the root element of `data`; `label` names the file in messages.

    Raises `HostileDocument` where entities are declared (no notice needs one, and expansion bombs
    and external entities do), `DamagedDocument` where the text is not well-formed.
    """
    refuse_entities(data, label)
    try:
        root = etree.fromstring(data, parser=_parser())
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise DamagedDocument(
            f"{label} is no complete XML ({error}); fetch it again or look at the source."
        ) from error
    dtd: Any = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):
        raise HostileDocument(f"{label} declares XML entities; it is not read.")
    return root


def local_name(element: etree._Element) -> str:
    """Return the tag without its namespace."""
    return etree.QName(element).localname


def address(element: etree._Element) -> str:
    """Return an XPath of local names, with a position where siblings share the name.

    `/TED_EXPORT/FORM_SECTION/F03_2014/AWARD_CONTRACT[2]/TITLE`
    """
    steps: list[str] = []
    step: etree._Element | None = element
    while step is not None:
        before = sum(1 for _ in step.itersiblings(step.tag, preceding=True))
        alone = before == 0 and next(step.itersiblings(step.tag), None) is None
        steps.append(local_name(step) if alone else f"{local_name(step)}[{before + 1}]")
        step = step.getparent()
    return "/" + "/".join(reversed(steps))


def inner_text(element: etree._Element, between: str = "") -> str:
    """Return all text inside an element, in document order, joined by `between`."""
    return between.join(str(text) for text in element.itertext())


def plain_text(root: etree._Element) -> str:
    """Return the text of every element on a line of its own, in document order."""
    lines = (
        one_line(text) for element in root.iter() for text in (element.text, element.tail) if text
    )
    return "\n".join(line for line in lines if line)
