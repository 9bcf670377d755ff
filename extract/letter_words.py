"""The words by which letters begin and end, and by which they name people, in languages of the EU.

Web pages of correspondence (`extract.web.letters`) and the step that takes names out of letters of
all kinds (`extract.signatories`) go by the same words.
"""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


GREETING = re.compile(
    r"(?P<mark>[>\s]*)(?:dear|hello|hi|hey|good (?:morning|afternoon|day)|to whom it may concern"
    r"|sehr geehrte[rns]?|liebe[rs]?|guten tag|hallo|madame|monsieur|mesdames|messieurs|ch[eè]re?s?"
    r"|bonjour|estimad[oa]s?|muy señor(?:a|es)?|señor(?:a|es)?|buenos días|gentil[ei]|egregi[oa]?"
    r"|spett(?:abile|\.)|buongiorno|geachte|beste|szanown[aiey]+|stimat[aăeiu]+|caro|cara|prezad[oa]s?"
    r"|exm[oa]s?\.?|kære|hej|bästa|hyvä|vážen[áéýí]+|tisztelt|уважаем[аи]\w*)\b(?P<whom>[^\n]{0,120})",
    re.IGNORECASE,
)
GREETING_WORDS = _words(
    """
    dear hello hi sehr liebe lieber liebes hallo madame monsieur mesdames messieurs cher chère
    chers chere estimado estimada estimados señor señora señores muy gentile gentili egregio
    egregia geachte beste szanowny szanowna szanowni stimate stimată stimata caro cara prezado
    prezada prezados exmo exma kære hej bästa hyvä vážený vážená vážení уважаеми уважаема
    уважаемый
    """
)
"""What a line that greets someone begins with, in small letters."""
# First words of closing formulas, and what follows them.
_CLOSINGS = (
    ("yours", r"(?: (?:very )?(?:sincerely|faithfully|truly|ever|respectfully|cordially)|,?\s*$)"),
    ("with my our very kind kindest best warm warmest",
     r"(?: (?:my|our|very|kind(?:est)?|best|warm(?:est)?)){0,4} (?:regards|wishes)"),
    ("regards sincerely faithfully respectfully best cheers", r"(?: yours)?[,.!]?\s*$"),
    ("sincerely respectfully faithfully cordially", r" yours\b"),
    ("please", r" accept\b.{0,60}(?:assurances?|expression) of (?:my|our)"),
    ("accept", r"\b.{0,60}assurances? of (?:my|our)"),
    # German and Dutch
    ("mit", r" (?:freundlichen?|besten|herzlichen|vielen|verbindlichen|vorzüglicher)\b"),
    ("freundliche beste viele herzliche", r" grü(?:ß|ss)e"),
    ("hochachtungsvoll hoogachtend", ""),
    ("met", r" (?:de )?(?:vriendelijke|hartelijke|beste|collegiale) groet"),
    ("vriendelijke hartelijke", r" groet"),
    # French
    ("bien très", r" (?:cordialement|à vous)"),
    ("cordialement salutations", ""),
    ("respectueusement sincèrement", r"[,.]?\s*$"),
    ("je nous", r" vous pri(?:e|ons)\b.{0,40}(?:agréer|croire|recevoir)"),
    ("veuillez", r"\b.{0,20}(?:agréer|croire|recevoir)"),
    ("avec meilleures sincères", r" .{0,20}salutations"),
    ("dans", r" l['’]attente\b.{0,80}(?:agréer|croire|recevoir)"),
    # Spanish, Portuguese, Italian, Romanian
    ("muy", r" atentamente"),
    ("atentamente cordialmente saludos atenciosamente respeitosamente", ""),
    ("un cordial", r"(?: cordial)? saludos?\b"),
    ("saludo", r"[,.]?\s*$"),
    ("le les", r" saluda[n]? (?:muy )?(?:atentamente|cordialmente)"),
    ("reciba", r".{0,30}saludo"),
    ("com", r" (?:os (?:melhores|meus)|melhores cumprimentos)"),
    ("melhores", r" cumprimentos"),
    ("cordiali distinti", r" saluti"),
    ("voglia la", r"(?: prego di)? gradire\b"),
    ("cu", r" (?:deosebit[aă] )?(?:stim[aă]|respect|considera[tț]ie)"),
    # the other languages
    ("z", r" (?:wyrazami |poważaniem|szacunkiem)"),
    ("łączę", r" wyrazy"),
    ("med", r" (?:venlig|vänlig|vänliga|vennlig|bedste|de bästa)\w* (?:hilsen|hälsning\w*)"),
    ("venlig vänliga vänlig bästa", r" (?:hilsen|hälsning\w*)"),
    ("högaktningsfullt", ""),
    ("ystävällisin kunnioittavasti", r"(?: terveisin)?[,.]?\s*$"),
    ("parhain", r" terveisin"),
    ("s", r" (?:pozdravem|pozdravom|úctou|poštovanjem|spoštovanjem|lepimi pozdravi)"),
    ("lep", r" pozdrav"),
    ("lijep", r" pozdrav"),
    ("üdvözlettel tisztelettel", r"[,.!:]?\s*$"),
    ("с", r" (?:уважение|уважением|поздрав)"),
    ("με", r" (?:εκτίμηση|τιμή|φιλικούς χαιρετισμούς)"),
    ("ar", r" cieņu"),
    ("pagarbiai lugupidamisega", r"[,.]?\s*$"),
    ("su", r" pagarba"),
    ("parimate", r" soovidega"),
    ("dejjem", r" tiegħek"),
    ("le", r" gach dea-ghuí"),
    ("is", r" mise,? le meas"),
)  # fmt: skip
CLOSING = re.compile(
    r"[>\s]*(?:"
    + "|".join(f"(?:{'|'.join(first.split())})(?!\\w){rest}" for first, rest in _CLOSINGS)
    + ")",
    re.IGNORECASE,
)
CLOSING_WORDS = frozenset(word for first, _ in _CLOSINGS for word in first.split())
"""What a line with a closing formula begins with, in small letters."""

TITLE = (
    r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Mme|Mlle|M\.|Madame|Monsieur|Mademoiselle|Herrn?|Frau|Sra?\."
    r"|Señora?|Sig(?:\.ra|ra|\.)|Signora?|Dott(?:\.ssa|\.)|Pani|Dhr\.|Mevr\.|Mevrouw|Doamn[aă]"
    r"|Domnul)"
)
CAPITAL = r"(?:d[’']|de |van |von |der |di |da |le |la )?[^\W\d_a-zà-öø-ÿ][\w’'\-]+"
# What ends a signature: a postscript, a list of enclosures, a quoted message, a list.
AFTER_SIGNATURE = re.compile(
    r"\s*(?:-{3,}|_{5,}|p\.? ?s\.?\s*:|(?:annex(?:e|es)?|encl(?:osures?|\.)?|attachments?"
    r"|anlagen?|pièces? jointes?|anexos?|allegat[oi])\s*[:\d(]|from\s*:"
    r"|on .{0,200} wrote:|[-–•*] |\d{1,2}[.)] )",
    re.IGNORECASE,
)

# Labels of a signature, and what may stand before its name: a day, a place.
_SIGNED = (
    r"(?:(?:electronically|digitally|e-?)[ -]?)?signed(?: electronically| digitally)?"
    r"|signature|sgd|sign[ée]e?(?: [ée]lectroniquement| num[ée]riquement)?"
    r"|(?:elektronisch |digital )?unterzeichnet|unterschrift|gez(?:eichnet|\.)"
    r"|(?:elektronisch |digitaal )?(?:onder|ge)tekend|handtekening|w\.g\."
    r"|firmad[oa](?: digitalmente| electrónicamente)?|firmat[oa](?: digitalmente)?|f\.to"
    r"|assinad[oa](?: digitalmente| eletronicamente)?|assinatura|semnat(?: electronic| digital)?"
    r"|semn[aă]tura|podpisan[oaey](?: elektronicznie)?|podpis(?:al|ala)?|potpis(?:ao|ala)?"
    r"|undertecknat|underskrift|underskrevet|signerat|allekirjoit(?:ettu|us)|alá[ií]r(?:ás|ta)"
    r"|paraksts|parakstīts|parašas|pasirašė|allkiri|allkirjastatud|подпис(?:ал|ано|ана)?"
    r"|(?:ηλεκτρονική )?υπογραφή|υπογράφηκε"
)
SIGNED = re.compile(
    rf"[\[(]? ?(?:{_SIGNED}) ?[\])]?(?P<by>(?: on [^\n:]{{4,30}}?)? (?:by|par|von|door|por|da"
    r"|digitalmente da|przez|de|av|af|de către|от|από))?(?!\w)[ \t]*:?[ \t]*",
    re.IGNORECASE,
)
"""A label of a signature at the start of a line: "(signed)", "Signature:", "Firmato da"."""
SIGNED_WORDS = _words(
    """
    signed signature sgd signé signée signe electronically digitally e esigned elektronisch
    digital unterzeichnet unterschrift gez gezeichnet getekend ondertekend digitaal
    handtekening w firmado firmada firmato firmata f assinado assinada assinatura semnat
    semnătura semnatura podpisano podpisana podpisane podpis podpisal podpisala potpis
    potpisao potpisala undertecknat underskrift underskrevet signerat allekirjoitettu
    allekirjoitus aláírás aláirás aláírta paraksts parakstīts parašas pasirašė allkiri
    allkirjastatud подпис подписал подписано подписана υπογραφή ηλεκτρονική υπογράφηκε
    """
)
"""What a line with a label of a signature begins with, in small letters."""
BRACKETED = re.compile(rf"[\[(] ?(?:{_SIGNED}) ?[\])]|/s/", re.IGNORECASE)
"""A mark that stands in place of a signature: "(signed)", "[signature]", "/s/"."""
PROXY = re.compile(
    r"(?:p\. ?[po]\.|i\. ?[av]\.|im auftrag|in vertretung|par délégation|pour ordre|per pro\.?)"
    r"[ \t,:]*(?=\s|$)",
    re.IGNORECASE,
)
"""What stands before the name of someone who signs for another: "p.p.", "Im Auftrag"."""

_BODIES = (
    r"(?:european )?(?:commission|council|parliament|union|agency|delegation)|commission"
    r"|conseil|parlement|union|agence|délégation|kommission|rat|parlament|agentur|delegation"
    r"|comisión|consejo|agencia|commissione|consiglio|agenzia|commissie|raad|agentschap|comissão"
    r"|conselho|agência|comisia|comisie|consiliul?|komisji|rady|agencji|kommissionen|rådet"
    r"|komissio\w*|neuvosto\w*|komis[ei]\w*|rad[auy]|bizottság\w*|tanács\w*|комисията|съвета"
    r"|επιτροπή|συμβούλιο|government|gouvernement|regierung|gobierno|governo"
)
ON_BEHALF = re.compile(
    r"(?:for (?:and on behalf of )?(?:the )?|on behalf of (?:the )?|pour (?:la |le |l['’])?"
    r"|für (?:die |den |das )?|im namen der |por (?:la |el )?|per (?:la |il |l['’])?"
    r"|voor (?:de |het )?|namens (?:de |het )?|pela |pelo |pentru |w imieniu |za |på |for "
    r"|за |για (?:την |το ))"
    rf"(?:{_BODIES})(?!\w)[^\n.;]{{0,40}}$",
    re.IGNORECASE,
)
"""A line that says on whose behalf someone signs: "For the Commission"."""
BEHALF_WORDS = _words(
    """
    for on pour für im por per voor namens pela pelo pentru w za på за για
    """
)
"""What such a line begins with, in small letters."""

POST = re.compile(
    r"^(?P<post>(?:(?:The|Le|La|Der|Die|El|Il|Lo|De|Het|O|A|Ο|Η) |L['’])[^\n,]{3,60}),[ \t]*$",
    re.MULTILINE,
)
"""A line with a post and a comma, below which a name stands: "Le directeur,"."""

CONTACT = re.compile(
    r"\b(?:contact persons?|person to contact|case (?:handler|officer)|dossier suivi par"
    r"|affaire suivie par|personne (?:à contacter|de contact|de référence)|behandeld door"
    r"|ansprechp(?:artner|erson)\w*|(?:sach)?bearbeiter(?:in)?|kontaktperson\w*|contactpersoon"
    r"|persona (?:de contacto|di contatto|da contattare)|persoan[aă] de contact"
    r"|pessoa de contacto|osob\w* do kontakt\w*|sprawę prowadzi|kontaktn\w+ osob\w*"
    r"|лице за контакт\w*|yhteyshenkilö\w*|kapcsolattartó\w*|kontaktisik\w*|kontaktinis asmuo"
    r"|υπεύθυνος επικοινωνίας)(?:\(s\)|\(in\)|/in)?[ \t]*[:\t–-][ \t]*(?=\S)",
    re.IGNORECASE,
)
"""A label before the name of someone to turn to: "Contact person:"."""
ATTENTION = re.compile(
    r"(?:\b(?:for the )?attention of|\battn\.?:?|à l['’]attention de|z\. ?hd\.(?: von)?"
    r"|a la atención de|alla cortese attenzione d[ei]|ter attentie van)[ \t]+(?=\S)",
    re.IGNORECASE,
)
"""Words before the name of someone that a letter is sent to, or of an office."""
