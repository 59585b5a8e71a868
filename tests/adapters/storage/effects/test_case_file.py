"""What a case leaves behind: its journal, how it stands, how it ended, and the questions it put before people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from adapters.storage import Store
from dunning.answers import Account, Done
from dunning.changes import TaskClosed
from dunning.effects import CloseCase, Effect, EscalateTask, OpenTask
from tests.adapters.storage.builders import (
    MONDAY,
    a_closed_case,
    act,
    customer,
    days_later,
    done,
    invoice,
    line,
    policy,
    written,
)

DUE = date(2026, 3, 9)


@pytest.fixture
async def store(store: Store) -> Store:
    await store.receivables.opening("INV-1", invoice(), customer(), (), MONDAY)
    return store


async def happened(store: Store, effect: Effect) -> None:
    act_ = replace(done(effect), seen=len(await store.cases.messages("INV-1")))
    await store.receivables.begin(act_)
    await store.receivables.finish(act_, Done())


def task(about: str, note: str = "", number: int = 1) -> OpenTask:
    name = f"{about}-{number}"
    return OpenTask(f"case:INV-1/task/{name}", name, about, "collections", DUE, note)


async def open_tasks(store: Store) -> list[str]:
    return [one.id for one in (await store.cases.tasks()).rows]


async def test_a_line_of_the_journal_is_written_once_whoever_writes_it_again(store: Store) -> None:
    first = line(1, demands=100_00, by="email", method="card", amount=5, queue="q", escalated=True, step="reminder")
    for _ in range(2):
        await store.receivables.record("INV-1", (), written(first, line(2, "fee", "15.00")), 0, MONDAY)

    assert (await store.cases.journal("INV-1")).rows == (first, line(2, "fee", "15.00"))


async def test_lists_show_a_case_as_it_stood_when_it_last_wrote(store: Store) -> None:
    stands = written(
        stage="reminder", balance=115_00, next_step="firm", next_at=days_later(7), holds=("promise",), last_step="fee",
        broken_promises=1,
    )  # fmt: skip
    await store.receivables.record("INV-1", (), stands, 0, days_later(1))

    case = await store.cases.one("INV-1")
    assert (case.stage, case.balance, case.next_step, case.next_at) == ("reminder", 115_00, "firm", days_later(7))
    assert (case.holds, case.last_step, case.broken_promises) == (("promise",), "fee", 1)
    assert (case.opened_at, case.clock, case.closed_at) == (MONDAY, days_later(1), None)


async def test_a_case_that_ended_opens_again_where_it_stood(store: Store) -> None:
    end = CloseCase("case:INV-1/close/0", "paid")
    act_ = act(end, assumed=Done(), expected=written(line(1, "closed", "paid"), outcome="paid", state=a_closed_case()))
    await store.receivables.begin(act_)
    await store.receivables.finish(act_, Done())

    opening = await store.receivables.opening("INV-1", None, None, (), days_later(5))
    assert (opening.state, opening.outcome) == (a_closed_case(), "paid")
    assert (await store.cases.one("INV-1")).closed_at == MONDAY

    await store.receivables.record("INV-1", (), written(line(2, "reopened", "")), 0, days_later(5))
    again = await store.receivables.opening("INV-1", None, None, (), days_later(6))
    assert (again.state, again.outcome) == (None, None)
    assert (await store.cases.one("INV-1")).closed_at is None


async def test_what_comes_after_the_end_neither_moves_the_end_nor_forgets_how_the_case_stood(store: Store) -> None:
    await store.receivables.record("INV-1", (), written(outcome="written-off", state=a_closed_case()), 0, MONDAY)
    await store.receivables.record("INV-1", (), written(line(1, "recovery"), outcome="written-off"), 0, days_later(9))

    assert (await store.cases.one("INV-1")).closed_at == MONDAY
    assert (await store.receivables.opening("INV-1", None, None, (), days_later(9))).state == a_closed_case()


async def test_an_end_is_kept_even_where_the_case_has_still_to_write_how(store: Store) -> None:
    end = act(CloseCase("case:INV-1/close/0", "exhausted"))
    await store.receivables.begin(end)
    await store.receivables.finish(end, Done())

    assert (await store.cases.one("INV-1")).outcome == "exhausted"


async def test_a_question_is_open_until_the_case_needs_no_answer_any_more(store: Store) -> None:
    for asked in (task("approval", "hand-off"), task("call"), task("call", number=2)):
        await happened(store, asked)
    closed = TaskClosed("call-1", days_later(1))

    for _ in range(2):
        await store.receivables.record("INV-1", (), written(changes=(closed,)), 0, days_later(2))
    assert sorted(await open_tasks(store)) == ["approval-1", "call-2"]
    [one] = (await store.cases.tasks(is_open=False)).rows
    assert (one.id, one.closed_at) == ("call-1", days_later(1))


async def test_another_run_of_a_case_that_never_ended_asks_people_again_and_the_same_run_does_not(store: Store) -> None:
    await store.receivables.opening("INV-1", None, None, (), MONDAY, "run-1")
    for asked in (task("approval"), task("call")):
        await happened(store, asked)
    await store.receivables.record("INV-1", (), written(changes=(TaskClosed("call-1", days_later(1)),)), 0, MONDAY)

    await store.receivables.opening("INV-1", None, None, (), days_later(1), "run-1")
    await happened(store, task("call"))
    assert await open_tasks(store) == ["approval-1"]

    await store.receivables.opening("INV-1", None, None, (), days_later(2), "run-2")
    assert await open_tasks(store) == []
    await happened(store, task("call"))
    await happened(store, EscalateTask("case:INV-1/escalate/call-1/1", "call-1", "call", "manager", 1, DUE))
    assert await open_tasks(store) == ["call-1"]


async def test_a_case_that_opens_again_forgets_no_question_of_an_earlier_run(store: Store) -> None:
    await store.receivables.opening("INV-1", None, None, (), MONDAY, "run-1")
    await happened(store, task("overpayment"))
    await store.receivables.record("INV-1", (), written(outcome="paid", state=a_closed_case()), 0, MONDAY)

    await store.receivables.opening("INV-1", None, None, (), days_later(2), "run-2")
    assert await open_tasks(store) == ["overpayment-1"]


@pytest.mark.parametrize("about", ["approve", "skip", "dispose", "resolve_dispute", "policy", "closed"])
async def test_no_line_of_the_journal_closes_a_question(store: Store, about: str) -> None:
    """They are for people: a step may be called like a task, and a dispute like a step."""
    for asked in (task("approval", "hand-off"), task("dispute", "hand-off"), task("hand-off")):
        await happened(store, asked)
    lines = (line(1, about, "hand-off"), line(2, about, "hand-off-1"))
    await store.receivables.record("INV-1", (), written(*lines), 0, MONDAY)

    assert len(await open_tasks(store)) == 3


async def test_what_a_case_changed_before_an_act_is_changed_with_it_whatever_its_answer(store: Store) -> None:
    await happened(store, task("call"))
    before = act(changes=(TaskClosed("call-1", MONDAY),))
    await store.receivables.begin(before)
    await store.receivables.finish(before, Done())

    assert await open_tasks(store) == []


async def test_a_question_that_nobody_answered_shows_where_it_went(store: Store) -> None:
    await happened(store, task("call", "suspension"))
    await happened(store, EscalateTask("case:INV-1/escalate/1", "call-1", "call", "managers", 1, date(2026, 3, 16)))

    [one] = (await store.cases.tasks(queue="managers")).rows
    assert (one.id, one.about, one.note, one.escalations, one.last_on) == (
        "call-1", "call", "suspension", 1, date(2026, 3, 16)
    )  # fmt: skip


async def test_the_end_of_a_case_answers_what_the_case_says(store: Store) -> None:
    """A question about money in another currency outlives it (F2)."""
    await happened(store, task("call"))
    await happened(store, task("currency"))
    closed = written(line(1), outcome="paid", changes=[TaskClosed("call-1", MONDAY)])
    closes = act(CloseCase("case:INV-1/close/0", "paid"), assumed=Done(), expected=closed)
    await store.receivables.begin(closes)
    await store.receivables.finish(closes, Done())

    assert await open_tasks(store) == ["currency-1"]
    assert [one.closed_at for one in (await store.cases.tasks(is_open=False)).rows] == [MONDAY]


async def test_an_account_is_what_the_customers_open_cases_say_together(store: Store) -> None:
    others = [
        invoice("INV-2", due_on="2026-02-20"),
        invoice("INV-3", due_on="2026-03-20"),
        invoice("INV-4", currency="USD", due_on="2026-01-01"),
        invoice("INV-5"),
    ]
    for one in others:
        await store.receivables.opening(one.id, one, customer(), (), MONDAY)
    await store.receivables.opening("OTHER", invoice("OTHER"), customer("c2"), (), MONDAY)
    await store.register.tell("INV-2", "payment_received", {"id": "p1", "amount": "30.00", "at": MONDAY}, MONDAY)
    await store.receivables.record("INV-2", (), written(broken_promises=1), 9, MONDAY)
    await store.receivables.record("INV-5", (), written(broken_promises=1, outcome="exhausted"), 9, MONDAY)

    account = await store.receivables.account("INV-1", MONDAY, MONDAY.date())

    # INV-1 and INV-2 are overdue in euros; INV-3 is not due yet, INV-5 has ended but its broken promise still counts.
    assert account == Account(170_00, 4, 10, broken_promises=2, next_overdue_on=date(2026, 3, 21))


async def test_a_calendar_reaches_as_far_as_it_is_asked_to(store: Store) -> None:
    calendar = await store.receivables.calendar("INV-1", policy(), date(2031, 5, 4))

    assert calendar.zone == "Europe/Amsterdam"
    assert calendar.until >= date(2031, 5, 4)
    assert not calendar.is_workday(date(2031, 4, 14))  # Easter Monday
