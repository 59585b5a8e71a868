# ruff: noqa: E501
"""German: what people write, as patterns over plain text."""

from __future__ import annotations

from typing import Final

from adapters.replies.language import Language

_NOT: Final = r"nicht|nie|niemals|kein\w*|niemand|ohne|weder|noch"
_UNSURE: Final = r"wenn|falls|sobald|sofern|ob|bevor|erst wenn|hatte|wurde"
_PAID: Final = r"(?:bezahlt|gezahlt|uberwiesen|ueberwiesen|beglichen|eingezahlt|angewiesen)"
_PAY: Final = r"(?:bezahlen|zahlen|uberweisen|ueberweisen|begleichen|anweisen)"

GERMAN: Final = Language(
    code="de",
    common=frozenset(["ich", "die", "der", "das", "ist", "nicht", "und", "habe", "sie", "von", "fur", "wir", "den", "mit", "zu", "auf", "es", "bis", "am", "ihre", "ein"]),
    months={
        "januar": 1, "janner": 1, "februar": 2, "marz": 3, "maerz": 3, "april": 4, "mai": 5, "juni": 6, "juli": 7,
        "august": 8, "september": 9, "oktober": 10, "november": 11, "dezember": 12, "jan": 1, "feb": 2, "mrz": 3,
        "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "okt": 10, "nov": 11, "dez": 12,
    },
    weekdays={"montag": 0, "dienstag": 1, "mittwoch": 2, "donnerstag": 3, "freitag": 4, "samstag": 5, "sonnabend": 5,
              "sonntag": 6},
    days={"heute": 0, "morgen": 1, "ubermorgen": 2, "uebermorgen": 2, "gestern": -1, "vorgestern": -2},
    month_ends=("(?:zum )?monatsende", "ende (?:des|diesen|dieses) monats?"),
    in_days=(r"(?:in|innerhalb von|binnen) (?P<count>\d{1,2}) tagen?",),
    until=("bis einschliesslich", "bis einschl\\.?", "bis inkl\\.?", "bis zum", "bis"),
    back=("zuruck", "wieder (?:da|im buro|im buero|erreichbar|anwesend)", "ab dem", "wieder"),
    absent=("abwesend", "abwesenheit", "nicht im (?:buro|buero|haus)", "ausser haus", "(?:im|in) urlaub", "urlaub",
            "nicht erreichbar", "geschlossen", "elternzeit", "betriebsferien", "mutterschutz"),
    automatic_subjects=("automatische (?:antwort|ruckantwort|rueckantwort)", "abwesenheit\\w*", "abwesend",
                        "autom\\. antwort", "nicht im (?:buro|buero)", "ausser haus", "urlaub\\w*"),
    automatic=("dies ist eine automatisch(?:e)? (?:generierte |erzeugte )?(?:antwort|nachricht|e-?mail|mail)",
               "automatisch(?:e)? (?:generierte |erzeugte )?(?:antwort|nachricht|abwesenheitsnotiz)",
               ("(?:vielen dank|danke) fur (?:ihre|deine|die) (?:nachricht|e-?mail|mail)[.!,]*"
               " (?:leider )?(?:ich bin|bin ich|wir sind|sind wir|unser buro ist)"
               " (?:derzeit |zur zeit |zurzeit |momentan |aktuell |leider |vom |bis |ab |nicht )"),
               ("(?:ich bin|bin ich) (?:\\S+ ){0,9}(?:abwesend|nicht im (?:buro|buero|haus)|ausser haus|im urlaub) .*"
               "(?:mails?|e-?mails?|nachrichten?) (?:\\w+ ){0,3}(?:nicht|weitergeleitet)"),
               "(?:dieses postfach|diese (?:e-?mail-?)?adresse) wird nicht (?:gelesen|uberwacht)"),
    quoted=(r"am .{4,120} schrieb .{0,120}:", r".{0,120} schrieb am .{4,80}:", r"-{2,} ?ursprungliche nachricht ?-{2,}",
            r"-{2,} ?original-?nachricht ?-{2,}", r"-{2,} ?weitergeleitete nachricht ?-{2,}", r"gesendet: .{4,80}"),
    headers=("von", "gesendet", "datum", "an", "betreff", "cc"),
    closings=("(?:mit )?(?:freundliche[nm]?|besten|lieben|herzlichen|schonen|viele|beste|liebe|schone|freundl\\.) gr(?:u|ue)(?:ss|s)(?:en|e)?",
              "gr(?:u|ue)ss(?:e)?", "mfg", "lg", "vg", "hochachtungsvoll", "(?:vielen )?dank(?: im voraus)?", "danke"),
    devices=(r"von meinem .{2,60} gesendet", r"(?:gesendet|verschickt) (?:von|mit|aus) .*", "outlook fur (?:ios|android) .*",
             r"diese nachricht wurde von meinem .*"),
    but=("aber", "jedoch", "weil", "da", "denn", "deshalb", "daher", "sondern", "und (?=(?:ich|wir|habe|werde|es)(?!\\w))"),
    signs={
        "dispute": (
            r"widerspr(?:eche|echen|uch)\w*", r"bestreite(?:n)?", r"beanstande\w*", r"nicht einverstanden", r"reklam(?:iere|ation)\w*",
            r"(?:rechnung|betrag|preis|forderung|summe) .{0,40}(?:falsch|fehlerhaft|nicht (?:korrekt|richtig)|stimmt nicht|zu hoch|unberechtigt|unklar)",
            r"(?:stimmt|stimmen) (?:\w+ ){0,3}nicht", r"(?:falsche[rn]?|fehlerhafte) (?:rechnung|betrag|preis)", r"einspruch", r"unberechtigt\w*",
            r"(?:nie|niemals|nicht|nichts|keine (?:ware|lieferung|leistung)|kein paket) (?:\w+ ){0,2}(?:bestellt|erhalten|bekommen|geliefert|angekommen|beauftragt|abgeschlossen)",
            r"(?:storniert|gekundigt|gekuendigt|widerrufen)", r"(?:kaputt|beschadigt|beschaedigt|defekt|mangelhaft)", r"doppelt (?:berechnet|abgebucht|abgerechnet|in rechnung)",
            r"zuruckgeschickt|zurueckgeschickt|retourniert|retoure", r"gutschrift", r"schulde (?:\w+ ){0,3}nichts",
        ),
        "promise": (
            r"(?:werde|werden|wird) (?:\S+ ){0,12}" + _PAY, _PAY + r" (?:werde|werden|wird|kann)",
            r"(?:uberweise|ueberweise|zahle|bezahle|begleiche|uberweisen wir|zahlen wir) (?:\S+ ){0,8}(?:\w+tag|heute|morgen|ubermorgen|uebermorgen|am|bis|zum|nachste\w*|spatestens|in|sofort|umgehend|ende)",
            r"(?:wird|werden) (?:\S+ ){0,9}" + _PAID, r"(?:verspreche|zusage|sage zu)", r"(?:zahlung|uberweisung|ueberweisung|geld|betrag) (?:\w+ ){0,2}(?:folgt|kommt|geht|erfolgt)",
            r"(?:kann|konnen) (?:\S+ ){0,3}(?:erst )?(?:am|zum|ab|bis|nachste\w*|morgen|ubermorgen) (?:\S+ ){0,6}" + _PAY,
        ),
        "paid": (
            r"(?:habe|haben|hat|ist|sind|wurde|hab) (?:\S+ ){0,12}" + _PAID, _PAID + r" (?:habe|haben|ist|wurde|hab)",
            r"(?:bereits|schon|gestern|heute|soeben|gerade) (?:\S+ ){0,4}" + _PAID, r"(?:zahlung|uberweisung|ueberweisung) (?:ist |wurde )?(?:\S+ ){0,4}(?:erfolgt|veranlasst|getatigt|ausgefuhrt|raus)",
            _PAID,
        ),
        "hardship": (
            r"(?:job|arbeit|arbeitsplatz|stelle) (?:\w+ )?(?:verloren|gekundigt)", "arbeitslos", r"(?:burgergeld|hartz|jobcenter|sozialhilfe|grundsicherung|krankengeld)",
            r"(?:kann|konnen|konnte) (?:\S+ ){0,9}nicht (?:\S+ ){0,5}" + _PAY, r"kein geld", r"nicht (?:genug|genugend) geld", r"(?:finanziell\w*) (?:\w+ ){0,3}(?:schwierig\w*|engpass|probleme?|not\w*|lage|situation|eng)",
            r"zahlungs(?:schwierigkeiten|unfahig\w*)", r"geldsorgen", r"raten(?:zahlung\w*)?", r"(?:in )?teilbetragen", r"stundung", r"zahlungsaufschub", r"insolven\w*", r"schuldnerberat\w*", r"(?:krankenhaus|verstorben|schwer krank)",
            r"(?:knapp|klamm) bei kasse",
        ),
        "stop": (
            r"(?:horen|hoeren) sie auf", r"(?:keine|nicht) (?:\S+ ){0,4}(?:mails?|e-?mails?|nachrichten|mahnungen|anrufe|sms|briefe|erinnerungen) (?:\w+ ){0,2}(?:mehr|schicken|senden|erhalten)?",
            r"(?:schreiben|kontaktieren|rufen|belastigen) sie mich (?:\w+ ){0,2}nicht", r"nicht mehr (?:\w+ )?(?:kontaktieren|anschreiben|anrufen|belastigen|schreiben)", r"lass(?:en|t)? (?:sie )?mich in ruhe", r"(?:abmelden|austragen|abbestellen)",
            r"(?:meine[mnr]?|unsere[mnr]?|einen?) (?:anwalt|anwaltin|rechtsanwalt|rechtsanwaltin|rechtsbeistand)", r"(?:rechts)?anw(?:alt|altin|alte|altskanzlei)", r"unterlassen sie",
        ),
        "wrong_person": (
            r"falsche[rnms]? (?:person|adresse|nummer|empfanger|e-?mail-?adresse|ansprechpartner\w*|firma)", r"nicht (?:der|die) (?:richtige|zustandige)\w*(?: \w+)?",
            r"nicht mehr (?:\S+ ){0,3}(?:tatig|beschaftigt|im unternehmen|angestellt)", r"(?:arbeitet|wohnt|ist) (?:hier |\w+ ){0,3}nicht(?: mehr)? (?:bei uns|hier|dort)", r"(?:arbeitet|wohnt) (?:\w+ ){0,3}nicht(?: mehr)?", r"(?:verzogen|unbekannt verzogen|ausgeschieden)", r"(?:kenne|kennen) (?:\S+ ){0,4}nicht", r"nicht meine (?:rechnung|schuld)", r"bin nicht (?:ihr kunde|herr|frau)", r"verwechs(?:elt|eln|lung)",
        ),
        "call_back": (
            r"rufen sie (?:mich|uns) (?:\w+ ){0,3}(?:an|zuruck|zurueck)", r"rufen sie (?:mich|uns)", r"ruf(?:t)? mich", r"(?:um|bitte um) (?:einen )?ruckruf", r"ruckruf|rueckruf", r"(?:konnen|konnten|wurden|koennen) sie (?:mich|uns|mir) (?:\S+ ){0,4}(?:anrufen|zuruckrufen|telefon\w*)", r"(?:zuruckrufen|zurueckrufen)", r"telefonisch (?:\w+ ){0,2}(?:besprechen|sprechen|klaren|erreichen|melden)",
        ),
    },
    unless={
        "dispute": (r"(?:bestreite|beanstande) (?:\S+ ){0,4}nicht", r"(?:kein|keinen) (?:widerspruch|einspruch)",
                    r"(?:rechnung|mahnung|erinnerung|brief|mail|e-?mail) (?:\S+ ){0,4}(?:nicht|nie|niemals) (?:\w+ )?(?:erhalten|bekommen)",
                    r"(?:keine|nie eine|nie die) (?:rechnung|mahnung|erinnerung|mail|e-?mail)"),
        "promise": (_NOT, _UNSURE, "weigere", "wie", "warum"),
        "paid": (_NOT, _UNSURE, "wird", "werden", "werde", "soll", "muss", "nachdem", "kann"),
        "hardship": (r"keine (?:finanziellen )?(?:probleme|schwierigkeiten)", "link", "website", "webseite", "online", "seite", "portal"),
        "call_back": (_NOT,),
    },
)  # fmt: skip
