"""How a case ends: what is given up within the tolerance settles it, whatever else is given up ends it (F3, H5)."""

from __future__ import annotations

from dunning.answers import Done
from dunning.decide import advance
from dunning.effects import BookWriteOff, CloseCase, Perform
from dunning.engine import answer
from tests.dunning.cases import a_case, at, policy, told


def test_a_rest_within_the_tolerance_is_given_up_and_the_case_is_paid() -> None:
    case = told(a_case(policy(tolerance="0.50")), "payment_received", at(1), id="p", amount="99.60")
    case, decision = advance(case, at(1))
    assert isinstance(decision, Perform)
    assert isinstance(decision.effect, BookWriteOff)
    assert (decision.effect.settles, decision.effect.amount) == (True, 40)
    _, then = advance(answer(case, decision.effect, Done(), at(1)), at(1))
    assert isinstance(then, Perform)
    assert isinstance(then.effect, CloseCase)
    assert then.effect.outcome == "paid"


def test_what_is_given_up_otherwise_ends_the_case_whatever_its_key_and_its_words() -> None:
    rest = BookWriteOff("case:INV-1/step/words/rest", 100_00, "policy", "within the tolerance")
    assert answer(a_case(), rest, Done(), at(1)).closing == "written-off"
