"""Messages beside the steps, sent when their fact happens: what waits to leave, and whether it is still true (M2)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from dunning.case import Case
from dunning.parts import Said
from dunning.policy.terms import ThanksMessage
from dunning.value import altered

AFTER_THE_END: Final[frozenset[ThanksMessage]] = frozenset({"payment-received", "service-restored"})
LATEST: Final = timedelta(days=30)  # what could not leave for so long is said no more


def says(case: Case, message: ThanksMessage, *about: str, rejected: int = 0) -> Case:
    """The case that says so to its debtor, if its policy does, unless that was known at the opening.

    What waits already leaves as one message with it. `rejected`: how much of a dispute was, in minor units (D3). Under
    a stop of the customer nothing is written (H2).
    """
    if message not in case.policy.thanks or case.now <= case.opened_at:
        return case
    if case.stops:
        return case.note("unsaid", message, "H2", "the customer's stop stands: nothing is written")
    waiting = next((one for one in case.thanks if one.message == message), None)
    if waiting is None:
        return case.evolve(thanks=(*case.thanks, Said(message, about, case.now, case.paid, rejected=rejected)))
    more = tuple(one for one in about if one not in waiting.about)
    return _instead(
        case,
        waiting,
        altered(waiting, about=(*waiting.about, *more), paid=case.paid, rejected=waiting.rejected + rejected),
    )


def put_off(case: Case, message: str, day_start: datetime) -> Case:
    """The case whose message waits for this moment at least."""
    waiting = next((one for one in case.thanks if one.message == message), None)
    return case if waiting is None else _instead(case, waiting, altered(waiting, not_before=day_start))


def said(case: Case, message: str) -> Case:
    """The case for which it left, or could not."""
    return case.evolve(thanks=tuple(one for one in case.thanks if one.message != message))


def still_true(case: Case) -> Case:
    """The case without what newer facts have made untrue: it never leaves."""
    if not case.thanks:
        return case
    kept = tuple(left for left in (_true_part(case, one) for one in case.thanks) if left is not None)
    return case if kept == case.thanks else case.evolve(thanks=kept)


def _instead(case: Case, one: Said, other: Said) -> Case:
    return case.evolve(thanks=tuple(other if each is one else each for each in case.thanks))


def _true_part(case: Case, one: Said) -> Said | None:
    """What may still be said, None for nothing."""
    if case.stops or case.now - one.since > LATEST or (case.closed and one.message not in AFTER_THE_END):
        return None
    if not one.about:
        return one if _is_true(case, one, "") else None
    about = tuple(of for of in one.about if _is_true(case, one, of))
    return altered(one, about=about) if about else None


def _is_true(case: Case, one: Said, of: str) -> bool:
    match one.message:
        case "payment-received":
            return is_whole(case, of)
        case "promise-confirmed":
            return case.promise is not None and case.promise.id == of
        case "promise-broken":
            lapsed = any(promise.id == of for promise in case.lapsed)
            disputed = any(hold.made_by == "dispute" for hold in case.holds)
            arranged = case.promise is not None or case.plan is not None
            return lapsed and not arranged and not disputed and case.paid <= one.paid and case.demandable > 0
        case "plan-agreed":
            return case.plan is not None and case.plan.id == of
        case "dispute-received":
            return any(dispute.id == of for dispute in case.disputes)
        case "dispute-answered":
            return all(dispute.id != of for dispute in case.disputes)
        case "service-suspended":
            return case.suspension is not None and case.suspension.stands
        case "service-restored":
            service = case.suspension
            return service is not None and not service.stands and service.brings_back_from is None


def is_whole(case: Case, payment: str) -> bool:
    """Whether this payment is booked and nothing of it was taken back, or all of that came again."""
    came = [entry for entry in case.ledger if entry.kind == "payment" and entry.id == payment]
    back = [entry.amount for entry in case.ledger if entry.kind in {"reversal", "lifted"} and entry.of == payment]
    return bool(came) and sum(back) <= 0
