"""What people asked for and is not done yet, held against every fact that comes in between (F1)."""

from __future__ import annotations

from dunning.attempts import sent_again
from dunning.case import Case
from dunning.effects import BookWriteOff, Charge, Effect, HandOffDebt
from dunning.value import altered


def still_wanted(case: Case) -> Case:
    """The case without what a newer fact forbids: an attempt under a hold, a hand-off of a protected customer."""
    if not case.todo:
        return case
    kept = tuple(effect for effect in case.todo if not _forbidden(case, effect))
    return case if len(kept) == len(case.todo) else case.evolve(todo=kept)


def _forbidden(case: Case, effect: Effect) -> bool:
    match effect:
        case Charge() if effect.attempt <= len(case.attempts):
            return not sent_again.still_wanted(case, effect)
        case Charge():
            return case.demandable <= 0 or (effect.by != "customer" and bool(case.holds or not case.consent))
        case HandOffDebt():
            return bool(case.stops)
        case _:
            return False


def at_this_moment(case: Case, effect: Effect) -> Effect:
    """What was asked for, with the amount as it is now."""
    match effect:
        case Charge():
            return altered(effect, amount=min(effect.amount, case.demandable))
        case BookWriteOff() | HandOffDebt():
            return altered(effect, amount=case.balance)
        case _:
            return effect
