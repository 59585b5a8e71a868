"""The one question of the rule book: what outranks what, which days and windows count, and over what it counts (C4)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.attempts.history import made_elsewhere
from dunning.records import EarlierAttempt, Invoice
from dunning.rulebook.asked import Verdict, Wanted
from dunning.rulebook.history import Tried
from dunning.rulebook.tables import TABLES
from dunning.rulebook.verdict import NOW, may_try
from tests.dunning.rulebook.questions import (
    NOON,
    approved,
    chain,
    declined,
    histories,
    questions,
    row,
    tried,
    wanted,
)

SECOND: Final = timedelta(seconds=1)
SATURDAY: Final = datetime(2026, 11, 28, 12, tzinfo=UTC)


def decided(verdict: Verdict) -> tuple[str, str]:
    return verdict.may, verdict.row


def days_ago(days: float) -> datetime:
    return NOON - timedelta(days=days)


def on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


# What outranks what


@dataclass(frozen=True)
class Objection:
    """Something that speaks against an attempt, by the row that says so."""

    row: str
    changes: dict[str, Any] = field(default_factory=dict)
    history: tuple[Tried, ...] = ()


CARD: Final = (
    Objection("F1", {"standing": "paid"}),
    Objection("C6", {"consent": False}),
    Objection("stripe stolen_card", history=(declined("stolen_card", days_ago(2)),)),
    Objection("mastercard_mac 27", history=(declined(at=days_ago(1), network_advice="27"),)),
    Objection("visa.reattempts.20", history=tuple(chain(21))),
    Objection("stripe do_not_honor", history=tuple(chain(4, "do_not_honor"))),
)
DEBIT: Final = (
    Objection("F1", {"standing": "void"}),
    Objection("C6", {"consent": False}),
    Objection("ach R10", history=(declined("R10", days_ago(2)),)),
    Objection("mastercard_mac 27", history=(declined("R01", SATURDAY - timedelta(days=1), network_advice="27"),)),
    Objection("ach.reinitiation", history=tuple(chain(3, "R01"))),
    Objection("bank days ach"),
)


def asked(at: datetime, network: str, *objections: Objection) -> Verdict:
    changes = {name: value for one in objections for name, value in one.changes.items()}
    history = [attempt for one in objections for attempt in one.history]
    return may_try(wanted(at, network=network, **changes), history)


@pytest.mark.parametrize("first, second", list(combinations(CARD, 2)), ids=lambda one: one.row)
def test_of_two_objections_to_a_card_the_weightier_decides(first: Objection, second: Objection) -> None:
    assert asked(NOON, "visa", second).row == second.row
    assert asked(NOON, "visa", second, first).row == first.row


@pytest.mark.parametrize("first, second", list(combinations(DEBIT, 2)), ids=lambda one: one.row)
def test_of_two_objections_to_a_bank_debit_the_weightier_decides(first: Objection, second: Objection) -> None:
    assert asked(SATURDAY, "ach", second).row == second.row
    assert asked(SATURDAY, "ach", second, first).row == first.row


def test_nothing_speaks_against_a_first_attempt() -> None:
    assert may_try(wanted(), []) == NOW


@pytest.mark.parametrize(
    "standing, verdict",
    [("paid", ("never", "F1")), ("void", ("never", "F1")), ("held", ("later", "C6")), ("disputed", ("later", "C6"))],
)
def test_what_is_paid_is_never_charged_what_is_held_later(standing: str, verdict: tuple[str, str]) -> None:
    assert decided(may_try(wanted(standing=standing), [])) == verdict


# Windows that roll


@dataclass(frozen=True)
class Roll:
    """How often the rows of a window allow what, and where that was read."""

    row: str
    source: str
    most: int
    length: timedelta
    code: str = "insufficient_funds"
    on: datetime = NOON
    asked: dict[str, Any] = field(default_factory=dict)


DAY, MONTH, ACCOUNT_MONTH = timedelta(hours=24), timedelta(days=30), timedelta(days=31)
MASTERCARD: Final = {"network": "mastercard"}
ROLLS: Final = (
    # Reattempts: the first decline is not one of them.
    Roll("visa.reattempts.15", "usa.visa.com", 16, MONTH, on=on(2025, 4, 20)),
    Roll("visa.reattempts.20", "docs.cielo.com.br", 21, MONTH),
    Roll("stripe.excessive.15", "support.stripe.com", 16, MONTH, asked={"provider": "stripe", "invoice": "INV-2"}),
    Roll("mastercard.brazil.7", "docs.payzu.com.br", 8, ACCOUNT_MONTH, asked={**MASTERCARD, "country": "BR"}),
    # Declines: the first is one.
    Roll("mastercard.day.10", "retries.com", 10, DAY, asked=MASTERCARD),
    Roll(
        "mastercard.day.20", "community.moneris.com", 20, DAY, on=on(2022, 9, 1), asked={**MASTERCARD, "country": "US"}
    ),
)


@pytest.mark.parametrize("roll", ROLLS, ids=lambda roll: roll.row)
def test_a_rolling_window_is_full_to_the_second_and_not_before(roll: Roll) -> None:
    assert roll.source in row(roll.row).source
    full = chain(roll.most, roll.code, ends=roll.on)
    assert may_try(wanted(roll.on, **roll.asked), full[1:]).row != roll.row
    said = may_try(wanted(roll.on, **roll.asked), full)
    assert decided(said) == ("later", roll.row)
    # What is counted first leaves the window first: the first decline, or the first reattempt after it.
    leaves = full[0] if row(roll.row).counts == "declines" else full[1]
    assert said.until == leaves.at + roll.length
    assert decided(may_try(wanted(said.until - SECOND, **roll.asked), full)) == ("later", roll.row)
    assert may_try(wanted(said.until, **roll.asked), full).row != roll.row
    assert may_try(wanted(said.until + timedelta(days=1), **roll.asked), full).row != roll.row


def test_mastercard_counts_35_declines_of_an_amount_in_30_days() -> None:
    """So many never fit into one day, so they are spread: five a day."""
    assert "retries.com" in row("mastercard.month.35").source
    spread = [declined(at=days_ago(1 + number / 5)) for number in range(35)]
    assert decided(may_try(wanted(network="mastercard"), spread)) == ("later", "mastercard.month.35")
    assert may_try(wanted(network="mastercard"), spread[1:]) == NOW
    assert may_try(wanted(network="mastercard", amount=99_00), spread) == NOW


# Days on which a row begins or ends


@pytest.mark.parametrize(
    "day, verdict",
    [
        (date(2025, 5, 24), ("later", "visa.reattempts.15")),
        (date(2025, 5, 25), ("now", "")),
        (date(2025, 5, 26), ("now", "")),
    ],
)
def test_visa_allows_five_reattempts_more_from_25_may_2025(day: date, verdict: tuple[str, str]) -> None:
    """https://docs.cielo.com.br/.../new-limit-for-visa-retries-starting-may-25-2025."""
    at = on(day.year, day.month, day.day)
    assert row("visa.reattempts.20").source.endswith("new-limit-for-visa-retries-starting-may-25-2025")
    assert decided(may_try(wanted(at), chain(16, ends=at))) == verdict


@pytest.mark.parametrize(
    "day, verdict",
    [
        (date(2022, 9, 30), ("now", "")),
        (date(2022, 10, 1), ("later", "mastercard.day.10")),
        (date(2022, 10, 2), ("later", "mastercard.day.10")),
    ],
)
def test_mastercard_allows_10_declines_a_day_instead_of_20_from_october_2022(
    day: date, verdict: tuple[str, str]
) -> None:
    """https://retries.com/guides/transaction-processing-excellence."""
    at = on(day.year, day.month, day.day)
    assert row("mastercard.day.10").source.endswith("transaction-processing-excellence")
    assert decided(may_try(wanted(at, network="mastercard", country="US"), chain(10, ends=at))) == verdict


@pytest.mark.parametrize(
    "day, verdict",
    [
        (date(2023, 1, 31), ("now", "")),
        (date(2023, 2, 1), ("later", "mastercard.brazil.7")),
        (date(2023, 2, 2), ("later", "mastercard.brazil.7")),
    ],
)
def test_mastercard_in_brazil_allows_7_instead_of_10_from_february_2023(day: date, verdict: tuple[str, str]) -> None:
    """https://docs.payzu.com.br/en/docs/cartao/retry-program."""
    at = on(day.year, day.month, day.day)
    assert "docs.payzu.com.br" in row("mastercard.brazil.7").source
    assert decided(may_try(wanted(at, network="mastercard", country="BR"), chain(8, ends=at))) == verdict
    assert may_try(wanted(at, network="mastercard", country="NL"), chain(8, ends=at)) == NOW


@pytest.mark.parametrize(
    "day, may",
    [(date(2021, 4, 16), "never"), (date(2021, 4, 17), "now"), (date(2021, 4, 18), "now")],
)
def test_a_code_that_visa_moved_out_of_category_1_forbids_no_longer(day: date, may: str) -> None:
    """https://usa.visa.com, "Updates to rules for declined transaction resubmission": 62 moves from 1 to 2."""
    code = TABLES["visa"].codes["62"]
    assert "usa.visa.com" in code.source
    at = on(day.year, day.month, day.day)
    said = may_try(wanted(at), [declined("not_permitted", at - timedelta(hours=1), network_code="62")])
    assert (said.may, said.row) == (may, "visa 62" if may == "never" else "")


# Windows from the first presentation


@pytest.mark.parametrize(
    "name, source, asked_of, code, first, ends",
    [
        ("ach.reinitiation", "bankfivenine", {"network": "ach"}, "R01", on(2026, 1, 5), on(2026, 7, 4)),
        ("sepa.retries", "docs.adyen.com", {"network": "sepa_dd"}, "AM04", on(2026, 1, 5), on(2026, 2, 16)),
        ("bacs.representation", "movimo", {"network": "bacs"}, "0", on(2026, 1, 5), on(2026, 2, 4)),
        ("bacs.representation", "movimo", {"network": "bacs"}, "0", on(2026, 2, 2), on(2026, 3, 2)),
    ],
)
def test_a_scheme_takes_a_returned_debit_again_for_so_long_and_then_never(
    name: str, source: str, asked_of: dict[str, Any], code: str, first: datetime, ends: datetime
) -> None:
    assert source in row(name).source
    history = [declined(code, first)]
    assert may_try(wanted(ends - SECOND, **asked_of), history).may != "never"
    assert decided(may_try(wanted(ends, **asked_of), history)) == ("never", name)
    assert decided(may_try(wanted(ends + timedelta(days=1), **asked_of), history)) == ("never", name)


@pytest.mark.parametrize(
    "name, source, network, codes",
    [
        ("ach.reinitiation", "bankfivenine", "us_bank_account", ("R01", "R09", "R01")),
        ("sepa.retries", "docs.adyen.com", "sepa_debit", ("AM04", "AG07", "AM04")),
        ("bacs.retries", "docs.stripe.com", "bacs_debit", ("0", "0", "0")),
    ],
)
def test_a_returned_debit_is_presented_twice_more(
    name: str, source: str, network: str, codes: tuple[str, str, str]
) -> None:
    assert source in row(name).source
    returned = [declined(code, days_ago(20 - 7 * number)) for number, code in enumerate(codes)]
    assert may_try(wanted(network=network), returned[:2]) == NOW
    assert decided(may_try(wanted(network=network), returned)) == ("never", name)


@pytest.mark.parametrize(
    "name, source, network, codes",
    [
        ("ach.no_reinitiation", "vacul.org", "ach", ("R03", "R01")),
        ("sepa.retryable_codes", "support.gocardless.com", "sepa", ("AC01", "AM04")),
        ("bacs.other_codes", "docs.acquired.com", "bacs", ("5", "0")),
    ],
)
def test_a_debit_returned_for_anything_but_want_of_money_is_not_presented_again(
    name: str, source: str, network: str, codes: tuple[str, str]
) -> None:
    """Nor does a later return for want of money, made by somebody else, give it free."""
    assert source in row(name).source
    other, money = (declined(code, days_ago(4 - number)) for number, code in enumerate(codes))
    assert may_try(wanted(network=network), [money]) == NOW
    for history in ([other], [other, money], [money, other]):
        assert decided(may_try(wanted(network=network), history)) == ("never", name)


def test_a_return_of_which_nobody_told_the_reason_gives_nothing_free_either() -> None:
    assert "bankfivenine" in row("ach.reinitiation").source
    spent = [*chain(3, "R01", ends=days_ago(1)), declined(None, days_ago(1))]
    assert decided(may_try(wanted(network="ach"), spent)) == ("never", "ach.reinitiation")


def test_stripes_recommendation_of_eight_reattempts_lasts_two_weeks_from_the_first_attempt() -> None:
    """https://docs.stripe.com/payments/off-session-payments/smart-retries; with another provider it binds nobody."""
    assert row("stripe.recommended").source.endswith("off-session-payments/smart-retries")
    first, ends = days_ago(3), days_ago(3) + timedelta(days=14)
    nine = [declined(at=first), *(declined(at=days_ago(2.5 - number / 10)) for number in range(8))]
    assert may_try(wanted(provider="stripe"), nine[:-1]) == NOW
    said = may_try(wanted(provider="stripe"), nine)
    assert (decided(said), said.until) == (("later", "stripe.recommended"), ends)
    assert decided(may_try(wanted(ends - SECOND, provider="stripe"), nine)) == ("later", "stripe.recommended")
    assert may_try(wanted(ends, provider="stripe"), nine) == NOW
    assert may_try(wanted(), nine) == NOW


# Over what it counts


def test_visa_counts_a_cards_attempts_of_an_amount_over_all_invoices_of_the_customer() -> None:
    """https://docs.cielo.com.br/...: the same card, the same amount."""
    assert row("visa.reattempts.20").scope == ("method", "amount")
    split = [*chain(11, invoice="INV-1"), *chain(10, invoice="INV-2")]
    assert decided(may_try(wanted(invoice="INV-3"), split)) == ("later", "visa.reattempts.20")
    assert may_try(wanted(invoice="INV-3", amount=99_00), split) == NOW
    assert may_try(wanted(invoice="INV-3", currency="USD"), split) == NOW
    assert may_try(wanted(invoice="INV-3", method="m2"), split) == NOW
    assert may_try(wanted(invoice="INV-1", method="m2"), chain(22)) == NOW


def test_a_card_that_one_invoice_learned_is_stolen_is_tried_for_no_other() -> None:
    """https://docs.stripe.com/declines/codes: stolen_card."""
    assert TABLES["stripe"].codes["stolen_card"].source == "https://docs.stripe.com/declines/codes"
    assert decided(may_try(wanted(invoice="INV-2"), [declined("stolen_card", days_ago(90))])) == (
        "never",
        "stripe stolen_card",
    )
    assert may_try(wanted(invoice="INV-2", method="m2"), [declined("stolen_card", days_ago(90))]) == NOW


def test_stripe_counts_an_invoices_attempts_over_all_its_methods() -> None:
    assert row("stripe.recommended").scope == ("invoice",)
    by_others = [declined(at=days_ago(1 + number / 10), method=f"m{number}") for number in range(9)]
    assert decided(may_try(wanted(provider="stripe", method="m10"), by_others)) == ("later", "stripe.recommended")
    assert may_try(wanted(provider="stripe", method="m10", invoice="INV-2"), by_others) == NOW


def test_an_ach_debit_for_another_invoice_is_no_repetition_of_the_first() -> None:
    assert row("ach.reinitiation").scope == ("method", "amount", "invoice")
    assert may_try(wanted(network="ach", invoice="INV-2"), chain(3, "R01")) == NOW


def test_what_the_customer_tried_himself_is_counted_apart_where_the_row_says_so() -> None:
    """https://docs.cielo.com.br/... for Visa; Mastercard counts the customer's own attempts with ours."""
    assert row("visa.reattempts.20").separate
    his = chain(21, by_customer=True)
    assert may_try(wanted(), his) == NOW
    assert decided(may_try(wanted(by_customer=True), his)) == ("later", "visa.reattempts.20")
    assert not row("mastercard.day.10").separate
    assert decided(may_try(wanted(network="mastercard"), his[:10])) == ("later", "mastercard.day.10")


def test_failures_that_the_billing_system_had_count_by_the_only_method_there_is() -> None:
    invoice = Invoice.model_validate({
        "id": "INV-1", "currency": "EUR", "amount": "100.00", "due_on": "2026-11-01",
        "attempts": [EarlierAttempt(at=days_ago(number), declined="do_not_honor") for number in (9, 7, 5, 3)],
    })  # fmt: skip
    assert TABLES["stripe"].codes["do_not_honor"].at_most == 4
    assert decided(may_try(wanted(), made_elsewhere(invoice, ("m1",)))) == ("never", "stripe do_not_honor")
    assert may_try(wanted(), made_elsewhere(invoice, ("m1", "m2"))) == NOW


def test_a_success_begins_a_new_count() -> None:
    spent = chain(21, ends=days_ago(1))
    assert may_try(wanted(), [*spent, approved(days_ago(0.5))]) == NOW
    assert may_try(wanted(), [approved(days_ago(2)), *spent]).may == "later"


def test_an_attempt_whose_end_nobody_knows_counts_as_one() -> None:
    opened = [*chain(20), declined(None, NOON - SECOND, state="open")]
    assert decided(may_try(wanted(), opened)) == ("later", "visa.reattempts.20")


def test_the_order_in_which_attempts_are_told_changes_nothing() -> None:
    spent = chain(21)
    assert may_try(wanted(), reversed(spent)) == may_try(wanted(), spent)


# Whose rules bind


@pytest.mark.parametrize("network", ["amex", "American Express", "discover", "diners", "jcb", None])
def test_a_card_of_a_network_without_numbers_of_its_own_is_read_as_visa(network: str | None) -> None:
    assert decided(may_try(wanted(network=network), chain(21))) == ("later", "visa.reattempts.20")


def test_a_european_debit_keeps_its_schemes_rules_wherever_its_payer_lives() -> None:
    returned = [declined("R01", days_ago(200))]
    assert decided(may_try(wanted(network="ach", country="NL"), returned)) == ("never", "ach.reinitiation")


def test_a_limit_for_cards_binds_no_bank_debit() -> None:
    untold = chain(9, None)
    assert decided(may_try(wanted(provider="stripe"), untold)) == ("later", "stripe.recommended")
    assert may_try(wanted(provider="stripe", network="ach"), untold) == NOW


def test_a_code_that_no_table_knows_is_worth_two_attempts() -> None:
    """https://docs.stripe.com/declines/codes lists what is known; two is our own budget for the rest."""
    unknown = TABLES["stripe"].unknown
    assert (unknown.at_most, unknown.source) == (2, "https://docs.stripe.com/declines/codes")
    said = [declined("never_heard_of", days_ago(9)), declined("something_else", days_ago(5))]
    assert may_try(wanted(), said[:1]) == NOW
    assert decided(may_try(wanted(), said)) == ("never", "stripe unknown")
    assert may_try(wanted(invoice="INV-2"), said) == NOW


def test_a_code_is_worth_as_many_attempts_as_its_row_says_on_each_invoice() -> None:
    said = chain(4, "generic_decline", ends=days_ago(4))
    assert TABLES["stripe"].codes["generic_decline"].at_most == 4
    assert may_try(wanted(), said[:3]) == NOW
    assert decided(may_try(wanted(), said)) == ("never", "stripe generic_decline")
    assert may_try(wanted(invoice="INV-2"), said) == NOW


# Waits and bank days


def test_a_wait_that_the_network_asks_for_binds_every_invoice_to_the_second() -> None:
    """https://developer.paypal.com/braintree/...: advice 27 asks for four days."""
    advice = TABLES["mastercard_mac"].codes["27"]
    assert "merchant-advice-codes" in advice.source
    told = declined(at=days_ago(1), network_advice="27")
    said = may_try(wanted(invoice="INV-2", network="mastercard"), [told])
    assert (decided(said), said.until) == (("later", "mastercard_mac 27"), told.at + timedelta(hours=96))
    until = told.at + timedelta(hours=96)
    assert may_try(wanted(until - SECOND, network="mastercard"), [told]).may == "later"
    assert may_try(wanted(until, network="mastercard"), [told]) == NOW


def test_our_own_waits_are_the_cases_affair() -> None:
    assert may_try(wanted(), [declined("insufficient_funds", NOON - timedelta(hours=1))]) == NOW


def test_a_debit_for_a_closed_day_waits_for_the_banks_and_a_card_does_not() -> None:
    said = may_try(wanted(SATURDAY, network="sepa_debit"), [])
    assert (decided(said), said.until_on) == (("later", "bank days sepa_dd"), date(2026, 11, 30))
    assert may_try(wanted(SATURDAY), []) == NOW


# Whatever the history


def again(asked_before: Wanted, said: Verdict) -> Wanted:
    """The same question at the moment that the verdict names."""
    at = said.until or datetime.combine(said.until_on or asked_before.day, datetime.min.time(), UTC)
    return replace(asked_before, at=at, day=at.date())


@given(st.data(), questions())
def test_later_is_later_and_the_same_row_does_not_say_it_twice(data: st.DataObject, question: Wanted) -> None:
    history = data.draw(histories(question.at))
    said = may_try(question, history)
    if said.may == "later":
        assert (said.until is None) != (said.until_on is None)
        then = again(question, said)
        assert then.at > question.at
        assert decided(may_try(then, history)) != ("later", said.row)


@given(st.data(), questions())
def test_who_waits_as_told_comes_to_an_answer(data: st.DataObject, question: Wanted) -> None:
    history = data.draw(histories(question.at))
    said = may_try(question, history)
    for _ in range(20):
        if said.may == "later":
            question = again(question, said)
            said = may_try(question, history)
    assert said.may != "later"


@given(st.data(), questions())
def test_another_decline_never_makes_a_never_into_now(data: st.DataObject, question: Wanted) -> None:
    history = data.draw(histories(question.at))
    more = data.draw(tried(question.at, declined_only=True))
    if may_try(question, history).may == "never":
        assert may_try(question, [*history, more]).may != "now"


@given(st.data(), questions())
def test_every_objection_names_a_row_and_says_why(data: st.DataObject, question: Wanted) -> None:
    said = may_try(question, data.draw(histories(question.at)))
    assert (said == NOW) == (said.may == "now")
    assert bool(said.row) == bool(said.why) == (said.may != "now")
