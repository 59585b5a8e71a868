"""What goes first when several things are due, and what a case waits for (T3, T4, C5, F1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dunning.answers import Stale
from dunning.case import Case
from dunning.decide import advance, decide, waits_for
from dunning.effects import (
    Charge,
    CloseCase,
    Effect,
    Ended,
    EscalateTask,
    ExtendCalendar,
    OpenTask,
    Perform,
    SendNotice,
    SettleCharge,
    SuspendService,
    Wait,
)
from dunning.engine import answer
from dunning.parts import AttemptState, Suspension
from dunning.simulation.simulate import Event
from dunning.simulation.world import Script
from tests.dunning.cases import OPENS, Story, a_case, at, notify, policy, step, told

CHARGED = policy(charging={"schedule": ["2 days"], "attempts": 2, "within": "20 days"})


def next_effect(case: Case) -> Effect:
    _, decision = advance(case, case.now)
    assert isinstance(decision, Perform)
    return decision.effect


def test_a_case_waits_for_the_moment_of_its_next_step() -> None:
    assert decide(a_case(), OPENS) == Wait(at(3, "08:00"), "step reminder", step="reminder")


def test_what_a_case_waits_for_is_said_in_a_few_words() -> None:
    case = a_case(policy(minimum="5.00"))
    assert waits_for(case) == "step reminder"
    assert waits_for(told(case, "customer_stop", OPENS, reason="lawyer")) == "held: customer"
    assert waits_for(told(case, "payment_received", OPENS, id="p", amount="99.00")) == "too little is demandable"
    paid = Story(events=[Event(at(1), "payment_received", {"id": "p", "amount": "100.00"}, "INV-1")]).told(at(1)).case
    assert waits_for(paid) == "paid"
    assert decide(paid, at(2)) == Ended("paid")


def test_a_settled_case_closes_before_anything_else() -> None:
    case = told(a_case(), "dispute", at(3, "08:00"), id="d", reason="no", amount="10.00")
    case = told(case, "payment_received", at(3, "08:00"), id="p", amount="100.00")
    assert isinstance(next_effect(case), CloseCase)


def test_an_unknown_outcome_is_settled_before_a_notice_leaves() -> None:
    flying = AttemptState(1, "case:INV-1/attempt/1", "m1", 100_00, at(2), "ladder")
    case = a_case(CHARGED, methods=["m1"]).evolve(attempts=(flying,), now=at(3, "08:00"))
    assert isinstance(next_effect(case), SettleCharge)
    asked = case.evolve(attempts=(replace(flying, asked_at=at(3, "08:00")),))
    assert advance(asked, at(3, "08:00"))[1] == Wait(at(3, "08:30"), "answer", "answer")  # a day after it was made


def test_an_attempt_goes_before_a_notice_of_the_same_moment() -> None:
    """It may make the notice needless."""
    case = a_case(policy(charging={"schedule": ["0 days"], "attempts": 2, "within": "20 days"}), methods=["m1"])
    assert isinstance(next_effect(case.evolve(now=at(3, "08:00"))), Charge)


def test_a_suspension_that_comes_back_goes_before_the_next_step() -> None:
    back = Suspension((), at(1).date(), stands=False, given_back_for="closing", brings_back_from=at(3).date())
    case = a_case().evolve(suspension=back, now=at(3, "08:00"))
    assert isinstance(next_effect(case), SuspendService)


def test_what_was_due_first_goes_first() -> None:
    """A task of the night before, then the step of the morning."""
    call = {"task": {"kind": "call", "within": "2 days"}}
    story = Story(policy(step("call", 1, call), step("word", 4, notify("firm"))))
    story.run(at(3, "23:00"))
    assert isinstance(next_effect(story.case.evolve(now=at(4, "09:00"))), EscalateTask)


def test_questions_are_put_in_the_order_in_which_they_came_up() -> None:
    terms = policy(dispute={"answer_within": "3 workdays"})
    case = told(a_case(terms), "payment_received", OPENS, id="p", amount="1.00", currency="USD")
    case = told(case, "dispute", OPENS, id="d", reason="no")
    effect = next_effect(case)
    assert isinstance(effect, OpenTask)
    assert effect.about == "currency"


def test_news_that_the_case_does_not_know_change_nothing_by_themselves() -> None:
    """F1: the shell tells the facts and asks the rules again."""
    case, decision = advance(a_case().evolve(now=at(3, "08:00")), at(3, "08:00"))
    assert isinstance(decision, Perform)
    assert answer(case, decision.effect, Stale(()), at(3, "08:00")) == case


def test_a_notice_that_a_channel_could_not_take_before_the_evening_leaves_the_next_morning() -> None:
    case, _ = advance(a_case().evolve(now=at(3, "08:00")), at(3, "08:00"))
    assert case.doing == 0
    assert advance(case, at(3, "20:00"))[1] == Wait(at(4, "08:00"), "step reminder", step="reminder")


def test_a_step_that_had_begun_waits_for_the_day_after_a_hold() -> None:
    case, _ = advance(a_case().evolve(now=at(3, "08:00")), at(3, "08:00"))
    case = told(case, "customer_stop", at(3, "08:10"), reason="lawyer")
    case = told(case, "customer_release", at(3, "08:20"))
    assert advance(case, at(3, "09:00"))[1] == Wait(at(4, "08:00"), "step reminder", step="reminder")


def test_a_calendar_is_made_anew_before_it_runs_out() -> None:
    case = a_case()
    short = replace(case.calendar, until=at(40).date())
    assert isinstance(next_effect(case.evolve(calendar=short)), ExtendCalendar)


def test_the_same_act_has_the_same_name_however_often_it_is_asked_for() -> None:
    case = a_case().evolve(now=at(3, "08:00"))
    first, second = next_effect(case), next_effect(advance(case, at(3, "08:30"))[0])
    assert isinstance(first, SendNotice)
    assert first.key == second.key == "case:INV-1/step/reminder/0"


@pytest.mark.parametrize("minutes, then", [(0, 15), (45, 60), (60, 90), (90, 120)])
def test_a_provider_is_asked_every_quarter_of_an_hour_and_later_every_half_hour(minutes: int, then: int) -> None:
    asked_at = at(2) + timedelta(minutes=minutes)
    flying = AttemptState(1, "case:INV-1/attempt/1", "m1", 100_00, at(2), "ladder", asked_at=asked_at)
    case = a_case(CHARGED, methods=["m1"]).evolve(attempts=(flying,), now=asked_at)
    assert advance(case, asked_at)[1] == Wait(at(2) + timedelta(minutes=then), "answer", "answer")


def test_a_provider_who_knows_after_three_hours_is_asked_in_that_minute() -> None:
    silent = Script(unknown=True, lasts=timedelta(hours=3))
    story = Story(CHARGED, methods=["m1"], gateway=[silent]).told(at(4))
    assert [line.at for line in story.journal if line.kind == "charge"] == [OPENS + timedelta(days=2, hours=3)]
