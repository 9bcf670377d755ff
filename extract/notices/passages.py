"""Running text that no field of a notice's record holds: justifications, options, conditions.

It stands on the page alone, where search and the tagger find it: decision numbers and the very
goods may be named nowhere else. Each part's passages stand behind what the page says of it
already. Contact persons, addresses, juries and review bodies are never read: they have no caption.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from extract.notices.common import paragraphs, text_at, text_of, without_contacts
from extract.notices.page import NoticePage

# an address alone, or behind few words, says where a portal is
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_LEAST_WORDS = 3
_SENTENCE = re.compile(r"(?<=[.;!?])\s+(?=[^\W\d_]|[(„“«\"—-])")
# `E-mail: a@b.example`: whose it is stands in the sentence before
_LABEL = re.compile(
    r"[\W_]*(?:e-?mail|courriel|adresse e-?mail|mail|tel|tél|fax|phone|тел|факс|имейл|τηλ)",
    re.IGNORECASE,
)
# words that announce a person: whom to ask, who is responsible; a list of what tenders must hold
# ("name, contact person, turnover") names nobody, so that a colon or a verb must follow
_PERSON = re.compile(
    r"(?:contact persons?|person to contact|personne à contacter|ansprechp(?:artner|erson)\w*"
    r"|kontaktpersone?n?|contactpersoon|persona de contacto|persoan[aă] de contact"
    r"|pessoa de contacto|osob\w* do kontakt\w*|inspektor\w* ochrony danych|kontaktn\w osob\w*"
    r"|responsabile (?:unico )?del(?:la)? proced\w*|\brup|лице за контакт\w*|yhteyshenkil\w*"
    r"|kapcsolattartó\w*)(?:[^.:;]{0,40}?[^\w.:;])?(?::|\s(?:is|ist|est|jest|è|es|este|er|är|on|е)\s)"
    r"|for the attention of|à l['’]attention d|\batt(?:n)?\s?[.:]|z\. ?Hd\.|\bfaksz\b|lajstromszám",
    re.IGNORECASE,
)

_NAMES = ("CONTACT_POINT", "ATTENTION", "MEMBER_NAME", "FamilyName", "FirstName")
_SOMEONE = "\0"  # stands for a name that a field holds; no XML file has this sign
_LEAST_NAME = 5


def people_of(root: etree._Element) -> frozenset[str]:
    """Return the contact persons, jurors and owners that the fields of a notice name."""
    named = [text_of(found) for found in root.iter(*(f"{{*}}{name}" for name in _NAMES))]
    named += [text_at(contact, "Name") for contact in root.iter("{*}Contact")]
    return frozenset(name for name in named if name and len(name) > _LEAST_NAME)


def passages(
    element: etree._Element, captions: Mapping[str, str], apart: frozenset[str] = frozenset()
) -> Iterator[tuple[str, etree._Element]]:
    """Yield caption and element of each passage below `element`, in the order of the file.

    `captions` names the elements by their local names; those in `apart` are gone past with all
    that they hold, as they belong to another part of the page or to none.
    """
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name in apart:
            continue
        caption = captions.get(name)
        if caption is not None:
            yield caption, child
        elif len(child):
            yield from passages(child, captions, apart)


def write_passage(page: NoticePage, caption: str, element: etree._Element) -> None:
    """Write a passage's paragraphs without contacts; nothing that the page has already."""
    said = _without_persons(paragraphs(element), page.people)
    if said and _says_something(said):
        page.tell(caption, said)


def write_passages(
    page: NoticePage,
    element: etree._Element,
    captions: Mapping[str, str],
    apart: frozenset[str] = frozenset(),
) -> None:
    """Write all passages below `element`; the arguments are those of `passages`."""
    for caption, found in passages(element, captions, apart):
        if found.get("PUBLICATION") != "NO":
            write_passage(page, caption, found)


def _without_persons(text: str | None, people: frozenset[str]) -> str | None:
    """Return a text without the sentences that name a contact; None where nothing is left.

    Running text names persons beside their telephones, so the number alone is not enough to drop.
    """
    if not text:
        return None
    for name in people:
        text = text.replace(name, _SOMEONE)
    if not _is_contact(text):
        return text
    lines = (_sentences_without_persons(line) for line in text.split("\n"))
    return "\n".join(line for line in lines if line) or None


def _is_contact(text: str) -> bool:
    return _SOMEONE in text or without_contacts(text) != text or bool(_PERSON.search(text))


def _sentences_without_persons(line: str) -> str:
    sentences = _SENTENCE.split(line)
    dropped = [_is_contact(sentence) for sentence in sentences]
    for at, sentence in enumerate(sentences[1:]):
        dropped[at] = dropped[at] or (dropped[at + 1] and bool(_LABEL.match(sentence)))
    return " ".join(said for said, gone in zip(sentences, dropped, strict=True) if not gone)


def _says_something(text: str) -> bool:
    """Say whether more than dashes or the address of a portal is left of a text."""
    found = _ADDRESS.search(text)
    if found is None:
        return any(sign.isalnum() for sign in text)
    return len(_ADDRESS.sub(" ", text).split()) > _LEAST_WORDS
