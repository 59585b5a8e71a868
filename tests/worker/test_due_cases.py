"""How early a case must open for the steps that a policy has before the due date."""

from __future__ import annotations

import pytest

from tests.workflows.office import notify, policy
from worker.due_cases import lead_days


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
