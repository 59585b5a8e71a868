"""What becomes of a running case when another policy takes over (O2, T4)."""

from __future__ import annotations

from typing import Any

from dunning.answers import PolicyLoaded
from dunning.case import Case
from dunning.effects import LoadPolicy
from dunning.engine import answer
from dunning.policy import Policy
from dunning.simulation.simulate import Event
from tests.dunning.cases import Story, at, calendar, notify, policy, step


def taken_over(case: Case, terms: Policy | None) -> Case:
    loaded = PolicyLoaded(terms, calendar(terms.calendar) if terms else None)
    return answer(case, LoadPolicy("case:INV-1/policy/1", "other"), loaded, case.now)


def statuses(case: Case) -> list[tuple[str, str]]:
    return [(step.name, state.status) for step, state in zip(case.policy.steps, case.steps, strict=True)]


def on_day(day: int, *steps: dict[str, Any]) -> Case:
    return Story(policy(*steps) if steps else None).told(at(day)).case


def test_steps_of_the_same_name_are_not_repeated_and_new_ones_before_them_are_passed_over() -> None:
    other = policy(
        step("hello", 1, notify("friendly")), step("dunning", 12, notify("firm")), step("goodbye", 20, notify("final"))
    )
    assert statuses(taken_over(on_day(11), other)) == [("hello", "skipped"), ("dunning", "done"), ("goodbye", "open")]


def test_a_policy_of_other_names_begins_at_its_first_step() -> None:
    other = policy(step("hello", 1, notify("friendly")))
    assert statuses(taken_over(on_day(5), other)) == [("hello", "open")]


def test_a_policy_that_nobody_knows_is_refused() -> None:
    case = taken_over(on_day(5), None)
    assert (case.policy.name, case.lines[-1].kind, case.lines[-1].rule) == ("plain", "refused", "O2")


def test_the_takeover_is_on_the_journal() -> None:
    line = taken_over(on_day(5), policy(step("hello", 1, notify("friendly")))).lines[-1]
    assert (line.kind, line.value, line.rule) == ("policy", "other", "O2")


def test_a_question_whether_a_step_may_happen_ends_with_its_policy() -> None:
    case = on_day(5, step("signed", 3, notify("final"), approval=True))
    assert [task.kind for task in case.tasks] == ["approval"]
    assert taken_over(case, policy(step("hello", 1, notify("friendly")))).tasks == ()


def test_a_notice_that_bounced_is_not_sent_again_under_a_policy_that_does_not_know_it() -> None:
    first = policy(step("word", 3, notify("friendly", "email", "sms", first=True)))
    events = [Event(at(3, "21:00"), "bounced", {"notice": "word", "channel": "email"}, "INV-1")]
    case = Story(first, events).told(at(3, "22:00")).case
    assert len(case.resends) == 1
    assert taken_over(case, policy(step("hello", 1, notify("friendly")))).resends == ()
