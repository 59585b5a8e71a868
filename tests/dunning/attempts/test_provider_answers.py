"""An attempt whose end nobody told yet: it is asked for until it is known, also after the case has closed (C5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import TypeAdapter, ValidationError

from dunning.answers import Answer, Approved, Declined, Done, Underway
from dunning.case import Case
from dunning.charging.track import ladder_charge
from dunning.decide import advance
from dunning.effects import CloseCase, Ended, Perform, SettleCharge, Wait
from dunning.engine import answer
from dunning.rulebook.decline import Codes, Reading
from dunning.rulebook.reading import read
from tests.dunning.cases import CALENDAR, DUE, OPENS, a_case, at, policy, told

TERMS = policy(charging={"schedule": ["0 days"], "attempts": 2, "within": "20 days"})
LAST = DUE + timedelta(days=6)
SHORT = Declined("m1", "insufficient_funds", read=read(None, Codes("insufficient_funds"), LAST))


def charged(said: Answer) -> Case:
    case = a_case(TERMS, methods=["m1"])
    return answer(case, ladder_charge(case), said, OPENS)


def closed_under_way() -> Case:
    """The debtor paid by himself while the debit was on its way."""
    case = told(charged(Underway("m1", LAST)), "payment_received", at(2), id="p1", amount="100.00")
    case, decision = advance(case, case.now)
    assert isinstance(decision, Perform)
    assert isinstance(decision.effect, CloseCase)
    return answer(case, decision.effect, Done(), at(2))


def after_todo(case: Case) -> Case:
    """The case with everything done that its closing called for."""
    case, decision = advance(case, case.now)
    while isinstance(decision, Perform):
        case, decision = advance(answer(case, decision.effect, Done(), case.now), case.now)
    return case


def test_a_closed_case_asks_for_a_debit_whose_date_has_passed() -> None:
    case, decision = advance(after_todo(closed_under_way()), at(2))
    asks_at = CALENDAR.start(LAST + timedelta(days=1))
    assert decision == Wait(asks_at, "an attempt is in flight", "answer")
    case, decision = advance(case, asks_at)
    assert isinstance(decision, Perform)
    assert isinstance(decision.effect, SettleCharge)


@pytest.mark.parametrize("said, balance", [(Approved("m1"), -100_00), (SHORT, 0)])
def test_what_the_debit_came_to_is_booked_on_the_closed_case_and_that_is_its_end(said: Answer, balance: int) -> None:
    case, decision = advance(after_todo(closed_under_way()), CALENDAR.start(LAST + timedelta(days=1)))
    assert isinstance(decision, Perform)
    case = after_todo(answer(case, decision.effect, said, case.now))
    assert (case.closed, case.balance) == ("paid", balance)
    assert isinstance(advance(case, case.now)[1], Ended)


def test_a_closed_case_waits_for_nobody_elses_money() -> None:
    case = told(a_case(TERMS), "payment_pending", at(1), id="p2", amount="20.00", until=str(LAST))
    case = after_todo(told(case, "payment_received", at(2), id="p1", amount="100.00"))
    assert case.closed == "paid"
    assert isinstance(advance(case, at(2))[1], Ended)


def test_what_was_taken_back_before_the_charge_was_known_is_netted_with_it() -> None:
    """P5: the news of a chargeback may overtake our own answer."""
    case = charged(Approved("m1"))
    assert case.balance == 0
    early = told(a_case(TERMS, methods=["m1"]), "payment_reversed", OPENS, id="r1", payment_id=case.attempts[0].key,
                 amount="40.00")  # fmt: skip
    late = answer(early, ladder_charge(early), Approved("m1"), OPENS)
    assert (late.balance, late.orphans) == (40_00, ())
    assert [line.kind for line in late.lines][-2:] == ["charge", "reversal"]


def test_a_decline_that_nobody_read_by_the_rule_book_is_no_answer() -> None:
    """No decision of a case reads the book: it would replay otherwise once the book has changed."""
    with pytest.raises(TypeError, match="read"):
        Declined("m1", "insufficient_funds")  # type: ignore[call-arg]
    unread = {"kind": "declined", "method": "m1", "code": "insufficient_funds"}
    with pytest.raises(ValidationError, match="read"):
        TypeAdapter[Answer](Answer).validate_python(unread)


def test_a_case_follows_the_reading_that_came_with_the_answer_whatever_the_book_says() -> None:
    odd = Reading("never_again", row="visa 99", meaning="as of that day")
    case = charged(Declined("m1", "insufficient_funds", read=odd))
    assert case.methods[0].status == "finished"
    assert "visa 99: as of that day" in case.lines[-1].why
