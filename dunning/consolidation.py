"""One message for several invoices: which cases go along, in whose words it is, and what comes of it for each (N5)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from dunning import channels
from dunning.agreements import lapses
from dunning.answers import Account, Sent
from dunning.case import Case
from dunning.case_facts import CaseFacts
from dunning.effects import SendNotice
from dunning.facts import NoticeShared
from dunning.holds import asked_again
from dunning.ladder import actions, costs_alone, dates
from dunning.ladder.condition_values import looking_into
from dunning.ledger import moments
from dunning.notices import absence, beside_the_ladder
from dunning.policy import Notify
from dunning.records import Channel
from dunning.shared_message import SharedMessage

WORDS: Final = ("hand-over", "final", "formal", "firm", "friendly")  # the most advanced first


class Companion(NamedTuple):
    """An invoice that goes along, and the notice that its case would have sent by itself.

    `facts` are what that may say of its case; None: nothing is said of it.
    """

    due_on: date
    invoice: str
    notice: SendNotice
    facts: CaseFacts | None = None


class Usable(NamedTuple):
    """What the world knows at the moment of a message: the channels that may be used now, the customer's account."""

    channels: Collection[Channel]
    account: Callable[[], Account]


def companion(case: Case, lead: SendNotice, by: Collection[Channel], now: datetime, usable: Usable) -> Companion | None:
    """The notice of another case of the customer that goes along with `lead`, which leaves `by` these channels now.

    None where it does not. What currency it is in, and that it is another's, is for who asks to see.
    """
    case = _as_it_is(case, now)
    if lead.consolidate is None or not _may_write(case):
        return None
    if lead.again_of is None:
        own = _next_notice(case, case.today + timedelta(days=lead.consolidate), usable)
    else:
        own = _again(case, lead)
    return (
        None
        if own is None or not _leaves_by(own, lead, by, usable)
        else Companion(case.invoice.due_on, case.invoice.id, own)
    )


def goes_first(case: Case, lead: SendNotice, by: Collection[Channel], now: datetime, usable: Usable) -> bool:
    """Whether another case, which stands before this one, is about to send a message that takes `lead` along."""
    case = _as_it_is(case, now)
    if lead.again_of is not None or not _may_write(case) or case.calendar.contact_from(now) > now:
        return False
    index = _next_index(case)
    if index is None or _ready_at(case, index) > now:
        return False
    own = _next_notice(case, case.today, usable)
    if own is None or own.to != lead.to:
        return False
    return set(by) <= set(channels.chosen(own.by, absence.read_now(own, usable.channels), first=own.first))


def in_order(companions: Iterable[Companion]) -> list[Companion]:
    """In order of due date, then id."""
    return sorted(companions, key=lambda one: (one.due_on, one.invoice))


def shared(lead: Companion, along: Sequence[Companion]) -> SharedMessage:
    """The message for all of them, in the words of the most advanced; then the older due date decides."""
    everyone = in_order([lead, *along])
    words = min(everyone, key=lambda one: _advanced(one.notice.message)).notice.message
    total = sum([one.notice.demands for one in everyone])
    return SharedMessage(lead.notice.key, lead.invoice, tuple(one.invoice for one in everyone), words, total)


def _advanced(message: str) -> int:
    return WORDS.index(message) if message in WORDS else len(WORDS)


def told(one: Companion, answer: Sent, message: SharedMessage, at: datetime) -> dict[str, object]:
    """What the case of a companion is told of the message in which its notice left at this moment."""
    own = one.notice
    fact = NoticeShared(
        id=own.key, at=at, notice=own.notice, message=own.message, purpose=own.purpose, own_demands=own.demands,
        deadline_on=own.deadline_on, fees=own.fees, channels=answer.channels, unsure=answer.unsure,
        shared=message,
    )  # fmt: skip
    return fact.model_dump(mode="json", exclude_none=True)


def as_sent(fact: NoticeShared) -> tuple[SendNotice, Sent]:
    """The notice as if its own case had sent it, and the answer."""
    notice = SendNotice(
        fact.id, fact.notice, fact.message, fact.channels, False, fact.own_demands,  # noqa: FBT003 - for speed
        deadline_on=fact.deadline_on, purpose=fact.purpose, fees=fact.fees,
    )  # fmt: skip
    return notice, Sent(fact.channels, fact.unsure, fact.shared)


def own_step(case: Case, notice: SendNotice) -> int | None:
    """The step whose notice it is, where the ladder has not gone on without it."""
    for index in (case.coming_back, case.current):
        if index is not None and case.doing in {None, index}:
            begun = case.evolve(doing=index)
            if begun.action_key == notice.key:
                return index
    return None


def sharers(case: Case, name: str, channel: Channel, others: Iterable[Case]) -> list[tuple[str, str]]:
    """The other cases whose notice was in the same message by this channel, each with its name for it there."""
    mine = next(
        (one for one in reversed(case.notices) if one.channel == channel and name in {one.notice, one.message}), None
    )
    if mine is None or mine.shared is None:
        return []
    return [
        (other.invoice.id, one.notice)
        for other in others
        if other.invoice.id != case.invoice.id
        for one in other.notices
        if one.shared == mine.shared and one.channel == channel and not one.bounced
    ]


def _as_it_is(case: Case, now: datetime) -> Case:
    return lapses.wake(case if case.moved is None else moments.looked_at(case), now)


def _may_write(case: Case) -> bool:
    """Whether it demands something and nothing stops it (F4, H1)."""
    flight = case.in_flight
    return (
        case.rules.consolidates is not None
        and not (case.closed or case.closing or case.todo or case.settled or case.holds)
        and case.doing is None
        and case.demands
        and not (flight is not None and flight.state == "unknown")
        and not (case.unanswered and asked_again.waits(case))
    )


def _next_index(case: Case) -> int | None:
    """The step that comes next: the ladder's own, or before it one that comes back (T8)."""
    back, current = case.coming_back, case.current
    if back is None or current is None:
        return current if back is None else back
    ready = dates.ready_at(case, current)
    return back if ready is None or dates.again_at(case, back) < ready else current


def _ready_at(case: Case, index: int) -> datetime:
    if index == case.coming_back:
        return dates.again_at(case, index)
    return dates.ready_at(case, index) or dates.opens_at(case, index)


def _next_notice(case: Case, until: date, usable: Usable) -> SendNotice | None:
    """The notice of the next step, if it is a plain one, planned until that day, that may leave now."""
    index = _next_index(case)
    if index is None or not _is_plain(case, index) or planned_on(case, index) > until or _left_today(case, index):
        return None
    if dates.may_be_done_at(case, index, case.now) > case.now or not _is_wanted(case, index, usable):
        return None
    own = actions.effect(case.evolve(doing=index))
    return own if isinstance(own, SendNotice) else None


def planned_on(case: Case, index: int) -> date:
    """The planned day of a step, of one that comes back that of its next time (T2, T8)."""
    state, every = case.steps[index], case.rules.steps[index].every
    if state.again_from is not None and every is not None:
        return case.calendar.add(state.again_from, every)
    return dates.planned_on(case, index)


def _left_today(case: Case, index: int) -> bool:
    """Whether the step's notice left today already: one that comes back does so on a day of its own (T8)."""
    name, today = case.rules.steps[index].name, case.today
    return any(one.step == name and one.sent_on == today for one in case.notices)


def _is_plain(case: Case, index: int) -> bool:
    """Nothing but one notice with its fee, which waits for nobody's approval and no deadline (H4, N4)."""
    step = case.rules.steps[index]
    if not step.only_writes or step.approval or sum(isinstance(action, Notify) for action in step.do) > 1:
        return False
    if step.requires is None:
        return True
    last = dates.served_deadline(case, step.requires)
    return last is not None and case.calendar.opening(last + timedelta(days=1)) <= case.now


def _is_wanted(case: Case, index: int, usable: Usable) -> bool:
    """Its condition is true (F5), and neither costs alone (F7) nor a credit (P8) keep it back."""
    if case.costs_alone and costs_alone.skipped(case, index, case.now) is not None:
        return False
    if actions.asks_about_credit(case):
        return False
    when = case.rules.steps[index].when
    if when is None:
        return True
    looked = case.evolve(account=usable.account(), account_at=case.now) if when.asks_account else case
    return not when.failing(looking_into(looked))


def _again(case: Case, lead: SendNotice) -> SendNotice | None:
    """Its own notice that has to leave again, from the same message and for the same reason (N2, N3)."""
    for resend in case.resends:
        if resend.shared == lead.again_of and resend.purpose == lead.purpose:
            may = dates.not_before(case, resend.not_before, spaced=False) <= case.now
            return beside_the_ladder.left_again(case, resend) if may else None
    return None


def _leaves_by(own: SendNotice, lead: SendNotice, by: Collection[Channel], usable: Usable) -> bool:
    """Whether it goes to the same people, by channels that the message uses."""
    takes = channels.chosen(own.by, absence.read_now(own, usable.channels), first=own.first)
    return own.to == lead.to and bool(takes) and set(takes) <= set(by)
