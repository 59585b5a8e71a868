"""A key is the name of one act, whatever a policy calls its steps and a billing system its invoices."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.answers import Answer, Deferred, Done, Forbidden, PolicyLoaded, Sent, Unknown
from dunning.case import Case
from dunning.decide import advance
from dunning.effects import Effect, LoadPolicy, LookUpAccount, Perform, SendNotice, SettleCharge
from dunning.engine import answer
from dunning.parts import PlanState, Resend
from dunning.policy import Policy
from dunning.simulation.simulate import Event
from dunning.simulation.world import Script, World
from tests.dunning.cases import OPENS, Story, a_case, at, calendar, invoice, notify, policy, step
from tests.dunning.streams import END, stories

KINDS = (
    "attempt", "pay-link", "instalment", "task", "escalate", "close", "restore", "write-off", "hand-off", "report",
    "recall", "policy", "suspend-again", "account", "calendar", "step", "copy", "next-channel", "1", "2",
)  # fmt: skip
NOT_YET = (Deferred, Forbidden, Unknown)  # answers after which the same act may be tried again


@dataclass
class Noting(World):
    """A world that notes what was done under which key."""

    begun: list[str] = field(default_factory=list)
    over: dict[str, Effect] = field(default_factory=dict)

    def perform(self, case: Case, effect: Effect, cases: tuple[Case, ...]) -> Answer:
        if not isinstance(effect, SettleCharge):  # it asks about an act by the act's own key
            assert effect.key not in self.over, (self.over[effect.key], effect)
        said = super().perform(case, effect, cases)
        self.begun.append(effect.key)
        if not isinstance(said, NOT_YET):
            self.over[effect.key] = effect
        for fee in effect.fees if isinstance(effect, SendNotice) and isinstance(said, Sent) else ():
            assert fee.key not in self.over, (self.over[fee.key], effect)
            self.over[fee.key] = effect
        return said


class Noted(Story):
    world: Noting

    def __init__(self, *of: Any, **more: Any) -> None:
        super().__init__(*of, **more)
        self.world = Noting(**{field.name: getattr(self.world, field.name) for field in fields(World)})


class Talkative(Noted):
    """A simulation whose cases say more than they need to."""

    def _act(self, name: str, when: datetime) -> None:
        self.sessions[name].take(lambda case: case.note("remark", "", "F6", "somebody looked"))
        super()._act(name, when)


def named(terms: Policy, names: dict[str, str]) -> Policy:
    """The same policy with other names for its steps."""
    whole = terms.model_dump(mode="json")
    for one in whole["steps"]:
        one.update({place: names[one[place]] for place in ("name", "requires", "since") if one.get(place)})
    if (whole.get("promise") or {}).get("broken"):
        whole["promise"]["broken"] = names[whole["promise"]["broken"]]
    return Policy.model_validate(whole)


def told_of(event: Event, names: dict[str, str]) -> Event:
    """The same event under these names."""
    spoken = {key: names.get(value, value) for key, value in event.body.items() if key in {"notice", "step", "go_to"}}
    return Event(event.at, event.name, {**event.body, **spoken}, event.invoice)


def renamed(story: dict[str, Any], drawn: list[str]) -> dict[str, Any]:
    names = dict(zip([one.name for one in story["terms"].steps], drawn, strict=False))
    events = [told_of(event, names) for event in story["events"]]
    return {**story, "terms": named(story["terms"], names), "events": events}


TWO = (invoice(id="A"), invoice(id="A/step"))


@given(stories(), st.permutations(KINDS), st.integers(0, 9))
def test_no_key_names_two_acts_whatever_the_steps_are_called(
    story: dict[str, Any], names: list[str], later: int
) -> None:
    two = [TWO[0], invoice(id="A/step", due_on=at(later).date())]
    Noted(**{**renamed(story, names), "invoices": two}).told(END)


@pytest.mark.parametrize("name", KINDS)
def test_no_key_names_two_acts_in_a_long_life(name: str) -> None:
    """Attempts, links, a plan, tasks, an announced suspension that is lifted, a hand-off, a recall, a recovery."""
    do = ({"fee": "5.00"}, {"fee": "1.00"}, {"fee": "1.00"}, {"task": {"kind": "call"}}, {"task": {"kind": "look"}})
    terms = policy(
        step(name, 3, *do, notify("final", deadline="3 days"), when={"account.open_cases": {"min": 1}}),
        step("stop", 10, {"suspend": {"restore_on": ["plan"]}}, requires=name), step("gone", 60, notify("firm")),
        charging={"schedule": ["0 days", "1 days", "2 days"], "attempts": 3, "within": "9 days"},
        plan={"instalments": 3, "longest": "60 days", "grace": "1 days"}, end={"after": "9 days", "then": "hand_off"},
    )  # fmt: skip
    parts = [{"on": at(15).date(), "amount": "58.00"}, {"on": at(50).date(), "amount": "49.00"}]
    told: list[tuple[int, str, dict[str, Any]]] = [
        (5, "method_added", {"id": "m2"}), (11, "consent_withdrawn", {}),
        (12, "plan", {"id": "P", "instalments": parts}),
        (40, "hold", {"id": "h", "reason": "why", "until": at(41).date()}), (80, "recall", {}),
        (85, "write_off", {"by": "An", "reason": "small"}), (88, "payment_received", {"id": "p", "amount": "9.00"}),
        (90, "payment_reversed", {"id": "r", "payment_id": "p", "amount": "9.00"}),
    ]  # fmt: skip
    events = [Event(at(day), kind, body, one.id) for day, kind, body in told for one in TWO]
    scripts = [Script("expired_card"), Script("insufficient_funds", unknown=True), *[Script("insufficient_funds")] * 9]
    noted = Noted(terms, events, methods=["m1", "m2"], gateway=scripts, invoices=TWO).told(at(120))
    assert isinstance(noted, Noted)
    kinds = {type(effect).__name__ for effect in noted.world.over.values()}
    assert {"Charge", "SendNotice", "OpenTask", "EscalateTask", "SuspendService", "RestoreService"} <= kinds
    assert {"LookUpAccount", "HandOffDebt", "ReportToAgency", "BookWriteOff", "CloseCase"} <= kinds


@given(stories())
def test_a_journal_line_more_or_less_changes_no_key(story: dict[str, Any]) -> None:
    quiet, talkative = Noted(**story).told(END), Talkative(**story).told(END)
    assert isinstance(quiet, Noted)
    assert isinstance(talkative, Noted)
    assert talkative.world.begun == quiet.world.begun
    assert [line.number for line in talkative.journal] == list(range(1, len(talkative.journal) + 1))


def next_effect(case: Case) -> Effect:
    _, decision = advance(case, case.now)
    assert isinstance(decision, Perform)
    return decision.effect


@pytest.mark.parametrize("name", KINDS)
def test_an_action_of_a_step_is_named_after_the_step_and_its_number(name: str) -> None:
    case = a_case(policy(step(name, 3, notify("friendly")))).evolve(now=at(3, "08:00"))
    assert next_effect(case).key == f"case:INV-1/step/{name}/0"


def test_ids_with_slashes_never_make_the_key_of_another_act() -> None:
    """An attempt of an invoice `A/step`, a step `attempt` of an invoice `A`, a plan whose id looks like a key."""
    names = [
        a_case(of=invoice(id=id_)).key(*parts)
        for id_, *parts in (
            ("A", "step", "attempt", 1), ("A/step", "attempt", 1), ("A/", "step", "attempt", 1),
            ("A", "instalment", "P/attempt", 1), ("A/instalment/P", "attempt", 1), ("A/instalment", "P/attempt", 1),
        )
    ]  # fmt: skip
    assert len(set(names)) == len(names)


def test_two_write_offs_that_are_asked_for_at_once_are_two() -> None:
    story = Story(events=[Event(at(2), "write_off", {"by": by, "reason": "small"}, "INV-1") for by in ("An", "Bo")])
    story.run(at(1))
    for event in story.events:
        story._tell(event, event.at)  # noqa: SLF001 - both before the case acts
    assert len({effect.key for effect in story.case.todo}) == 2


def test_a_second_copy_of_a_notice_is_another_act_than_the_first() -> None:
    case = a_case(policy(step("final", 3, notify("final", deadline="7 days")))).evolve(now=at(4))
    waiting = Resend("final", "final", ("email",), case.now, "copy")
    case = case.evolve(resends=(waiting,))
    first = next_effect(case)
    assert isinstance(first, SendNotice)
    again = answer(case, first, Sent(("email",)), case.now).evolve(resends=(waiting,))
    assert next_effect(again).key != first.key


def test_what_other_cases_owe_is_looked_up_under_a_new_key_each_time() -> None:
    terms = policy(step("call", 3, {"task": {"kind": "call"}}, when={"account.open_cases": {"min": 5}}))
    case = a_case(terms).evolve(now=at(3, "08:00"))
    first = next_effect(case)
    assert isinstance(first, LookUpAccount)
    assert case.evolve(acts=case.acts + 1).next_key("account") != first.key


def test_a_plan_with_slashes_in_its_id_names_its_instalments_alone() -> None:
    plan = PlanState("P/1", (), 0)
    assert a_case().key("instalment", plan.id, 2) == "case:INV-1/instalment/P//1/2"


# Another policy takes over a step that is under way


def taken_over(case: Case, terms: Policy) -> Case:
    loaded = PolicyLoaded(terms, calendar(terms.calendar))
    return answer(case, LoadPolicy(case.next_key("policy"), "other"), loaded, case.now)


CALL: dict[str, Any] = {"task": {"kind": "call"}}


def called() -> Case:
    """A case whose step has asked for a call and is about to send its notice."""
    story = Story(policy(step("dunning", 10, CALL, notify("firm"))), opens=OPENS).told(at(9))
    case, decision = advance(story.case.evolve(now=at(10, "08:00")), at(10, "08:00"))
    assert isinstance(decision, Perform)
    return answer(case, decision.effect, Done(), case.now)


def test_a_step_under_way_goes_on_under_a_policy_that_means_the_same_by_it() -> None:
    case = taken_over(called(), policy(step("dunning", 10, CALL, notify("final"))))
    effect = next_effect(case)
    assert isinstance(effect, SendNotice)
    assert (effect.message, effect.key) == ("final", "case:INV-1/policy/1/step/dunning/1")


def test_a_step_that_means_something_else_under_a_new_policy_has_keys_of_its_own() -> None:
    before = called()
    case = taken_over(before, policy(step("dunning", 10, notify("friendly"))))
    effect = next_effect(case)
    assert isinstance(effect, SendNotice)
    assert effect.key == "case:INV-1/policy/1/step/dunning/0"
    twice = taken_over(taken_over(before, policy(step("other", 40, notify("friendly")))), before.policy)
    assert next_effect(twice).key == "case:INV-1/policy/2/step/dunning/0"
