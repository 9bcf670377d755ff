"""Inflection tables by language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocabulary.inflection import grammars, inflect

FORMS = [
    ("en", "patrol boat", {"patrol boat", "patrol boats"}),
    ("en", "battery", {"battery", "batteries"}),
    ("en", "lorry", {"lorry", "lorries"}),
    ("en", "minibus", {"minibus", "minibuses"}),
    ("en", "goggles", {"goggles"}),
    ("en", "aircraft", {"aircraft"}),
    ("en", "system for tracking mobile devices", {
        "system for tracking mobile devices", "systems for tracking mobile devices"}),
    ("en", "body armour", {"body armour", "body armor"}),
    ("en", "licence plate reader", {
        "licence plate reader", "licence plate readers", "license plate reader",
        "license plate readers", "licence-plate reader", "licence-plate readers",
        "license-plate reader", "license-plate readers"}),
    ("en", "night-vision device", {
        "night-vision device", "night-vision devices", "night vision device",
        "night vision devices"}),
    ("fr", "système d'information", {"système d'information", "systèmes d'information"}),
    ("fr", "bateau", {"bateau", "bateaux"}),
    ("fr", "gilet pare-balles", {
        "gilet pare-balles", "gilets pare-balles", "gilet pare balles", "gilets pare balles"}),
    ("fr", "pneu", {"pneu", "pneus"}),
    ("es", "camión", {"camión", "camiones"}),
    ("es", "radar", {"radar", "radares"}),
    ("es", "chaleco antibalas", {"chaleco antibalas", "chalecos antibalas"}),
    ("it", "elicottero", {"elicottero", "elicotteri"}),
    ("it", "sistema di videosorveglianza", {
        "sistema di videosorveglianza", "sistemi di videosorveglianza"}),
    ("it", "gru", {"gru"}),
    ("de", "Drohne", {"drohne", "drohnen"}),
    ("de", "Kamera", {"kamera", "kameras"}),
    ("de", "Feldbett", {"feldbett", "feldbetts", "feldbettes", "feldbetten"}),
    ("de", "Lieferwagen", {"lieferwagen", "lieferwagens", "lieferwägen"}),
    ("de", "Rad|Räder", {"rad", "räder"}),
    ("pt", "avião", {"avião", "aviões"}),
    ("pl", "dron|drony|dronów", {"dron", "drony", "dronów"}),
    ("xx", "Drone", {"drone"}),
]  # fmt: skip

AMONG = [
    ("fr", "véhicule blindé", "véhicules blindés"),
    ("fr", "caméra thermique", "caméras thermiques"),
    ("fr", "groupe électrogène", "groupes électrogènes"),
    ("fr", "canal radio", "canaux radio"),
    ("fr", "caméra-piéton", "caméras-piétons"),
    ("fr", "système de gestion intégré", "systèmes de gestion intégrés"),
    ("fr", "camion-citerne", "camions-citernes"),
    ("es", "cámara térmica", "cámaras térmicas"),
    ("es", "vehículo blindado", "vehículos blindados"),
    ("it", "telecamera termica", "telecamere termiche"),
    ("it", "veicolo blindato", "veicoli blindati"),
    ("it", "scarpa antinfortunistica", "scarpe antinfortunistiche"),
    ("de", "gepanzertes Fahrzeug", "gepanzerten fahrzeugen"),
    ("de", "Patrouillenboot", "patrouillenbooten"),
    ("de", "Wärmebildkamera", "wärmebildkameras"),
    ("de", "Generator", "generatoren"),
    ("de", "Aktenschrank", "aktenschränke"),
]


@pytest.mark.parametrize(("language", "term", "forms"), FORMS)
def test_all_forms(language: str, term: str, forms: set[str]) -> None:
    assert set(inflect(term, language)) == forms


@pytest.mark.parametrize(("language", "term", "form"), AMONG)
def test_form_is_among_them(language: str, term: str, form: str) -> None:
    assert form in inflect(term, language)


@given(st.sampled_from(sorted(grammars())), st.text("abcdeéßœ -", min_size=1, max_size=30))
def test_first_form_is_the_term(language: str, text: str) -> None:
    term = " ".join(text.split())
    forms = inflect(term, language) if term.strip("-' ") else (term,)
    assert forms[0] == term.lower()
    assert len(forms) == len(set(forms))
