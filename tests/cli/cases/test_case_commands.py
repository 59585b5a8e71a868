"""Cases from a terminal: listed and looked at in words, told something, and what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from adapters.storage import Store
from cli.cases import case_list, one_case, open_tasks, telling
from cli.errands.told import Table, Told
from cli.exits import BadInput
from cli.installation.installation import Installation
from cli.messages import sent_messages
from dunning.errors import NotFound, Refused
from tests.fakes.fake_case_client import FakeTimeMachine

DAY = timedelta(days=1)


async def signal(of: Installation, name: str, *written: str, dry_run: bool = False) -> Told:
    return await telling.tell(of, invoice="INV-1", name=name, written=written, by="command ann", dry_run=dry_run)


async def listed(of: Installation, **wanted: Any) -> list[str]:
    """The invoices of the list."""
    every = {"stage": None, "policy": None, "customer": None, "is_open": None, "sort": "opened", "limit": 50}
    told = await case_list.cases(of, **{**every, **wanted})
    return [one["invoice_id"] for one in told.document["items"]]


def table(told: Told) -> Table:
    [found] = [part for part in told.parts if isinstance(part, Table)]
    return found


def words(told: Told) -> str:
    return "\n".join(part for part in told.parts if isinstance(part, str))


async def test_an_answer_says_what_happened_and_how_the_case_stands(of: Installation) -> None:
    paid = await signal(of, "payment_received", "id=pay-1", "amount=400.00")
    assert words(paid) == (
        "pay-1: EUR 400.00 received; EUR 600.00 open; next: notice “friendly” by e-mail on Tue 3 Mar"
    )
    assert (paid.document["result"], paid.document["known_already"]) == ("told", False)
    again = await signal(of, "payment_received", "id=pay-1", "amount=400.00")
    assert words(again).startswith("pay-1: already known, nothing changed; EUR 600.00 open; next: ")
    assert (again.document["result"], again.document["known_already"]) == ("known", True)
    disputed = await signal(of, "dispute", "id=d-1", "amount=100.00", "reason=two items were missing")
    assert words(disputed).startswith("d-1: EUR 100.00 disputed; EUR 600.00 open, EUR 500.00 demanded; next: ")
    closed = await signal(of, "payment_received", "id=pay-2", "amount=605.00")
    assert words(closed) == "pay-2: EUR 605.00 received; the case is closed: paid, EUR 5.00 paid too much"


async def test_a_request_tells_its_day_counted_from_today_or_why_not(of: Installation) -> None:
    with pytest.raises(Refused, match=r"Sat 11 Apr 2026 is later than Mon 16 Mar 2026, the last day allowed"):
        await signal(of, "promise", "id=p-1", "on=+40d")
    promised = await signal(of, "promise", "id=p-2", "on=+5d")
    assert words(promised).startswith(
        "p-2: EUR 1,000.00 promised by Sat 7 Mar; EUR 1,000.00 open; next: the promise is "
    )
    assert promised.document["lines"][0]["authenticated"] == "command ann"
    again = await signal(of, "promise", "id=p-2", "on=+5d")
    assert again.document["known_already"] is True
    with pytest.raises(BadInput, match="promise: on: found soon"):
        await signal(of, "promise", "id=p-3", "on=soon")
    with pytest.raises(NotFound):
        await telling.tell(of, invoice="INV-9", name="hold", written=["id=h", "reason=x"], by="command", dry_run=False)


async def test_a_rehearsal_shows_what_would_come_and_tells_nobody(of: Installation, store: Store) -> None:
    before = (await store.cases.journal("INV-1")).rows, await store.cases.messages("INV-1")
    would = await signal(of, "promise", "id=p-1", "on=+5d", dry_run=True)
    assert would.remarks == ("dry run: nothing was changed",)
    assert "INV-1 would be told promise:\n  at once: " in words(would)
    assert "  new: the promise is broken, if the money has not come, " in words(would)
    assert " in place of Tue 3 Mar, " in words(would)
    assert {one["change"] for one in would.document["changes"]} >= {"new", "later"}
    paid = await signal(of, "payment_received", "id=pay-1", "amount=400.00", dry_run=True)
    assert "then EUR 600.00 open, EUR 600.00 demanded, in place of EUR 1,000.00 open" in words(paid)
    with pytest.raises(Refused):
        await signal(of, "promise", "id=p-1", "on=+40d", dry_run=True)
    assert ((await store.cases.journal("INV-1")).rows, await store.cases.messages("INV-1")) == before


async def test_a_case_is_shown_in_the_words_of_the_console(of: Installation, time: FakeTimeMachine) -> None:
    await time.advance(11 * DAY)
    await signal(of, "dispute", "id=d-1", "amount=100.00", "reason=late")
    shown = await one_case.show(of, invoice="INV-1")
    assert words(shown).splitlines()[:2] == [
        "case INV-1 of Ada Lovelace Analytics (ada): reminding, policy plain",
        "  EUR 1,015.00 open of EUR 1,000.00, EUR 915.00 demanded",
    ]
    assert "due on Sat 28 Feb 2026, 13 days overdue on Fri 13 Mar 2026" in words(shown)
    assert "  task dispute-1: Answer what Ada Lovelace Analytics objects to; disputes, answer by Fri 20 Mar" in words(
        shown
    )
    rows = table(shown).rows
    assert ("Notice “final” by letter, demanding EUR 1,015.00", "the step's day") in [row[1:] for row in rows]
    assert rows[0][2] == "plain is the first that takes it"
    await signal(of, "payment_received", "id=pay-1", "amount=1020.00")
    over = words(await one_case.show(of, invoice="INV-1"))
    assert "EUR 5.00 paid too much of EUR 1,000.00" in over
    assert "step suspension: not needed" in over
    ahead = table(await one_case.forecast(of, invoice="INV-1"))
    assert (ahead.rows, ahead.nothing) == ([], "Nothing is to come: the case is closed.")


async def test_cases_are_filtered_and_sorted(of: Installation) -> None:
    for sort in ("opened", "due", "balance", "next"):
        assert await listed(of, sort=sort, is_open=True, policy="plain", customer="ada") == ["INV-1"]
    assert await listed(of, is_open=False) == []
    [row] = table(
        await case_list.cases(of, stage="new", policy=None, customer=None, is_open=None, sort="opened", limit=1)
    ).rows
    assert row[:6] == ("INV-1", "Ada Lovelace Analytics", "new", "plain", "Sat 28 Feb", "EUR 1,000.00")
    with pytest.raises(BadInput, match="--stage: found nonsense; allowed opened, new, dunning"):
        await listed(of, stage="nonsense")
    with pytest.raises(BadInput, match="--policy: found nonsense; allowed gentle, plain"):
        await listed(of, policy="nonsense")


async def test_tasks_are_listed_shown_and_answered_in_words(of: Installation) -> None:
    none = await open_tasks.tasks(of, queue=None, about=None, customer=None, overdue=False, limit=50)
    assert table(none).nothing == "Nobody is asked anything."
    await signal(of, "dispute", "id=d-1", "amount=100.00", "reason=two items were missing")
    wanted: dict[str, Any] = {"queue": "disputes", "about": "dispute", "customer": "ada", "limit": 50}
    [row] = table(await open_tasks.tasks(of, **wanted, overdue=False)).rows
    assert row == ("INV-1", "dispute-1", "Answer what Ada Lovelace Analytics objects to", "disputes", "Mon 9 Mar", "")
    assert not table(await open_tasks.tasks(of, **wanted, overdue=True)).rows
    shown = await open_tasks.task(of, invoice="INV-1", name="dispute-1")
    assert "they say: “two items were missing”" in words(shown)
    command = words(shown).splitlines()[-1].split()
    assert command[:4] == ["dunning", "case", "signal", "INV-1"]
    answered = await signal(of, command[4], *command[5:])
    assert words(answered).startswith("d-1: accepted; EUR 900.00 open; next: ")
    assert not table(await open_tasks.tasks(of, **wanted, overdue=False)).rows
    with pytest.raises(NotFound):
        await open_tasks.task(of, invoice="INV-1", name="nothing")


async def test_messages_that_left_and_that_wait_are_listed(of: Installation, time: FakeTimeMachine) -> None:
    waits = table(await sent_messages.messages(of, invoice=None, waiting=True, limit=10))
    assert [row[1:5] for row in waits.rows] == [("INV-1", "Ada Lovelace Analytics", "friendly", "e-mail")]
    await time.advance(3 * DAY)
    told = await sent_messages.messages(of, invoice="INV-1", waiting=False, limit=10)
    left, coming = (part for part in told.parts if isinstance(part, Table))
    assert [(row[1], row[2], row[3]) for row in left.rows] == [("INV-1", "e-mail", "ada@lovelace.example")]
    assert [row[3:5] for row in coming.rows] == [("final", "letter, e-mail")]
    assert told.document["left"][0]["notice"] == "reminder"
    with pytest.raises(NotFound):
        await sent_messages.messages(of, invoice="INV-9", waiting=True, limit=10)
