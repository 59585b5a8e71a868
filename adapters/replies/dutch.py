# ruff: noqa: E501
"""Dutch: what people write, as patterns over plain text."""

from __future__ import annotations

from typing import Final

from adapters.replies.language import Language

_NOT: Final = r"niet|nooit|geen|nog niet|niemand|zonder|noch"
_UNSURE: Final = r"als|indien|tenzij|totdat|zodra|wanneer|mits|of ik"

DUTCH: Final = Language(
    code="nl",
    common=frozenset(["ik", "de", "het", "een", "en", "is", "niet", "heb", "van", "mijn", "voor", "we", "wij", "dat", "dit", "die", "zal", "met", "uw", "u", "op", "te"]),
    months={
        "januari": 1, "februari": 2, "maart": 3, "april": 4, "mei": 5, "juni": 6, "juli": 7, "augustus": 8,
        "september": 9, "oktober": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mrt": 3, "apr": 4,
        "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "okt": 10, "nov": 11, "dec": 12,
    },
    weekdays={"maandag": 0, "dinsdag": 1, "woensdag": 2, "donderdag": 3, "vrijdag": 4, "zaterdag": 5, "zondag": 6},
    days={"vandaag": 0, "vanavond": 0, "morgen": 1, "overmorgen": 2, "gisteren": -1, "eergisteren": -2},
    month_ends=("eind(?:e)? (?:van )?(?:de|deze) maand", "einde maand"),
    in_days=(r"(?:over|binnen) (?P<count>\d{1,2}) dag(?:en)?",),
    until=("tot en met", "t/m", "tem", "t\\.e\\.m\\.", "tot"),
    back=("terug", "weer (?:aanwezig|bereikbaar|op kantoor)", "weer"),
    absent=("afwezig", "niet aanwezig", "niet op kantoor", "met (?:vakantie|verlof)", "op vakantie", "vakantie",
            "niet bereikbaar", "gesloten", "zwangerschapsverlof"),
    automatic_subjects=("automatisch antwoord", "automatische reactie", "automatisch bericht", "afwezig(?:heid)?",
                        "afwezigheids(?:melding|bericht|assistent)", "buiten kantoor", "niet aanwezig"),
    automatic=("dit is een automatisch(?:e)? (?:gegenereerd )?(?:antwoord|bericht|reactie|e-?mail)",
               "automatisch(?:e)? (?:gegenereerd )?(?:antwoord|reactie)",
               ("(?:bedankt|dank) (?:u |je )?(?:wel )?voor (?:uw|je|het|jouw) (?:e-?mail|bericht|mail(?:tje)?)[.!,]*"
               " (?:op dit moment |momenteel )?(?:ik ben|ben ik|wij zijn|zijn wij|ons kantoor is)"
               " (?:momenteel |op dit moment |nu )?(?:afwezig|niet|met|op vakantie|gesloten)"),
               ("(?:ik ben|ben ik) (?:\\w+ ){0,4}(?:afwezig|niet op kantoor|met vakantie|met verlof) .*"
               "(?:mail|e-?mail|berichten?) (?:\\w+ ){0,3}(?:niet|beperkt|na terugkomst)"),
               "(?:deze mailbox|dit (?:e-?mail)?adres) wordt niet gelezen"),
    quoted=(r"op .{4,120} schreef .{0,120}:", r".{0,120} schreef op .{4,80}:", r"-{2,} ?oorspronkelijk bericht ?-{2,}",
            r"-{2,} ?doorgestuurd bericht ?-{2,}"),
    headers=("van", "verzonden", "datum", "aan", "onderwerp", "cc"),
    closings=("(?:met )?(?:vriendelijke|hartelijke|beste)(?: groet(?:en|jes)?)?", "(?:groet|groeten|groetjes|gr|mvg|vr\\.? ?gr\\.?)",
              "hoogachtend", "(?:alvast )?(?:bedankt|dank)", "m\\.?v\\.?g\\.?"),
    devices=(r"(?:verstuurd|verzonden|gestuurd) (?:vanaf|van|met|via) .*", "outlook voor (?:ios|android) downloaden",
             "download outlook voor .*"),
    but=("maar", "echter", "omdat", "want", "dus", "aangezien", "hoewel", "en (?=(?:ik|we|wij|heb|zal|ga|het)(?!\\w))"),
    signs={
        "dispute": (
            r"betwist(?:en)?", r"niet (?:mee )?eens", r"niet akkoord", r"oneens", "bezwaar",
            (r"(?:factuur|rekening|bedrag|prijs|nota) .{0,40}(?:klopt niet|niet (?:juist|correct|goed)|onjuist|fout|te hoog"
            r"|verkeerd)"), r"klopt (?:\w+ ){0,3}niet", r"klopt niets van", r"(?:verkeerde?|foute|onjuiste?) (?:factuur|bedrag|prijs|rekening|nota)",
            r"(?:nooit|niet|niets|geen \w+) (?:\w+ ){0,2}(?:besteld|ontvangen|geleverd|gekregen|afgesloten|aangevraagd|afgenomen)",
            r"(?:ge|op)annuleerd", "geannuleerd", r"opgezegd", r"(?:kapot|beschadigd|defect|stuk)", r"dubbel (?:gefactureerd|in rekening|betaald)",
            r"(?:retour|teruggestuurd|geretourneerd)", "klacht", r"creditnota", r"niet(?:s)? (?:\w+ )?(?:schuldig|verschuldigd)",
        ),
        "promise": (
            (r"(?:ik|we|wij|hij|zij|ze|mijn \w+) (?:\w+ ){0,2}?(?:zal|zullen|ga|gaan|gaat) (?:\S+ ){0,8}(?:betalen|overmaken|voldoen|overboeken"
            r"|storten)"),
            r"(?:zal|zullen|ga) (?:ik|we|wij) (?:\S+ ){0,8}(?:betalen|overmaken|voldoen|overboeken|storten)",
            (r"(?:ik|we|wij) (?:betaal|betalen|maak|maken|voldoe) (?:\S+ ){0,6}(?:morgen|overmorgen|vandaag|vanavond|\w+dag|voor|uiterlijk|op"
            r"|volgende|over|eind|eerstdaags|zo spoedig)"),
            r"(?:betaal|maak) ik (?:\S+ ){0,6}",
            r"(?:wordt|word|zal) (?:\S+ ){0,6}(?:betaald|overgemaakt|voldaan|overgeboekt)",
            r"(?:beloof|toezeggen|zeg toe)", r"(?:krijgt|ontvangt) u (?:\S+ ){0,5}(?:geld|betaling|bedrag)", r"(?:betaling|geld) (?:volgt|komt)",
            r"(?:kan|kunnen) (?:ik|we|wij) (?:\S+ ){0,5}(?:pas )?(?:\S+ ){0,4}(?:betalen|overmaken)",
        ),
        "paid": (
            r"(?:heb|hebben|heeft|is|zijn|werd|had) (?:\S+ ){0,9}(?:betaald|overgemaakt|voldaan|overgeboekt|gestort)",
            r"(?:betaald|overgemaakt|voldaan|overgeboekt) (?:is|heb|hebben|heeft)", r"(?:al|reeds|net|zojuist|vandaag|gisteren) (?:\S+ ){0,3}(?:betaald|overgemaakt|voldaan|overgeboekt)",
            r"(?:betaling|overboeking) (?:is )?(?:\w+ )?(?:gedaan|verricht|uitgevoerd)", "betaald",
        ),
        "hardship": (
            r"(?:baan|werk) (?:\w+ )?(?:kwijt|verloren)", "werkloos", r"ontslagen", "uitkering", "bijstand",
            r"(?:kan|kunnen) (?:\S+ ){0,6}niet (?:\S+ ){0,4}(?:betalen|opbrengen|missen|voldoen|ophoesten)", r"geen geld",
            r"niet (?:genoeg|voldoende) geld", r"(?:financiele|geld)(?: |-)?(?:problemen|moeilijkheden|zorgen)", r"financieel (?:\w+ )?(?:moeilijk|zwaar|krap)",
            r"(?:in )?(?:termijnen|gedeeltes|delen) (?:\w+ )?(?:betalen|voldoen)?", "betalingsregeling", "afbetaling\\w*", "uitstel", r"schuld(?:hulpverlening|sanering|hulp)", "bewindvoerder", "wsnp",
            r"failliet|faillissement", r"(?:ziekenhuis|overleden|ernstig ziek)", "krap bij kas",
        ),
        "stop": (
            r"stop(?:pen)? (?:\w+ )?(?:met|sturen|mailen|bellen)", r"(?:geen|niet) (?:\S+ ){0,4}(?:berichten|mails?|e-?mails?|herinneringen|brieven|sms(?:jes)?) (?:meer|ontvangen|sturen)",
            r"(?:mail|bel|schrijf|app|benader|contacteer) (?:mij|me|ons) (?:\w+ )?niet", r"niet meer (?:\w+ )?(?:mailen|bellen|benaderen|contact\w*|schrijven|lastig\w*)", r"laat (?:mij|me|ons) met rust", r"(?:afmelden|uitschrijven)",
            r"(?:mijn|onze|door een|een) (?:advocaat|raadsman|jurist|rechtsbijstand\w*)", r"(?:advocaat|rechtsbijstand\w*)",
        ),
        "wrong_person": (
            r"verkeerde (?:persoon|adres|nummer|e-?mailadres|mailadres|bedrijf|afdeling)", r"verkeerd(?:e)? (?:adres|nummer|e-?mailadres|mailadres|verbonden)",
            r"niet de juiste (?:persoon|contactpersoon)", r"niet (?:meer )?(?:werkzaam|in dienst)", r"werkt (?:hier |\w+ )?niet meer", r"woont (?:hier|\w+) niet",
            r"(?:ken|kennen) (?:\S+ ){0,4}niet", r"niet voor mij bestemd", r"(?:geen klant|geen idee wie)", r"uit dienst", r"niet mijn (?:factuur|rekening|schuld)",
        ),
        "call_back": (
            r"bel (?:mij|me|ons)", r"(?:kunt|kan|kun|wilt|wil) (?:u|je|iemand|jullie) (?:\S+ ){0,4}(?:bellen|terugbellen|opbellen)", r"terugbellen", r"bel(?:t)? (?:u )?(?:mij|me) (?:terug|even)",
            r"graag (?:\S+ ){0,3}(?:gebeld|telefonisch)", r"telefonisch (?:contact|overleg\w*|bereiken)",
        ),
    },
    unless={
        "dispute": (r"(?:betwist|bezwaar) (?:\S+ ){0,4}niet", r"geen bezwaar", r"(?:factuur|herinnering|rekening|brief|mail|e-?mail|aanmaning|nota) (?:\S+ ){0,3}(?:niet|nooit) (?:\w+ )?(?:ontvangen|gekregen)",
                    r"(?:geen|nooit een|nooit de) (?:factuur|herinnering|rekening|brief|mail|e-?mail|aanmaning|nota)"),
        "promise": (_NOT, _UNSURE, "weiger", "hoe", "waarom", "betaald"),
        "paid": (_NOT, _UNSURE, "wordt", "worden", "zal", "zullen", "moet", "krijg", "word", "nadat", "voordat"),
        "hardship": (r"geen (?:financiele )?problemen", "link", "website", "online", "pagina", "ideal"),
        "call_back": (_NOT,),
    },
)  # fmt: skip
