"""What the other forms of a TED_EXPORT notice say: the same in other languages.

Only one form is read in full; of the others, titles and descriptions, and the buyer's name.
"""

from __future__ import annotations

from lxml import etree

from core.languages import language_code
from core.records import Translation
from extract.notices.common import find, find_all, paragraphs, text_at, text_of

_BUYER = "CONTRACTING_BODY/ADDRESS_CONTRACTING_BODY/OFFICIALNAME"


def in_other_languages(
    root: etree._Element, read: etree._Element
) -> tuple[tuple[Translation, ...], dict[int, list[Translation]]]:
    """Return the translations of a notice, and those of its lots by their index from 0.

    A language has one form at most; one whose lots are others in number translates no lot.
    """
    whole: list[Translation] = []
    of_lots: dict[int, list[Translation]] = {}
    seen = {language_code(read.get("LG"))}
    lots = len(find_all(read, "OBJECT_CONTRACT/OBJECT_DESCR"))
    for form in find_all(root, "FORM_SECTION/*"):
        language = language_code(form.get("LG"))
        if form is read or language is None or language in seen:
            continue
        seen.add(language)
        subject = find(form, "OBJECT_CONTRACT")
        if subject is not None:
            whole += _translation(subject, language, text_at(form, _BUYER))
        described = find_all(form, "OBJECT_CONTRACT/OBJECT_DESCR")
        if len(described) == lots:
            for index, lot in enumerate(described):
                for translation in _translation(lot, language, None):
                    of_lots.setdefault(index, []).append(translation)
    return tuple(whole), of_lots


def _translation(
    element: etree._Element, language: str, buyer: str | None
) -> tuple[Translation, ...]:
    title = text_of(find(element, "TITLE"))
    description = paragraphs(find(element, "SHORT_DESCR"))
    if not title and not description:
        return ()
    return (Translation(language=language, title=title, description=description, buyer=buyer),)
