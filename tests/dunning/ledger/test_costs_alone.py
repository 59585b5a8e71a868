"""Costs alone do not climb, whatever the policy has on its rungs and whatever else happens (F7)."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dunning.answers import Answer
from dunning.case import Case
from dunning.effects import BookFee, Effect, HandOffDebt, OpenTask, SendNotice, SuspendService
from dunning.policy import Policy
from dunning.simulation.simulate import Event
from tests.dunning.cases import OPENS, Story, Witness
from tests.dunning.ladders import policies
from tests.dunning.streams import END, stories


@dataclass
class Bystander(Witness):
    """A world that also remembers the case of each act."""

    seen: list[tuple[Case, Effect]] = field(default_factory=list)

    def perform(self, case: Case, effect: Effect, cases: tuple[Case, ...]) -> Answer:
        self.seen.append((case, effect))
        return super().perform(case, effect, cases)


def watched(story: dict[str, Any]) -> tuple[Story, Bystander]:
    told = Story(**story)
    bystander = Bystander(**{one.name: getattr(told.witness, one.name) for one in fields(told.witness)})
    told.world = told.witness = bystander
    return told.told(END), bystander


def climbs(case: Case, effect: Effect) -> bool:
    """Whether the ladder asks for more, or takes something away."""
    of_a_step = case.doing is not None and f"/{case.policy.steps[case.doing].name.replace('/', '//')}/" in effect.key
    if isinstance(effect, OpenTask):
        return effect.purpose == "end" or (effect.purpose == "step" and of_a_step)
    return isinstance(effect, BookFee | SuspendService) or (isinstance(effect, HandOffDebt) and of_a_step)


@given(stories(), st.integers(0, 40))
def test_f7_no_fee_no_consequence_and_no_person_once_the_invoice_is_paid(story: dict[str, Any], day: int) -> None:
    paid = Event(OPENS + timedelta(days=day), "payment_received", {"id": "all", "amount": "100.00"}, "INV-1")
    told, bystander = watched({**story, "events": [*story["events"], paid]})
    alone = [(case, effect) for case, effect in bystander.seen if case.costs_alone]
    assert not [effect for case, effect in alone if climbs(case, effect)]
    by_step = {effect.step for case, effect in alone if isinstance(effect, SendNotice) and effect.purpose == "step"}
    asked_again = [effect for _, effect in alone if isinstance(effect, OpenTask) and effect.purpose == "unreachable"]
    assert len(by_step) <= 1 + len(asked_again), "demanded once more at most"
    if told.case.costs_alone and told.case.closed is None and told.case.suspension is not None:
        assert not told.case.suspension.stands


@given(policies(), st.integers(0, 40))
def test_f7_who_paid_the_invoice_and_is_left_alone_ends_as_paid(terms: Policy, day: int) -> None:
    paid = Event(OPENS + timedelta(days=day), "payment_received", {"id": "all", "amount": "100.00"}, "INV-1")
    told = Story(terms, [paid], opens=OPENS).told(OPENS + timedelta(days=900))
    ends = [value for _, kind, value in told.points if kind == "closed"]
    if told.case.paid and ends[-1:] not in (["exhausted"], ["handed-off"], ["written-off"]):
        assert ends[-1:] == ["paid"], told.points
