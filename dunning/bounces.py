"""What becomes of a notice after it left: delivered, or bounced and tried on the next channel (N1, N2, N4)."""

from __future__ import annotations

from dataclasses import replace

from dunning.case import Case
from dunning.messages import Bounced, Delivered
from dunning.policy import Step
from dunning.state import Resend


def delivered(case: Case, fact: Delivered) -> Case:
    """The case that knows the day on which a channel delivered a notice (N4)."""
    notices = tuple(
        replace(notice, delivered_on=case.today)
        if (notice.notice, notice.channel, notice.delivered_on) == (fact.notice, fact.channel, None)
        else notice
        for notice in case.notices
    )
    return case.evolve(notices=notices).note("delivered", fact.notice, "N4", f"by {fact.channel}", by=fact.channel)


def bounced(case: Case, fact: Bounced) -> Case:
    """The case after a notice came back: it was not served by this channel (N4), and may leave by the next (N2)."""
    sent = [
        at
        for at, notice in enumerate(case.notices)
        if (notice.notice, notice.channel, notice.bounced) == (fact.notice, fact.channel, False)
    ]
    if not sent:
        return case.note("bounced", fact.notice, "N2", "no such notice is known", by=fact.channel)
    back = replace(case.notices[sent[-1]], bounced=True)
    case = case.evolve(notices=(*case.notices[: sent[-1]], back, *case.notices[sent[-1] + 1 :]))
    case = case.note("bounced", fact.notice, "N2", f"by {fact.channel}", by=fact.channel)
    step = next((step for step in case.policy.steps if step.name == fact.notice), None)
    nobody = all(notice.bounced for notice in case.notices if notice.notice == fact.notice)
    return case if step is None or case.closed or not nobody else _goes_on(case, step, back.message, fact)


def _goes_on(case: Case, step: Step, message: str, fact: Bounced) -> Case:
    """A notice that reached nobody leaves by the next channel; without one, where it matters, a person is asked."""
    notice = step.notice
    first = notice is not None and notice.first and not _overtaken(case, step)
    rest = notice.by[notice.by.index(fact.channel) + 1 :] if notice and first and fact.channel in notice.by else ()
    if not first and not _awaited(case, step):
        return case
    return case.evolve(resends=(*case.resends, Resend(step.name, message, rest, case.now)))


def _overtaken(case: Case, step: Step) -> bool:
    return any(state.status == "done" for state in case.steps[case.policy.index(step.name) + 1 :])


def _awaited(case: Case, step: Step) -> bool:
    """Whether a step to come waits until this notice was served, which now never happens by itself (N4)."""
    return any(
        later.requires == step.name and state.status == "open"
        for later, state in zip(case.policy.steps, case.steps, strict=True)
    )
