"""A made-up world for cases whose time jumps: it accepts notices, answers charges as scripted, and remembers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from dunning import channels, consolidation, recipients
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
from dunning.recipients import Reach
from dunning.records import ACCOUNTS, Channel, Customer
from dunning.rulebook.decline import Codes, codes_of
from dunning.rulebook.history import Tried
from dunning.rulebook.reading import read
from dunning.shared_message import MOST
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
    messages: list[date] = field(default_factory=list)
    answers: dict[str, tuple[Approved | Declined, datetime]] = field(default_factory=dict)
    crash_after: str | None = None
    to_come: list[tuple[datetime, str, str, dict[str, Any]]] = field(default_factory=list)
    tried: dict[str, Tried] = field(default_factory=dict)
    taken_along: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    renewed: dict[str, datetime] = field(default_factory=dict)
    calls: set[tuple[str, int]] = field(default_factory=set)  # by invoice and number

    def __post_init__(self) -> None:
        """Look up once where the customer is reached."""
        self.reach = Reach(self.customer)
        self._usable: dict[tuple[str, ...], tuple[Channel, ...]] = {}
        self._went: dict[tuple[str, str, Channel], tuple[Reach, tuple[str, ...]]] = {}

    def told(self, fact: Contact) -> None:
        """New contact data; an address that changes may be used again (N2)."""
        self._now_reached(recipients.told(self.reach, fact))

    def _now_reached(self, reach: Reach) -> None:
        self.reach, self.customer = reach, reach.customer
        self._usable.clear()

    def came_back(self, invoice: str, fact: Bounced) -> None:
        """A notice bounced: the addresses to which it went are not used again, unless it bounced softly (N2, M5)."""
        if not fact.hard:
            return
        went = self._went.get((invoice, fact.notice, fact.channel))
        if went is None:
            self.ends(fact.channel)
        else:
            self._now_reached(recipients.bounced(self.reach, fact.channel, went[0].addresses(fact.channel, went[1])))

    def ends(self, channel: Channel) -> None:
        """Use the customer's own address of now no more, until it changes (N2)."""
        own = channels.address(self.customer, channel)
        self._now_reached(recipients.bounced(self.reach, channel, (own,) if own else ()))

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

    def usable(self, to: tuple[str, ...] = ACCOUNTS) -> tuple[Channel, ...]:
        """The channels that may be used now for a notice to these roles (N1)."""
        known = self._usable.get(to)
        if known is None:
            known = self._usable[to] = self.reach.channels(to)
        return known

    def perform(self, case: Case, effect: Effect, cases: tuple[Case, ...]) -> Answer:
        """Do it, and answer as the world would."""
        match effect:
            case SendNotice():
                return self._send(case, effect, cases)
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

    def _send(self, case: Case, effect: SendNotice, cases: tuple[Case, ...]) -> Answer:
        known = self.usable(effect.to)
        usable = tuple(absence.read_now(effect, known))
        later = absence.deferral(effect, known) or self._deferral(case, effect, usable)
        if later is not None:
            return later
        by = channels.chosen(effect.by, usable, first=effect.first)
        if not by:
            return Unreachable()
        along = self._along(case, effect, by, cases) if effect.consolidate is not None else []
        lead = consolidation.Companion(case.invoice.due_on, case.invoice.id, effect) if along else None
        shared = consolidation.shared(lead, along) if lead else None
        answer = Sent(by, by[:1] if self._dies_unrecorded() else (), shared)
        for channel in by:
            for name in (effect.message, effect.notice):
                self._went[case.invoice.id, name, channel] = self.reach, effect.to
            if self.channels:
                self._will_bounce(case, effect, shared.message if shared else effect.message, channel)
        if shared:
            self.taken_along += [(one.invoice, consolidation.told(one, answer, shared, case.now)) for one in along]
        self.messages += [case.today] * contact_limit.messages_sent(effect, answer)
        return answer

    def _deferral(self, case: Case, effect: Effect, usable: tuple[Channel, ...]) -> Deferred | None:
        return contact_limit.deferral(effect, usable, case.today, lambda _: self.messages)

    def _dies_unrecorded(self) -> bool:
        """Whether we die before a notice is recorded: did it leave? After a charge the provider says at once (C5)."""
        dies = self.crash_after == "notice"
        if dies:
            self.crash_after = None
        return dies

    def _along(
        self, case: Case, lead: SendNotice, by: tuple[Channel, ...], cases: tuple[Case, ...]
    ) -> list[consolidation.Companion]:
        """The other cases of the customer that the message takes along (N5)."""
        now, currency = case.now, case.invoice.currency
        usable = consolidation.Usable(
            self.usable(lead.to), lambda: account(currency, [_standing(one) for one in cases], case.today)
        )
        others = (one for one in cases if one.invoice.id != case.invoice.id and one.invoice.currency == currency)
        found = (consolidation.companion(other, lead, by, now, usable) for other in others)
        return consolidation.in_order(one for one in found if one is not None)[: MOST - 1]

    def _will_bounce(self, case: Case, effect: SendNotice, message: str, channel: Channel) -> None:
        for rule in self.channels:
            if rule.brings_back(message, channel):
                body = {"notice": effect.notice, "channel": channel}
                self.to_come.append((case.now + rule.bounces_after, case.invoice.id, "bounced", body))

    def _charge(self, case: Case, effect: Charge) -> Answer:
        forbidden = self._barrier(case, effect)
        if forbidden is not None:
            return forbidden
        script = next(self.gateway, APPROVES)
        answer = script.said(effect, case.today)
        self.answers[effect.key] = (answer, case.now + script.lasts)
        told = Unknown() if script.unknown else answer
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
