"""Notices beside the ladder: a link to pay (C2), a reminder of an instalment (A3), and those that leave again (N2)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dunning import acting, arrangements, charging, ladder
from dunning.case import Case
from dunning.due import BESIDE, CHARGE, Due
from dunning.effects import SendNotice
from dunning.noticed import INSTALMENT, PAY_LINK
from dunning.records import Channel
from dunning.state import Instalment

BY: Final[tuple[Channel, ...]] = ("email", "sms", "letter")  # the first that works


def instalments(case: Case) -> list[Due]:
    """Due instalments are charged on their day if they can be, else their debtor is reminded once (A3)."""
    if case.plan is None or case.in_flight or any(hold.made_by != "plan" for hold in case.holds):
        return []
    parts = (_instalment(case, number, part, left) for number, part, left in arrangements.open_parts(case))
    return [due for due in parts if due is not None]


def _instalment(case: Case, number: int, part: Instalment, left: int) -> Due | None:
    if part.reminded or case.plan is None:
        return None
    start = max(case.calendar.start(part.on), case.now)
    may_charge = case.policy.charging and case.consent and not part.tried
    charge = charging.next_charge(case, amount=left, by="plan", at=start) if may_charge else None
    if charge is not None:
        return Due(start, CHARGE, lambda: charge)
    key = case.key(INSTALMENT, case.plan.id, number)
    notice = SendNotice(
        key, f"{INSTALMENT}-{number}", INSTALMENT, BY, True, left, cap=case.policy.spacing.per_customer  # noqa: FBT003
    )  # fmt: skip
    return Due(_moment(case, start), BESIDE, lambda: notice)


def link(case: Case) -> list[Due]:
    """The customer must act himself: a notice with a link (C2)."""
    since = case.track.link_due_from
    if since is None or case.doing is not None:
        return []
    key, cap = case.key(PAY_LINK, len(case.attempts)), case.policy.spacing.per_customer
    notice = SendNotice(key, PAY_LINK, PAY_LINK, BY, True, case.demandable, cap=cap)  # noqa: FBT003 - for speed
    return [Due(_moment(case, since), BESIDE, lambda: notice)]


def _moment(case: Case, since: datetime) -> datetime:
    at = ladder.contact_allowed(case, since, spaced=True)
    return at if case.side_notice_from is None else max(at, case.calendar.opening(case.side_notice_from))


def again(case: Case) -> list[Due]:
    """The next channel after a bounce, a task where there is none, and copies: the same notice, so not spaced (T7)."""
    if not case.resends:
        return []
    resend = min(case.resends, key=lambda one: one.not_before)
    at = ladder.contact_allowed(case, resend.not_before, spaced=False)
    mark = "copy" if resend.copy else f"again-{len(case.notices)}"
    notice = SendNotice(
        case.key(resend.notice, mark), resend.notice, resend.message, resend.by, not resend.copy, case.demandable,
        deadline_on=acting.deadline_on(case, case.policy.index(resend.notice)), copy=resend.copy, again=not resend.copy,
    )  # fmt: skip
    return [Due(at, BESIDE, lambda: notice)]
