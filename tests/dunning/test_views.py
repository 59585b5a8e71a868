"""What lists show of a case: what comes next, by what it is and not by how the wait for it is worded."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dunning.decide import advance
from dunning.effects import Wait
from dunning.messages import Promise
from dunning.simulation.world import Script
from dunning.views import projection
from tests.dunning.cases import Story, a_case, asked, at, notify, policy, step, told

CHARGED = policy(charging={"schedule": ["0 days", "2 days"], "attempts": 3, "within": "20 days"})
WORDS = ("answer", "attempt", "notice", "escalation")


def waiting(story: Story) -> Wait:
    decision = advance(story.case, story.case.now)[1]
    assert isinstance(decision, Wait)
    return decision


def test_a_case_says_what_comes_next_beside_its_ladder() -> None:
    silent, declined = Script(unknown=True, lasts=at(2) - at(1)), Script("insufficient_funds")
    asking = policy(step("ask", 3, {"task": {"kind": "call"}}), step("last", 40, notify("final")))
    assert waiting(Story(CHARGED, methods=["m1"], gateway=[silent]).told(at(1))).next == "answer"
    assert waiting(Story(CHARGED, methods=["m1"], gateway=[declined] * 3).told(at(1))).next == "attempt"
    linked = Story(CHARGED, methods=["m1"], gateway=[Script("expired_card")])
    assert waiting(linked.told(at(1, "06:00"))).next == "notice"
    assert waiting(Story(asking).told(at(4))).next == "escalation"
    assert waiting(Story().told(at(1))).next == "step"
    held = told(Story().told(at(1)).case, "payment_pending", at(1), id="p", amount="100.00", until=at(2).date())
    assert advance(held, at(1))[1] == Wait(at(3, "00:00"), "held: pending", "lapse")


@pytest.mark.parametrize("word", WORDS)
def test_a_step_is_shown_by_its_name_however_the_wait_for_it_is_worded(word: str) -> None:
    case = a_case(policy(step(word, 3, notify("friendly"))))
    assert projection(case, Wait(at(3), word, "step")).next_step == word
    assert projection(case, Wait(at(3), f"step {word}", "attempt")).next_step == "attempt"
    assert projection(case, Wait(at(3), word, "lapse")).next_step == word


def test_what_is_promised_is_the_rest_that_has_not_come() -> None:
    granting = policy(promise={"at_most": "14 days", "times": 1})
    held = asked(a_case(granting), Promise(id="p1", amount=Decimal("60.00"), on=at(5).date()), at(1))
    assert projection(held, None).promised == ((at(5).date(), 60_00),)
    paid = told(held, "payment_received", at(2), id="m1", amount="20.00")
    assert projection(paid, None).promised == ((at(5).date(), 40_00),)
    assert projection(a_case(granting), None).promised == ()
