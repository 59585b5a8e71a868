"""What a channel answered to a notice, at once or later: sent, put off, delivered, bounced (N1 to N4, T7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final, assert_never

from dunning import tasks, thanks
from dunning.agreements import plans
from dunning.answers import Answer, Deferred, Down, Sent
from dunning.case import Case
from dunning.charging import track
from dunning.effects import SendNotice
from dunning.fees import Unsent
from dunning.ladder import dates, running_step
from dunning.messages import Bounced, Complained, Delivered, OptedOut
from dunning.notices import outage
from dunning.parts import NoticeState, Resend
from dunning.policy import Step
from dunning.purposes import COPIES, NoticePurpose
from dunning.records import Channel
from dunning.value import altered

WHY: Final[dict[NoticePurpose, str]] = {
    "step": "the step's day",
    "pay_link": "the customer has to act",
    "instalment": "an instalment is due",
    "copy": "a marked copy",
    "next_channel": "the next channel after a bounce",
    "resend": "a marked copy, as a person asked",
    "thanks": "its fact has happened",
}


NO_MOMENT: Final = "no moment within 7 days is in contact hours in every zone in which the debtor may be"


def noticed(case: Case, effect: SendNotice, answer: Answer) -> Case:
    """The case after the answer to a notice."""
    if isinstance(answer, Down):
        return outage.waits(case, effect, answer)
    if isinstance(answer, Deferred):
        return _deferred(case, effect, answer)
    case = case if case.outage is None else outage.over(case)
    if effect.purpose == "thanks":
        return _said(case, effect, answer)
    if not isinstance(answer, Sent):
        unsent = None if effect.step is None else Unsent(effect.step, effect.fees)
        case = tasks.asks(case, "unreachable", "collections", tasks.PATIENCE, effect.notice, serves=unsent)
        rule, why = ("N1", "no listed channel can be used") if case.calendar.reaches(case.now) else ("L3", NO_MOMENT)
        case = case.note("unreachable", effect.notice, rule, why)
        return _after(case, effect, sent=False)
    for channel in answer.channels:
        case = _sent(case, effect, channel, answer)
    return _after(_copy_wanted(case, effect, answer), effect, sent=True)


def _said(case: Case, effect: SendNotice, answer: Answer) -> Case:
    """Thanks are no notice that a step, a spacing or a bounce looks at; where no channel takes them nobody is asked."""
    case, channels = thanks.said(case, effect.message), answer.channels if isinstance(answer, Sent) else ()
    if not channels:
        return case.note("unsaid", effect.message, "M2", "no channel can be used")
    for channel in channels:
        case = case.note("notice", effect.message, "M2", WHY["thanks"], by=channel, demands=effect.demands)
    return case


def _sent(case: Case, effect: SendNotice, channel: Channel, answer: Sent) -> Case:
    """A channel's acceptance is its delivery until a bounce says otherwise (N4); an unknown fate delivers nothing."""
    today, shared = case.today, answer.shared
    delivered_on = None if channel in answer.unsure else today
    costs_alone = case.costs_alone and effect.purpose != "instalment"  # an agreed part is no demand of its own (A3)
    notice = NoticeState(
        effect.notice, effect.message, channel, today, delivered_on, effect.purpose, costs_alone=costs_alone,
        shared=None if shared is None else shared.key,
    )  # fmt: skip
    case, why = case.evolve(notices=(*case.notices, notice)), WHY[effect.purpose]
    if shared is None:
        return case.note("notice", effect.message, "N1", why, by=channel, demands=effect.demands, step=effect.step)
    return case.note(
        "notice", shared.message, "N5", why, by=channel,
        demands=shared.demands, step=effect.step, invoices=shared.invoices,
        lead=None if shared.lead == case.invoice.id else shared.lead,
    )  # fmt: skip


def _copy_wanted(case: Case, effect: SendNotice, answer: Sent) -> Case:
    """A notice whose fate is unknown counts as sent, unless it sets a deadline: then one copy goes a day later (N3)."""
    if not answer.unsure or effect.deadline_on is None or effect.step is None or effect.purpose in COPIES:
        return case
    tomorrow = case.calendar.start(case.today + timedelta(days=1))
    key = None if answer.shared is None else answer.shared.key
    copy = Resend(effect.step, effect.message, answer.unsure, tomorrow, "copy", shared=key)
    return case.evolve(resends=(*case.resends, copy))


def _deferred(case: Case, effect: SendNotice, answer: Deferred) -> Case:
    """The case that waits, for the contact limit (T7) or for settings (M1): its step, or a notice beside the ladder."""
    case = case.note("deferred", effect.notice, answer.rule, answer.why)
    start = case.calendar.start(answer.until)
    if effect.purpose == "thanks":
        return thanks.put_off(case, effect.message, start)
    if any(_is_of(one, effect) for one in case.resends):
        later_ones = (altered(one, not_before=start) if _is_of(one, effect) else one for one in case.resends)
        return case.evolve(resends=tuple(later_ones))
    later = running_step.defer_step(case, effect, answer.until)
    return case.evolve(side_notice_from=answer.until) if later is None else later


def _after(case: Case, effect: SendNotice, *, sent: bool) -> Case:
    match effect.purpose:
        case "step":
            return running_step.one_more(case, effect)
        case "pay_link":
            return case.evolve(track=track.unlinked(case.track))
        case "instalment":
            return plans.reminded(case, effect.instalment or 0)
        case "copy" | "resend":
            return _no_resend(case, effect)
        case "next_channel":
            case = _no_resend(case, effect)
            return _sent_again(case, effect.notice) if sent else case
        case "thanks":
            return case
        case _:
            assert_never(effect.purpose)


def _no_resend(case: Case, effect: SendNotice) -> Case:
    return case.evolve(resends=tuple(again for again in case.resends if not _is_of(again, effect)))


def _is_of(again: Resend, effect: SendNotice) -> bool:
    return (again.step, again.purpose) == (effect.notice, effect.purpose)


def _sent_again(case: Case, step: str) -> Case:
    """After a bounce the next step keeps its distance from the notice that was sent last (N2).

    One that comes back counts from there as well, and from its first time for the steps that follow (T8).
    """
    index = case.policy.index(step)
    state, today = case.steps[index], case.today
    if state.again_from is not None:
        state = altered(state, again_from=today)
    if state.times <= 1:
        late = today > dates.calendar_on(case, index)
        state = altered(state, left_on=today, anchors=state.anchors or late)
    return case.with_step(index, state)


def delivered(case: Case, fact: Delivered) -> Case:
    """The case that knows the day on which a channel delivered a notice (N4)."""
    at = _meant(case, fact, lambda one: one.delivered_on is None)
    case = case if at is None else _with_notice(case, at, altered(case.notices[at], delivered_on=case.today))
    return case.note("delivered", fact.notice, "N4", f"by {fact.channel}", by=fact.channel)


def bounced(case: Case, fact: Bounced) -> Case:
    """The case after a notice came back: it was not served by this channel (N4), and may leave by the next (N2)."""
    at = _meant(case, fact, lambda one: not one.bounced)
    if at is None:
        return case.note("bounced", fact.notice, "N2", "no such notice is known", by=fact.channel)
    back = altered(case.notices[at], bounced=True)
    case = _with_notice(case, at, back).note("bounced", fact.notice, "N2", f"by {fact.channel}", by=fact.channel)
    step = next((step for step in case.policy.steps if step.name == back.step), None)
    return case if step is None else _goes_on(case, step, at, fact)


def ended(case: Case, fact: Complained | OptedOut) -> Case:
    """The case whose debtor wants nothing more at this address (M5): it is not used again until it changes (N2)."""
    if isinstance(fact, Complained):
        return case.note("complained", fact.channel, "M5", "the debtor complained of a message", by=fact.channel)
    return case.note("opted_out", fact.channel, "M5", "the debtor wants nothing more here", by=fact.channel)


def _meant(case: Case, fact: Delivered | Bounced, open_: Callable[[NoticeState], bool]) -> int | None:
    """Which of the case's notices is meant: the newest that fits. Whoever tells of one knows only its channel, and what
    it is called or, where none is called so, its message.
    """
    every = [(at, one) for at, one in enumerate(case.notices) if one.channel == fact.channel]
    named = [(at, one) for at, one in every if one.notice == fact.notice]
    is_step = any(step.name == fact.notice for step in case.policy.steps)
    meant = named if is_step else named or [(at, one) for at, one in every if one.message == fact.notice]
    return next((at for at, one in reversed(meant) if open_(one)), None)


def _with_notice(case: Case, at: int, notice: NoticeState) -> Case:
    return case.evolve(notices=(*case.notices[:at], notice, *case.notices[at + 1 :]))


def _goes_on(case: Case, step: Step, at: int, fact: Bounced) -> Case:
    """A notice that reached nobody leaves by the next channel; without one, where it matters, a person is asked."""
    notice, since, back = step.notice, _last_time(case, step), case.notices[at]
    first = notice is not None and notice.first and at >= since and not _overtaken(case, step)
    copied = any(again.step == step.name and again.purpose == "copy" for again in case.resends)
    left = [one for one in case.notices[since if first else 0 :] if one.step == step.name and not one.bounced]
    if any(one.delivered_on or copied for one in left) or not (first or _awaited(case, step)):
        return case
    rest = notice.by[notice.by.index(fact.channel) + 1 :] if notice and first and fact.channel in notice.by else ()
    again = Resend(step.name, back.message, rest, case.now, shared=back.shared)
    return case.evolve(resends=(*case.resends, again))


def _last_time(case: Case, step: Step) -> int:
    """Where the notices of the last of a step's times begin: those that bounce are no other time's (T8)."""
    own = [number for number, one in enumerate(case.notices) if (one.notice, one.purpose) == (step.name, "step")]
    return next(number for number in own if case.notices[number].sent_on == case.notices[own[-1]].sent_on)


def _overtaken(case: Case, step: Step) -> bool:
    return any(state.status == "done" for state in case.steps[case.policy.index(step.name) + 1 :])


def _awaited(case: Case, step: Step) -> bool:
    """Whether a step to come waits until this notice was served, which now never happens by itself (N4)."""
    return any(
        later.requires == step.name and state.status == "open"
        for later, state in zip(case.policy.steps, case.steps, strict=True)
    )
