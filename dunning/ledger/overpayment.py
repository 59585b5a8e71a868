"""Money that was paid too much is the customer's, and a person is asked what to do with it (P3)."""

from __future__ import annotations

from dunning import tasks
from dunning.case import Case
from dunning.parts import TaskState


def asks_about_overpayment(case: Case) -> Case:
    """The closed case that puts money paid too much before a person, once, until nothing of it is left (P3)."""
    asked = tasks.task_of(case, "overpayment")
    if case.balance >= 0:
        return case if asked is None else _taken_back(case, asked)
    if asked is not None:
        return case
    too_much = -case.balance
    why = f"{case.amount(too_much)} was paid too much"
    return tasks.asks(case, "overpayment", "finance", tasks.PATIENCE, why, amount=too_much)


def _taken_back(case: Case, task: TaskState) -> Case:
    return tasks.over(case, [task]).note("dispose", task.id, "P3", "nothing is paid too much any more")
