"""Two people for what one may not give up alone (R3): the first one's wish waits until a second one lets it happen."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from dunning import tasks
from dunning.case import Case
from dunning.errors import RefusalReason
from dunning.ledger import closing
from dunning.messages import Approve, Dispose, HandOff, WriteOff
from dunning.money import minor
from dunning.parts import GivingUp, TaskState

QUEUE: Final = "approvals"
_WORDS: Final = {"write_off": "a write-off", "hand_off": "a hand-off"}


def wish_of(case: Case, request: WriteOff | HandOff | Dispose) -> GivingUp | None:
    """What somebody asks for that needs a second person, or None where they may do it alone."""
    if not _is_above(case, request.alone_up_to):
        return None
    match request:
        case WriteOff():
            return GivingUp("write_off", request.by, request.reason)
        case HandOff():
            return GivingUp("hand_off", request.by or "", agency=request.agency)
        case Dispose(write_off=terms) if terms is not None:
            return GivingUp("write_off", terms.by, terms.reason)
        case Dispose(hand_off=True):
            return GivingUp("hand_off", request.by or "")
        case _:
            return None


def asks(case: Case, wish: GivingUp) -> Case:
    """The case with a question to a second person; the first one's task, if they answered one, stays open till then."""
    about = f"{_in_words(wish)}: {wish.reason}" if wish.reason else _in_words(wish)
    case = tasks.asks(case, "four-eyes", QUEUE, tasks.PATIENCE, about, amount=case.balance)
    return tasks.about_wish(case, wish)


def why_not_asked(case: Case, wish: GivingUp) -> RefusalReason | None:
    """Why nobody else is asked about it: it has no author, or somebody is asked already; None where they are."""
    if not wish.by:
        return ("R3", f"{_WORDS[wish.what]} of this amount needs two people: say by whom it is")
    waiting = tasks.task_of(case, "four-eyes")
    return ("R3", f"a second person is asked already: task {waiting.id}") if waiting else None


def why_not_approved(case: Case, request: Approve) -> RefusalReason | None:
    """Why somebody's answer is none, or None."""
    asked = _asked(case, request)
    if asked is None:
        known = ", ".join(task.id for task in case.tasks if task.wish) or "none"
        return ("R3", f"no task {request.task} asks for a second person; open: {known}")
    _, wish = asked
    if _is_same(wish.by, request.by):
        return ("R3", f"{wish.by} asked for it: it takes another person")
    return closing.why_no_hand_off(case) if wish.what == "hand_off" and not request.no else None


def approved(case: Case, request: Approve) -> Case:
    """The case after a second person let it happen, or turned it down."""
    asked = _asked(case, request)
    if asked is None:
        return case
    task, wish = asked
    case, what = tasks.over(case, [task]), _in_words(wish)
    if request.no:
        return case.note("dispose", task.id, "R3", f"{what}: turned down by {request.by}")
    case = case.note("approve", task.id, "R3", f"{what}: approved by {request.by}", by=request.by)
    return _granted(case, wish)


def _granted(case: Case, wish: GivingUp) -> Case:
    """The case in which it happens."""
    if wish.what == "hand_off":
        return closing.hands_off(case, wish.agency)
    return closing.writes_off(case, wish.by, wish.reason)


def _in_words(wish: GivingUp) -> str:
    return f"{_WORDS[wish.what]}, asked for by {wish.by}"


def _is_above(case: Case, alone_up_to: Decimal | None) -> bool:
    return alone_up_to is not None and case.balance > minor(alone_up_to, case.invoice.currency)


def _is_same(one: str, another: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(another.split()).casefold()


def _asked(case: Case, request: Approve) -> tuple[TaskState, GivingUp] | None:
    """The newest task that asks for a second person and is named so, by its id or its kind."""
    found = [(task, task.wish) for task in case.tasks if task.wish and request.task in {task.id, task.kind}]
    return found[-1] if found else None
