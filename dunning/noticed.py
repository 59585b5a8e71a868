"""What a channel answered to a notice: the step is done, a person is asked instead, or it waits (N1 to N3, T7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dunning import arrangements, charging, rung, tasks
from dunning.answers import Answer, Deferred, Sent
from dunning.case import Case
from dunning.effects import BookFee, SendNotice
from dunning.records import Channel
from dunning.state import NoticeState, Resend

PAY_LINK = "pay-link"
INSTALMENT = "instalment"


def noticed(case: Case, effect: SendNotice, answer: Answer) -> Case:
    """The case after the answer to a notice."""
    if isinstance(answer, Deferred):
        return deferred(case, effect, answer)
    if not isinstance(answer, Sent):
        case = tasks.asks(case, "unreachable", "collections", tasks.PATIENCE, effect.notice)
        case = case.note("unreachable", effect.notice, "N1", "no listed channel can be used")
        return _after(case, effect, sent=False)
    for channel in answer.channels:
        case = _sent(case, effect, channel, unsure=channel in answer.unsure)
    return _after(_copy_wanted(case, effect, answer), effect, sent=True)


def _sent(case: Case, effect: SendNotice, channel: Channel, *, unsure: bool) -> Case:
    """A channel's acceptance is its delivery until a bounce says otherwise (N4); an unknown fate delivers nothing."""
    today = case.today
    delivered_on, again = None if unsure else today, effect.copy or effect.again
    notice = NoticeState(effect.notice, effect.message, channel, today, delivered_on, again=again)
    why = "a marked copy" if effect.copy else "the next channel after a bounce" if effect.again else "the step's day"
    case = case.evolve(notices=(*case.notices, notice))
    return case.note("notice", effect.message, "N1", why, by=channel, demands=effect.demands, step=effect.notice)


def _copy_wanted(case: Case, effect: SendNotice, answer: Sent) -> Case:
    """A notice whose fate is unknown counts as sent, unless it sets a deadline: then one copy goes a day later (N3)."""
    if not answer.unsure or effect.deadline_on is None or effect.copy:
        return case
    tomorrow = case.calendar.start(case.today + timedelta(days=1))
    copy = Resend(effect.notice, effect.message, answer.unsure, tomorrow, copy=True)
    return case.evolve(resends=(*case.resends, copy))


def deferred(case: Case, effect: SendNotice | BookFee, answer: Deferred) -> Case:
    """The case that waits for the customer's contact limit: its step, or a notice beside the ladder (T7)."""
    about = effect.notice if isinstance(effect, SendNotice) else effect.step
    why = answer.why or f"the customer's contact limit, until {answer.until}"
    case = case.note("deferred", about, "T7", why)
    later = rung.deferred(case, effect, answer.until)
    return case.evolve(side_notice_from=answer.until) if later is None else later


def _after(case: Case, effect: SendNotice, *, sent: bool) -> Case:
    if effect.copy or effect.again:
        left = tuple(again for again in case.resends if (again.notice, again.copy) != (effect.notice, effect.copy))
        case = case.evolve(resends=left)
        return _sent_again(case, effect) if effect.again and sent else case
    if effect.message == PAY_LINK:
        return case.evolve(track=charging.unlinked(case.track))
    if effect.message == INSTALMENT:
        return arrangements.reminded(case, int(effect.notice.rpartition("-")[2]))
    return rung.one_more(case, effect)


def _sent_again(case: Case, effect: SendNotice) -> Case:
    """After a bounce the next step keeps its distance from the notice that was sent last (N2)."""
    index = case.policy.index(effect.notice)
    state = case.steps[index]
    late = state.ready_on is not None and case.today > state.ready_on
    return case.with_step(index, replace(state, left_on=case.today, anchors=state.anchors or late))
