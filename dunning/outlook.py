"""What a notice may say of its case: the facts of the moment, and what the ladder does next (M1).

A notice announces what happens up to the next notice, and that one: so nothing is ever done to a debtor that no message
has announced, and no message speaks of what is not on the ladder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from dunning.agreements import plans
from dunning.case import Case
from dunning.case_facts import Ahead, AheadKind, CaseFacts, DisputeSaid, FailedAttempt, PlanPart, PromiseMade
from dunning.effects import SendNotice
from dunning.engine import ask
from dunning.forecast import foresee
from dunning.journal import Line
from dunning.ledger import parts
from dunning.messages import Approve
from dunning.parts import StepState
from dunning.ports import Act
from dunning.rulebook.decline import codes_of

CALL: Final = "call"  # the kind of task in which a person calls the debtor (M6)
SOMEBODY: Final = "somebody"  # who is assumed to approve of what a person has to approve of (H4)
_ASKED_BY_RULES: Final = frozenset(
    {"approval", "four-eyes", "hold-review", "credit", "unreachable"}
)  # no look at the debtor
_TOLD: Final[dict[str, AheadKind]] = {
    "charge": "charge", "fee": "fee", "interest": "interest", "suspend": "suspend", "hand_off": "hand_off",
}  # fmt: skip


def with_facts(act: Act, case: Case) -> Act:
    """The act, a notice's with what it may say of the case that decided on it."""
    return replace(act, facts=case_facts(case, act.effect, act.at)) if isinstance(act.effect, SendNotice) else act


def case_facts(case: Case, notice: SendNotice, now: datetime) -> CaseFacts:
    """What this notice may say that leaves `now`."""
    owed, plan, again = parts.parts_of(case), case.plan, notice.purpose in {"copy", "resend"}
    waiting = next((one for one in case.thanks if one.message == notice.message), None)
    about, rejected = (waiting.about, waiting.rejected) if waiting else ((), 0)
    open_amounts = plans.open_amounts(case, plan) if plan else []
    return CaseFacts(
        ahead=tuple(_ahead(case, notice, now)),
        failed=_failed(case),
        plan=tuple(
            PlanPart(part.on, part.amount, left)
            for part, left in zip(plan.instalments if plan else (), open_amounts, strict=True)
        ),
        plan_ends_on=next((case.calendar.day(at) for at in plans.lapses_at(case)), None),
        promise=_promise(case, about),
        principal=owed.principal,
        costs=owed.costs + sum(fee.amount for fee in notice.fees if fee.demanded),
        interest=owed.interest,
        paid=case.paid,
        suspended=case.suspension is not None and case.suspension.stands,
        received=_received(case, about) if notice.message == "payment-received" else None,
        dispute=_dispute(case, about, rejected, answered=notice.message == "dispute-answered"),
        copy_of_on=min((one.sent_on for one in case.notices if again and one.notice == notice.notice), default=None),
        disputed=case.disputed,
        overpaid=max(-case.balance, 0),
        ended=case.closed,
    )


def _promise(case: Case, about: tuple[str, ...]) -> PromiseMade | None:
    """The promise that a message is about, which may be broken; else the one that stands."""
    promise = next((one for one in case.lapsed if one.id in about), case.promise)
    if promise is None:
        return None
    since = case.paid - promise.paid_before
    return PromiseMade(promise.amount, promise.on, received=min(max(since, 0), promise.amount))


def _received(case: Case, about: tuple[str, ...]) -> int | None:
    """The payments that a message thanks for, together."""
    return -sum(entry.amount for entry in case.ledger if entry.kind == "payment" and entry.id in about) or None


def _dispute(case: Case, about: tuple[str, ...], rejected: int, *, answered: bool) -> DisputeSaid | None:
    """What is disputed, or how it was answered: what was credited for it, nothing where it was rejected (D3)."""
    if not answered:
        return DisputeSaid(case.disputed) if case.disputes else None
    ours = {case.key("dispute", one) for one in about}
    credited = -sum(entry.amount for entry in case.ledger if entry.kind == "credit" and entry.id in ours)
    return DisputeSaid(credited + rejected, credited) if about else None


def _ahead(case: Case, notice: SendNotice, now: datetime) -> Iterator[Ahead]:
    """What follows this notice, up to the next one."""
    left_at: datetime | None = None
    for line, asked in _to_come(case, now):
        if line.kind == "notice":
            if left_at is None and line.value == notice.message:
                left_at = line.at
            elif left_at is not None and line.at > left_at:
                yield Ahead("notice", case.calendar.day(line.at), asked)
                return
        elif left_at is not None:
            yield from _told(line, case.calendar.day(line.at), asked=asked)


def _to_come(case: Case, now: datetime) -> Iterator[tuple[Line, bool]]:
    """The lines of all that is to come, and whether they need somebody's yes: that it is given is assumed (H4)."""
    asked = False
    for _ in case.steps:
        case = foresee(case, now)
        yield from ((line, asked) for line in case.lines)
        waits = (step.name for step, state in zip(case.policy.steps, case.steps, strict=True) if _waits(state))
        step = next(waits, None)
        if step is None:
            return
        case, now, asked = ask(case.written(), Approve(step=step, by=SOMEBODY), case.now), case.now, True


def _waits(step: StepState) -> bool:
    return step.status == "open" and step.asked and not step.approved


def _told(line: Line, on: date, *, asked: bool) -> Iterator[Ahead]:
    if line.kind in _TOLD:
        yield Ahead(_TOLD[line.kind], on, asked, line.amount, line.method)
    elif line.kind == "task" and line.value not in _ASKED_BY_RULES:
        yield Ahead("call" if line.value == CALL else "review", on, asked)


def _failed(case: Case) -> FailedAttempt | None:
    """The newest attempt, if it was declined and nobody has renewed its method since."""
    last = case.attempts[-1] if case.attempts else None
    if last is None or last.state != "declined":
        return None
    method = next((one for one in case.methods if one.id == last.method), None)
    if method is not None and method.renewed_at is not None and method.renewed_at >= last.at:
        return None
    codes = last.codes or codes_of(last.code or "")
    return FailedAttempt(
        case.calendar.day(last.at), last.method, last.amount, codes, method.network if method else None
    )
