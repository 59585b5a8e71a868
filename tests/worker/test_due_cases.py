"""How early a case must open for the steps that a policy has before the due date."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from adapters.storage import Store, migrate
from tests.workflows.office import MONDAY, amsterdam, customer, invoice, notify, policy
from worker.due_cases import StoredDueInvoices, lead_days


@pytest.mark.parametrize(
    "after, days",
    [
        ("3 days", 0),
        ("1 day", 0),
        ("0 days", 1),
        ("-3 days", 4),
        ("0 workdays", 1),
        ("-1 workday", 7),  # Tuesday after Easter, and the Thursday before it
        ("-3 workdays", 11),
    ],
)
def test_the_lead_of_a_policy_reaches_to_its_first_step(after: str, days: int) -> None:
    assert lead_days(policy({"name": "first", "after": after, "do": [notify("friendly")]})) == days


def test_steps_after_the_due_date_or_since_another_step_need_no_lead() -> None:
    later = {"name": "later", "after": {"days": 1, "since": "reminder"}, "do": [notify("firm")]}
    reminder = {"name": "reminder", "after": "3 days", "do": [notify("friendly")]}
    assert lead_days(policy(reminder, later)) == 0


async def test_with_moved_time_what_is_due_is_due_on_the_cases_own_day(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    await migrate(url)
    store = await Store.open(url, policies=[policy()], calendar_for=amsterdam)
    await store.register.customer(customer(), (), MONDAY)
    for name, due_on in (("INV-1", "2026-03-01"), ("INV-2", "2026-04-11"), ("INV-3", "2026-04-12")):
        await store.register.invoice("c1", invoice(name, due_on=due_on), MONDAY)

    async def ahead() -> timedelta:
        return timedelta(days=41)

    due = StoredDueInvoices(store, (policy(),), "Europe/Amsterdam", ahead)
    assert await due.due_for_opening(MONDAY, None, 10) == ("INV-1", "INV-2")
    await due.ask("INV-1", "no-policy", "no policy is loaded", MONDAY)
    assert [task.opened_at for task in (await store.cases.tasks()).rows] == [MONDAY + timedelta(days=41)]
    await due.tried(["INV-1"], MONDAY)
    assert (await due.tries(["INV-1"]))["INV-1"].last == MONDAY  # by the schedule's own clock, which goes on evenly
    await store.close()
