"""Questions before people: whose they are, whatever they are called, and when they need no answer any more (H3, H6)."""

from __future__ import annotations

from typing import get_args

import pytest

from dunning.decide import advance
from dunning.effects import OpenTask
from dunning.purposes import TaskPurpose
from dunning.requests import Approve, Skip
from dunning.simulation.simulate import Event
from tests.dunning.cases import Story, a_case, asked, at, notify, policy, step, told

WORDS = [word for word in get_args(TaskPurpose) if word != "step"]
LAST = step("last", 9, notify("final"))


def task(kind: str) -> dict[str, object]:
    return {"task": {"kind": kind, "queue": "sales", "within": "2 workdays"}}


@pytest.mark.parametrize("word", WORDS)
def test_a_step_may_call_its_task_like_a_question_of_the_case(word: str) -> None:
    story = Story(policy(step("ask", 3, task(word)), LAST)).told(at(20))
    assert [(line.kind, line.value) for line in story.journal if line.kind in {"task", "notice"}][:2] == [
        ("task", word),
        ("task", word),  # nobody answered
    ]
    assert ("notice", "final") in [(line.kind, line.value) for line in story.journal]
    assert [(one.kind, one.purpose) for one in story.case.tasks] == [(word, "step")]


@pytest.mark.parametrize("word", WORDS)
def test_a_task_of_a_step_is_answered_by_any_answer_whatever_it_is_called(word: str) -> None:
    answer = Event(at(4), "dispose", {"task": word, "resume": True}, "INV-1")
    story = Story(policy(step("ask", 3, task(word)), LAST), [answer]).told(at(8))
    assert [(line.kind, line.rule) for line in story.journal][-1] == ("dispose", "H3")
    assert story.case.tasks == ()


def test_a_task_that_is_called_unreachable_serves_no_notice() -> None:
    """N4: the hand-off waits for the notice itself."""
    terms = policy(
        step("word", 3, task("unreachable"), notify("final", "sms", deadline="4 days")),
        step("gone", 10, {"hand_off": {}}, requires="word"),
    )
    away = Event(at(0, "08:00"), "contact", {"opted_out": "sms"}, "INV-1")
    answer = Event(at(4), "dispose", {"task": "unreachable-1", "resume": True}, "INV-1")
    story = Story(terms, [away, answer]).told(at(60))
    assert story.case.served_by_hand == ()
    assert [kind for _, kind, _ in story.points if kind == "hand_off"] == []


def test_an_escalation_by_hand_is_not_answered_by_a_task_that_a_step_calls_so() -> None:
    events = [
        Event(at(4), "escalate", {"queue": "legal", "reason": "angry"}, "INV-1"),
        Event(at(5), "dispose", {"task": "escalation-1", "resume": True}, "INV-1"),
    ]
    story = Story(policy(step("ask", 3, task("escalation")), LAST), events).told(at(6))
    assert [hold.made_by for hold in story.case.holds] == ["escalation"]


def test_skipping_a_step_leaves_the_task_that_another_calls_its_approval() -> None:
    terms = policy(step("ask", 3, task("approval")), step("signed", 4, notify("final"), approval=True))
    story = Story(terms, [Event(at(6), "skip", {"step": "signed"}, "INV-1")]).told(at(7))
    assert [(one.kind, one.purpose) for one in story.case.tasks] == [("approval", "step")]


def test_a_task_is_found_by_its_id_before_it_is_found_by_its_kind() -> None:
    """The id of the first call is what the policy calls another kind of task."""
    answer = Event(at(5), "dispose", {"task": "call-1", "resume": True}, "INV-1")
    story = Story(policy(step("ask", 3, task("call")), step("again", 4, task("call-1"))), [answer]).told(at(6))
    assert [one.id for one in story.case.tasks] == ["call-1-2"]


def test_what_was_paid_too_much_is_put_before_a_person_as_an_amount() -> None:
    story = Story(events=[Event(at(1), "payment_received", {"id": "p", "amount": "107.50"}, "INV-1")]).told(at(2))
    assert [(line.value, line.rule) for line in story.journal if line.kind == "overpaid"] == [("7.50", "P3")]
    case = told(a_case().evolve(closed="paid", closing="paid"), "payment_received", at(1), id="p", amount="107.50")
    assert [effect.amount for effect in case.todo if isinstance(effect, OpenTask)] == [7_50]


def test_a_question_that_was_answered_before_it_was_asked_is_not_asked() -> None:
    case = a_case(policy(step("signed", 3, notify("final"), approval=True))).evolve(now=at(3, "08:00"))
    case, _ = advance(case, case.now)
    assert [type(effect) for effect in case.todo] == [OpenTask]
    assert asked(case, Approve(step="signed", by="An"), case.now).todo == ()
    assert asked(case, Skip(step="signed"), case.now).todo == ()


def test_a_person_who_lets_the_ladder_go_on_further_up_is_named_for_every_step_between() -> None:
    """H3, as the answer itself; A2 is the broken promise's."""
    events = [
        Event(at(1), "escalate", {"queue": "legal", "reason": "angry"}, "INV-1"),
        Event(at(2), "dispose", {"task": "escalation", "by": "An", "go_to": "last-notice"}, "INV-1"),
    ]
    story = Story(events=events).told(at(3))
    skipped = [(line.value, line.rule, line.why) for line in story.journal if line.kind == "skip"]
    why = "the ladder goes on at last-notice, says An"
    assert skipped == [("reminder", "H3", why), ("dunning", "H3", why)]
