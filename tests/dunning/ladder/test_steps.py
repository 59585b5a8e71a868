"""A step that news meet in the middle of its acts, or that has to wait there (F1, F5)."""

from __future__ import annotations

from typing import Any

from dunning.answers import Done, Sent
from dunning.case import Case
from dunning.decide import advance
from dunning.effects import OpenTask, Perform, SendNotice, Wait
from dunning.engine import answer, tell
from dunning.policy import Policy
from tests.dunning.cases import Story, at, notify, policy, step

CALL: dict[str, Any] = {"task": {"kind": "call"}}
BETWEEN = {"invoice.balance": {"min": "60.00", "max": "101.00"}}
LOOKS = policy(
    step("dunning", 3, CALL, {"fee": "5.00"}, notify("firm"), CALL, when=BETWEEN),
    step("last", 30, notify("final")),
)  # fmt: skip


def begun(terms: Policy = LOOKS) -> Case:
    """A case whose first step has begun, and whose first act is asked for."""
    return advance(Story(terms).told(at(1)).case, at(3, "08:00"))[0]


def next_effect(case: Case) -> Any:
    decision = advance(case, case.now)[1]
    return decision.effect if isinstance(decision, Perform) else decision


def acted(case: Case, said: Any) -> Case:
    return answer(case, next_effect(case), said, case.now)


def paid(case: Case, amount: str) -> Case:
    return tell(case, "payment_received", {"id": amount, "amount": amount}, case.now)


def test_a_payment_that_the_store_knew_first_skips_the_step_that_has_just_begun() -> None:
    case, decision = advance(paid(begun(), "50.00"), at(3, "08:00"))
    assert isinstance(decision, Wait)
    assert [state.status for state in case.steps] == ["skipped", "open"]


def test_one_that_comes_between_two_acts_skips_what_is_left() -> None:
    case = acted(begun(), Done())
    assert isinstance(next_effect(case), SendNotice)
    case, decision = advance(paid(case, "50.00"), at(3, "08:00"))
    assert isinstance(decision, Wait)
    assert [state.status for state in case.steps] == ["skipped", "open"]
    assert case.balance == 50_00


def test_the_step_s_own_fee_is_no_news_to_its_condition_whatever_else_is_told() -> None:
    """105.00 is more than the condition lets pass, but the step has begun."""
    case = acted(acted(begun(), Done()), Sent(("email",)))
    assert case.balance == 105_00
    told = tell(case, "delivered", {"notice": "dunning", "channel": "email"}, case.now)
    assert isinstance(next_effect(told), OpenTask)


def test_news_that_leave_the_condition_true_change_nothing() -> None:
    case = paid(acted(begun(), Done()), "10.00")
    effect = next_effect(case)
    assert isinstance(effect, SendNotice)
    assert effect.demands == 95_00


def test_a_step_that_has_to_wait_in_the_middle_is_under_way_no_more() -> None:
    case, decision = advance(acted(begun(), Done()), at(3, "20:00"))
    assert (case.doing, case.steps[0].done_actions) == (None, 1)
    assert decision == Wait(at(4, "08:00"), "step dunning", step="dunning")
    assert isinstance(advance(case, at(4, "08:00"))[1], Perform)
