"""What debtors read: the essential sentences of every message."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from adapters.messages.check import ANNOUNCES
from adapters.messages.figures import Figures
from adapters.messages.languages import figures_locale
from adapters.messages.particulars import Beside
from adapters.messages.statement import StatementEntry
from dunning.case_facts import Ahead, CaseFacts, FailedAttempt, PlanPart, PromiseMade
from dunning.ports import Along
from dunning.records import AccountManager, Channel, Method
from dunning.rulebook.decline import codes_of
from dunning.value import altered
from tests.adapters.golden_messages import WRITER, shown
from tests.adapters.letterboxes import DEADLINE, PAID_AND_CHARGED, TODAY, a_letterbox
from tests.adapters.reading import EVERY, LOCALES, Page, composed, composer, html_of, soft
from tests.fakes.creditors import NORTHWIND


@pytest.mark.parametrize(
    "locale, ahead, today, past",
    [
        ("en", "falls due on 13 March 2026", "is due today", "was due on 28 February 2026"),
        ("nl", "op 13 maart 2026 vervalt", "vandaag vervalt", "is op 28 februari 2026 vervallen"),
        ("de", "am 13. März 2026 fällig", "heute fällig", "am 28. Februar 2026 fällig"),
        ("fr", "à échéance le 13 mars 2026", "à échéance aujourd’hui", "à échéance le 28 février 2026"),
    ],
)
def test_a_friendly_message_knows_whether_the_invoice_is_due_yet(
    locale: str, ahead: str, today: str, past: str
) -> None:
    assert ahead in soft(composed("friendly", locale, due_on=date(2026, 3, 13)).text)
    assert today in soft(composed("friendly", locale, due_on=TODAY).text)
    assert past in soft(composed("friendly", locale).text)


@pytest.mark.parametrize(
    "locale, one, two",
    [
        ("en", "1 day ago", "2 days ago"),
        ("nl", "1 dag geleden", "2 dagen geleden"),
        ("de", "seit 1 Tag", "seit 2 Tagen"),
        ("fr", "depuis 1 jour", "depuis 2 jours"),
    ],
)
def test_one_day_overdue_is_one_day(locale: str, one: str, two: str) -> None:
    assert one in soft(composed("firm", locale, due_on=date(2026, 3, 9)).text)
    assert two in soft(composed("firm", locale, due_on=date(2026, 3, 8)).text)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("message", ["friendly", "second", "firm", "formal", "final", "hand-over", "instalment"])
def test_a_consumer_is_offered_help_and_a_business_a_date(message: str, locale: str) -> None:
    consumer = soft(composed(message, locale, kind="consumer").text)
    business = soft(composed(message, locale).text)
    help_offered, date_offered = {
        "en": ("Is paying difficult", "Does something stand"),
        "nl": ("Is betalen op dit", "Staat er iets in"),
        "de": ("Fällt Ihnen die Zahlung", "Steht etwas im Weg"),
        "fr": ("Vous est-il difficile", "Un obstacle"),
    }[locale]
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
    assert "Invoice amount: €1,000.00 Amount to pay as of 10 March 2026: €600.00" in torn


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
        "de": ("Kopie: ", "Nachricht vom 9. März 2026"),
        "fr": ("Copie\N{NO-BREAK SPACE}: ", "message du 9 mars 2026"),
    }[locale]
    copy = composed(message, locale, copy=True, copy_of_on=date(2026, 3, 9))
    assert copy.subject.startswith(marked)
    assert day in soft(copy.text)
    assert day in Page(html_of(copy)).text
    assert not composed(message, locale).subject.startswith(marked)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_name_from_right_to_left_leaves_the_words_around_it_in_order(locale: str) -> None:
    name = "מים בע״מ (12)"
    letter = a_letterbox("firm", locale=locale, name=name, address=f"{name}\nHaven 3")
    written = composer(NORTHWIND).compose(letter, "email")
    assert f" \u2068{name}\u2069," in written.text
    assert f" \u2068{name}\u2069," in html_of(written)
    assert "\u2068" not in composed("firm", locale).text
    assert composer(NORTHWIND).compose(letter, "letter").text.count(name) == 2


def failed(code: str, network: str = "visa") -> CaseFacts:
    return CaseFacts(failed=FailedAttempt(TODAY, "m1", 100_00, codes_of(code), network))


VISA = {"m1": Method(id="m1", network="visa", brand="visa", last4="4242")}


@pytest.mark.parametrize(
    "code, said, not_said",
    [
        ("authentication_required", "it asks you to confirm the payment yourself", "expired"),
        ("expired_card", "The card has expired.", "confirm"),
        ("invalid_number", "Something in the details that we have on file is not right", "expired"),
        ("card_not_supported", "It cannot be charged any more as it is on file with us.", "confirm"),
        ("lost_card", "Your bank does not tell us why; it can tell you.", "lost"),
        ("fraudulent", "Your bank does not tell us why; it can tell you.", "fraud"),
        ("insufficient_funds", "Your bank does not tell us why; it can tell you.", "funds"),
    ],
)
def test_after_a_decline_the_words_are_what_the_rule_book_lets_be_told(code: str, said: str, not_said: str) -> None:
    """C2: a card that has expired cannot be confirmed, and a masked reason is nobody's to read."""
    text = soft(composed("pay-link", demands=100_00, facts=failed(code), methods=VISA).text)
    assert said in text
    assert not_said not in text
    assert "your Visa card ending in 4242" in text
    assert "No money has been taken." in text


@pytest.mark.parametrize(
    "code, said", [("AC04", "The account has been closed."), ("AC01", "account number"), ("AG01", "does not allow")]
)
def test_a_debit_that_came_back_is_a_debit(code: str, said: str) -> None:
    text = soft(composed("debit-returned", facts=failed(code, "sepa_debit")).text)
    assert "Our direct debit of €100.00" in text
    assert "from your bank account" in text
    assert said in text
    assert "card" not in text.split("How to pay")[0]


def test_who_failed_by_card_is_not_told_that_it_slipped_through() -> None:
    text = soft(composed("friendly", facts=failed("expired_card"), methods=VISA).text)
    assert "We tried to collect it from your Visa card ending in 4242 on 10 March 2026" in text
    assert "slipped" not in text


def test_an_instalment_demands_its_own_amount_only_and_says_which_it_is_and_what_is_to_come() -> None:
    plan = (PlanPart(date(2026, 2, 10), 400_00, 0), PlanPart(TODAY, 205_00, 205_00), PlanPart(DEADLINE, 395_00, 395_00))
    facts = CaseFacts(plan=plan, plan_ends_on=date(2026, 3, 14))
    text = soft(composed("instalment", demands=205_00, entries=PAID_AND_CHARGED, facts=facts).text)
    assert "Part 2 of 3, €205.00, is due on 10 March 2026." in text
    assert "Still to come: part 3, on 24 March 2026: €395.00" in text
    assert "before 14 March 2026" in text
    assert "1,000.00" not in text


@pytest.mark.parametrize(
    "locale, rest, part",
    [
        ("en", "he rest of part 2 of 3", "art 2 of 3"),
        ("nl", "e rest van deel 2 van 3", "eel 2 van 3"),
        ("de", "er Rest von Rate 2 von 3", "ate 2 von 3"),
        ("fr", "e reste de l’échéance 2 sur 3", "chéance 2 sur 3"),
    ],
)
@pytest.mark.parametrize("message", ["instalment-soon", "instalment-due", "instalment-missed"])
def test_of_an_instalment_that_was_begun_the_rest_is_asked(message: str, locale: str, rest: str, part: str) -> None:
    plan = [PlanPart(TODAY, 200_00, 0), PlanPart(TODAY, 400_00, 150_00), PlanPart(DEADLINE, 400_00, 400_00)]
    begun = soft(composed(message, locale, demands=150_00, facts=CaseFacts(plan=tuple(plan))).text)
    assert rest in begun
    plan[1] = PlanPart(TODAY, 400_00, 400_00)
    whole = soft(composed(message, locale, demands=400_00, facts=CaseFacts(plan=tuple(plan))).text)
    assert rest not in whole
    assert part in whole


@pytest.mark.parametrize(
    "locale, nothing, some",
    [
        ("en", "it has not reached us", "€100.00 of it has reached us, thank you, and the rest has not"),
        ("nl", "wij hebben het niet ontvangen", "wij hebben daarvan € 100,00 ontvangen, dank u wel, en de rest niet"),
        ("de", "bei uns ist nichts eingegangen", "davon haben wir 100,00 € erhalten, vielen Dank, den Rest noch nicht"),
        ("fr", "nous ne l’avons pas reçu", "nous en avons reçu 100,00 €, merci, mais pas le reste"),
    ],
)
def test_of_a_promise_that_was_kept_in_part_the_part_is_thanked_for(locale: str, nothing: str, some: str) -> None:
    """A2: the promise was of 400; the invoice of 1,000 is open but for the 100 that came."""
    promised = PromiseMade(400_00, TODAY)
    for promise, said, not_said in ((promised, nothing, some), (altered(promised, received=100_00), some, nothing)):
        facts = CaseFacts(promise=promise)
        text = soft(composed("promise-broken", locale, demands=900_00, facts=facts).text)
        assert said in text
        assert not_said not in text
        sms = composed("promise-broken", locale, channel="sms", demands=900_00, facts=facts).text
        assert "400" in sms
        assert "900" not in sms


@pytest.mark.parametrize(
    "locale, together",
    [("en", "ogether"), ("nl", "amen"), ("de", "usammen"), ("fr", "otal")],
)
def test_one_invoice_is_not_added_up(locale: str, together: str) -> None:
    """And a card of which nothing is known but that it is one is not named twice."""
    assert together not in composed("statement", locale).text
    assert together in WRITER.compose(shown("statement", locale, "b2b-net30").letter, "email").text
    card = soft(composed("card-expiring", locale, methods={"m": Method(id="m")}).text).split(".")[0]
    named = {"en": "your card", "nl": "uw kaart", "de": "ihre karte", "fr": "votre carte"}[locale]
    assert card.lower().count(named) <= 1


def test_the_parts_of_the_amount_are_told_where_the_lines_are_not_known() -> None:
    """K1."""
    facts = CaseFacts(principal=600_00, costs=40_00, interest=12_34, paid=400_00)
    text = soft(composed("firm", demands=652_34, facts=facts).text)
    assert "Paid so far, thank you: €400.00" in text
    assert "Fees that are still open: €40.00" in text
    assert "Interest that is still open: €12.34" in text


def test_the_account_manager_signs_and_is_answered() -> None:
    mara = AccountManager(name="Mara Lind", phone="+31 20 111 11 11", email="mara@northwind.example")
    letter = a_letterbox("tactful")
    letter = replace(letter, customer=letter.customer.model_copy(update={"account_manager": mara}))
    written = composer(NORTHWIND).compose(letter, "email")
    assert "Kind regards, Mara Lind Northwind Studio B.V. mara@northwind.example" in soft(written.text)
    assert "or call +31 20 111 11 11" in soft(written.text)
    assert "Accounts receivable" not in written.text
    assert written.reply_to == "mara@northwind.example"


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "message", ["friendly", "second", "tactful", "firm", "formal", "final", "hand-over", "statement"]
)
def test_one_message_for_several_invoices_lists_each_with_its_own_amount_and_deadline(
    message: str, locale: str
) -> None:
    """N5."""
    letter = a_letterbox(message, locale=locale, deadline_on=DEADLINE)
    other = letter.invoice.model_copy(update={"id": "INV-7", "due_on": date(2026, 3, 3)})
    letter = replace(letter, along=(Along(other, altered(letter.act, demands=250_00, deadline_on=date(2026, 3, 31))),))
    for channel in ("email", "letter"):
        text = soft(composer(NORTHWIND).compose(letter, channel).text)
        figures = Figures(figures_locale(locale, locale, "NL"), "EUR")
        for said in (1000_00, 250_00, 1250_00):
            assert soft(figures.amount(said)) in text
        assert text.count("INV-7") >= 2  # in the list, and to be named with the payment
        if message != "statement":
            assert soft(figures.day(DEADLINE)) in text
            assert soft(figures.day(date(2026, 3, 31))) in text
    assert "INV-7" not in composer(NORTHWIND).compose(letter, "sms").text


@pytest.mark.parametrize("channel", ["email", "letter"])
@pytest.mark.parametrize(
    "locale, one, two, every, again",
    [
        (
            "en", "What comes next for invoice INV-2026-0042:", "What comes next for invoices INV-1 and INV-2:",
            "What comes next for each of these invoices:",
            "write to you again on 11 January 2027. Nothing else happens before then.",
        ),
        (
            "nl", "Zo gaat het verder met factuur INV-2026-0042:", "Zo gaat het verder met de facturen INV-1 en INV-2:",
            "Zo gaat het verder met elk van deze facturen:",
            "schrijven wij u opnieuw op 11 januari 2027. Tot die tijd gebeurt er niets.",
        ),
        (
            "de", "So geht es mit Rechnung INV-2026-0042 weiter:",
            "So geht es mit den Rechnungen INV-1 und INV-2 weiter:",
            "So geht es mit jeder dieser Rechnungen weiter:",
            "schreiben wir Ihnen am 11. Januar 2027 wieder. Bis dahin geschieht nichts.",
        ),
        (
            "fr", "Voici la suite pour la facture INV-2026-0042 :",
            "Voici la suite pour les factures INV-1 et INV-2 :", "Voici la suite pour chacune de ces factures :",
            "nous vous écrirons de nouveau le 11 janvier 2027. D’ici là, il ne se passera rien.",
        ),
    ],
)  # fmt: skip
def test_a_message_for_several_invoices_says_what_comes_next_for_which_of_them(
    channel: Channel, locale: str, one: str, two: str, every: str, again: str
) -> None:
    """N5: what is the same for all once, what differs for each; of what is not known nothing, not even that."""
    of, agency = shown("final", locale, "b2b-net30"), ANNOUNCES[locale]["hand_off"]
    assert of.letter.facts is not None
    later = altered(of.letter.facts, ahead=(Ahead("notice", date(2027, 1, 11)),))

    def said(*facts: CaseFacts | None) -> str:
        along = tuple(
            Along(of.letter.invoice.model_copy(update={"id": f"INV-{number}"}), of.letter.act, own)
            for number, own in enumerate(facts, 1)
        )
        written = WRITER.compose(replace(of.letter, along=along), channel, of.beside).text
        return " ".join(soft(written).split())

    differing = said(later, later, None)
    assert differing.index(one) < re.search(agency, differing, re.IGNORECASE).start() < differing.index(two)  # type: ignore[union-attr]
    assert differing.index(two) < differing.index(again)
    assert [len(re.findall(agency, differing, re.IGNORECASE)), differing.count(again)] == [1, 1]
    same = said(of.letter.facts, of.letter.facts)
    assert [every in same, one in same, len(re.findall(agency, same, re.IGNORECASE))] == [True, False, 1]
    assert not any(words in said() for words in (one, every))


@pytest.mark.parametrize(
    "locale, some, overdue, final, then",
    [
        ("en", "one or more of the", "are overdue", "Final notice: your 2", "beside an invoice where"),
        ("nl", r"een of meer (van de|ervan)", "zijn vervallen en", "Laatste aanmaning: uw 2", "een factuur staat als"),
        (
            "de", r"einer? oder mehrerer?n? (der|davon)", "sind überfällig. Bitte", "Letzte Mahnung: Ihre 2",
            "der bei einer Rechnung steht",
        ),
        (
            "fr", r"une ou (de )?plusieurs (des|d’entre)", "sont en retard", "Dernier rappel : vos 2",
            "à côté d’une facture s’il",
        ),
    ],
)  # fmt: skip
def test_what_is_true_of_one_invoice_is_not_said_of_all(
    locale: str, some: str, overdue: str, final: str, then: str
) -> None:
    """N5: the others may not be due yet, may never have been reminded of, and their ladders may go on."""
    for message in ("second", "firm", "formal", "final", "hand-over"):
        letter = shown(message, locale, "b2b-net30").letter
        after = letter.invoice.model_copy(update={"id": "INV-7", "due_on": date(2026, 12, 28)})
        facts = CaseFacts(ahead=(Ahead("notice", date(2027, 1, 11)),))
        ahead = Along(after, altered(letter.act, deadline_on=None), facts)
        told = {
            channel: soft(WRITER.compose(replace(letter, along=(ahead,)), channel).text)
            for channel in ("email", "letter", "sms")
        }
        assert re.search(some, " ".join(told["email"].split()), re.IGNORECASE), message
        assert overdue not in told["sms"]
        assert final not in told["letter"]
        assert (then in " ".join(told["email"].split())) == (message != "hand-over"), message


@pytest.mark.parametrize(
    "locale, offer",
    [("en", "much rather"), ("nl", "veel liever"), ("de", "Viel lieber"), ("fr", "préférons de loin")],
)
def test_what_is_offered_before_a_consequence_is_said_once(locale: str, offer: str) -> None:
    """N5: two invoices whose ladders take something away, each after a deadline of its own."""
    letter = shown("final", locale, "b2b-net30").letter
    other = Along(
        letter.invoice.model_copy(update={"id": "INV-7"}), altered(letter.act, deadline_on=None), letter.facts
    )
    for along in ((), (other,)):
        text = soft(WRITER.compose(replace(letter, along=along), "email").text)
        assert text.count(offer) == 1


@pytest.mark.parametrize("locale", LOCALES)
def test_of_several_deadlines_none_stands_for_all(locale: str) -> None:
    """N5: each invoice has its own beside it; a text message, which has no room for them, names none."""
    letter = a_letterbox("final", locale=locale, deadline_on=DEADLINE)
    other = Along(letter.invoice.model_copy(update={"id": "INV-7"}), altered(letter.act, deadline_on=date(2026, 3, 31)))
    letter = replace(letter, along=(other,))
    figures = Figures(figures_locale(locale, locale, "NL"), "EUR")
    text = soft(composer(NORTHWIND).compose(letter, "email").text)
    sms = soft(composer(NORTHWIND).compose(letter, "sms").text)
    for day in (DEADLINE, date(2026, 3, 31)):
        assert text.count(soft(figures.day(day))) == 1
        assert soft(figures.day(day)) not in sms


@pytest.mark.parametrize(
    "locale, last, over, unknown",
    [
        ("en", "ending in 4242, expires at the end of April 2026.", "expired at the end of February 2026", "soon"),
        ("nl", "eindigend op 4242, verloopt eind april 2026.", "is eind februari 2026 verlopen", "binnenkort"),
        ("de", "bei uns zahlen, läuft Ende April 2026 ab.", "ist Ende Februar 2026 abgelaufen", "bald"),
        ("fr", "se terminant par 4242, expire fin avril 2026.", "a expiré fin février 2026", "bientôt"),
    ],
)  # fmt: skip
def test_a_card_that_expires_is_told_with_its_month(locale: str, last: str, over: str, unknown: str) -> None:
    """The first of several to expire, and never an account; today is 10 March 2026."""
    card, debit = VISA["m1"], Method(id="d", network="sepa_debit", last4="1789")
    later = card.model_copy(update={"id": "m2", "last4": "1111", "expires": "2027-01"})

    def said(expires: str | None) -> str:
        methods = (debit, later, card.model_copy(update={"expires": expires})) if expires else (debit, card)
        written = WRITER.compose(
            a_letterbox("card-expiring", locale=locale), "email", Beside(methods={one.id: one for one in methods})
        )
        return " ".join(soft(f"{written.subject}\n{written.text}").split())

    assert last in said("2026-04")
    assert over in said("2026-02")
    assert unknown in said(None)
