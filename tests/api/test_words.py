"""How pages say things: amounts, moments, what a line of the journal tells, where things stand on a line."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from adapters.storage.lists.totals import DueTotal
from api.pages.aging import buckets
from api.pages.journal_words import phrase
from api.pages.ladder import rungs, step_actions
from api.pages.timeline import strip_of
from api.pages.words import away, local_day, moment_text, money_text, stage_name, tone
from api.shapes.cases import CaseOut, LineOut
from api.shapes.values import Sum
from dunning.journal import Line
from dunning.policy import Policy
from tests.api.builders import MONDAY, euros, policies

MONEY = ("invoice", "balance", "disputed", "demandable", "paid", "principal", "costs", "interest")


def line(kind: str, value: str = "", at: datetime = MONDAY, **more: Any) -> LineOut:
    return LineOut.of(Line(1, at, kind, value, "F6", "", **more), "EUR")


def a_case(**more: Any) -> CaseOut:
    steps = [{"name": step.name, "status": "open", "done_on": None} for step in policies()[0].steps]
    known = {
        "source": "running", "invoice_id": "INV-1", "customer_id": "ada", "policy": "plain", "why": "", "stage": "new",
        "outcome": None, "opened_at": MONDAY, "closed_at": None, "now": MONDAY, "timezone": "Europe/Amsterdam",
        "next_at": None, "waits_for": None, "due_on": "2026-02-28", "steps": steps,
        "money": dict.fromkeys(MONEY, euros("1.00")),
    }  # fmt: skip
    return CaseOut.model_validate(known | more)


@pytest.mark.parametrize(
    "amount, currency, shown",
    [
        ("1250.00", "EUR", "€1,250.00"),
        ("1250", "JPY", "JPY 1,250"),
        ("1.250", "BHD", "BHD 1.250"),
        ("12.50", "NOK", "NOK 12.50"),
        ("-12.50", "EUR", "\N{MINUS SIGN}€12.50"),
    ],
)
def test_amounts_are_written_as_people_write_them(amount: str, currency: str, shown: str) -> None:
    assert money_text(Sum(currency=currency, amount=amount)).replace("\N{NO-BREAK SPACE}", " ") == shown


@pytest.mark.parametrize(
    "ahead, words",
    [
        (timedelta(seconds=20), "now"),
        (timedelta(minutes=5), "in 5 minutes"),
        (timedelta(hours=-1), "1 hour ago"),
        (timedelta(days=6, hours=20), "in 7 days"),
        (timedelta(days=-1), "1 day ago"),
    ],
)
def test_how_far_off_a_moment_is(ahead: timedelta, words: str) -> None:
    assert away(MONDAY + ahead, MONDAY) == words


def test_a_moment_is_shown_on_the_wall_clock_of_its_debtor() -> None:
    at = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # the night in which the clocks change
    assert "Sun 29 Mar 2026, 03:30" in moment_text(at, "Europe/Amsterdam")
    assert "21:30 EDT, America/New_York" in moment_text(at, "America/New_York")
    assert 'datetime="2026-03-29T01:30:00+00:00"' in moment_text(at, None)


def test_the_day_is_the_one_on_the_wall_there() -> None:
    late = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)  # half past midnight of March in Amsterdam
    assert local_day(late, "Europe/Amsterdam") == date(2026, 3, 1)
    assert local_day(late, "UTC") == date(2026, 2, 28)


@pytest.mark.parametrize(
    "told, words",
    [
        (line("notice", "pay-link", by="sms", demands=61500), "Notice “pay link” by text message, demanding €615.00"),
        (line("charge", "approved", method="card_main", amount=100), "Charge of €1.00 on card_main approved"),
        (line("charge", "foreseen", method="card_main"), "Charge on card_main planned"),
        (line("charge", "insufficient_funds"), "Charge declined: insufficient funds"),
        (line("fee", "15.00", amount=1500), "Fee of €15.00"),
        (line("task", "call", queue="collections", escalated=True), "Asked again for collections: call the debtor"),
        (line("closed", "written-off"), "Closed as written off"),
        (line("promise", "broken"), "Promise broken"),
        (line("something_new", "odd-thing"), "Something new odd-thing"),
        (line("unapplied", "payment_recieved"), "Unapplied payment_recieved"),
        (line("resolve_dispute", "D_2026-1"), "Dispute D_2026-1 answered"),
    ],
)
def test_a_line_of_the_journal_as_people_would_tell_it(told: LineOut, words: str) -> None:
    assert phrase(told) == words


def test_a_stage_that_is_new_to_the_pages_still_has_a_name() -> None:
    assert (stage_name("below-minimum"), tone("below-minimum")) == ("Below minimum", "quiet")
    assert (stage_name("brand-new"), tone("brand-new")) == ("Brand new", "quiet")


def test_each_open_step_stands_at_its_first_line_behind_the_step_before() -> None:
    coming = [
        line("notice", "friendly", MONDAY + timedelta(days=1), step="reminder"),
        line("fee", "15.00", MONDAY + timedelta(days=8), step="final"),
        line("notice", "final", MONDAY + timedelta(days=8), step="final"),
        line("suspend", "", MONDAY + timedelta(days=28)),
        line("task", "end", MONDAY + timedelta(days=58)),
    ]
    ladder = rungs(a_case(), policies()[0], coming)
    assert [(rung.name, rung.state) for rung in ladder] == [
        ("reminder", "next"),
        ("final", "open"),
        ("suspension", "open"),
    ]
    assert [rung.at and (rung.at - MONDAY).days for rung in ladder] == [1, 8, 28]
    assert ladder[1].does == ("fee of €15.00", "final by letter, e-mail")


def test_an_ended_case_has_no_next_step() -> None:
    assert [rung.state for rung in rungs(a_case(outcome="paid"), None, ())] == ["open", "open", "open"]


def test_the_line_of_a_case_goes_from_its_first_day_to_its_last() -> None:
    done, coming = [line("notice", "friendly", MONDAY)], [line("closed", "paid", MONDAY + timedelta(days=8))]
    drawn = strip_of(a_case(), [*done, line("bounced")], coming, MONDAY)
    assert (drawn.first, drawn.last) == (date(2026, 2, 28), date(2026, 3, 10))
    assert (drawn.due, drawn.today) == (3.0, 21.8)
    assert [(dot.at, dot.coming) for dot in drawn.dots] == [(21.8, False), (97.0, True)]


def test_the_shares_of_the_bar_add_up_and_amounts_of_two_currencies_do_not() -> None:
    today, lately, long_ago = date(2026, 9, 28), date(2026, 9, 27), date(2026, 6, 29)
    aged = (DueTotal(lately, "EUR", 3, 30000), DueTotal(lately, "GBP", 1, 500), DueTotal(long_ago, "EUR", 4, 100))
    made = buckets(aged, today)
    assert [bucket.cases for bucket in made] == [0, 4, 0, 0, 4]
    assert [bucket.left for bucket in made] == [0.0, 0.0, 50.0, 50.0, 50.0]
    assert made[1].amounts == (Sum(currency="EUR", amount="300.00"), Sum(currency="GBP", amount="5.00"))
    assert [bucket.width for bucket in buckets((), today)] == [0.0] * 5


@pytest.mark.parametrize(
    "fee, currency, said",
    [
        ({"EUR": "15.00", "JPY": "2500"}, "EUR", "fee of €15.00"),
        ({"EUR": "15.00", "JPY": "2500"}, "JPY", "fee of JPY\xa02,500"),
        ({"EUR": "15.00"}, "SEK", "no fee in SEK"),
        ({"EUR": "15.00", "JPY": "2500"}, None, "fee of €15.00, JPY\xa02,500"),
        ({"percent": "1.5"}, "SEK", "fee of 1.5%"),
    ],
)
def test_f8_the_ladder_says_what_the_fee_is_in_the_currency_of_the_invoice(
    fee: dict[str, str], currency: str | None, said: str
) -> None:
    step = {"name": "a", "after": "3 days", "do": [{"fee": fee}, {"notify": {"message": "firm", "by": ["email"]}}]}
    action = Policy.model_validate({"name": "p", "steps": [step]}).steps[0].do[0]
    assert step_actions(action, currency) == said
