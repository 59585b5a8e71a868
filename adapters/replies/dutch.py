"""Dutch: what people write to whoever sent them a reminder."""

from __future__ import annotations

from typing import Final

from adapters.replies.language import Language

_NOT: Final = ("niet", "nooit", "geen", "niets", "niemand", "noch")
_PAY: Final = "(betalen|overmaken|overboeken|voldoen|storten|afbetalen|overschrijven)"
_PAID: Final = "(betaald|overgemaakt|overgeboekt|voldaan|gestort|overgeschreven)"
_WE: Final = "(ik|we|wij|hij|zij|ze|man|vrouw|boekhouder|boekhouding|administratie)"
_WHEN: Final = (
    "(morgen|overmorgen|vandaag|vanavond|volgende|komende|uiterlijk|voor|op|eind|eerstdaags|spoedig|snel|zsm|over"
    "|meteen|direct|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|#)"
)
_BILL: Final = "(factuur|rekening|bedrag|prijs|nota|facturen|totaal)"
_SENT: Final = (
    "(factuur|facturen|herinnering(en)?|rekening|brief|brieven|mail|mails|mailtje|e-?mails?|aanmaning(en)?|nota"
    "|bericht(en)?|sms*)"
)
_LAWYER: Final = "(advocaat|advocate|raadsman|raadsvrouw|jurist|rechtsbijstand*)"

DUTCH: Final = Language(
    code="nl",
    common=frozenset(
        {
            "ik", "de", "het", "een", "en", "is", "niet", "heb", "van", "mijn", "voor", "we", "wij", "dat", "dit",
            "die",
            "zal", "met", "uw", "u", "op", "te", "jullie", "nog", "ben", "kan",
        }
    ),
    months={
        "januari": 1, "februari": 2, "maart": 3, "april": 4, "mei": 5, "juni": 6, "juli": 7, "augustus": 8,
        "september": 9, "oktober": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mrt": 3, "apr": 4,
        "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "okt": 10, "nov": 11, "dec": 12,
    },
    weekdays={"maandag": 0, "dinsdag": 1, "woensdag": 2, "donderdag": 3, "vrijdag": 4, "zaterdag": 5, "zondag": 6},
    days={"vandaag": 0, "vanavond": 0, "morgen": 1, "overmorgen": 2, "gisteren": -1, "eergisteren": -2},
    counts={"een": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "tien": 10},
    day_words=("dag(en)?",),
    week_words=("we(ek|ken)",),
    within=("over", "binnen"),
    next_week=("volgende week", "aanstaande week"),
    last_week=("vorige week", "afgelopen week"),
    next_one=("volgende",),
    month_ends=("eind(e)? [van] (de|deze) maand", "einde maand"),
    until=("tot en met", "t/m", "tem", "t.e.m.", "tot"),
    back=("terug", "weer", "vanaf"),
    absent=("afwezig", "niet aanwezig", "niet op kantoor", "met (vakantie|verlof)", "op vakantie", "vakantie", "vrij",
            "niet bereikbaar", "gesloten", "zwangerschapsverlof"),
    automatic_subjects=("automatisch antwoord", "automatische reactie", "automatisch bericht", "afwezig(heid)?",
                        "afwezigheids(melding|bericht|assistent)", "buiten kantoor", "niet aanwezig"),
    automatic=("dit is een automatisch(e)? [gegenereerd|verzonden] (antwoord|bericht|reactie|e-?mail|mail)",
               "automatisch(e)? [gegenereerd] (antwoord|antwoordbericht|reactie)",
               ("(bedankt|dank) [u|je] [wel] voor (uw|je|het|jouw) (e-?mail|bericht|mail|mailtje)[.!,]{0,3} "
               "[op dit moment|momenteel] (ik ben|ben ik|wij zijn|zijn wij|ons kantoor is) "
               "[momenteel|op dit moment|nu] (afwezig|niet|met|op vakantie|gesloten|van|t/m|tot)"),
               "(e-?mails?|mails?|berichten) .. (niet|beperkt) (gelezen|lezen|beantwoorden|beantwoord|beschikbaar)",
               "(deze mailbox|dit e-?mailadres|dit adres) wordt niet gelezen"),
    quoted=("op ... schreef ...:", "... schreef op ...:", "op ... heeft ... geschreven ?:",
            "-{2,} ?oorspronkelijk bericht ?-{2,}", "-{2,} ?doorgestuurd bericht ?-{2,}"),
    headers=("van", "verzonden", "datum", "aan", "onderwerp", "cc", "verstuurd"),
    closings=("(met )?(vriendelijke|hartelijke|beste|groetende|sportieve) (groet|groeten|groetjes)", "groet", "groeten",
        "groetjes",
              "hoogachtend", "[alvast] (bedankt|dank)", "mvg", "m.v.g.", "gr", "vr gr", "vr. gr.", "dank u wel",
              "dank je wel"),
    devices=("(verstuurd|verzonden|gestuurd) (vanaf|van|met|via) ...", "outlook voor (ios|android) downloaden( ...)?",
             "download outlook voor ..."),
    but=("maar", "echter", "omdat", "want", "dus", "aangezien", "hoewel",
        "en(?= (ik|we|wij|heb|zal|ga|het|wil|mail|bel)(?!\\w))"),
    conditions=("(als|indien)(?! (het goed is|alles goed gaat|dat mag|dat goed is|dat kan|mogelijk))", "tenzij", "mits",
                "pas (als|wanneer|nadat)"),
    signs={
        "dispute": (
            "betwist(en)?", "niet mee eens", "niet [mee] (eens|akkoord)", "oneens", "bezwaar",
            f"{_BILL} .. (klopt|kloppen) .. niet",
            f"{_BILL} .. (niet (juist|correct|goed)|onjuist|fout|te hoog|verkeerd|onterecht)",
            "klopt .. niet", "klopt niets van", "klopt niks van", f"(verkeerde?|foute|onjuiste?) {_BILL}", "onterecht",
            f"fout (in|op) de {_BILL}",
            "(nooit|niet|niets|niks|geen *) .. (besteld|geleverd|afgesloten|aangevraagd|afgenomen)",
            "(nooit|niet|niets|niks|geen *) .. (ontvangen|gekregen|aangekomen|binnengekomen)", "(nooit|niet) geleverd",
            "geannuleerd", "opgezegd", "afgezegd", "(kapot|beschadigd|defect|stuk)",
            "(product|apparaat|machine|artikel|dienst) .. werkt niet",
            "dubbel (gefactureerd|in rekening|afgeschreven)",
            "retour (gestuurd|gezonden|gebracht)", "(teruggestuurd|teruggezonden|geretourneerd)", "klacht",
            "creditnota", "(niets|niks|niet) .. (schuldig|verschuldigd)",
            "weiger .. te betalen", "niet .. betalen .. (zolang|totdat)",
        ),
        "promise": (
            f"{_WE} .. (zal|zullen|ga|gaan|gaat) .. {_PAY}", f"(zal|zullen|ga|gaan) (ik|we|wij) .. {_PAY}",
            f"(betaal|betalen|voldoe|stort) .. {_WHEN}",
            f"(maak|maken|boek|boeken|schrijf) .. {_WHEN} .. (over|overmaken)",
            "(maak|maken|boek|boeken) .. over", f"(betaal|betalen|voldoe) (ik|we|wij) .. {_WHEN}",
            f"{_WHEN} (betaal|betalen|voldoe|stort|maak|maken) (ik|we|wij)",
            f"(wordt|word|worden|zal|zullen) .. {_PAID}",
            f"(wordt|word|worden) .. {_PAID}", f"(zal|zullen) .. worden {_PAID}", "beloof", "(zeg|doe) .. toezegging",
            "toezeggen",
            "krijgt u .. (geld|betaling|bedrag)", "(betaling|geld|bedrag|overboeking) (volgt|komt|gaat)",
            "heeft u .. (geld|bedrag) .. op",
            f"^(ik|we|wij) (kan|kunnen) .. (pas )?.. {_WHEN} .. {_PAY}", "(staat|is) .. (ingepland|klaargezet|klaar)",
            f"komt .. {_WHEN} .. goed",
        ),
        "paid": (
            f"(heb|hebben|heeft|is|zijn|werd|had|hebt) .. {_PAID}", f"{_PAID} (is|heb|hebben|heeft)",
            f"heb .. al .. {_PAID}",
            f"(al|reeds|net|zojuist|vandaag|gisteren|inmiddels) .. {_PAID}", f"^(is )?{_PAID}",
            "(betaling|overboeking) .. (gedaan|verricht|uitgevoerd|onderweg)",
            "(heb|hebben) .. (betaling|overboeking) .. gedaan",
        ),
        "hardship": (
            "(baan|werk) .. (kwijt|verloren)", "werkloos", "ontslagen", "uitkering", "bijstand",
            "(zit|zitten) .. zonder werk",
            f"(kan|kunnen) .. niet .. ({_PAY}|opbrengen|missen|ophoesten|ineens)", "geen geld",
            "niet (genoeg|voldoende) geld",
            "(financiele|geld) ?(problemen|moeilijkheden|zorgen|situatie)", "geldproblemen", "geldzorgen",
            "financieel .. (moeilijk|zwaar|krap|lastig)",
            "in [twee|drie|vier|#] (termijnen|gedeeltes|gedeelten|delen)", "in (twee|drie|vier|#) keer", "termijn(en)?",
            "betalingsregeling", "regeling", "afbetaling*", "afbetalen",
            "uitstel", "schuld(hulpverlening|sanering|hulp|en)", "bewindvoer*", "wsnp", "(failliet|faillissement)",
            "(ziekenhuis|overleden|ernstig ziek|overlijden)", "krap (bij kas|zitten)", "rood staan",
        ),
        "stop": (
            "(stop|stoppen|houd|hou) .. (met|sturen|mailen|bellen|op)", "ophouden met",
            ("(geen|niet) .. (berichten|e-?mails?|mails?|herinneringen|brieven|sms*|sms'jes|appjes|telefoontjes) "
            "(meer|ontvangen|sturen)"),
            "(mail|bel|schrijf|app|benader|contacteer|sms) (mij|me|ons) .. niet",
            "niet meer .. (mailen|bellen|benaderen|contact*|schrijven|lastig*|smsen|appen)",
            "(mij|me|ons) met rust", "(afmelden|uitschrijven|uitgeschreven)",
            "(intimidatie|stalken|lastigvallen|lastig te vallen)",
            f"(mijn|onze|een|de) {_LAWYER}", f"{_LAWYER}", "vertegenwoordig*",
        ),
        "wrong_person": (
            "verkeerde? (persoon|adres|nummer|e-?mailadres|mailadres|bedrijf|afdeling|verbonden|geadresseerde)",
            "niet (de|het) juiste (persoon|contactpersoon|adres|nummer)",
            "niet (meer )?(werkzaam|in dienst)", "werkt .. niet meer", "woont .. niet", "(ken|kennen) .. niet",
            "niet voor (mij|ons) (bestemd|bedoeld)", "(geen klant|geen idee wie)", "uit dienst",
            "niet mijn (factuur|rekening|schuld)", "verhuisd",
        ),
        "call_back": (
            "bel (mij|me|ons)",
            "(kunt|kan|kun|wilt|wil|zou|kunnen) (u|je|iemand|jullie|er iemand) .. (bellen|terugbellen|opbellen)",
            "terugbellen", "terugbelverzoek",
            "belt? (u|jij|je) (mij|me|ons)", "graag .. (gebeld|telefonisch)",
            "telefonisch .. (contact|overleg*|bereiken|bespreken|bereikbaar)", "wil .. gebeld worden",
        ),
    },
    unless={
        "dispute": ("(betwist|bezwaar) .. niet", "geen (bezwaar|klacht)",
                    f"{_SENT} .. (niet|nooit) .. (ontvangen|gekregen|binnengekomen|aangekomen)",
                    f"(geen|nooit een|nooit de|nooit eerder een) {_SENT}",
                    f"(niet|nooit) .. {_SENT} .. (ontvangen|gekregen)"),
        "promise": (*_NOT, "weiger*", "hoe", "waarom", "hebt", "heeft", "zou", "zouden",
                    "^(kan|kunnen|mag|zou) (ik|we|wij)", "moet"),
        "paid": (*_NOT, "als", "indien", "tenzij", "totdat", "zodra", "wanneer", "of", "wordt", "worden", "zal",
                 "zullen", "moet", "krijg*",
                 "word", "nadat", "voordat", "kan", "betaald voor", "zou", "zouden", "was"),
        "hardship": ("geen (financiele )?problemen", "link", "website", "online", "pagina", "ideal", "knop"),
        "stop": ("geen advocaat",),
        "call_back": _NOT,
    },
)  # fmt: skip
