"""What the name of a person looks like, and the words that tell an office, a firm or a place.

A name is told here by its shape alone: two to four capitalised words, none of them a word of
organisations, functions or places. `Name.sure` is a name that shows more: a title before it, a
surname in capitals, an initial, or a usual first name.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from core.text import fold


def _folded(words: str) -> frozenset[str]:
    return frozenset(fold(words).split())


# Words that a person's name does not hold: such names are of offices, and stay in the text.
OFFICE = {
    "access", "agency", "border", "coast", "commission", "communication", "contact", "council",
    "delegation", "department", "desk", "dg", "direction", "directorate", "european", "eu",
    "frontex", "general", "group", "guard", "helpdesk", "info", "mailbox", "ministry",
    "ministere", "ministerium", "news", "noreply", "office", "parliament", "police", "press",
    "procurement", "secretariat", "service", "support", "team", "tender", "tenders",
    "transparency", "union", "unit",
}  # fmt: skip
# Words of organisations, besides those of `OFFICE`.
GROUPS = {
    "affairs", "application", "applications", "association", "authority", "business", "centre",
    "center", "citizens", "confirmatory", "data", "desk", "director", "documents", "europe",
    "foundation", "head", "human", "info", "information", "institute", "international", "journal",
    "law", "legal", "logistics", "management", "media", "member", "minister", "network", "news",
    "observatory", "officer", "organisation", "policy", "project", "protection", "records",
    "registry", "research", "rights", "security", "sir", "staff", "supply", "training",
    "university", "watch", "madam", "monsieur", "madame", "applicant", "whom",
}  # fmt: skip
# Words of functions: a line with one of them says what someone is.
_FUNCTIONS = _folded(
    """
    abteilungsleiter administrador administrator alcalde bourgmestre burgemeester capo comandante
    dezernent diensthoofd dirigent dirigente funcionario funzionario gerente hoofd kapitän maire
    oberst prefetto prefet primar procuratore questore sindaco starosta teamchef wojewoda
    acting adjoint adviser advisor advocate ambasciatore ambassador ambassadeur amministratore
    analyst assistant attache attorney auditor begleiter botschafter bürgermeister captain
    case chair chairman chairperson chairwoman chancellor chef chief clerk colonel commandant
    commander commissaire commissioner conseiller consejero consigliere consul coordinateur
    coordinador coordinator coordonnateur counsellor delegate delegue deputy diretor diretora
    direktor direktorin direttore direttrice directeur directrice directora director directorul
    dyrektor embajador engineer executive ejecutivo financial fonctionnaire general
    generaldirektor gestionnaire governor handler head inspector jefe judge kommissar
    koordinator lawyer leader leiter leiterin lieutenant magistrate major manager mayor member
    membre miembro minister ministre ministro mitglied notary officer ombudsman operations
    partner plenipotentiary präsident präsidentin president presidente presidenta
    principal procurator prokurist prosecutor rapporteur referatsleiter referent registrar
    representative representante representant responsabile responsable sachbearbeiter secretaire
    secretario secretary segretario sekretär sergeant specialist spokesperson staatssekretär
    superintendent supervisor teamleiter treasurer undersecretary vertreter vice vicepresident
    voorzitter voorzitster directie wiceminister naczelnik kierownik prezes ministru secretar sef
    ředitel ředitelka vedoucí riaditeľ igazgató elnök vezető johtaja päällikkö chefen direktør
    leder ordförande direktører director-general διευθυντής διευθύντρια προϊστάμενος υπουργός
    директор началник министър ръководител председател ravnatelj načelnik predsednik direktorius
    direktors juhataja
    """
)
# Words of bodies, firms, streets and places in names of two and more words; forms of companies.
_NO_NAME = _folded(
    """
    academy action address administration administracion aeronautica africa agence agencia agenzia
    agentur agreement airbus airport ambassade ambasciata amt annex annexe article asia
    atlantic attention authorities autorite autoridad avenue bank banque base basin behörde belgium
    board boats border borders boulevard brussels bruxelles budget building bulgaria bundesamt
    bundesministerium bundespolizei bureau cabinet calle camp canal carabinieri cell chamber channel
    city civil civile coastguard college comision comite comisia comissao comité commissie
    commissione commissione committee community company comune conference consejo consiglio
    consortium contract convention cooperation corp corporation corps cost costiera costa council
    country county court croatia croix customs date dear defence defense departement departamento
    dipartimento direccion direzione direktion direktoratas district division document
    dogana douane dutch east eastern electronics embajada embassy emergency energy enterprise
    enterprises environment equipment eurojust europa europaische europea europeenne europol euro
    external facility federal federation finance finances finanza fleet fonds force forces foreign
    france fund gendarmerie gendarmeria germany gmbh government greece grenspolitie grenze group
    groupe gruppe guarda guardia guinea gulf harbour health helicopters hellenic home horn
    hospital house hungary immigration industries industry inspectorate institut institution
    instituto instituut interior internal interpol ireland islamic island islands italia italiana
    italy joint justice kingdom kommission konsulat lake land latvia libya libyan lieu limited line
    list lithuania logistic louvain luxembourg madrid main malta marina marine maritime market
    mediterranean migration military mission mobility monsieur montenegro morocco municipality name
    national nations naval navy near netherlands new niger nigeria north northern number
    nuclear ocean office olaf operation order organization paris parlement parlament part patrol
    peace personnel place plac plan platz plaza plein poland policia politia politie polizei polizia
    poland polska polski port portugal position post postal presidence presidency prime privacy
    programme program public rapid regional regio regiment registration register registered
    relations republic republica republik republique repubblica residence rescue return returns
    road romania rome rue sahel saint san santa sao sea search sector senate services shipyard
    shipyards signature signed situation slovakia slovenia social societa societe society solutions
    south southern spain square staat stadt state states statistics steel steering stock straat
    straße strasse street studio subject support surveillance sweden syria system systems task tech
    technologies technology telefon telephone territory tower town trade traffic transport treasury
    treaty tribunal trust tunisia turkey ufficio uk ukraine ulica united universita universite
    university universität unitate valley verwaltung vessel via victoria visa voluntary warsaw
    water weg west western wien working world yours zone
    ab ad ag aps as asa bv bvba cv doo dd eood gie inc kft kg lda llc llp ltd ltda nv oao od ood oy
    oyj plc sa sarl sas sca scrl se sgps sia sl slu sp spa srl sro uab vof zrt zoo
    garda gardy kustwacht team direction direktion pl thank thanks you kind best colleagues
    colleague friend friends sirs madam madams
    the il gli het die of for and to by with from our your this that these all any no not on in at
    january february march april june july august september october november december monday tuesday
    wednesday thursday friday
    """
)
_FIRST_NAMES = _folded(
    """
    adam adrian agnes agnieszka alain albert alberto alessandra alessandro alexander alexandra
    alexandre alfonso alfredo alice alina ana anders andre andrea andreas andrei andrew andrzej
    angela angelo anita anja ann anna anne annika antoine anton antonella antonio antonis arnaud
    arturo barbara bart beata beatrice beatriz benedikt benjamin benoit bernard bernd bertrand
    bianca birgit bogdan boris brigitte bruno camille carina carl carla carlo carlos carmen
    carolina caroline catalina catherine cecilia cedric charles charlotte christian christiane
    christina christine christoph christophe christos claire claudia claudio claus constantin
    cristian cristina daniel daniela daniele danuta david denis diana didier diego dieter dimitar
    dimitris dimitrios dirk dominik dominique dorota eduardo edward ekaterina elena eleni elisa
    elisabeth elizabeth elisabetta ella emanuele emil emilia emily emma emmanuel enrico enrique
    eric erik ernst esther etienne eva evangelos ewa fabian fabio fabrice fabrizio federica
    federico felix fernando filip filippo florence florian florin francesca francesco francis
    francisco franck francois francoise frank franz frederic frederique gabriel gabriela gabriele
    gabriella georg george georges georgi georgios gerard gerhard gianluca gilles giorgio
    giovanni giulia giuseppe gordana grzegorz guido guillaume gunther gustav hanna hans heidi
    heike heinrich helena helene helga henri henrik henry herbert hubert hugo ian ignacio igor
    ilaria ilias ingrid ioan ioana ioannis irena irene irina isabel isabella isabelle ivan ivana
    iwona jacek jacques jakob jakub james jan jana jane janez janina janusz javier jean jennifer
    jens jerome jerzy jesus joachim joan joanna joao joaquin johan johanna johannes john jon
    jonas jonathan jordi jorge jose josef joseph juan judith julia julian julie julien jurgen
    justyna kai karel karen karin karl karolina katarina katarzyna kate katerina katharina
    katja kerstin kevin klaus konrad konstantin konstantinos kristina krzysztof lars laszlo laura
    laurence laurent lena leo leon leonardo lidia linda lisa lorenzo louis louise luca lucia
    lucian luigi luis lukas maciej magdalena manfred manuel manuela marc marcel marcin marco
    marcus margarita margrethe maria marian marianne marie marija marina mario marion mark marko
    markus marta martha martin martina mary massimo mateusz mathieu matteo matthias matthieu
    maurizio max michael michaela michal michel michele miguel mihai mihaela mikael milan milena
    miroslav monica monika nadia natalia natalie nathalie nicolas nicola nicole niels nikolaos
    nikolay nikos nils nina olaf oleg olga oliver olivier oscar oskar otto paola paolo pascal
    patricia patrick patrizia paul paula paulo pavel pawel pedro penelope per peter petr petra
    philip philippe pier pierre pietro piotr rafael rafal ralf raluca ramon raphael raul
    renata rene ricardo riccardo richard rita robert roberta roberto roger roland roman rosa
    rui ruth ryszard salvatore samuel sandra sandro sara sarah sebastian sergio silvia simon simona
    simone sofia sonia sophie stanislav stefan stefania stefano steffen stella stephane stephan
    stephanie stephen steven susanna susanne sven svetlana sylvia sylvie tamara tanja tatiana
    teresa theodora theodoros thierry thomas tiina till tim timo tobias tom tomas tomasz ulrich
    ulrike ursula ute valentin valentina valeria valerie vasile vassilis vera veronica veronique
    victor vincent vincenzo viorel virginie vladimir waldemar walter werner wilhelm
    willem william witold wojciech wolfgang xavier yann yves yvonne zoltan zbigniew zofia zsolt
    иван георги димитър петър мария елена николай γεωργιος ιωαννης δημητριος νικολαος μαρια ελενη
    """
)
# How words of bodies and firms begin or end, compounds and inflected forms among them; folded.
_BODY = re.compile(
    r"(?:minist|policj|poliz|politi|maritim|komend|urzad|straz|inspek|inspect|agenc|agenz|depart"
    r"|direkt|direct|secretar|commis|komis|kommis|ambass|embass|univers|militar|technolog|industri"
    r"|electron|elektron|defen[cs]|securi|logist|consult|engineer|solution|internation|europ"
    r"|federa|republi|shipbuild|construc|communicat|helicopt|aerospac|aviat)"
    r"|.+(?:verwaltung|gesellschaft|behorde|ministerium|amt|verband|werke|werft|verein|stiftung"
    r"|technik|polizei|dienst|dienste|stelle|zentrum|institut|gruppe|schutz|systeme|bank|shipping"
    r"|yards?|works|marine|soft|tech|tronics?|copters?|tion|tions|stwo)$"
)
_PARTICLES = _folded(
    "al af ap av bin bint d da dal dall das de degli dei del della den der di dos du e el ibn la"
    " las le los o san st te ten ter tot v van vanden vander ver vom von y z zu zum zur "
)
_HONORIFICS = _folded(
    "mr mrs ms miss mx dr prof mme mlle m madame monsieur mademoiselle herr herrn frau sr sra"
    " senor señora sig sigra signor signora signore dott dottssa dottor pan pani pana pane dhr mevr"
    " mevrouw heer doamna domnul domnule hr fru fr ing mgr avv mag κ κα г-н г-жа don doña dipl-ing"
    " eng lic judr mudr phdr adm gen col capt cdr lt maj brig sir dame lord lady amb hon herra"
    " rouva"
)
_WORD = re.compile(r"[^\s,;:|/()\[\]<>]+")
_INITIAL = re.compile(r"[^\W\d_](?:\.(?:-?[^\W\d_]\.?)*)?")
_PARTS = re.compile(r"[-‐‑’'`]")
_INNER_CAPITAL = re.compile(r"(?:Mc|Mac|De|Di|Du|La|Le|Lo|Van|Fitz)[A-ZÀ-Þ][^\W\d_]+")
_ROMAN = re.compile(r"[IVX]{2,}")
_LEAD = re.compile(r"[\W_]*")
# What may stand behind a name: nothing, or a post, a telephone, a remark in brackets.
_BEHIND = re.compile(
    r"[.,;:]?\s*(?:$|[,;:|/()\[\]<>–—•·-]|(?:on|le|am|el|il|op|date|data|datum|dn)\b.{0,12}\d)",
    re.IGNORECASE,
)
_MOST_WORDS = 4  # besides particles
_LEAST_CAPITALS = 4  # letters of a surname that its capitals show
_LONGEST = 120  # characters in which a name is looked for


@dataclass(frozen=True)
class Name:
    """A name's place in a text, end exclusive, and its words; `sure`: more than the shape tells."""

    start: int
    end: int
    words: tuple[str, ...]
    sure: bool


def is_function(text: str) -> bool:
    """Say whether a line tells a function: `Head of Unit`, `Le directeur`."""
    return not _FUNCTIONS.isdisjoint(re.split(r"[\W_]+", fold(text[:_LONGEST])))


def find_name(text: str, *, greeted: bool = False) -> Name | None:
    """Return the name that a part of a line begins with, if nothing but a post may follow it.

    Titles and ranks before it are no part of it. Behind a title a surname is enough; where someone
    is `greeted`, behind a rank too ("Dear Minister ...").

    >>> find_name("Dr. Anna van der BERG, Head of Unit").words
    ('Anna', 'van', 'der', 'BERG')
    >>> find_name("Hellenic Coast Guard"), find_name("Head of Unit"), find_name("Anna met Jan")
    (None, None, None)
    """
    words = list(_WORD.finditer(text, _lead(text), _lead(text) + _LONGEST))
    titled, ranked = _titles(words)
    found, capitals = _run(text, words[ranked:])
    named = bool(titled or (greeted and ranked))
    if not found or not (len(capitals) >= 2 or (named and len(capitals[0]) > 2)):
        return None
    sure = named or _shows_person(capitals)
    end = _end(found[-1])
    behind = text[end:]
    if not _BEHIND.match(behind) and not (sure and is_function(behind.split()[0])):
        return None
    return Name(found[0].start(), end, tuple(word[0].rstrip(".") for word in found), sure)


def _lead(text: str) -> int:
    lead = _LEAD.match(text)
    return lead.end() if lead else 0


def _end(word: re.Match[str]) -> int:
    """Return where a word ends without the full stop of a sentence."""
    return word.end() - (word[0].endswith(".") and not _INITIAL.fullmatch(word[0]))


def _titles(words: list[re.Match[str]]) -> tuple[int, int]:
    """Return how many words are titles of a person, and how many with the ranks before a name."""
    titled = at = 0
    while at < len(words):
        word = fold(words[at][0].replace(".", ""))
        if word in _HONORIFICS:
            titled += 1
        elif word not in _FUNCTIONS:
            break
        at += 1
    return titled, at


def _run(text: str, words: list[re.Match[str]]) -> tuple[list[re.Match[str]], list[str]]:
    """Return the words of the name that words begin with, and those that are no particles."""
    found: list[re.Match[str]] = []
    capitals: list[str] = []
    for word in words:
        if found and text[found[-1].end() : word.start()].strip():
            break  # a comma or a bracket
        plain = word[0].rstrip(".") if not _INITIAL.fullmatch(word[0]) else word[0]
        if fold(plain) not in _PARTICLES or len(plain) == 1:
            if not _is_capital(plain):
                break
            capitals.append(plain)
        found.append(word)
        if word[0] != plain:
            break
    while found and fold(found[-1][0]) in _PARTICLES:
        found.pop()
    full = [word for word in capitals if not _INITIAL.fullmatch(word)]
    fits = full and len(capitals) <= _MOST_WORDS
    return (found, capitals) if fits else ([], [])


def _is_capital(word: str) -> bool:
    """Say whether a word may be part of a name: capitalised, of letters, of no organisation."""
    if _INITIAL.fullmatch(word):
        return word[0].isupper()
    parts = [part for part in _PARTS.split(word) if part]
    if not parts or not parts[-1][0].isupper() or not all(map(_is_part, parts)):
        return False
    if len(word) < 3 and (word.isupper() or len(word) < 2):
        return False
    folded = {fold(part) for part in parts} | {fold(word)}
    if _ROMAN.fullmatch(word) or any(map(_BODY.match, folded)):
        return False
    return not any(folded & words for words in (OFFICE, GROUPS, _FUNCTIONS, _NO_NAME))


def _is_part(part: str) -> bool:
    letters = [c for c in part if not unicodedata.combining(c)]
    if not all(map(str.isalpha, letters)):
        return False
    inner = part[1:]
    return not inner or inner.islower() or part.isupper() or bool(_INNER_CAPITAL.fullmatch(part))


def _shows_person(words: list[str]) -> bool:
    """Say whether a name has an initial, a surname in capitals or a usual first name."""
    if any(_INITIAL.fullmatch(word) for word in words):
        return True
    loud = [word for word in words if word.isupper()]
    if loud and len(loud) < len(words) and max(map(len, loud)) >= _LEAST_CAPITALS:
        return True
    ends = (_PARTS.split(word)[0] for word in (words[0], words[-1]))
    return any(fold(word) in _FIRST_NAMES for word in ends)
