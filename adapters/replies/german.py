"""German: what people write to whoever sent them a reminder."""

from __future__ import annotations

from typing import Final

from adapters.replies.language import Language

_NOT: Final = ("nicht", "nie", "niemals", "kein*", "niemand", "nichts", "weder", "noch nicht")
_PAY: Final = "(bezahlen|zahlen|ueberweisen|begleichen|anweisen|einzahlen|abbezahlen|abzahlen)"
_PAID: Final = "(bezahlt|gezahlt|ueberwiesen|beglichen|eingezahlt|angewiesen)"
_NOW: Final = "(ueberweise|ueberweisen|zahle|zahlen|bezahle|bezahlen|begleiche|begleichen)"
_WHEN: Final = (
    "(heute|morgen|uebermorgen|am|bis|zum|naechste*|kommende*|spaetestens|in|sofort|umgehend|ende|diese|montag|dienstag"
    "|mittwoch|donnerstag|freitag|samstag|sonntag|#)"
)
_BILL: Final = "(rechnung|betrag|preis|forderung|summe|rechnungen|rechnungsbetrag|abrechnung)"
_SENT: Final = "(rechnung|mahnung|erinnerung|brief|mail|e-?mail|zahlungserinnerung|schreiben|nachricht|post)"
_LAWYER: Final = "((rechts)?(anwalt|anwaeltin|anwaelte)|anwalts|rechtsbeistand|anwaltskanzlei|rechtsschutz*)"

GERMAN: Final = Language(
    code="de",
    common=frozenset(
        {
            "ich", "die", "der", "das", "ist", "nicht", "und", "habe", "sie", "von", "fuer", "wir", "den", "mit", "zu",
            "auf", "es", "bis", "am", "ihre", "ein", "bin", "noch", "bitte", "werde",
        }
    ),
    months={
        "januar": 1, "jaenner": 1, "februar": 2, "maerz": 3, "april": 4, "mai": 5, "juni": 6, "juli": 7, "august": 8,
        "september": 9, "oktober": 10, "november": 11, "dezember": 12, "jan": 1, "feb": 2, "mrz": 3, "apr": 4, "jun": 6,
        "jul": 7, "aug": 8, "sep": 9, "sept": 9, "okt": 10, "nov": 11, "dez": 12,
    },
    weekdays={"montag": 0, "dienstag": 1, "mittwoch": 2, "donnerstag": 3, "freitag": 4, "samstag": 5, "sonnabend": 5,
              "sonntag": 6},
    days={"heute": 0, "morgen": 1, "uebermorgen": 2, "gestern": -1, "vorgestern": -2},
    counts={"einer": 1, "einem": 1, "zwei": 2, "drei": 3, "vier": 4, "fuenf": 5, "zehn": 10},
    day_words=("tage?n?",),
    week_words=("wochen?",),
    within=("in", "innerhalb von", "binnen", "in spaetestens"),
    next_week=("naechste woche", "kommende woche", "naechster woche", "naechste woche am"),
    last_week=("letzte woche", "vergangene woche", "letzter woche", "letzte woche am"),
    next_one=("naechste[nrm]?",),
    month_ends=("[zum|bis zum] monatsende", "ende (des|diesen|dieses|vom) monats?", "ultimo"),
    until=("bis einschliesslich", "bis einschl.", "bis inkl.", "bis einschliesslich zum", "bis zum", "bis"),
    back=("zurueck", "wieder", "ab dem", "ab"),
    absent=("abwesend", "abwesenheit", "nicht im (buero|haus)", "ausser haus", "(im|in) urlaub", "urlaub",
        "nicht erreichbar",
            "geschlossen", "elternzeit", "betriebsferien", "mutterschutz"),
    automatic_subjects=("automatische (antwort|rueckantwort)", "abwesenheit*", "abwesend", "autom. antwort",
                        "nicht im buero", "ausser haus", "urlaubs(notiz|meldung|benachrichtigung)",
                        "eingangsbestaetigung"),
    automatic=("dies ist eine automatisch(e)? [generierte|erzeugte|erstellte] (antwort|nachricht|e-?mail|mail)",
               "automatisch(e)? [generierte|erzeugte|erstellte] (antwort|nachricht|abwesenheitsnotiz|antwortmail)",
               ("(vielen dank|danke|herzlichen dank) fuer (ihre|deine|die|eure) (nachricht|e-?mail|mail)[.!,]{0,3} "
               "[leider] (ich bin|bin ich|wir sind|sind wir|unser buero ist|ich befinde mich) [leider] "
               "(derzeit|zur zeit|zurzeit|momentan|aktuell|vom|bis|ab|nicht|abwesend|im urlaub|am|ausser|heute)"),
               "(mails?|e-?mails?|nachrichten?) (werden|wird) .. (nicht|weitergeleitet|gelesen)",
               "(dieses postfach|diese adresse|diese e-?mail-?adresse) wird nicht (gelesen|ueberwacht)"),
    quoted=("am ... schrieb ...:", "... schrieb am ...:", "am ... hat ... geschrieben ?:",
        "-{2,} ?urspruengliche nachricht ?-{2,}",
            "-{2,} ?original-?(nachricht|message) ?-{2,}", "-{2,} ?weitergeleitete nachricht ?-{2,}"),
    headers=("von", "gesendet", "datum", "an", "betreff", "cc", "gesendet am"),
    closings=("(mit )?(freundliche[nm]?|besten?|lieben?|herzlichen?|schoenen?|vielen?|freundl.) gr(uessen|uesse|uss)",
              "gruss", "gruesse", "mfg", "lg", "vg", "hochachtungsvoll", "[vielen|besten|herzlichen] dank [im voraus]",
              "danke [im voraus]",
              "danke und gruss"),
    devices=("von meinem ... gesendet( ...)?", "(gesendet|verschickt) (von|mit|aus) ...",
        "outlook fuer (ios|android) ...",
             "diese nachricht wurde von meinem ..."),
    but=("(aber|jedoch|doch)(?= (ich|wir|werde|habe|zahle|der|die|das|erst|ueberweise)(?!\\w))", "weil", "denn",
        "deshalb", "daher",
         "sondern", "und(?= (ich|wir|habe|werde|es|zahle|bitte|will|rufen)(?!\\w))"),
    conditions=("(wenn|falls|sofern)(?! (moeglich|das (ok|okay|in ordnung|recht) ist|alles klappt))", "sobald",
        "es sei denn", "erst (wenn|nach*)"),
    signs={
        "dispute": (
            "widerspr(eche|echen|uch)", "bestreiten?", "beanstande*", "nicht einverstanden",
            "reklam(iere|ation|ationen|ieren|iert)",
            f"{_BILL} .. (falsch|fehlerhaft|nicht (korrekt|richtig|nachvollziehbar)|stimmt .. nicht|zu hoch|unklar)",
            "(stimmt|stimmen) .. nicht", f"(falsche[rn]?|fehlerhafte) {_BILL}", "einspruch", "unberechtigt*",
            "zu unrecht", f"fehler (in|auf) (der|ihrer) {_BILL}",
            "(nie|niemals|nicht|nichts|kein* \\w+) .. (bestellt|geliefert|beauftragt|angekommen|eingetroffen)",
            "(nie|niemals|nicht|nichts) .. (erhalten|bekommen)",
            "kein(e|en)? (ware|lieferung|leistung|paket|produkt) .. (erhalten|bekommen)",
            "(storniert|gekuendigt|widerrufen)", "(kaputt|beschaedigt|defekt|mangelhaft|maengel|mangel)",
            "(produkt|geraet|ware|artikel|maschine) .. funktioniert .. nicht",
            "doppelt (berechnet|abgebucht|abgerechnet|in rechnung)",
            "(zurueckgeschickt|zurueckgesendet|retourniert|retoure)", "gutschrift", "schulde .. nichts",
            "weigere .. zu (zahlen|bezahlen)",
        ),
        "promise": (
            f"(werde|werden|wird) .. {_PAY}", f"{_PAY} (werde|werden|wird)", f"{_NOW} .. {_WHEN}",
            f"{_WHEN} .. {_NOW} (ich|wir)", f"(danach|dann|anschliessend|sofort|gleich|umgehend) {_NOW} (ich|wir)",
            f"(wird|werden) .. {_PAID}", f"{_PAID} wird", "(verspreche|zusage|sage .. zu|zugesagt)",
            "(zahlung|ueberweisung|geld|betrag) .. (folgt|kommt|geht|erfolgt)",
            f"^(ich|wir) (kann|koennen) .. {_WHEN} .. {_PAY}", f"(kann|koennen) (ich|wir) .. {_WHEN} .. {_PAY}",
            "(ueberweisung|zahlung) ist (terminiert|eingeplant|vorgemerkt)",
            "haben sie .. geld .. (bis|am)", "erhalten sie .. (geld|zahlung|betrag)",
        ),
        "paid": (
            f"(habe|haben|hat|ist|sind|wurde|wurden|hab) .. {_PAID}", f"{_PAID} (habe|haben|ist|wurde|hab)",
            f"(bereits|schon|gestern|heute|soeben|gerade|laengst) .. {_PAID}",
            "(zahlung|ueberweisung) .. (veranlasst|getaetigt|ausgefuehrt|raus|unterwegs|erfolgte)",
            "(ist|sind) .. (erfolgt|raus|unterwegs)",
            f"^{_PAID}",
        ),
        "hardship": (
            "(job|arbeit|arbeitsplatz|stelle) .. (verloren|gekuendigt|los)", "arbeitslos",
            "(buergergeld|hartz|jobcenter|sozialhilfe|grundsicherung|krankengeld)",
            f"(kann|koennen|konnte) .. nicht .. {_PAY}", "(kann|koennen) .. nicht .. (aufbringen|leisten|auf einmal)",
            "kein geld", "nicht (genug|genuegend) geld",
            "finanziell* .. (schwierig*|engpass|probleme?|not|notlage|lage|situation|eng)",
            "zahlungs(schwierigkeiten|unfaehig*)", "geldsorgen", "raten", "ratenzahlung*", "monatsraten",
            "teilbetraegen", "teilzahlung*", "stundung", "zahlungsaufschub", "aufschub", "(mehr zeit|zahlungsziel)",
            "insolven*", "schuldnerberat*", "(krankenhaus|verstorben|schwer krank|schwer erkrankt|todesfall)",
            "(knapp|klamm) bei kasse", "pleite",
        ),
        "stop": (
            "keine weiteren .. (mails?|e-?mails?|nachrichten|mahnungen|anrufe|sms|briefe)", "hoeren sie .. auf",
            "hoert .. auf",
            ("(keine|nicht) .. (mails?|e-?mails?|nachrichten|mahnungen|anrufe|sms|briefe|erinnerungen) "
            "(mehr|schicken|senden|zu schicken|erhalten)"),
            "(schreiben|kontaktieren|rufen|belaestigen) sie mich .. nicht",
            "nicht (mehr|weiter) .. (kontaktieren|anschreiben|anrufen|belaestigen|schreiben|kontaktiert|angeschrieben)",
            "lass(en|t)? [sie] (mich|uns) .. in ruhe", "(abmelden|austragen|abbestellen)", "belaestigung*",
            f"(meine[mnr]?|unsere[mnr]?|einen?|meines|der) {_LAWYER}", _LAWYER, "unterlassen sie",
            "anwaltlich", "mandant*",
        ),
        "wrong_person": (
            "falsche[rnms]? (person|adresse|nummer|empfaenger|e-?mail-?adresse|ansprechpartner*|firma)",
            "nicht (der|die) (richtige|zustaendige)*",
            "nicht mehr .. (taetig|beschaeftigt|im unternehmen|angestellt|bei uns)", "(arbeitet|wohnt) .. nicht",
            "(verzogen|ausgeschieden)", "(kenne|kennen) .. nicht", "kenne kein*",
            "nicht meine (rechnung|schuld|schulden)",
            "bin nicht (ihr kunde|ihre kundin|herr|frau)", "verwechs(elt|eln|lung)", "nicht fuer mich bestimmt",
        ),
        "call_back": (
            "rufen sie (mich|uns)", "rufe?t? mich", "rueckruf",
            "(koennen|koennten|wuerden|kann|koennte) (sie|jemand|mich jemand) .. (anrufen|zurueckrufen|telefon*)",
            "zurueckrufen",
            "telefonisch .. (besprechen|sprechen|klaeren|erreichen|melden|erreichbar)",
            "melden sie sich .. telefonisch", "anruf",
        ),
    },
    unless={
        "dispute": ("(bestreite|beanstande) .. nicht", "kein(en)? (widerspruch|einspruch)",
                    f"{_SENT} .. (nicht|nie|niemals|nichts) .. (erhalten|bekommen|angekommen)",
                    f"(keine|nie eine|nie die|keinen) {_SENT}", f"(nicht|nie) .. {_SENT} (erhalten|bekommen)",
                    "gutschrift bis"),
        "promise": (*_NOT, "weigere*", "wie", "warum", "ob", "wuerde*", "koennte*", "^(kann|koennen|darf) (ich|wir)"),
        "paid": (*_NOT, "wenn", "falls", "sobald", "sofern", "ob", "bevor", "haette*", "waere*", "wird", "werden",
                 "werde", "soll*", "muss", "nachdem", "kann",
                 "wuerde*"),
        "hardship": ("keine (finanziellen )?(probleme|schwierigkeiten)", "link", "website", "webseite", "online",
                     "seite", "portal", "jobcenter zahlt"),
        "stop": ("kein(en)? anwalt", "anwalt einschalten muessen"),
        "call_back": _NOT,
    },
)  # fmt: skip
