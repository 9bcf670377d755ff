"""The rest of what a TED_EXPORT notice states, by XPath: its head, places, results and changes.

Written from the formats' notes like `notice_xpaths`, whose words these fields are in. The lines of
a field are those of its lots or awards, in document order; parts of a line are parted by `|`.
"""

from __future__ import annotations

import re

from tests.independent.notice_xpaths import (
    Fields,
    Tree,
    at,
    attributes,
    body,
    country,
    first,
    legacy_sums,
    line,
    name_key,
    number,
    once,
    text,
    texts,
)

BUYERS = {
    "Ministry or any other national or federal authority": "cga",
    "European Institution/Agency or International Organisation": "eu-ins-bod-ag",
    "Body governed by public law": "body-pl",
}
ACTIVITIES = {
    "Housing and community amenities": "hc-am", "Social protection": "soc-pro",
    "Recreation, culture and religion": "rcr", "Defence": "defence", "Environment": "env-pro",
    "Economic and financial affairs": "econ-aff", "Health": "health", "Education": "education",
    "Production, transport and distribution of gas and heat": "gas-heat",
    "Airport-related activities": "airport", "Extraction of gas and oil": "gas-oil",
    "Port-related activities / Maritime or inland waterway": "port",
    "Exploration and extraction of coal and other solid fuels": "solid-fuel",
    "Electricity": "electricity", "Postal services": "post", "Railway services": "rail",
    "General public services": "gen-pub", "Public order and safety": "pub-os", "Water": "water",
    "Urban railway / light rail, metro, tramway, trolleybus or bus services": "urttb",
}  # fmt: skip
TENDERS = {
    "NB_TENDERS_RECEIVED": "tenders", "NB_TENDERS_RECEIVED_SME": "t-sme",
    "NB_TENDERS_RECEIVED_OTHER_EU": "t-oth-eea", "NB_TENDERS_RECEIVED_NON_EU": "t-no-eea",
    "NB_TENDERS_RECEIVED_EMEANS": "t-esubm", "OFFERS_RECEIVED_NUMBER": "tenders",
}  # fmt: skip
OTHER_SUMS = {
    "VAL_TOTAL_BEFORE": "before", "VAL_SUBCONTRACTING": "subcontracted", "VAL_REVENUE": "revenue",
    "VAL_PRICE_PAYMENT": "payments", "VAL_BARGAIN_PURCHASE": "bargain",
}  # fmt: skip
NO_LOT_DETAILS = ("lot nuts", "lot countries", "lot places")
AWARDS = "AWARD_CONTRACT|RESULTS/AWARDED_PRIZE|RESULTS/NO_AWARDED_PRIZE"
DEFENCE_AWARDS = ".//AWARD_OF_CONTRACT_DEFENCE"
ORIGINAL = "FORM_SECTION/*[@CATEGORY='ORIGINAL']"


def without_contacts(said: str) -> str:
    """A text with nothing left of telephone numbers and addresses of mail, nor its punctuation."""
    said = re.sub(r"\S+@\S+", "", said)
    said = re.sub(r"(?:\+|\b00)[1-9][\d\s/().-]{6,}\d", "", said)
    said = re.sub(r"(?i)\b((?:tel|fax|phone)[a-zé]*)[.:\s]*\(?\d[\d\s/().-]{4,}\d", r"\1", said)
    said = re.sub(r"(?i)\b(?:tel|fax|phone)[a-zé]*\b", "", said)
    return re.sub(r" ?\| ?", "|", line(re.sub(r"[.,;:]+", " ", said)))


def legacy_details(root: Tree) -> Fields:
    form = at(root, ORIGINAL)[0]
    civil = bool(at(form, "OBJECT_CONTRACT"))
    return {
        **head(root, form),
        **(places(root, form) if civil else defence_places(root, form)),
        **(results(form) if civil else defence_results(form)),
        "changes": changes(form),
        **translations(root, form),
        "vat": vat(form),
    }


def head(root: Tree, form: Tree) -> Fields:
    coded = at(root, "CODED_DATA_SECTION")[0]
    date = first(coded, "REF_OJS/DATE_PUB")
    kind = first(coded, "CODIF_DATA/AA_AUTHORITY_TYPE")
    work = first(coded, "CODIF_DATA/MA_MAIN_ACTIVITIES")
    year = attributes(coded, "CODIF_DATA/DIRECTIVE/@VALUE")
    act = attributes(form, "LEGAL_BASIS/@VALUE") + texts(form, "LEGAL_BASIS_OTHER")
    act += [f"3{d[:4]}L00{d.split('/')[1]}" for d in year]
    english = "TRANSLATION_SECTION/ML_TITLES/ML_TI_DOC[@LG='EN']"
    land, town, about = (first(root, f"{english}/{tag}") for tag in ("TI_CY", "TI_TOWN", "TI_TEXT"))
    hours = [(first(form, "PROCEDURE/DATE_RECEIPT_TENDERS"),
              first(form, "PROCEDURE/TIME_RECEIPT_TENDERS"))]  # fmt: skip
    coded_hour = (first(coded, "CODIF_DATA/DT_DATE_FOR_SUBMISSION") + " ").split(" ")
    hour = hours[0][1] if hours[0][0] else coded_hour[1]
    unsaid = ("", "Not applicable", "Not specified")
    changed = {"F14": "COMPLEMENTARY_INFO/NOTICE_NUMBER_OJ", "F20": "PROCEDURE/NOTICE_NUMBER_OJ"}
    own = str(form.get("FORM"))
    about_notice = first(form, changed[own]) if own in changed else ""
    if own in changed and not about_notice:
        about_notice = first(coded, "NOTICE_DATA/REF_NOTICE/NO_DOC_OJS")
    return {
        "notice_id": texts(root, "FORM_SECTION/NOTICE_UUID")[:1],
        "oj_issue": [f"{first(coded, 'REF_OJS/NO_OJ')}/{date[:4]}"],
        "schema": attributes(root, "@VERSION"),
        "notice_type": [first(coded, "CODIF_DATA/TD_DOCUMENT_TYPE")],
        "subtype": attributes(form, "@FORM"),
        "legal_basis": act[:1],
        "buyer_type": [BUYERS.get(kind, kind.lower())] if kind not in unsaid else [],
        "activity": [ACTIVITIES.get(work, work.lower())] if work not in unsaid else [],
        "heading": [f"{'-'.join(once([land, town]))}: {about}"] if land else [],
        "deadline_time": [f"{hour:0>5}"] if hour else [],
        "changed": [number(about_notice)] if about_notice else [],
    }


def nuts_lands(codes: list[str]) -> list[str]:
    return once(country(code[:2]) for code in codes if not code.startswith("00"))


def merged(root: Tree, own: list[str]) -> Fields:
    kinds = "PERFORMANCE_NUTS|ORIGINAL_NUTS"
    header = [c for k in kinds.split("|")
              for c in attributes(root, f"CODED_DATA_SECTION/NOTICE_DATA/{k}/@CODE")]  # fmt: skip
    codes = once([*own, *header])
    return {"nuts": codes, "countries": nuts_lands(codes)}


def places(root: Tree, form: Tree) -> Fields:
    lots = at(form, "OBJECT_CONTRACT/OBJECT_DESCR")
    codes = [once(attributes(lot, "NUTS/@CODE")) for lot in lots]
    return {
        **merged(root, [code for own in codes for code in own]),
        "lot nuts": [" ".join(own) for own in codes],
        "lot countries": [" ".join(nuts_lands(own)) for own in codes],
        "lot places": [without_contacts(first(lot, "MAIN_SITE")) for lot in lots],
    }


def defence_places(root: Tree, form: Tree) -> Fields:
    sites = ".//LOCATION_NUTS/LOCATION|.//SITE_OR_LOCATION/LABEL"
    codes = ".//LOCATION_NUTS/NUTS/@CODE|.//SITE_OR_LOCATION/NUTS/@CODE"
    lots = at(form, ".//F17_ANNEX_B|.//LOT_PRIOR_INFORMATION")
    return {
        **merged(root, attributes(form, codes)),
        "places": [without_contacts(said) for said in texts(form, sites)],
        **{name: [""] * len(lots) for name in NO_LOT_DETAILS},
    }


def counted(award: Tree) -> str:
    found = {}
    for element in at(award, ".//*[starts-with(name(), 'NB_TENDERS') or "
                             "name() = 'OFFERS_RECEIVED_NUMBER']"):  # fmt: skip
        open_ = not at(element, "ancestor-or-self::*[@PUBLICATION='NO']")
        if str(element.tag) in TENDERS and text(element).isdecimal() and open_:
            found[TENDERS[str(element.tag)]] = int(text(element))
    return " ".join(f"{kind}={found[kind]}" for kind in sorted(found))


def other_sums(award: Tree) -> str:
    path = "|".join(f".//{name}|../MODIFICATIONS_CONTRACT//{name}" for name in OTHER_SUMS)
    named = [(OTHER_SUMS[str(s.tag)], legacy_sums(s, ".")) for s in at(award, path)]
    return " ".join(sorted(f"{' '.join(v[0].split()[:2])} {kind}" for kind, v in named if v))


def results(form: Tree) -> Fields:
    awards = at(form, AWARDS)
    won = "self::AWARDED_PRIZE|AWARDED_CONTRACT"
    return {
        "contract numbers": [first(award, "CONTRACT_NO") for award in awards],
        "outcomes": ["awarded" if at(award, won) else "closed" for award in awards],
        "tenders received": [counted(award) for award in awards],
        "other values": [other_sums(award) for award in awards],
        "decided": ["" for _ in awards],
        "subcontractors": ["" for _ in awards],
        "party nuts": party_nuts(
            form,
            "CONTRACTING_BODY/ADDRESS_CONTRACTING_BODY",
            "CONTRACTING_BODY/ADDRESS_CONTRACTING_BODY_ADDITIONAL",
            *(f"({AWARDS})//{tag}" for tag in ("ADDRESS_CONTRACTOR", "ADDRESS_WINNER")),
        ),
    }


def party_nuts(form: Tree, *paths: str) -> list[str]:
    """The NUTS code of every body that has a name; a body's own place, not the contract's."""
    named = [place for path in paths for place in at(form, path) if body(place)]
    return sorted(code for place in named for code in attributes(place, "NUTS[1]/@CODE"))


def defence_results(form: Tree) -> Fields:
    awards = at(form, DEFENCE_AWARDS)
    return {
        "contract numbers": [first(award, "CONTRACT_NUMBER") for award in awards],
        "outcomes": ["awarded" for _ in awards],
        "tenders received": [counted(award) for award in awards],
        **{name: [""] * len(awards) for name in ("other values", "decided", "subcontractors")},
        "party nuts": [],
    }


def vat(form: Tree) -> list[str]:
    """What blocks of costs say of value added tax, for every sum in them."""
    found = []
    for sum_ in at(form, ".//VALUE_COST|.//LOW_VALUE|.//HIGH_VALUE"):
        for mark in at(sum_, "ancestor::*/INCLUDING_VAT|ancestor::*/EXCLUDING_VAT"):
            if legacy_sums(sum_, "."):
                rate = first(mark, "VAT_PRCT").replace(",", ".")
                found.append(f"{mark.tag.split('_')[0].lower().replace('ing', 'ed')} {rate}")
    return sorted(found)


def changes(form: Tree) -> list[str]:
    """Corrections and modifications; what is about contacts (sections I and VI.4) is left out."""
    found = []
    for info in at(form, "MODIFICATIONS_CONTRACT/INFO_MODIFICATIONS"):
        reason = at(info, "ADDITIONAL_NEED|UNFORESEEN_CIRCUMSTANCE")[:1]
        code = {"ADDITIONAL_NEED": "add-wss", "UNFORESEEN_CIRCUMSTANCE": "mod-cir"}
        why = [f"{text(r)}|{code[str(r.tag)]}" for r in reason] or ["|"]
        found.append(without_contacts(f"|||||{first(info, 'SHORT_DESCR')}|{why[0]}"))
    for change in at(form, "CHANGES/CHANGE[not(@PUBLICATION='NO')]"):
        where = first(change, "WHERE/SECTION")
        if re.match(r"(I|VI\.4)([.) ]|$)", where):
            continue
        sides = (
            " ".join(
                once(attributes(change, f"{side}//CPV_CODE/@CODE"))
                + [s for tag in ("TEXT", "DATE", "TIME") for s in texts(change, f"{side}/{tag}")]
            )
            for side in ("OLD_VALUE", "NEW_VALUE")
        )
        lot = name_key(first(change, "WHERE/LOT_NO"))
        said = f"{where}|{lot}|{first(change, 'WHERE/LABEL')}|{'|'.join(sides)}|||"
        found.append(without_contacts(said))
    added = without_contacts(first(form, "CHANGES/INFO_ADD"))
    return found + ([f"|||||{added}||"] if added else [])


def translations(root: Tree, form: Tree) -> Fields:
    """Titles and descriptions in the other forms: the first of each language."""
    others: dict[str, Tree] = {}
    for other in at(root, "FORM_SECTION/*[@LG]"):
        if other.get("LG") != form.get("LG"):
            others.setdefault(str(other.get("LG")).lower(), other)
    lots: list[list[str]] = [[] for _ in at(form, "OBJECT_CONTRACT/OBJECT_DESCR")]
    whole = []
    for language, other in others.items():
        name = first(other, "CONTRACTING_BODY/ADDRESS_CONTRACTING_BODY/OFFICIALNAME")
        subject = at(other, "OBJECT_CONTRACT")[:1]
        whole += [f"{language}|{first(s, 'TITLE')}|{first(s, 'SHORT_DESCR')}|{name}"
                  for s in subject]  # fmt: skip
        described = at(other, "OBJECT_CONTRACT/OBJECT_DESCR")
        for index, lot in enumerate(described):
            title, said = first(lot, "TITLE"), first(lot, "SHORT_DESCR")
            lots[index] += [f"{language}|{title}|{said}|"] if title or said else []
    lots = lots or [[] for _ in at(form, ".//F17_ANNEX_B|.//LOT_PRIOR_INFORMATION")]
    return {"translations": whole, "lot translations": [" & ".join(own) for own in lots]}
