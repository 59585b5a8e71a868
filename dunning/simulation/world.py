"""A made-up world for cases whose time jumps: it accepts notices, answers charges as scripted, and remembers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dunning.answers import (
    Account,
    Answer,
    Approved,
    CalendarMade,
    Declined,
    Deferred,
    Done,
    Forbidden,
    PolicyLoaded,
    Sent,
    Unknown,
    Unreachable,
)
from dunning.calendar import Calendar
from dunning.case import Case
from dunning.charging.permission import CUSTOMER, barrier
from dunning.effects import (
    BookFee,
    Charge,
    Effect,
    ExtendCalendar,
    LoadPolicy,
    LookUpAccount,
    SendNotice,
    SettleCharge,
)
from dunning.holds import overdue_days
from dunning.messages import Contact
from dunning.policy import PerCustomer, Policy
from dunning.records import Channel, Customer
from dunning.rulebook.decline import Codes
from dunning.rulebook.history import Tried
from dunning.rulebook.reading import read

CHANNELS: tuple[Channel, ...] = ("email", "sms", "letter")
Finding = Callable[[str], tuple[Policy, Calendar] | None]


@dataclass(frozen=True, slots=True)
class Script:
    """A provider's answer to one attempt; `unknown` for `lasts` before it can be asked for (C5)."""

    answer: str | None = None  # a decline code; None approves
    advice: str | None = None
    unknown: bool = False
    lasts: timedelta = timedelta()

    def said(self, method: str) -> Approved | Declined:
        """The answer itself."""
        return Approved(method) if self.answer is None else Declined(method, self.answer, self.advice)


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """What happens to a notice on a channel: it bounces after a while."""

    notice: str | None
    by: Channel | None
    bounces_after: timedelta


@dataclass
class World:
    """One customer as the made-up world sees him, shared by his cases; changed only from outside and by effects."""

    customer: Customer
    gateway: Iterator[Script] = field(default_factory=lambda: iter(()))
    channels: tuple[ChannelRule, ...] = ()
    find_policy: Finding = lambda _: None
    make_calendar: Callable[[Calendar, date], Calendar] = lambda calendar, until: replace(calendar, until=until)
    opted_out: frozenset[Channel] = frozenset()
    bounced: set[Channel] = field(default_factory=set)
    messages: list[tuple[date, str]] = field(default_factory=list)
    answers: dict[str, tuple[Approved | Declined, datetime]] = field(default_factory=dict)
    crash_after: str | None = None
    to_come: list[tuple[datetime, str, str, dict[str, Any]]] = field(default_factory=list)
    tried: dict[str, Tried] = field(default_factory=dict)
    renewed: dict[str, datetime] = field(default_factory=dict)

    def told(self, fact: Contact) -> None:
        """New contact data; an address that changes may be used again (N2)."""
        said = {name: getattr(fact, name) for name in ADDRESS.values()}
        new = {name: value for name, value in said.items() if value not in {None, getattr(self.customer, name)}}
        self.customer = self.customer.model_copy(update=new)
        self.bounced -= {channel for channel, name in ADDRESS.items() if name in new}
        if fact.opted_out is not None:
            self.opted_out = opted_out(fact.opted_out)

    def returned(self, payment_id: str, code: str) -> None:
        """A debit of ours came back with this code: it was declined, only weeks later (C4)."""
        if payment_id in self.tried:
            self.tried[payment_id] = replace(self.tried[payment_id], state="declined", codes=Codes(code))

    def usable(self, channel: Channel) -> bool:
        """There is an address, the debtor takes messages there, and none bounced (N1)."""
        address = getattr(self.customer, ADDRESS[channel])
        return bool(address) and channel not in self.opted_out and channel not in self.bounced

    def perform(self, case: Case, effect: Effect, cases: tuple[Case, ...]) -> Answer:
        """Do it, and answer as the world would."""
        match effect:
            case SendNotice():
                return self._send(case, effect)
            case Charge():
                return self._charge(case, effect)
            case SettleCharge():
                return self._settle(case, effect)
            case BookFee():
                return self._deferred(case, effect, self._chosen(effect)) or Done()
            case LookUpAccount():
                return account_of(case, cases)
            case LoadPolicy():
                found = self.find_policy(effect.name)
                return PolicyLoaded(*(found or (None, None)))
            case ExtendCalendar():
                return CalendarMade(self.make_calendar(case.calendar, effect.until))
            case _:
                return Done()

    def _send(self, case: Case, effect: SendNotice) -> Answer:
        channels = self._chosen(effect)
        if not channels:
            return Unreachable()
        if not (effect.copy or effect.again):
            later = self._deferred(case, effect, channels)
            if later is not None:
                return later
            self.messages += [(case.today, channel) for channel in channels]
        for channel in channels:
            self._will_bounce(case, effect, channel)
        unsure = channels[:1] if self._crashes("notice") else ()
        return Sent(channels, unsure)

    def _chosen(self, effect: SendNotice | BookFee) -> tuple[Channel, ...]:
        """The channels that a notice takes (N2)."""
        return tuple(channel for channel in effect.by if self.usable(channel))[: 1 if effect.first else None]

    def _deferred(self, case: Case, effect: SendNotice | BookFee, channels: tuple[Channel, ...]) -> Deferred | None:
        """Until when a notice, and the fee that it announces, waits for the customer's contact limit (T7)."""
        if effect.cap is None or not channels:
            return None
        fits = first_fit([day for day, _ in self.messages], effect.cap, len(channels), case.today)
        return Deferred(fits) if fits > case.today else None

    def _crashes(self, after: str) -> bool:
        crashes = self.crash_after == after
        if crashes:
            self.crash_after = None
        return crashes

    def _will_bounce(self, case: Case, effect: SendNotice, channel: Channel) -> None:
        for rule in self.channels:
            if rule.notice in {None, effect.message} and rule.by in {None, channel}:
                body = {"notice": effect.notice, "channel": channel}
                self.to_come.append((case.now + rule.bounces_after, case.invoice.id, "bounced", body))

    def _charge(self, case: Case, effect: Charge) -> Answer:
        forbidden = self._barrier(case, effect)
        if forbidden is not None:
            return forbidden
        script = next(self.gateway, Script())
        answer = self._read(effect, script.said(effect.method), case.today)
        self.answers[effect.key] = (answer, case.now + script.lasts)
        known = not (script.unknown or self._crashes("charge"))
        self._remember(case, effect, answer if known else None)
        return answer if known else Unknown()

    def _settle(self, case: Case, effect: SettleCharge) -> Answer:
        answer, known_at = self.answers[effect.key]
        if known_at > case.now:
            return Unknown()
        self._remember(case, effect, answer)
        return answer

    def _barrier(self, case: Case, effect: Charge) -> Forbidden | None:
        """What the rule book says to it, over all cases of the customer (C4)."""
        of, at = case.invoice, case.now
        never = datetime.min.replace(tzinfo=UTC)
        earlier = [one for one in self.tried.values() if one.at >= self.renewed.get(one.method, never)]
        return barrier(effect, of.id, of.currency, self.customer.country, at, case.today, earlier)

    def _read(self, effect: Charge, answer: Approved | Declined, day: date) -> Approved | Declined:
        if isinstance(answer, Approved):
            return answer
        return Declined(answer.method, answer.code, answer.advice, read=read(effect.network, answer.codes, day))

    def _remember(self, case: Case, effect: Charge | SettleCharge, answer: Approved | Declined | None) -> None:
        of, before = case.invoice, self.tried.get(effect.key)
        at, by = (before.at, before.by_customer) if before else (case.now, getattr(effect, "by", "") == CUSTOMER)
        codes = answer.codes if isinstance(answer, Declined) else None
        state = answer.kind if answer is not None else "open"
        self.tried[effect.key] = Tried(at, of.id, effect.method, effect.amount, of.currency, state, codes, by)


ADDRESS: dict[Channel, str] = {"email": "email", "sms": "phone", "letter": "address"}


def opted_out(value: bool | Channel | tuple[Channel, ...]) -> frozenset[Channel]:  # noqa: FBT001 - true means every channel
    """The channels that a contact fact opts out of."""
    if isinstance(value, bool):
        return frozenset(CHANNELS) if value else frozenset()
    return frozenset([value]) if isinstance(value, str) else frozenset(value)


def first_fit(days: list[date], cap: PerCustomer, new: int, today: date) -> date:
    """The first day from today on which `new` more messages stay within the cap (T7).

    The window is that day and the days before. What would not even fit an empty window may go once it is empty.
    """
    day = today
    while True:
        first = day - timedelta(days=cap.within.count - 1)
        used = sum(first <= sent <= day for sent in days)
        if used == 0 or used + new <= cap.notices:
            return day
        day += timedelta(days=1)


def account_of(case: Case, cases: tuple[Case, ...]) -> Account:
    """What the customer's open cases say together, in the currency of this one."""
    still_open = [c for c in cases if c.closed is None]
    late = [c for c in still_open if overdue_days(c) > 0 and c.invoice.currency == case.invoice.currency]
    return Account(
        overdue_total=sum(c.balance for c in late),
        open_cases=len(still_open),
        oldest_overdue_days=max((overdue_days(c) for c in late), default=0),
        broken_promises=sum(c.broken_promises for c in cases),
    )
