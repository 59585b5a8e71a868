"""Notices that a person asks for: once more, as a marked copy, or now, before their day (N3)."""

from __future__ import annotations

from dunning.case import Case
from dunning.errors import RefusalReason
from dunning.ladder import costs_alone
from dunning.ladder.condition_values import looking_into
from dunning.messages import SendAgain, SendNow
from dunning.parts import AskedFor, Resend
from dunning.value import altered


def why_not_again(case: Case, request: SendAgain) -> RefusalReason | None:
    """Why the notice of a step does not leave once more, or None: it was sent before, and the case demands."""
    unfit = _why_unfit(case, request.step)
    if unfit is not None:
        return unfit
    if not any(notice.step == request.step for notice in case.notices):
        return ("N3", f"the notice of step {request.step} was not sent yet")
    return _why_silent(case)


def sends_again(case: Case, request: SendAgain) -> Case:
    """The case whose step's notice leaves once more at the first allowed moment, on the channels of the step (N3)."""
    notice = case.rules.steps[case.policy.index(request.step)].notice
    if notice is None:
        return case
    asked = AskedFor(case.now, request.by, request.reason)
    copy = Resend(request.step, notice.message, notice.by, case.now, "resend", asked)
    case = case.evolve(resends=(*case.resends, copy))
    return case.note("resend", request.step, "N3", request.reason, step=request.step)


def why_not_now(case: Case, request: SendNow) -> RefusalReason | None:
    """Why a step's notice does not leave before its day, or None: it is the next step, and the case demands (T4)."""
    unfit = _why_unfit(case, request.step)
    if unfit is not None:
        return unfit
    index, current = case.policy.index(request.step), case.current
    if case.steps[index].status != "open":
        return ("T4", f"step {request.step} is past")
    if index != current:
        between = "" if current is None else f"; the next one is {case.rules.steps[current].name}"
        return ("T4", f"step {request.step} is not the next one{between}")
    when = case.rules.steps[index].when
    failing = () if when is None else when.failing(looking_into(case))
    told = [f"{field} is {value}" for field, value in failing if not field.startswith("account.")]
    if told:
        return ("F5", f"the condition of step {request.step} is false: {', '.join(told)}")
    return _why_silent(case)


def sends_now(case: Case, request: SendNow) -> Case:
    """The case whose next step is ready now: contact hours, spacing, deadlines and approvals stay (T2, T5)."""
    index = case.policy.index(request.step)
    state = altered(case.steps[index], sent_now=AskedFor(case.now, request.by, request.reason))
    return case.with_step(index, state).note("send_now", request.step, "N3", request.reason, step=request.step)


def stands(case: Case, request: SendAgain | SendNow) -> bool:
    """Whether the very same is asked for already, and has not happened yet."""
    if isinstance(request, SendNow):
        wishes = [
            s.sent_now
            for p, s in zip(case.policy.steps, case.steps, strict=True)
            if p.name == request.step and s.status == "open"
        ]
    else:
        wishes = [one.asked for one in case.resends if one.step == request.step]
    return any(wish is not None and (wish.by, wish.reason) == (request.by, request.reason) for wish in wishes)


def given_up(case: Case) -> Case:
    """The case without what a person wished to be sent: it has closed, and opening again is another story (S4)."""
    left = tuple(one for one in case.resends if one.purpose != "resend")
    if len(left) < len(case.resends):
        case = case.evolve(resends=left)
    index = case.current
    if index is None or case.steps[index].sent_now is None:
        return case
    return case.with_step(index, altered(case.steps[index], sent_now=None))


def _why_unfit(case: Case, name: str) -> RefusalReason | None:
    """Why this is no step whose notice a person may ask for, or None."""
    names = [step.name for step in case.policy.steps if step.notice is not None]
    if name in names:
        return None
    known = f"the steps that send one: {', '.join(names) or 'none'}"
    if any(step.name == name for step in case.policy.steps):
        return ("N3", f"step {name} sends no notice; {known}")
    return ("N3", f"no step {name}; {known}")


def _why_silent(case: Case) -> RefusalReason | None:
    """Why the case sends nothing to the debtor at present, or None."""
    if case.holds:
        return ("H1", f"a hold stands: {case.holds[0].reason}")
    if not case.demands:
        return ("F4", "too little is demandable")
    alone = costs_alone.why_not_demanded(case) if case.costs_alone else None
    return None if alone is None else ("F7", alone)
