"""An attempt that the provider does not know is sent again under its key, if it would be made now as it was (C5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from dunning.answers import Answer, Approved, Unknown, Unseen
from dunning.case import Case
from dunning.charging.track import ladder_charge
from dunning.decide import ASK_AGAIN, advance
from dunning.effects import Charge, Perform, SettleCharge, Wait
from dunning.engine import answer, ask
from dunning.messages import Attempt, Plan
from tests.dunning.cases import OPENS, a_case, at, policy, told

TERMS = policy(charging={"schedule": ["0 days"], "attempts": 2, "within": "20 days"})


def answered(case: Case, said: Answer, now: datetime = OPENS) -> tuple[Case, Charge | SettleCharge]:
    case, decision = advance(case, now)
    assert isinstance(decision, Perform)
    assert isinstance(decision.effect, Charge | SettleCharge)
    return answer(case, decision.effect, said, now), decision.effect


def unknown(**known: Any) -> tuple[Case, Charge]:
    case = a_case(TERMS, methods=["m1"], **known)
    effect = ladder_charge(case)
    return answer(case, effect, Unknown(), OPENS), effect


def test_what_the_provider_does_not_know_is_sent_again_as_it_was_and_counts_once() -> None:
    case, first = unknown()
    case, asked = answered(case, Unseen())
    assert isinstance(asked, SettleCharge)
    case, again = answered(case, Approved("m1"))
    assert again == first
    assert (case.balance, len(case.attempts), case.track.counted) == (0, 1, 1)
    assert [line.why for line in case.lines if line.kind == "unsettled"] == [
        "the provider's answer is not known",
        "the provider does not know it; it is sent again under its own key",
    ]


def test_the_journal_says_until_when_an_end_is_waited_for_where_the_provider_keeps_keys_for_a_time() -> None:
    """No attempt is made under another key before (C5); an agent reads how long that is."""
    case = a_case(TERMS, methods=["m1"])
    case = answer(case, ladder_charge(case), Unknown(timedelta(hours=24)), OPENS)
    [told] = [line for line in case.lines if line.kind == "unsettled"]
    until = f"{case.calendar.local(OPENS + timedelta(hours=24)):%Y-%m-%d %H:%M}"
    assert told.why == f"the provider's answer is not known; not found by {until}, it was not made"


def test_without_an_answer_again_the_provider_is_asked_a_quarter_of_an_hour_later() -> None:
    case, _ = unknown()
    case, _ = answered(case, Unseen())
    case, _ = answered(case, Unknown())
    assert advance(case, OPENS)[1] == Wait(OPENS + ASK_AGAIN, "answer", "answer")
    case, asked = answered(case, Unseen(), OPENS + ASK_AGAIN)
    assert isinstance(asked, SettleCharge)
    assert len(case.attempts) == 1


@pytest.mark.parametrize(
    "fact, body",
    [
        ("payment_received", {"id": "p1", "amount": "60.00"}),
        ("dispute", {"id": "d1", "reason": "never came"}),
        ("consent_withdrawn", {}),
        ("method_removed", {"id": "m1"}),
        ("customer_stop", {"reason": "bankruptcy"}),
    ],
)
def test_what_would_not_be_made_any_more_is_only_asked_for(fact: str, body: dict[str, Any]) -> None:
    case, _ = unknown()
    case, _ = answered(told(case, fact, OPENS, **body), Unseen())
    assert isinstance(advance(case, OPENS)[1], Wait)
    assert case.in_flight is not None


def test_a_fact_that_comes_before_it_is_sent_again_forbids_it() -> None:
    case, _ = unknown()
    case, _ = answered(case, Unseen())
    case = told(case, "payment_received", OPENS, id="p1", amount="60.00")
    assert isinstance(advance(case, OPENS)[1], Wait)


def test_news_of_the_money_settle_what_was_to_be_sent_again() -> None:
    case, charge = unknown()
    case, _ = answered(case, Unseen())
    case = told(case, "payment_received", OPENS, id=charge.key, amount="100.00")
    assert not any(isinstance(effect, Charge) for effect in case.todo)
    assert case.balance == 0


def test_who_pays_by_themselves_may_under_a_hold() -> None:
    case = told(a_case(TERMS, methods=["m1"]), "customer_stop", OPENS, reason="cease request")
    case, _ = answered(ask(case, Attempt(by="customer"), OPENS), Unknown())
    case, _ = answered(case, Unseen())
    _, again = answered(case, Approved("m1"))
    assert isinstance(again, Charge)


def test_an_instalment_is_sent_again_under_its_plan_and_not_when_its_money_came() -> None:
    terms = policy(
        charging={"schedule": ["40 days"], "attempts": 2, "within": "60 days"},
        plan={"instalments": 3, "longest": "60 days", "grace": "3 days"},
    )
    case = a_case(terms, methods=["m1"])
    parts = [{"amount": "50.00", "on": str(at(day).date())} for day in (3, 20)]
    case = ask(case, Plan.model_validate({"id": "plan-1", "instalments": parts}), OPENS)
    due = at(3) + timedelta(hours=9)
    case, charge = answered(case, Unknown(), due)
    assert (charge.amount, isinstance(charge, Charge)) == (50_00, True)
    case, _ = answered(case, Unseen(), due)
    paid = told(case, "payment_received", due, id="p1", amount="50.00")
    assert not any(isinstance(effect, Charge) for effect in paid.todo)
    _, again = answered(case, Approved("m1"), due)
    assert again == charge
