"""Four eyes (R3): what one person may not give up alone waits for a second one, who is another one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dunning import snapshot
from dunning.case import Case
from dunning.effects import BookWriteOff, HandOffDebt, OpenTask
from dunning.engine import refusal
from dunning.requests import Approve, Dispose, HandOff, WriteOff
from dunning.simulation.simulate import Event
from tests.dunning.cases import LADDER, Story, a_case, asked, at, notify, policy, step, told

LIMIT = Decimal("50.00")  # the invoice is of 100.00
REASON = "the company was dissolved"
WRITE_OFF = WriteOff(by="ann", reason=REASON, alone_up_to=LIMIT)


def lines(case: Case, *kinds: str) -> list[tuple[str, str, str]]:
    return [(line.kind, line.value, line.rule) for line in case.lines if line.kind in kinds]


def why_not(case: Case, request: Any) -> tuple[str, str]:
    refused = refusal(case, request, case.now)
    assert refused is not None
    return refused.rule, refused.reason


@pytest.mark.parametrize("alone", [None, Decimal("100.00"), Decimal(1_000)])
def test_up_to_the_limit_one_person_gives_it_up_alone(alone: Decimal | None) -> None:
    case = asked(a_case(), WRITE_OFF.model_copy(update={"alone_up_to": alone}), at(1))
    assert [type(effect) for effect in case.todo] == [BookWriteOff]
    assert case.tasks == ()


@pytest.mark.parametrize("alone", [Decimal(0), Decimal("99.99")])
def test_above_it_a_second_person_is_asked_and_nothing_is_given_up(alone: Decimal) -> None:
    case = asked(a_case(), WRITE_OFF.model_copy(update={"alone_up_to": alone}), at(1))
    [effect] = case.todo
    assert isinstance(effect, OpenTask)
    assert (effect.about, effect.queue, effect.amount) == ("four-eyes", "approvals", 100_00)
    assert effect.note == f"a write-off, asked for by ann: {REASON}"
    assert case.balance == 100_00


def test_a_second_person_lets_it_happen_in_the_name_of_the_first() -> None:
    case = asked(asked(a_case(), WRITE_OFF, at(1)), Approve(task="four-eyes", by="bob"), at(2))
    [effect] = case.todo
    assert isinstance(effect, BookWriteOff)
    assert (effect.by, effect.reason, effect.amount) == ("ann", REASON, 100_00)
    [line] = [line for line in case.lines if line.kind == "approve"]
    assert (line.value, line.rule, line.by) == ("four-eyes-1", "R3", "bob")
    assert case.tasks == ()


@pytest.mark.parametrize("by", ["ann", " Ann ", "ANN"])
@pytest.mark.parametrize("no", [False, True])
def test_the_same_name_does_not_answer_it(by: str, *, no: bool) -> None:
    case = asked(a_case(), WRITE_OFF, at(1))
    assert why_not(case, Approve(task="four-eyes-1", by=by, no=no)) == (
        "R3",
        "ann asked for it: it takes another person",
    )


def test_turned_down_it_is_over_and_may_be_asked_for_again() -> None:
    case = asked(asked(a_case(), WRITE_OFF, at(1)), Approve(task="four-eyes", by="bob", no=True), at(2))
    assert (case.tasks, case.todo, case.closing) == ((), (), None)
    assert lines(case, "dispose") == [("dispose", "four-eyes-1", "R3")]
    assert refusal(case, WRITE_OFF, case.now) is None


def test_what_a_second_person_is_asked_already_is_not_asked_twice_nor_answered_otherwise() -> None:
    case = asked(a_case(), WRITE_OFF, at(1))
    again = WriteOff(by="carl", reason="mine", alone_up_to=LIMIT)
    assert why_not(case, again) == ("R3", "a second person is asked already: task four-eyes-1")
    assert why_not(case, Dispose(task="four-eyes-1", resume=True))[0] == "R3"
    assert why_not(case, Approve(task="four-eyes-2", by="bob"))[1].endswith("open: four-eyes-1")
    assert why_not(case, Approve(step="last-notice", by="bob"))[0] == "H4"
    smaller = told(case, "payment_received", at(1), id="p", amount="60.00")
    assert refusal(smaller, again, smaller.now) is None, "what is left may be given up alone"


def test_a_hand_off_takes_two_and_is_held_against_the_facts_when_the_second_one_answers() -> None:
    case = asked(a_case(), HandOff(agency="iron", by="ann", alone_up_to=LIMIT), at(1))
    case = case.evolve(todo=())
    done = asked(case, Approve(task="four-eyes", by="bob"), at(2))
    assert [(type(effect), effect.agency) for effect in done.todo if isinstance(effect, HandOffDebt)] == [
        (HandOffDebt, "iron")
    ]
    stopped = told(case, "customer_stop", at(2), reason="bankruptcy")
    assert why_not(stopped, Approve(task="four-eyes", by="bob"))[0] == "H2"
    assert refusal(stopped, Approve(task="four-eyes", by="bob", no=True), stopped.now) is None


def test_who_asks_for_it_has_to_be_named() -> None:
    assert why_not(a_case(), HandOff(alone_up_to=LIMIT)) == (
        "R3", "a hand-off of this amount needs two people: say by whom it is",
    )  # fmt: skip


@pytest.mark.parametrize(
    "answer",
    [{"write_off": {"by": "ann", "reason": REASON}}, {"hand_off": True, "by": "ann"}],
    ids=["write-off", "hand-off"],
)
def test_the_answer_to_a_task_takes_two_as_well_and_the_task_stays_until_then(answer: dict[str, Any]) -> None:
    case = told(a_case(), "escalate", at(1), queue="legal", reason="angry")
    case = asked(case, Dispose(task="escalation", alone_up_to=LIMIT, **answer), at(2))
    assert [task.id for task in case.tasks] == ["escalation-1", "four-eyes-2"]
    turned_down = asked(case, Approve(task="four-eyes", by="bob", no=True), at(3))
    assert [task.id for task in turned_down.tasks] == ["escalation-1"]
    assert [hold.made_by for hold in turned_down.holds] == ["escalation"]
    resumed = asked(case, Dispose(task="escalation", resume=True, alone_up_to=LIMIT), at(3))
    assert [task.id for task in resumed.tasks] == ["four-eyes-2"]


def test_the_whole_story_ends_written_off_and_a_policys_own_acts_are_not_asked() -> None:
    events = [
        Event(at(4), "write_off", {"by": "ann", "reason": REASON, "alone_up_to": "50.00"}, "INV-1"),
        Event(at(5), "approve", {"task": "four-eyes", "by": "ann"}, "INV-1"),
        Event(at(6), "approve", {"task": "four-eyes", "by": "bob"}, "INV-1"),
    ]
    story = Story(policy(*LADDER), events).told(at(20))
    kinds = [
        (line.kind, line.value)
        for line in story.journal
        if line.kind in {"task", "refused", "approve", "write_off", "closed"}
    ]
    assert kinds == [
        ("task", "four-eyes"), ("refused", "approve"), ("approve", "four-eyes-1"), ("write_off", "100.00"),
        ("closed", "written-off"),
    ]  # fmt: skip
    alone = Story(policy(step("end", 3, notify("final")), end={"after": "1 days", "then": "write_off"})).told(at(20))
    assert alone.case.closed == "written-off"


def test_nobody_answers_and_it_goes_up() -> None:
    events = [Event(at(1), "write_off", {"by": "ann", "reason": REASON, "alone_up_to": "50.00"}, "INV-1")]
    story = Story(policy(step("late", 60, notify("final"))), events).told(at(12))
    assert [(line.value, line.escalated) for line in story.journal if line.kind == "task"] == [
        ("four-eyes", False), ("four-eyes", True),
    ]  # fmt: skip


def test_a_payment_in_full_ends_the_question_and_a_reversal_asks_it_again() -> None:
    case = asked(a_case(), WRITE_OFF, at(1))
    read = snapshot.load(snapshot.dump(case))
    assert read == case
    assert "wish" not in snapshot.dump(told(a_case(), "escalate", at(1), queue="legal", reason="angry"))
    events = [
        Event(at(1), "write_off", {"by": "ann", "reason": REASON, "alone_up_to": "50.00"}, "INV-1"),
        Event(at(2), "payment_received", {"id": "p", "amount": "100.00"}, "INV-1"),
        Event(at(3), "payment_reversed", {"id": "r", "payment_id": "p", "amount": "100.00"}, "INV-1"),
    ]
    story = Story(policy(step("late", 60, notify("final"))), events).told(at(4))
    assert [(task.kind, task.wish and task.wish.by) for task in story.case.tasks] == [("four-eyes", "ann")]
