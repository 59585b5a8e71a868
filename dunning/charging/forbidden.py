"""What follows where the rule book allows no attempt: the method waits or is finished, nothing was tried (C4)."""

from __future__ import annotations

from datetime import datetime

from dunning import arrangements, charging
from dunning.answers import Forbidden
from dunning.case import Case
from dunning.charging import methods
from dunning.effects import Charge


def forbidden(case: Case, charge: Charge, answer: Forbidden) -> Case:
    """The case whose method may not be tried now, or never; the next usable one is tried at the same moment.

    A day without banks only moves a debit: it is no reason to charge another method.
    """
    until = _until(case, charge, answer)
    case = methods.barred(case, answer.method, until)
    when = "never" if until is None else f"not before {case.calendar.local(until):%Y-%m-%d %H:%M}"
    why = f"{answer.row}: {answer.why}; {when}"
    if charge.by == "ladder":
        if answer.until_on is not None and until is not None:  # the banks are closed: the attempt moves, by its method
            case = case.evolve(track=charging.woken(case.track, until, answer.method))
        return case.note("forbidden", answer.method, "C4", why, method=answer.method)
    if charge.by == "plan":
        case = arrangements.tried(case)
        return case.note("forbidden", answer.method, "C4", why, method=answer.method)
    return case.note("refused", "attempt", "C4", why, method=answer.method)


def _until(case: Case, charge: Charge, answer: Forbidden) -> datetime | None:
    """The moment from which it may be tried: of a day its first, but the ladder keeps the time of day of its offset."""
    if answer.until_on is None:
        return answer.until
    if charge.by == "ladder":
        return case.calendar.later(case.now, (answer.until_on - case.today).days)
    return case.calendar.start(answer.until_on)
