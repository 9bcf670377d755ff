"""What `Taxonomy.classify` makes of noun phrases, equipment and not."""

import pytest

from vocabulary.taxonomy import load_taxonomy

EQUIPMENT = [
    ("en", "patrol boats", "patrol_boat"),
    ("en", "4x4 pick-up trucks", "pickup"),
    ("en", "DJI Matrice 350 RTK drone", "uav"),
    ("en", "thermal imaging cameras", "thermal_camera"),
    ("en", "thermal-imaging cameras", "thermal_camera"),
    ("en", "vehicles for the Ministry of Interior", "vehicle"),
    ("en", "system for tracking mobile devices", "imsi_catcher"),
    ("en", "spare parts for Iveco buses", "bus"),
    ("en", "supply of 10 patrol vehicles", "off_road_vehicle"),
    ("en", "set of screwdrivers", "hand_tool"),
    ("en", "armored personnel carriers", "armoured_vehicle"),
    ("en", "Toyota Land Cruiser ambulance", "ambulance"),
    ("en", "Toyota Hilux", "pickup"),
    ("en", "Toyota Land Cruiser vehicles", "off_road_vehicle"),
    ("en", "UAVs", "uav"),
    ("en", "Heron 1 drones", "uav_male"),
    ("en", "bulletproof vests", "body_armour"),
    ("en", "communication equipment", "communication_system"),
    ("en", "AFIS", "fingerprint_system"),
    ("en", "night vision goggles", "night_vision"),
    ("en", "mobile X-ray scanners", "xray_scanner"),
    ("en", "border management information system", "border_management_system"),
    ("en", "vessels", "vessel"),
    ("en", "office furniture", "furniture"),
    ("en", "rigid-hull inflatable boats", "rhib"),
    ("en", "VHF radios", "radio"),
    ("en", "individual first aid kits", "first_aid"),
    ("en", "crime scene investigation kits", "forensic_kit"),
    ("en", "small calibre ammunition", "ammunition"),
    ("en", "body-worn cameras", "body_camera"),
    ("en", "IMSI catchers", "imsi_catcher"),
    ("en", "desktop computers and printers", "computer"),
    ("fr", "véhicules blindés", "armoured_vehicle"),
    ("fr", "caméras thermiques portatives", "thermal_camera"),
    ("fr", "gilets pare-balles", "body_armour"),
    ("fr", "groupes électrogènes de 20 kVA", "generator"),
    ("fr", "fourniture de vedettes rapides", "patrol_boat"),
    ("fr", "acquisition de véhicules 4x4 au profit de la gendarmerie", "off_road_vehicle"),
    ("fr", "téléphones satellitaires", "satellite_phone"),
    ("fr", "ordinateurs portables", "computer"),
    ("fr", "aéronefs sans équipage", "uav"),
    ("fr", "l’achat de jumelles de vision nocturne", "night_vision"),
    ("fr", "drone de surveillance maritime", "uav"),
    ("fr", "système d'information Schengen", "police_database"),
    ("fr", "lecteurs d’empreintes digitales", "fingerprint_system"),
    ("fr", "motos tout-terrain", "motorcycle"),
    ("fr", "matériel de maintien de l'ordre", "riot_agent"),
    ("de", "Patrouillenboote", "patrol_boat"),
    ("de", "gepanzerten Fahrzeugen", "armoured_vehicle"),
    ("de", "Lieferung von Löschgruppenfahrzeugen", "fire_engine"),
    ("de", "Drohnen zur Grenzüberwachung", "uav"),
    ("de", "Küstenwachschiffe", "patrol_boat"),
    ("de", "Spezialkameras", "camera"),
    ("de", "Beschaffung eines Hilfeleistungslöschfahrzeugs", "fire_engine"),
    ("de", "Niederflurbusse", "bus"),
    ("de", "Handfunkgeräten", "radio"),
    ("de", "Schutzwesten", "body_armour"),
    ("de", "Datenbank", "database"),
    ("de", "IT-Ausrüstung", "it_equipment"),
    ("es", "patrulleras", "patrol_boat"),
    ("es", "chalecos antibalas", "body_armour"),
    ("es", "cámaras térmicas", "thermal_camera"),
    ("es", "suministro de vehículos todoterreno", "off_road_vehicle"),
    ("es", "drones de vigilancia", "uav"),
    ("es", "camiones", "truck"),
    ("es", "material antidisturbios", "riot_agent"),
    ("it", "motovedette", "patrol_boat"),
    ("it", "fornitura di autobus urbani", "bus"),
    ("it", "ambulanze", "ambulance"),
    ("it", "veicoli fuoristrada", "off_road_vehicle"),
    ("it", "termocamere portatili", "thermal_camera"),
    ("it", "aeromobili a pilotaggio remoto", "uav"),
    ("it", "gruppi elettrogeni", "generator"),
    ("pl", "drony", "uav"),
    ("nl", "drones", "uav"),
    ("en", "wiretapping equipment", "interception_system"),
    ("en", "Cellebrite UFED", "digital_forensics"),
    ("en", "ground-based radar", "radar"),
    ("en", "armoured Toyota Land Cruiser", "off_road_vehicle"),
    ("en", "biometric enrolment kits", "biometric_system"),
    ("en", "counter-drone systems", "counter_drone"),
    ("en", "handover of 25 motorcycles", "motorcycle"),
    ("fr", "scanners à rayons X", "xray_scanner"),
    ("fr", "équipements radio VHF", "radio"),
    ("de", "Nachtsichtgeräte", "night_vision"),
    ("de", "Wasserwerfer", "armoured_vehicle"),
    ("es", "equipos informáticos", "it_equipment"),
    ("it", "giubbotti antiproiettile", "body_armour"),
]

NO_EQUIPMENT = [
    ("de", "vereinzelt"),
    ("de", "Lehrstuhl für Logistik"),
    ("en", "trade barriers"),
    ("en", "tables"),
    ("en", "surveillance and border infrastructure equipment"),
    ("en", "financing vehicle"),
    ("en", "think tank"),
    ("en", "blood vessels"),
    ("en", "in camera"),
    ("en", "drone music"),
    ("en", "drone pilots"),
    ("en", "vehicle maintenance"),
    ("en", "training for drone pilots"),
    ("en", "workshops on human rights"),
    ("en", "capacity building"),
    ("en", "food and fuel"),
    ("en", "bus stop"),
    ("en", "road map"),
    ("en", "border police"),
    ("en", "equipment"),
    ("en", "uniform application of the rules"),
    ("fr", "poste de police"),
    ("fr", "formation des garde-côtes"),
    ("fr", "formation au pilotage de drones"),
    ("fr", "véhicule de financement"),
    ("fr", "table ronde"),
    ("fr", "renforcement des capacités"),
    ("fr", "manière uniforme"),
    ("de", "Fahrzeugwartung"),
    ("de", "Schulung von Drohnenpiloten"),
    ("de", "Mitarbeiter"),
    ("es", "cámara de comercio"),
    ("es", "mantenimiento de vehículos"),
    ("es", "derechos humanos"),
    ("it", "manutenzione di veicoli"),
    ("it", "diritti umani"),
    ("it", "tavolo tecnico"),
]


@pytest.mark.parametrize(("language", "phrase", "expected"), EQUIPMENT)
def test_phrase_names_a_type(language: str, phrase: str, expected: str) -> None:
    found = load_taxonomy().classify(phrase, language)
    assert found is not None
    assert found.id == expected


@pytest.mark.parametrize(("language", "phrase"), NO_EQUIPMENT)
def test_phrase_names_no_equipment(language: str, phrase: str) -> None:
    assert load_taxonomy().classify(phrase, language) is None


def test_line_breaks_and_curly_quotes_do_not_matter() -> None:
    found = load_taxonomy().classify("lecteurs\nd’empreintes digitales", "fr")
    assert found is not None
    assert found.id == "fingerprint_system"


def test_brands_need_their_case() -> None:
    taxonomy = load_taxonomy()
    assert taxonomy.classify("Reaper", "en") is taxonomy.type("uav_male")
    assert taxonomy.classify("reaper", "en") is None
