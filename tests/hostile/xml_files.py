"""XML that is a trap: entities, depth, attributes, and procurement notices made of them."""

from __future__ import annotations

import random

from tests.hostile.maker import SENTENCE, Collection
from tests.hostile.office_files import EXTERNAL, LAUGHS

XML = Collection()
_TEXT = SENTENCE.encode()
_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_TED = (
    b'<TED_EXPORT xmlns="http://publications.europa.eu/resource/schema/ted/R2.0.9/publication"'
    b' DOC_ID="123456-2021" EDITION="2021047"><CODED_DATA_SECTION><NOTICE_DATA>'
    b"<NO_DOC_OJS>2021/S 047-123456</NO_DOC_OJS></NOTICE_DATA></CODED_DATA_SECTION>"
    b'<FORM_SECTION><F03_2014 CATEGORY="ORIGINAL" LG="EN">%s</F03_2014></FORM_SECTION></TED_EXPORT>'
)
_EFORMS = (
    b"<ContractAwardNotice"
    b' xmlns="urn:oasis:names:specification:ubl:schema:xsd:ContractAwardNotice-2"'
    b' xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"'
    b' xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">'
    b"<cbc:CustomizationID>eforms-sdk-1.10</cbc:CustomizationID>%s</ContractAwardNotice>"
)


@XML.file(
    "billion_laughs.xml", "entities of 10^11 characters in each other", expect="refused", quick=True
)
def billion_laughs(_: random.Random) -> bytes:
    return _HEAD + LAUGHS + b"<x>&e11;</x>"


@XML.file("quadratic_entities.xml", "an entity of 1 MB, used 10,000 times", expect="refused")
def quadratic_entities(_: random.Random) -> bytes:
    return _HEAD + b"<!DOCTYPE x [<!ENTITY a '%s'>]><x>%s</x>" % (b"a" * 2**20, b"&a;" * 10_000)


@XML.file("external_entity.xml", "asks for a file of the machine", expect="refused")
def external_entity(_: random.Random) -> bytes:
    return _HEAD + EXTERNAL + b"<x>&e11;</x>"


@XML.file("external_definition.xml", "asks for a definition from an address and a device")
def external_definition(_: random.Random) -> bytes:
    return _HEAD + b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd" []><x>%s</x>' % _TEXT


@XML.file("parameter_entity.xml", "a parameter entity that takes in a device", expect="refused")
def parameter_entity(_: random.Random) -> bytes:
    return _HEAD + b"<!DOCTYPE x [<!ENTITY % a SYSTEM 'file:///dev/zero'> %a;]><x/>"


@XML.file("entities_in_utf16.xml", "entities in each other, in UTF-16", expect="refused")
def entities_in_utf16(_: random.Random) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-16"?>'
    return (head + LAUGHS.decode() + "<x>&e11;</x>").encode("utf-16")


@XML.file("default_attributes.xml", "attributes by definition, 100,000 at each of 1,000 elements")
def default_attributes(_: random.Random) -> bytes:
    names = b" ".join(b"a%d CDATA 'x'" % number for number in range(100_000))
    return _HEAD + b"<!DOCTYPE x [<!ATTLIST y %s>]><x>%s</x>" % (names, b"<y/>" * 1000)


@XML.file("inclusions.xml", "takes in itself and a file of the machine")
def inclusions(_: random.Random) -> bytes:
    include = b'<i:include href="%s" parse="text" xmlns:i="http://www.w3.org/2001/XInclude"/>'
    return _HEAD + b"<x>%s%s%s</x>" % (include % b"", include % b"file:///etc/passwd", _TEXT)


@XML.file("deep.xml", "elements 500,000 deep")
def deep(_: random.Random) -> bytes:
    return _HEAD + b"<x>" * 500_000 + b"</x>" * 500_000


@XML.file("as_deep_as_allowed.xml", "elements 255 deep, 20,000 times")
def as_deep_as_allowed(_: random.Random) -> bytes:
    return _HEAD + b"<r>" + (b"<x>" * 250 + b"a" + b"</x>" * 250) * 4000 + b"</r>"


@XML.file("huge_attribute.xml", "an attribute of 30 MB")
def huge_attribute(_: random.Random) -> bytes:
    return _HEAD + b'<x a="%s">%s</x>' % (b"a" * 30_000_000, _TEXT)


@XML.file("huge_text.xml", "a text of 30 MB without a blank")
def huge_text(_: random.Random) -> bytes:
    return _HEAD + b"<x>%s</x>" % (b"a" * 30_000_000)


@XML.file("million_attributes.xml", "an element with 300,000 attributes")
def million_attributes(_: random.Random) -> bytes:
    return _HEAD + b"<x %s/>" % b" ".join(b'a%d="1"' % number for number in range(300_000))


@XML.file("namespaces.xml", "100,000 namespaces in each other and beside each other")
def namespaces(_: random.Random) -> bytes:
    inside = b"".join(b'<n%d:y xmlns:n%d="u:%d"/>' % (n, n, n) for n in range(100_000))
    return _HEAD + b"<x>%s</x>" % inside


@XML.file("million_comments.xml", "1,000,000 comments before the root")
def million_comments(_: random.Random) -> bytes:
    return _HEAD + b"<!-- a -->" * 1_000_000 + b"<x>%s</x>" % _TEXT


@XML.file("open_comments.xml", "500,000 comments that never end")
def open_comments(_: random.Random) -> bytes:
    return _HEAD + b"<!-- a " * 500_000


@XML.file("brackets_in_the_definition.xml", "a definition of 3,000,000 brackets that never ends")
def brackets(_: random.Random) -> bytes:
    return _HEAD + b"<!DOCTYPE x [" + b"]  " * 1_000_000 + b"<x/>"


@XML.file("wrong_encoding.xml", "says UTF-32 and is Latin-1")
def wrong_encoding(_: random.Random) -> bytes:
    return b'<?xml version="1.0" encoding="UTF-32"?><x>\xe9\xe8 %s</x>' % _TEXT


@XML.file("nul_in_text.xml", "zero bytes within the text")
def nul_in_text(_: random.Random) -> bytes:
    return _HEAD + b"<x>a\x00\x00b %s</x>" % _TEXT


@XML.file(
    "ted_entities.xml", "a TED notice of entities in each other", expect="refused", quick=True
)
def ted_entities(_: random.Random) -> bytes:
    return _HEAD + LAUGHS + _TED % b"<OBJECT_CONTRACT><TITLE>&e11;</TITLE></OBJECT_CONTRACT>"


@XML.file("ted_external_entity.xml", "a TED notice that asks for a file", expect="refused")
def ted_external_entity(_: random.Random) -> bytes:
    return _HEAD + EXTERNAL + _TED % b"<OBJECT_CONTRACT><TITLE>&e11;</TITLE></OBJECT_CONTRACT>"


@XML.file("ted_lots.xml", "a TED notice of 50,000 awards")
def ted_lots(_: random.Random) -> bytes:
    award = (
        b'<AWARD_CONTRACT ITEM="%d"><LOT_NO>%d</LOT_NO><TITLE><P>Drones</P></TITLE>'
        b'<AWARDED_CONTRACT><VALUES><VAL_TOTAL CURRENCY="EUR">1</VAL_TOTAL></VALUES>'
        b"</AWARDED_CONTRACT></AWARD_CONTRACT>"
    )
    subject = b"<OBJECT_CONTRACT><TITLE><P>Drones</P></TITLE></OBJECT_CONTRACT>"
    return _HEAD + _TED % (subject + b"".join(award % (n, n) for n in range(50_000)))


@XML.file("ted_deep.xml", "a TED notice 200,000 elements deep")
def ted_deep(_: random.Random) -> bytes:
    return _HEAD + _TED % (b"<P>" * 200_000 + _TEXT + b"</P>" * 200_000)


@XML.file("ted_numbers.xml", "a TED notice of sums of 100,000 digits, inf, nan and 1e999999999")
def ted_numbers(_: random.Random) -> bytes:
    sums = (b"9" * 100_000, b"inf", b"nan", b"1e999999999", b"-1e-999999999", b"0x10", b"")
    value = b'<OBJECT_CONTRACT><VAL_TOTAL CURRENCY="EUR">%s</VAL_TOTAL></OBJECT_CONTRACT>'
    return _HEAD + _TED % b"".join(value % amount for amount in sums)


@XML.file("eforms_lots.xml", "an eForms notice of 30,000 lots")
def eforms_lots(_: random.Random) -> bytes:
    lot = (
        b'<cac:ProcurementProjectLot><cbc:ID schemeName="Lot">LOT-%d</cbc:ID>'
        b"<cac:ProcurementProject><cbc:Name>Drones</cbc:Name></cac:ProcurementProject>"
        b"</cac:ProcurementProjectLot>"
    )
    return _HEAD + _EFORMS % b"".join(lot % number for number in range(30_000))


@XML.file("eforms_entities.xml", "an eForms notice of entities in each other", expect="refused")
def eforms_entities(_: random.Random) -> bytes:
    return _HEAD + LAUGHS + _EFORMS % b"<cbc:ID>&e11;</cbc:ID>"


@XML.file("eforms_same_names.xml", "an eForms notice in which every organisation has the same name")
def eforms_same_names(_: random.Random) -> bytes:
    body = (
        b"<cac:Organization><cac:Company><cac:PartyIdentification><cbc:ID>ORG-0001</cbc:ID>"
        b"</cac:PartyIdentification></cac:Company></cac:Organization>"
    )
    project = b"<cac:ProcurementProject><cbc:Name>Drones</cbc:Name></cac:ProcurementProject>"
    return _HEAD + _EFORMS % (body * 20_000 + project)
