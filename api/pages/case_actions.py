"""What may be done with a case, as its page offers it: a few actions at hand, the others by what they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from adapters.storage.lists.views import TaskView
from api.actions.action import Action
from api.actions.index import BY_NAME
from api.actions.things import FOUR_EYES, SECOND_PERSON
from api.callers import Caller, may
from api.limits import in_path
from api.pages.task_words import task_words
from api.pages.words import minor_money, money_text
from api.shapes.cases import CaseOut
from dunning.calls import CALL

AT_HAND: Final = ("call", "promise", "plan", "dispute", "hold")
_GROUPS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("What they say", ("call", "reply", "promise", "plan", "dispute", "money-under-way")),
    ("What was asked", ("answer-task", "answer-dispute", "approve")),
    ("Messages", ("send-now", "resend")),
    ("The course of the case", ("hold", "release", "escalate", "skip", "policy", "stop", "lift-stop")),
    ("Money", ("payment", "reverse", "charge", "credit", "waive")),
    ("Its end", ("write-off", "hand-off", "recall", "withdraw")),
)
_ANSWERS: Final = {
    CALL: ("call", "task"),
    "dispute": ("answer-dispute", "dispute"),
    "approval": ("approve", "step"),
    FOUR_EYES: ("approve", "step"),
}


@dataclass(frozen=True, slots=True)
class Offered:
    """An action as a link: its title, what it does, and where its form is."""

    title: str
    does: str
    href: str


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task in words, and the form that answers it."""

    task: TaskView
    words: str
    answer: Offered | None


def at_hand(case: CaseOut, who: Caller | None) -> tuple[Offered, ...]:
    """The actions that are wanted most, of those that they may do (R2)."""
    return _offered(case, AT_HAND, who)


def every_action(case: CaseOut, who: Caller | None) -> tuple[tuple[str, tuple[Offered, ...]], ...]:
    """All that they may do with the case as it stands, by what it is about."""
    groups = ((title, _offered(case, names, who)) for title, names in _GROUPS)
    return tuple((title, offered) for title, offered in groups if offered)


def task_rows(case: CaseOut, tasks: Sequence[TaskView], who: str, caller: Caller | None) -> tuple[TaskRow, ...]:
    """The tasks of a case, each with the form by which they may answer it while it is open."""

    def words(task: TaskView) -> str:
        about = money_text(case.money.demandable) if task.amount is None else minor_money(task.amount, task.currency)
        return task_words(task.about, task.note, who, about)

    return tuple(TaskRow(task, words(task), _answer(case, task, caller)) for task in tasks)


def _answer(case: CaseOut, task: TaskView, caller: Caller | None) -> Offered | None:
    if task.closed_at is not None or (caller is not None and is_own_wish(task.asked_by, caller.name)):
        return None
    name, field = _ANSWERS.get(task.about, ("answer-task", "task"))
    action = BY_NAME[name]
    if not action.offered(case) or not may(caller, action.right):
        return None
    of = {"call": task.id, "answer-task": task.id, "approve": task.note}.get(name, task.note)
    return _link(case, action, **{field: f"{SECOND_PERSON}{task.id}" if task.about == FOUR_EYES else of})


def is_own_wish(asked_by: str | None, name: str) -> bool:
    """Whether they asked for it themselves: then another person answers (R3)."""
    return asked_by is not None and asked_by.strip().casefold() == name.casefold()


def _offered(case: CaseOut, names: tuple[str, ...], who: Caller | None) -> tuple[Offered, ...]:
    actions = (BY_NAME[name] for name in names)
    return tuple(_link(case, action) for action in actions if action.offered(case) and may(who, action.right))


def _link(case: CaseOut, action: Action, **named: str) -> Offered:
    query = f"?{urlencode(named)}" if named else ""
    return Offered(action.title, action.does, f"/cases/{in_path(case.invoice_id)}/actions/{action.name}{query}")
