"""What a policy may name as it likes, and the core takes for something of its own: each the smallest story.

They are not the core's: a step, a task or a message of that name is the policy's own.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from dunning.effects import SuspendService
from dunning.policy import Policy
from dunning.simulation.simulate import Event
from dunning.simulation.world import Script
from tests.dunning.attended import LAST, Attended
from tests.dunning.cases import DUE, Story, at, notify, policy, step

FINAL = notify("final", deadline="9 days")
CHARGED = {"schedule": ["0 days", "1 day"], "attempts": 2, "within": "9 days"}
IN_VAIN = {"methods": ["m1"], "gateway": [Script("expired_card")] * 9}


def task(kind: str) -> dict[str, Any]:
    return {"task": {"kind": kind, "within": "5 days"}}


def attended(terms: Policy, *events: Event, **more: Any) -> Attended:
    told = Attended(terms, list(events), **more)
    told.run(LAST)
    return told


def days_of(told: Story, kind: str) -> list[int]:
    """Days after the due date on which lines of a kind were written."""
    return [(told.case.calendar.day(line.at) - DUE).days for line in told.journal if line.kind == kind]


def twice(told: Story) -> list[str]:
    """The keys under which two acts were asked for."""
    counts = Counter(act.effect.key for act in told.performed)
    return [key for key, count in counts.items() if count > 1]


# The kind of a task


def test_a_step_may_open_a_task_called_overpayment() -> None:
    """The core has a question of that name, what to do with money paid too much (P3)."""
    told = attended(policy(step("call", 3, task("overpayment"))))
    assert told.case.closed


def test_a_step_may_open_a_task_called_end() -> None:
    """Its answer is not the answer at the end of the ladder (S2)."""
    told = attended(policy(step("call", 3, task("end")), step("last", 40, notify("final"))))
    assert days_of(told, "notice") == [42]
    assert days_of(told, "closed") == [72]


def test_a_step_may_open_a_task_called_unreachable() -> None:
    """Who closes it has not served the step's notice, which has not left yet (N4)."""
    final = notify("final", deadline="4 days")
    told = attended(
        policy(
            step("reminder", 3, notify("friendly")),
            step("final", 4, task("unreachable"), final),
            step("stop", 5, {"suspend": {}}, requires="final"),
            spacing={"per_customer": {"notices": 1, "within": "9 days"}},
        )
    )
    assert days_of(told, "notice") == [3, 14]
    assert days_of(told, "suspend") == [21]


def test_a_step_may_open_a_task_called_dispute() -> None:
    """It is no dispute: who was asked can answer it (H3, H6)."""
    told = attended(policy(step("call", 3, task("dispute"))))
    assert not any(line.escalated for line in told.journal)


# The name of a step


def test_a_step_may_be_called_attempt() -> None:
    told = attended(policy(step("attempt", 3, task("call"), notify("firm")), charging=CHARGED), **IN_VAIN)
    assert twice(told) == []


def test_a_step_may_be_called_close() -> None:
    told = attended(
        policy(step("close", 3, task("call"), task("visit"), task("letter"))),
        Event(at(1), "payment_received", {"id": "p1", "amount": "100.00"}, "INV-1"),
        Event(at(2), "payment_reversed", {"id": "r1", "payment_id": "p1", "amount": "100.00"}, "INV-1"),
    )
    assert twice(told) == []


def test_a_step_may_be_called_pay_link() -> None:
    told = attended(policy(step("pay-link", 3, task("call"), notify("firm")), charging=CHARGED), **IN_VAIN)
    assert twice(told) == []


def stopped_at(told: Story) -> datetime:
    [stopped] = [act.at for act in told.performed if isinstance(act.effect, SuspendService)]
    return stopped


def test_a_link_to_pay_is_no_notice_of_a_step_called_pay_link() -> None:
    """It left days before; the deadline counts from the step's own notice (N4)."""
    final, stop = step("pay-link", 9, FINAL), step("stop", 11, {"suspend": {}}, requires="pay-link")
    told = attended(policy(final, stop, charging=CHARGED), **IN_VAIN)
    assert stopped_at(told) >= at(19, "00:00")


def test_a_reminder_of_an_instalment_is_no_notice_of_a_step_called_instalment_1() -> None:
    """It left days before, while the plan stood; the deadline counts from the step's own notice (N4)."""
    final, stop = step("instalment-1", 9, FINAL), step("stop", 11, {"suspend": {}}, requires="instalment-1")
    parts = [{"on": DUE + timedelta(days=2), "amount": "100.00"}]
    told = attended(
        policy(final, stop, plan={"instalments": 1, "longest": "9 days"}),
        Event(at(1), "plan", {"id": "pl1", "instalments": parts}, "INV-1"),
    )
    assert stopped_at(told) >= at(19, "00:00")
