"""Two people for what one may not give up alone (R3): the first one's wish waits until a second one lets it happen."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

from dunning import tasks
from dunning.case import Case
from dunning.errors import RefusalReason
from dunning.ledger import closing, waivers
from dunning.messages import Approve, Dispose, HandOff, Waive, WriteOff
from dunning.money import minor
from dunning.parts import GivingUp, TaskState

QUEUE: Final = "approvals"
_WORDS: Final = {"write_off": "a write-off", "hand_off": "a hand-off", "waiver": "a waiver"}


def wish_of(case: Case, request: WriteOff | HandOff | Dispose | Waive) -> GivingUp | None:
    """What somebody asks for that needs a second person, or None where they may do it alone."""
    if isinstance(request, Waive):
        return _waiver(case, request)
    if not _is_above(case, case.balance, request.alone_up_to):
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


def _waiver(case: Case, request: Waive) -> GivingUp | None:
    """A waiver is held against the limit by what is waived, and not by what is owed."""
    terms = waivers.terms_of(case, request)
    if not _is_above(case, terms.amount, request.alone_up_to):
        return None
    return GivingUp("waiver", request.by, request.reason, waiver=terms)


def asks(case: Case, wish: GivingUp) -> Case:
    """The case with a question to a second person; the first one's task, if they answered one, stays open till then."""
    about = f"{_in_words(case, wish)}: {wish.reason}" if wish.reason else _in_words(case, wish)
    amount = wish.waiver.amount if wish.waiver else case.balance
    case = tasks.asks(case, "four-eyes", QUEUE, tasks.PATIENCE, about, amount=amount)
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
    return None if request.no else _why_not_now(case, wish)


def _why_not_now(case: Case, wish: GivingUp) -> RefusalReason | None:
    """Why what was asked for cannot happen as things stand, or None."""
    if wish.waiver:
        return waivers.why_too_much(case, wish.waiver)
    return closing.why_no_hand_off(case) if wish.what == "hand_off" else None


def approved(case: Case, request: Approve, at: datetime) -> Case:
    """The case after a second person let it happen, or turned it down."""
    asked = _asked(case, request)
    if asked is None:
        return case
    task, wish = asked
    case, what = tasks.over(case, [task]), _in_words(case, wish)
    if request.no:
        return case.note("dispose", task.id, "R3", f"{what}: turned down by {request.by}")
    case = case.note("approve", task.id, "R3", f"{what}: approved by {request.by}", by=request.by)
    return _granted(case, wish, at)


def _granted(case: Case, wish: GivingUp, at: datetime) -> Case:
    """The case in which it happens."""
    if wish.waiver:
        return waivers.waived(case, wish.waiver, wish.by, wish.reason, at)
    if wish.what == "hand_off":
        return closing.hands_off(case, wish.agency)
    return closing.writes_off(case, wish.by, wish.reason)


def _in_words(case: Case, wish: GivingUp) -> str:
    what = _WORDS[wish.what]
    if wish.waiver:
        what += f" of {case.amount(wish.waiver.amount)} {case.invoice.currency} of {wish.waiver.of}"
    return f"{what}, asked for by {wish.by}"


def _is_above(case: Case, amount: int, alone_up_to: Decimal | None) -> bool:
    return alone_up_to is not None and amount > minor(alone_up_to, case.invoice.currency)


def _is_same(one: str, another: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(another.split()).casefold()


def _asked(case: Case, request: Approve) -> tuple[TaskState, GivingUp] | None:
    """The newest task that asks for a second person and is named so, by its id or its kind."""
    found = [(task, task.wish) for task in case.tasks if task.wish and request.task in {task.id, task.kind}]
    return found[-1] if found else None
