"""XML from strangers: no DTD is loaded, no entity is resolved, nothing is fetched."""

from __future__ import annotations

from typing import Any

from lxml import etree

from core.errors import DamagedDocument, HostileDocument
from core.text import one_line

# A declaration can hide from a search of the bytes only in an encoding that is not ASCII-like.
_ENTITY = tuple("<!ENTITY".encode(codec) for codec in ("utf-8", "utf-16-le", "utf-16-be"))
# Tags and attributes that a tree is made of, with 100 to 250 bytes for each; a document of a
# thousand pages has half a million. `parse_start` leaves out what lies behind so many.
MAX_MARKS = 3_000_000
_MARKS = (b"<", b'="', b"='")
_CHUNK = 2**20
_OUT_OF_MEMORY = 2  # XML_ERR_NO_MEMORY, libxml/xmlerror.h
# What libxml2 says, and what that means; what is not here breaks the rules of XML.
_CAUSES = (
    ("Excessive depth", "its elements lie too deep in each other"),
    ("too long", "a text or an attribute in it has more than ten million bytes"),
    ("Buffer size limit", "a text or an attribute in it has more than ten million bytes"),
    ("amplification", "its definitions unfold to far more than it holds"),
    ("encoding", "its bytes are not in the encoding that it states"),
    ("not proper UTF-8", "its bytes are not in the encoding that it states"),
    ("Premature end", "it breaks off"),
    ("Document is empty", "it holds no element"),
)


def _parser(*, recover: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        recover=recover,
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
            f"{label} is no complete XML ({xml_cause(error)}); fetch it again or look at the"
            " source."
        ) from error
    return _without_entities(root, label)


def parse_start(data: bytes, label: str) -> tuple[etree._Element, bool]:
    """Return the root of `data` and whether it was cut off behind `MAX_MARKS` tags and attributes.

    Raises as `parse_xml` does.
    """
    end = _end_of_marks(data)
    if end is None:
        return parse_xml(data, label), False
    refuse_entities(data, label)
    root: etree._Element | None = etree.fromstring(data[:end], parser=_parser(recover=True))
    if root is None:
        raise DamagedDocument(f"{label} is no complete XML (it holds no element); fetch it again.")
    return _without_entities(root, label), True


def _end_of_marks(data: bytes) -> int | None:
    """Return where the tag begins that is one too many, None where there are not so many."""
    count = 0
    for start in range(0, len(data), _CHUNK):
        count += sum(data.count(mark, start, start + _CHUNK) for mark in _MARKS)
        if count > MAX_MARKS:
            return max(data.rfind(b"<", 0, start + _CHUNK), 0)
    return None


def xml_cause(error: Exception) -> str:
    """Return in plain words why XML cannot be read.

    Raises `MemoryError` where the parser had none left, which is no fault of the file.
    """
    if getattr(error, "code", None) == _OUT_OF_MEMORY or str(error).startswith("unknown error"):
        raise MemoryError from error
    known = (cause for mark, cause in _CAUSES if mark in str(error))
    line = getattr(error, "lineno", None)
    where = f" in line {line}" if line else ""
    return next(known, f"it breaks the rules of XML{where}")


def _without_entities(root: etree._Element, label: str) -> etree._Element:
    """Return `root`; raise `HostileDocument` where its document declares entities."""
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
