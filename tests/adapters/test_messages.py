"""What debtors read: the essential sentences of every message."""

from __future__ import annotations

from datetime import date

import pytest

from adapters.messages.statement import StatementEntry
from tests.adapters.letterboxes import DEADLINE, PAID_AND_CHARGED, TODAY
from tests.adapters.reading import EVERY, HARD, Page, composed, html_of, soft


def test_a_firm_message_to_a_business_in_full() -> None:
    written = composed("firm", demands=615_00, entries=PAID_AND_CHARGED, deadline_on=DEADLINE)
    assert written.subject == "Overdue: please pay invoice INV-2026-0042"
    assert (
        written.text.replace(HARD, " ")
        == """\
Dear Acme Watersport B.V.,

Invoice INV-2026-0042 was due on 28 February 2026. That is 10 days ago,
and we have not received the full payment. Please make sure that €615.00
reaches us by 24 March 2026.

Invoice: INV-2026-0042 of 29 January 2026
Due date: 28 February 2026
Invoice amount: €1,000.00
Payment received, thank you (5 March 2026): -€400.00
Fee (10 March 2026): €15.00
Amount to pay: €615.00
To be received by: 24 March 2026

If we have neither the payment nor an answer from you by 24 March 2026,
we will take the next step: a call from us, or a formal final notice. If
you have paid in the meantime, please disregard this message; thank you.

How to pay
Online: https://pay.northwind.example/invoices/INV-2026-0042
By bank transfer: NL02 ABNA 0123 4567 89
BIC: ABNANL2A
In the name of: Northwind Studio B.V.
Payment reference: INV-2026-0042

Is something not right?
If you do not agree with the invoice, or with a part of it, please tell
us why: write to accounts@northwind.example or call +31 20 000 00 00. We
will look into it, and until you have our answer we do not pursue the
part that you dispute.

Does something stand in the way?
A missing order number, an approval that takes time, a tight month: tell
us when you can pay, or whom we should talk to, and we will look for a
date that works. We are glad to send a copy of the invoice, too.

Kind regards,

Accounts receivable
Northwind Studio B.V.

Northwind Studio B.V., Voorbeeldstraat 12, 1234 AB Amsterdam, The Netherlands
accounts@northwind.example · +31 20 000 00 00 · KvK 00000000
This message was sent automatically. Your answer is read by a person.
"""
    )


def test_a_final_letter_to_a_dutch_consumer_in_full() -> None:
    written = composed(
        "final",
        "nl-NL",
        channel="letter",
        kind="consumer",
        name="Sanne de Vries",
        deadline_on=DEADLINE,
        copy=True,
        copy_of_on=date(2026, 3, 9),
    )
    assert written.html is None
    assert (
        written.text.replace(HARD, " ")
        == """\
Northwind Studio B.V.
Voorbeeldstraat 12
1234 AB Amsterdam
The Netherlands

Sanne de Vries
Acme Watersport B.V.
Haven 3
8601 AB Sneek

10 maart 2026

Betreft: Kopie: Laatste aanmaning: factuur INV-2026-0042

Geachte Sanne de Vries,

Dit is een kopie van ons bericht van 9 maart 2026, voor het geval dat u
het niet hebt ontvangen. Het is hetzelfde verzoek en geen nieuw verzoek.

Dit is onze laatste aanmaning voor factuur INV-2026-0042, die op
28 februari 2026 is vervallen en niet volledig is betaald. Wij verzoeken
u ervoor te zorgen dat € 1.000,00 uiterlijk op 24 maart 2026 door ons is
ontvangen.

Factuur: INV-2026-0042 van 29 januari 2026
Vervaldatum: 28 februari 2026
Te betalen: € 1.000,00
Uiterlijk ontvangen op: 24 maart 2026

Hebben wij uiterlijk op 24 maart 2026 geen betaling en ook geen antwoord
van u ontvangen, dan kunnen wij genoodzaakt zijn de dienst waarvoor de
factuur is op te schorten, of onze vordering uit handen te geven aan een
incassobureau. Daar kunnen kosten en rente bij komen, voor zover de wet
dat toestaat. Wij lossen dit veel liever samen met u op: tot die tijd is
één bericht of één telefoontje genoeg om erover te praten.

Hebt u al betaald, stuur ons dan de datum en het kenmerk van de
betaling, zodat wij die kunnen vinden.

Zo kunt u betalen
Online: https://pay.northwind.example/invoices/INV-2026-0042
Per overschrijving: NL02 ABNA 0123 4567 89
BIC: ABNANL2A
Ten name van: Northwind Studio B.V.
Omschrijving: INV-2026-0042

Klopt er iets niet?
Bent u het niet eens met de factuur, of met een deel ervan, laat ons dan
weten waarom: mail naar accounts@northwind.example of bel
+31 20 000 00 00. Wij zoeken het uit, en tot u ons antwoord hebt,
vorderen wij het deel dat u betwist niet.

Is betalen op dit moment moeilijk?
Laat het ons vroeg weten. Wij kijken graag samen met u of u later of in
delen kunt betalen; vragen kost niets en wordt u nooit kwalijk genomen.
Gratis en onafhankelijke hulp bij geldzorgen: geldfit.nl.

Met vriendelijke groet,

Debiteurenbeheer
Northwind Studio B.V.

accounts@northwind.example · +31 20 000 00 00 · KvK 00000000
"""
    )


@pytest.mark.parametrize(
    "locale, ahead, today, past",
    [
        ("en", "falls due on 13 March 2026", "is due today", "was due on 28 February 2026"),
        ("nl", "op 13 maart 2026 vervalt", "vandaag vervalt", "is op 28 februari 2026 vervallen"),
    ],
)
def test_a_friendly_message_knows_whether_the_invoice_is_due_yet(
    locale: str, ahead: str, today: str, past: str
) -> None:
    assert ahead in soft(composed("friendly", locale, due_on=date(2026, 3, 13)).text)
    assert today in soft(composed("friendly", locale, due_on=TODAY).text)
    assert past in soft(composed("friendly", locale).text)


@pytest.mark.parametrize("locale, one, two", [("en", "1 day ago", "2 days ago"), ("nl", "1 dag geleden", "2 dagen")])
def test_one_day_overdue_is_one_day(locale: str, one: str, two: str) -> None:
    assert one in soft(composed("firm", locale, due_on=date(2026, 3, 9)).text)
    assert two in soft(composed("firm", locale, due_on=date(2026, 3, 8)).text)


@pytest.mark.parametrize("message, locale", EVERY)
def test_a_consumer_is_offered_help_and_a_business_a_date(message: str, locale: str) -> None:
    consumer = composed(message, locale, kind="consumer").text
    business = composed(message, locale).text
    offers = {"en": ("Is paying difficult", "Does something stand"), "nl": ("Is betalen op dit", "Staat er iets in")}
    help_offered, date_offered = offers[locale]
    assert help_offered in consumer
    assert date_offered not in consumer
    assert date_offered in business
    assert help_offered not in business


@pytest.mark.parametrize(
    "country, advice",
    [
        ("NL", "geldfit.nl"),
        ("BE", "OCMW"),
        ("GB", "moneyhelper.org.uk"),
        ("IE", "mabs.ie"),
        ("US", "debt advice service near"),
    ],
)
def test_a_consumer_who_is_pressed_learns_where_independent_help_is(country: str, advice: str) -> None:
    assert advice in soft(composed("final", country=country, kind="consumer").text)
    assert advice in Page(html_of(composed("final", country=country, kind="consumer"))).text
    assert advice not in soft(composed("friendly", country=country, kind="consumer").text)


def test_lines_that_do_not_add_up_to_the_demand_are_left_out() -> None:
    honest = soft(composed("firm", demands=615_00, entries=PAID_AND_CHARGED).text)
    torn = soft(composed("firm", demands=600_00, entries=PAID_AND_CHARGED).text)
    assert "Fee (10 March 2026): €15.00" in honest
    assert "Fee (" not in torn
    assert "Invoice amount: €1,000.00 Amount to pay after fees, payments and credits: €600.00" in torn


@pytest.mark.parametrize(
    "entry, line",
    [
        (StatementEntry("interest", 12_34, date(2026, 3, 1)), "Interest (1 March 2026): €12.34"),
        (StatementEntry("credit", 100_00), "Credit: -€100.00"),
        (StatementEntry("dispute", 250_00), "Disputed, not demanded for now: -€250.00"),
    ],
)
def test_every_kind_of_line_is_named(entry: StatementEntry, line: str) -> None:
    assert line in soft(composed("firm", demands=1000_00 + entry.change, entries=(entry,)).text)


@pytest.mark.parametrize("message, locale", EVERY)
def test_a_copy_says_so_in_its_subject_and_first_lines(message: str, locale: str) -> None:
    marked, day = {
        "en": ("Copy: ", "a copy of our message of 9 March 2026"),
        "nl": ("Kopie: ", "bericht van 9 maart 2026"),
    }[locale]
    copy = composed(message, locale, copy=True, copy_of_on=date(2026, 3, 9))
    assert copy.subject.startswith(marked)
    assert day in soft(copy.text)
    assert day in Page(html_of(copy)).text
    assert not composed(message, locale).subject.startswith(marked)


def test_the_bank_asks_and_no_money_has_been_taken() -> None:
    english, dutch = composed("pay-link", demands=100_00), composed("pay-link", "nl", demands=100_00)
    assert "Please confirm the payment here" in soft(english.text)
    assert "No money has been taken." in soft(english.text)
    assert "Er is geen geld afgeschreven." in soft(dutch.text)
    assert "https://pay.northwind.example/invoices/INV-2026-0042" in {a["href"] for a in Page(html_of(dutch)).all("a")}


def test_an_instalment_demands_its_own_amount_only() -> None:
    text = soft(composed("instalment", demands=205_00, entries=PAID_AND_CHARGED).text)
    assert "The instalment of €205.00 is due now." in text
    assert "1,000.00" not in text
