"""A made-up world for cases whose time jumps: it accepts notices, answers charges as scripted, and remembers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

from dunning import channels
from dunning.account import Standing, account
from dunning.answers import (
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
from dunning.attempts import history
from dunning.attempts.permission import barrier
from dunning.calendar import Calendar
from dunning.case import Case
from dunning.changes import Called
from dunning.effects import (
    Charge,
    Effect,
    ExtendCalendar,
    LoadPolicy,
    LookUpAccount,
    SendNotice,
    SettleCharge,
)
from dunning.messages import Bounced, Contact
from dunning.notices import absence, contact_limit
from dunning.policy import Policy
from dunning.records import Channel, Customer
from dunning.rulebook.decline import Codes, codes_of
from dunning.rulebook.history import Tried
from dunning.rulebook.reading import read
from dunning.value import value

DONE: Final = Done()
PolicyFinder = Callable[[str], tuple[Policy, Calendar] | None]


@value
class Script:
    """A provider's answer to one attempt; `unknown` for `lasts` before it can be asked for (C5)."""

    answer: str | None = None  # a decline code; None approves
    advice: str | None = None
    unknown: bool = False
    lasts: timedelta = timedelta()

    def said(self, charge: Charge, day: date) -> Approved | Declined:
        """The answer itself; a decline as the rule book reads it on that day."""
        if self.answer is None:
            return Approved(charge.method)
        reading = read(charge.network, codes_of(self.answer, self.advice), day)
        return Declined(charge.method, self.answer, reading, self.advice)


APPROVES: Final = Script()


@value
class ChannelRule:
    """What happens to a notice on a channel: it bounces after a while."""

    notice: str | None
    by: Channel | None
    bounces_after: timedelta

    def brings_back(self, message: str, channel: Channel) -> bool:
        """Whether this message bounces on this channel; a rule that names neither is of every one."""
        return self.notice in {None, message} and self.by in {None, channel}


@dataclass
class World:
    """One customer as the made-up world sees them, shared by their cases; changed only from outside and by effects."""

    customer: Customer
    gateway: Iterator[Script] = field(default_factory=lambda: iter(()))
    channels: tuple[ChannelRule, ...] = ()
    find_policy: PolicyFinder = lambda _: None
    make_calendar: Callable[[Calendar, date], Calendar] = lambda calendar, until: replace(calendar, until=until)
    opted_out: frozenset[Channel] = frozenset()
    bounced: set[Channel] = field(default_factory=set)
    messages: list[date] = field(default_factory=list)
    answers: dict[str, tuple[Approved | Declined, datetime]] = field(default_factory=dict)
    crash_after: str | None = None
    to_come: list[tuple[datetime, str, str, dict[str, Any]]] = field(default_factory=list)
    tried: dict[str, Tried] = field(default_factory=dict)
    renewed: dict[str, datetime] = field(default_factory=dict)
    calls: set[tuple[str, int]] = field(default_factory=set)  # by invoice and number
    sent_to: dict[tuple[str, str, Channel], str] = field(default_factory=dict)  # by invoice, notice or message, channel

    def __post_init__(self) -> None:
        """Look up once where the customer is reached."""
        self._addresses = channels.addresses(partial(getattr, self.customer))

    def told(self, fact: Contact) -> None:
        """New contact data; an address that changes may be used again (N2)."""
        moved = channels.changed_addresses(fact, partial(getattr, self.customer))
        self.customer = self.customer.model_copy(update={channels.FIELD[by]: text for by, text in moved.items()})
        self._addresses = channels.addresses(partial(getattr, self.customer))
        self.bounced -= moved.keys()
        if fact.opted_out is not None:
            self.opted_out = channels.opted_out(fact.opted_out)

    def came_back(self, invoice: str, fact: Bounced) -> None:
        """A notice bounced: the address to which it went is not used again, unless it bounced softly (M5)."""
        if fact.hard:
            self.ends(fact.channel, self.sent_to.get((invoice, fact.notice, fact.channel)))

    def ends(self, channel: Channel, address: str | None = None) -> None:
        """Use this address no more, without one that of now, until it changes (N2)."""
        if address is None or address == self._addresses.get(channel):
            self.bounced.add(channel)

    def hears(self, case: Case) -> None:
        """Of the calls by which a case has just reached the customer: each is one contact of theirs (T7, M6)."""
        for change in case.changes:
            if isinstance(change, Called) and (case.invoice.id, change.number) not in self.calls:
                self.calls.add((case.invoice.id, change.number))
                self.messages.append(change.day)

    def returned(self, payment_id: str, code: str) -> None:
        """A debit of ours came back with this code: it was declined, only weeks later (C4)."""
        if payment_id in self.tried:
            self.tried[payment_id] = history.ended(self.tried[payment_id], "failed", Codes(code))

    def usable(self) -> list[Channel]:
        """The channels that may be used now (N1)."""
        return channels.usable_now(self._addresses, self.opted_out, self.bounced)

    def perform(self, case: Case, effect: Effect, cases: tuple[Case, ...]) -> Answer:
        """Do it, and answer as the world would."""
        match effect:
            case SendNotice():
                return self._send(case, effect)
            case Charge():
                return self._charge(case, effect)
            case SettleCharge():
                return self._settle(case, effect)
            case LookUpAccount():
                return account(case.invoice.currency, [_standing(one) for one in cases], case.today)
            case LoadPolicy():
                found = self.find_policy(effect.name)
                return PolicyLoaded(*(found or (None, None)))
            case ExtendCalendar():
                return CalendarMade(self.make_calendar(case.calendar, effect.until))
            case _:
                return DONE

    def _send(self, case: Case, effect: SendNotice) -> Answer:
        known = self.usable()
        usable = absence.read_now(effect, known)
        later = absence.deferral(effect, known) or self._deferral(case, effect, usable)
        if later is not None:
            return later
        by = channels.chosen(effect.by, usable, first=effect.first)
        if not by:
            return Unreachable()
        for channel in by:
            self._will_bounce(case, effect, channel)
            for name in (effect.message, effect.notice):
                self.sent_to[case.invoice.id, name, channel] = self._addresses[channel]
        answer = Sent(by, by[:1] if self._crashes("notice") else ())
        self.messages += [case.today] * contact_limit.messages_sent(effect, answer)
        return answer

    def _deferral(self, case: Case, effect: Effect, usable: list[Channel]) -> Deferred | None:
        return contact_limit.deferral(effect, usable, case.today, lambda _: self.messages)

    def _crashes(self, after: str) -> bool:
        crashes = self.crash_after == after
        if crashes:
            self.crash_after = None
        return crashes

    def _will_bounce(self, case: Case, effect: SendNotice, channel: Channel) -> None:
        for rule in self.channels:
            if rule.brings_back(effect.message, channel):
                body = {"notice": effect.notice, "channel": channel}
                self.to_come.append((case.now + rule.bounces_after, case.invoice.id, "bounced", body))

    def _charge(self, case: Case, effect: Charge) -> Answer:
        forbidden = self._barrier(case, effect)
        if forbidden is not None:
            return forbidden
        script = next(self.gateway, APPROVES)
        answer = script.said(effect, case.today)
        self.answers[effect.key] = (answer, case.now + script.lasts)
        told = Unknown() if script.unknown or self._crashes("charge") else answer
        of, codes = case.invoice, _codes(told)
        self.tried[effect.key] = history.ours(
            case.now, of.id, effect.method, effect.amount, of.currency, told.kind, codes, effect.by
        )
        return told

    def _settle(self, case: Case, effect: SettleCharge) -> Answer:
        answer, known_at = self.answers[effect.key]
        if known_at > case.now:
            return Unknown()
        self.tried[effect.key] = history.ended(self.tried[effect.key], answer.kind, _codes(answer))
        return answer

    def _barrier(self, case: Case, effect: Charge) -> Forbidden | None:
        """What the rule book says to it, over all cases of the customer (C4)."""
        of, method = case.invoice, effect.method
        earlier = history.counted(self.tried.values(), method, self.renewed.get(method))
        return barrier(effect, of.id, of.currency, self.customer.country, case.now, case.today, earlier)


def _standing(case: Case) -> Standing:
    currency, is_open = case.invoice.currency, case.closed is None
    return Standing(currency, case.balance, case.invoice.due_on, is_open, case.broken_promises)


def _codes(answer: Approved | Declined | Unknown) -> Codes | None:
    return answer.codes if isinstance(answer, Declined) else None
