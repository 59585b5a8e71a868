"""What a case changes in the books by its own decisions: data, beside the journal that people read (D3, H3, O2, C4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hypothesis import given

from dunning.answers import Forbidden, PolicyLoaded
from dunning.case import Case
from dunning.changes import AttemptForbidden, Credited, PolicyPinned, TaskClosed
from dunning.charging.track import next_charge
from dunning.effects import CloseCase, Effect, LoadPolicy, OpenTask, Perform, Wait
from dunning.engine import answer
from dunning.purposes import Asker
from dunning.requests import Approve, Dispose, ResolveDispute, Skip
from dunning.simulation.simulate import Event
from tests.dunning.cases import Story, a_case, asked, at, calendar, notify, policy, step, told
from tests.dunning.streams import END, stories

SIGNED = policy(step("signed", 3, notify("final"), approval=True), dispute={"answer_within": "3 workdays"})


def disputed() -> Case:
    return told(a_case(SIGNED), "dispute", at(1), id="d1", amount="40.00", reason="no")


def asking() -> Case:
    """A case that has asked whether its step may happen."""
    return Story(SIGNED).told(at(4)).case


def test_an_accepted_dispute_credits_what_was_disputed() -> None:
    case = asked(disputed(), ResolveDispute(id="d1", accepted=True), at(2))
    assert [change for change in case.changes if isinstance(change, Credited)] == [
        Credited("case:INV-1/dispute/d1", 40_00, at(2), "the dispute was accepted")
    ]
    assert [entry.id for entry in case.ledger] == ["case:INV-1/dispute/d1"]


def test_a_rejected_dispute_credits_nothing_and_its_question_is_closed() -> None:
    case = asked(disputed(), ResolveDispute(id="d1", rejected=True), at(2))
    assert case.changes == (TaskClosed("dispute-1", at(2)),)


def test_a_credit_note_that_is_called_like_a_dispute_is_a_credit_of_its_own() -> None:
    case = asked(disputed(), ResolveDispute(id="d1", accepted=True), at(2))
    case = told(case, "credit", at(2), id="dispute-d1", amount="10.00")
    assert (case.balance, len({entry.id for entry in case.ledger})) == (50_00, 2)


def test_whatever_answers_a_question_closes_it() -> None:
    closed = (TaskClosed("approval-1", at(5)),)
    for request in (Approve(step="signed", by="An"), Skip(step="signed"), Approve(step="signed", by="An", no=True)):
        assert asked(asking(), request, at(5)).changes == closed
    assert asked(asking(), Dispose(task="approval", hand_off=True), at(5)).changes == ()  # answered by `approve` (H7)


def test_a_plan_closes_the_question_that_was_escalated_by_hand() -> None:
    terms = policy(plan={"instalments": 3, "longest": "60 days", "grace": "1 day"})
    parts = [{"on": at(9).date(), "amount": "100.00"}]
    events = [
        Event(at(1), "escalate", {"queue": "legal", "reason": "angry"}, "INV-1"),
        Event(at(2), "plan", {"id": "P", "instalments": parts}, "INV-1"),
    ]
    books = Books(terms, events).told(at(3))
    assert isinstance(books, Books)
    assert books.open_tasks == set()


def test_a_policy_that_takes_over_is_pinned_and_closes_what_the_old_one_asked() -> None:
    other = policy(step("hello", 1, notify("friendly")))
    loaded = PolicyLoaded(other, calendar(other.calendar))
    case = answer(asking(), LoadPolicy("case:INV-1/policy/9", "plain"), loaded, at(5))
    assert case.changes == (TaskClosed("approval-1", at(5)), PolicyPinned("plain"))


def test_an_attempt_that_the_rule_book_forbids_is_noted_with_its_row_whoever_wanted_it() -> None:
    terms = policy(charging={"schedule": ["0 days"], "attempts": 1, "within": "9 days"})
    case = a_case(terms, methods=["m1"])
    askers: tuple[Asker, ...] = ("ladder", "customer", "agent")
    for by in askers:
        charge = next_charge(case, amount=100_00, by=by, at=at(2))
        assert charge is not None
        no = Forbidden("m1", "visa.reattempts.20", "20 of 20 are used", until=at(8))
        [change] = answer(case, charge, no, at(2)).changes
        assert change == AttemptForbidden(1, "m1", at(2), no.row, no.why, at(8))


def test_what_was_written_down_is_not_written_again() -> None:
    case = asked(asking(), Skip(step="signed"), at(5))
    assert (case.written().lines, case.written().changes) == ((), ())


class Books(Story):
    """A simulation that keeps the tasks which a store would show as open, by what it is told and nothing else."""

    def __init__(self, *of: Any, **more: Any) -> None:
        super().__init__(*of, **more)
        self.open_tasks: set[str] = set()

    def _act(self, name: str, when: datetime) -> None:
        wake, session = self.wakes[name], self.sessions[name]
        if wake is None or wake > when:
            return
        while True:
            decision = session.next(when)
            self.open_tasks -= {change.task for change in session.case.changes if isinstance(change, TaskClosed)}
            session.written()
            if not isinstance(decision, Perform):
                break
            self._write(decision.effect)
            said = self.world.perform(session.case, decision.effect, self._all(session.case))
            session.answered(decision.effect, said, when)
        self.wakes[name] = decision.until if isinstance(decision, Wait) else None

    def _write(self, effect: Effect) -> None:
        match effect:
            case OpenTask(task=task):
                self.open_tasks.add(task)
            case CloseCase():
                self.open_tasks.clear()
            case _:
                pass


@given(stories())
def test_the_questions_that_a_store_shows_as_open_are_those_of_the_case(story: dict[str, Any]) -> None:
    books = Books(**story)
    books.told(END)
    if books.cases and not books.case.closed:
        assert books.open_tasks == {task.id for task in books.case.tasks}
