"""Money out of order, told twice, or in a currency that is not the case's (P1 to P7, F2)."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from dunning.answers import Approved, Unknown
from dunning.case import Case
from dunning.effects import SettleCharge
from dunning.engine import answer, tell
from dunning.messages import Dispose
from dunning.simulation.simulate import Event
from dunning.simulation.world import Script
from tests.dunning.cases import OPENS, Story, a_case, asked, at, charges, policy, told

CHARGED = policy(charging={"schedule": ["0 days"], "attempts": 2, "within": "20 days"})
PAID = ("payment_received", {"id": "p1", "amount": "100.00"})
TAKEN_BACK = ("payment_reversed", {"id": "r1", "payment_id": "p1", "amount": "30.00"})
MORE_BACK = ("payment_reversed", {"id": "r2", "payment_id": "p1", "amount": "90.00"})
CREDIT = ("credit", {"id": "c1", "amount": "5.00"})


@pytest.mark.parametrize("order", list(permutations([PAID, TAKEN_BACK, MORE_BACK, CREDIT])))
def test_the_order_in_which_money_is_told_does_not_matter(order: tuple[tuple[str, dict[str, Any]], ...]) -> None:
    case = a_case()
    for name, body in order:
        case = tell(case, name, body, OPENS)
    assert case.balance == 95_00


def test_every_entry_of_the_ledger_is_on_the_journal() -> None:
    case = tell(tell(a_case(), *TAKEN_BACK, OPENS), *PAID, OPENS)
    booked = [(line.kind, line.amount) for line in case.lines if line.amount]
    assert booked == [("kept", 30_00), ("reversal", 30_00), ("payment", 100_00)]


def test_a_payment_under_way_that_failed_before_it_was_announced_holds_nothing() -> None:
    case = told(a_case(), "payment_failed", OPENS, id="t1")
    case = told(case, "payment_pending", OPENS, id="t1", amount="100.00", until="2026-10-20")
    assert (case.holds, case.pending) == ((), ())


def test_a_payment_under_way_that_came_before_it_was_announced_holds_nothing() -> None:
    case = told(a_case(), "payment_received", OPENS, id="t1", amount="60.00")
    case = told(case, "payment_pending", OPENS, id="t1", amount="60.00", until="2026-10-20")
    assert (case.holds, case.balance) == ((), 40_00)


def test_a_payment_under_way_whose_date_has_passed_holds_nothing() -> None:
    case = told(a_case(), "payment_pending", at(5), id="t1", amount="100.00", until="2026-10-02")
    assert case.holds == ()


def test_a_payment_under_way_holds_no_closed_case() -> None:
    story = Story(events=[Event(at(4), *PAID, "INV-1")]).told(at(5))
    case = told(story.case, "payment_pending", at(6), id="t1", amount="100.00", until="2026-10-20")
    assert (case.closed, case.holds) == ("paid", ())


def test_a_fact_in_another_currency_can_be_told_again_in_the_right_one() -> None:
    case = told(a_case(), "payment_received", OPENS, id="p1", amount="100.00", currency="USD")
    case = told(case, "payment_received", OPENS, id="p1", amount="100.00", currency="USD")
    assert (case.balance, [task.kind for task in case.tasks]) == (100_00, ["currency"])
    case = told(case, "payment_received", OPENS, id="p1", amount="60.00", currency="EUR")
    assert case.balance == 40_00


def test_an_amount_with_too_many_decimals_is_a_question_for_a_person() -> None:
    case = told(a_case(), "payment_received", OPENS, id="p1", amount="10.005")
    assert (case.balance, [task.kind for task in case.tasks]) == (100_00, ["message"])


def _in_flight() -> tuple[Case, SettleCharge]:
    """An attempt whose outcome nobody knows, and the question to the provider."""
    story = Story(CHARGED, methods=["m1"], gateway=[Script(unknown=True)]).told(OPENS)
    case = story.cases["INV-1"]
    attempt = case.attempts[0]
    open_again = case.evolve(
        attempts=(type(attempt)(1, attempt.key, "m1", 100_00, OPENS, "ladder"),), ledger=(), closed=None, closing=None
    )
    return open_again, SettleCharge(attempt.key, 1, "m1", 100_00)


def test_the_providers_answer_and_the_payment_that_he_tells_are_one_payment() -> None:
    case, question = _in_flight()
    case = told(case, "payment_received", OPENS, id=question.key, amount="100.00")
    assert case.in_flight is None
    assert answer(case, question, Approved("m1"), OPENS).balance == 0


def test_the_payment_that_comes_after_the_providers_answer_is_the_same_one() -> None:
    case, question = _in_flight()
    case = answer(case, question, Approved("m1"), OPENS)
    assert told(case, "payment_received", OPENS, id=question.key, amount="100.00").balance == 0


def test_a_provider_who_does_not_know_yet_is_asked_again() -> None:
    case, question = _in_flight()
    case = answer(case, question, Unknown(), OPENS)
    assert (case.in_flight is not None, case.balance) == (True, 100_00)


def test_an_attempt_takes_no_more_than_what_a_payment_of_the_same_moment_left() -> None:
    events = [
        Event(at(2), "attempt", {"by": "agent"}, "INV-1"),
        Event(at(2), "payment_received", {"id": "p1", "amount": "30.00"}, "INV-1"),
    ]
    story = Story(policy(), events, methods=["m1"]).told(at(2))
    assert [line.amount for line in story.journal if line.kind == "charge"] == [70_00]
    assert story.case.balance == 0


def test_an_attempt_is_not_made_when_the_same_moment_forbids_it() -> None:
    for name, body in (("customer_stop", {"reason": "lawyer"}), ("dispute", {"id": "d1", "reason": "no"}), PAID):
        events = [Event(at(2), "attempt", {"by": "agent"}, "INV-1"), Event(at(2), name, body, "INV-1")]
        story = Story(policy(), events, methods=["m1"]).told(at(2))
        assert not charges(story.case)
        assert not [line for line in story.journal if line.kind == "charge"], name


def test_a_recovery_is_nobodys_credit_and_an_overpaid_one_is() -> None:
    events = [
        Event(at(4), "write_off", {"by": "me", "reason": "gone"}, "INV-1"),
        Event(at(8), "payment_received", {"id": "p1", "amount": "40.00"}, "INV-1"),
        Event(at(9), "payment_received", {"id": "p2", "amount": "80.00"}, "INV-1"),
    ]
    assert Story(events=events).told(at(8)).case.balance == 0
    assert Story(events=events).told(at(9)).case.balance == -20_00


def test_a_reversal_of_money_from_before_a_write_off_opens_the_case_again() -> None:
    events = [
        Event(at(2), "payment_received", {"id": "p1", "amount": "60.00"}, "INV-1"),
        Event(at(4), "write_off", {"by": "me", "reason": "small"}, "INV-1"),
        Event(at(8), "payment_reversed", {"id": "r1", "payment_id": "p1", "amount": "60.00"}, "INV-1"),
    ]
    story = Story(events=events).told(at(8))
    assert (story.case.closed, story.case.balance) == (None, 60_00)


def test_a_hand_off_that_is_paid_is_reported_before_it_is_forgotten() -> None:
    events = [Event(at(4), "hand_off", {}, "INV-1"), Event(at(8), *PAID, "INV-1")]
    story = Story(events=events).told(at(8))
    assert [line.kind for line in story.journal][-3:] == ["recovery", "closed", "report"]
    assert story.case.closed == "paid"


# P3: an overpayment is seen

OVERPAID = ("payment_received", {"id": "p1", "amount": "130.00"})


def test_who_paid_too_much_has_a_credit_and_a_person_is_asked_once() -> None:
    story = Story(events=[Event(at(4), *OVERPAID, "INV-1")]).told(at(5))
    assert (story.case.closed, story.case.balance) == ("paid", -30_00)
    assert [(line.kind, line.value) for line in story.journal[-2:]] == [("closed", "paid"), ("overpaid", "30.00")]
    assert [(task.kind, task.queue) for task in story.case.tasks] == [("overpayment", "finance")]
    again = told(story.case, "payment_received", at(6), id="p2", amount="10.00")
    assert (again.balance, len(again.tasks)) == (-40_00, 1)


def test_a_second_payment_after_the_end_is_an_overpayment_too() -> None:
    closed = Story(events=[Event(at(4), *PAID, "INV-1")]).told(at(5)).case
    twice = told(closed, "payment_received", at(6), id="p2", amount="100.00")
    assert [task.kind for task in twice.tasks] == ["overpayment"]
    assert [effect.kind for effect in twice.todo] == ["open_task"]


def test_a_charge_that_was_in_flight_while_the_debtor_paid_is_an_overpayment() -> None:
    script = [Script(unknown=True, lasts=timedelta(hours=3))]
    events = [Event(OPENS + timedelta(hours=1), *PAID, "INV-1")]
    story = Story(CHARGED, events, methods=["m1"], gateway=script).told(at(2))
    assert (story.case.closed, story.case.balance) == ("paid", -100_00)
    assert [task.kind for task in story.case.tasks] == ["overpayment"]


def test_a_person_answers_an_overpayment_though_the_case_is_closed() -> None:
    case = Story(events=[Event(at(4), *OVERPAID, "INV-1")]).told(at(5)).case
    answered = asked(case, Dispose.model_validate({"task": "overpayment", "resume": True}), at(6))
    assert (answered.closed, answered.tasks) == ("paid", ())


@pytest.mark.parametrize("back, closed", [("30.00", "paid"), ("50.00", None)])
def test_an_overpayment_that_is_taken_back_needs_no_person(back: str, closed: str | None) -> None:
    case = Story(events=[Event(at(4), *OVERPAID, "INV-1")]).told(at(5)).case
    case = told(case, "payment_reversed", at(6), id="r1", payment_id="p1", amount=back)
    assert (case.closed, case.tasks) == (closed, ())
    assert "dispose" in [line.kind for line in case.lines]
