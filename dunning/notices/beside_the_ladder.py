"""Notices beside the ladder: a link to pay (C2), an instalment (A3), thanks (M2), and those that leave again (N2)."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final

from dunning import thanks as case_thanks
from dunning.agreements import plans
from dunning.case import Case
from dunning.channels import CHANNELS
from dunning.charging import track
from dunning.due import BESIDE, CHARGE, Due
from dunning.effects import SendNotice
from dunning.ladder import actions, costs_alone, dates
from dunning.parts import Instalment, Resend, Said
from dunning.records import ACCOUNTS
from dunning.value import altered

PAY_LINK: Final = "pay-link"  # message and name outside
INSTALMENT: Final = "instalment"


def instalments(case: Case) -> list[Due]:
    """Due instalments are charged on their day if they can be, else their debtor is reminded once (A3)."""
    if case.plan is None or case.in_flight or any(hold.made_by != "plan" for hold in case.holds):
        return []
    parts = (_instalment(case, number, part, left) for number, part, left in plans.open_parts(case))
    return [due for due in parts if due is not None]


def _instalment(case: Case, number: int, part: Instalment, left: int) -> Due | None:
    if part.reminded or case.plan is None:
        return None
    start = case.calendar.start(part.on)
    may_charge = case.rules.charging and case.consent and not part.tried
    charge = track.next_charge(case, amount=left, by="plan", at=max(start, case.now)) if may_charge else None
    if charge is not None:
        return Due(start, CHARGE, lambda _: charge)
    key, cap = case.next_key(INSTALMENT, case.plan.id, number), case.rules.per_customer
    notice = SendNotice(
        key, f"{INSTALMENT}-{number}", INSTALMENT, CHANNELS, True, left,  # noqa: FBT003 - for speed
        purpose="instalment", instalment=number, cap=cap,
    )  # fmt: skip
    return _due(case, start, notice)


def link(case: Case) -> list[Due]:
    """The customer must act himself: a notice with a link (C2)."""
    since = case.track.link_due_from
    if since is None or case.doing is not None or (case.costs_alone and costs_alone.why_not_demanded(case)):
        return []
    key, cap = case.key(PAY_LINK, len(case.attempts)), case.rules.per_customer
    notice = SendNotice(
        key, PAY_LINK, PAY_LINK, CHANNELS, True, case.demandable, purpose="pay_link", cap=cap  # noqa: FBT003 - for speed
    )  # fmt: skip
    return [_due(case, since, notice)]


def _due(case: Case, since: datetime, notice: SendNotice) -> Due:
    put_off_to = case.side_notice_from
    since = since if put_off_to is None else max(since, case.calendar.opening(put_off_to))
    return dates.in_hours(case, since, BESIDE, partial(_leaves, notice), spaced=True)


def thanks(case: Case) -> list[Due]:
    """What is said of a fact that has happened, in contact hours: no spacing and no hold delays it (M2)."""
    return [_says(case, one) for one in case_thanks.still_true(case).thanks] if case.thanks else []


def _says(case: Case, one: Said) -> Due:
    first = case.calendar.contact_from(max([one.since, *filter(None, [one.not_before, _down_until(case)])]))
    notice = SendNotice(
        case.next_key("thanks", one.message), one.message, one.message, CHANNELS, True,  # noqa: FBT003 - for speed
        max(case.demandable, 0), purpose="thanks",
    )  # fmt: skip
    at = first if first >= case.now else case.calendar.contact_from(case.now)
    return Due(at, BESIDE, lambda _: notice, case.opened_at)  # right after its fact, however late the case wakes


def _down_until(case: Case) -> datetime | None:
    return None if case.outage is None else case.outage.next_at


def again(case: Case) -> list[Due]:
    """The next channel after a bounce, a task where there is none, and copies: the same notice, so not spaced (T7).

    A copy that a person asked for is one more contact: it is spaced, and counts against the limit (N3).
    """
    alone = case.costs_alone and costs_alone.why_not_demanded(case) is not None
    return [_again(case, one) for one in case.resends if not (alone and one.purpose == "resend")]


def _again(case: Case, resend: Resend) -> Due:
    since = resend.not_before if case.outage is None else max(resend.not_before, case.outage.next_at)  # N1
    notice = left_again(case, resend)
    return dates.in_hours(case, since, BESIDE, partial(_leaves, notice), spaced=resend.purpose == "resend")


def left_again(case: Case, resend: Resend) -> SendNotice:
    """The notice that leaves again, as the case is now; with those that shared its message (N5)."""
    index, asked = case.policy.index(resend.step), resend.purpose == "resend"
    step = case.rules.steps[index].notice
    return SendNotice(
        case.next_key("step", resend.step, resend.purpose), resend.step, resend.message, resend.by,
        bool(step and step.first) if asked else resend.purpose == "next_channel", case.demandable,
        deadline_on=actions.deadline_on(case, index), purpose=resend.purpose,
        cap=case.rules.per_customer if asked else None, to=step.to if step else ACCOUNTS,
        consolidate=None if resend.shared is None else case.rules.consolidates, again_of=resend.shared,
    )  # fmt: skip


def _leaves(notice: SendNotice, case: Case) -> SendNotice:
    """By no channel, where no moment is allowed in every zone in which the debtor may be (L3)."""
    return notice if case.calendar.reaches(case.now) else altered(notice, by=())
