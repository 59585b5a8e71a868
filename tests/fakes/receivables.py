"""A system of record in memory that keeps the promises of `dunning.ports.Receivables`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from dunning.account import Standing, account
from dunning.answers import Account, Answer, Approved, Done, Sent, Stale
from dunning.calendar import Calendar
from dunning.channels import CHANNELS
from dunning.effects import (
    BookFee,
    BookWriteOff,
    Charge,
    CloseCase,
    Effect,
    EscalateTask,
    OpenTask,
    Outcome,
    SendNotice,
    SettleCharge,
)
from dunning.errors import Conflict, NotFound
from dunning.journal import Line
from dunning.messages import CUSTOMER_WIDE, identity
from dunning.notices import contact_limit
from dunning.policy import Policy
from dunning.ports import Act, Acted, Go, NamedBody, Opening, Projection, Taken, Written
from dunning.recipients import Reach, Way, address_of
from dunning.records import ACCOUNTS, Channel, Customer, Invoice, Method
from tests.fakes.process import Mortal


@dataclass
class Intent:
    """An act that was begun. Ways by the id of the accepted message; None: begun and not accepted."""

    customer_id: str
    ways: dict[Way, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Message:
    number: int
    invoice_ids: frozenset[str]
    name: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Booking:
    kind: str
    key: str
    amount: int


@dataclass(frozen=True)
class Posted:
    """A message that left for a customer."""

    key: str
    customer_id: str
    channel: Channel
    day: date
    counts: bool  # as a contact of its own


@dataclass
class File:
    """What is kept of one invoice."""

    invoice: Invoice
    customer_id: str
    methods: tuple[Method, ...] = ()
    journal: dict[int, Line] = field(default_factory=dict)
    projection: Projection | None = None
    state: str | None = None
    outcome: Outcome | None = None


def _standing(file: File) -> Standing:
    shown = file.projection
    balance, broken = (shown.balance, shown.broken_promises) if shown else (file.invoice.minor, 0)
    return Standing(file.invoice.currency, balance, file.invoice.due_on, file.outcome is None, broken)


def _roles(act: Act) -> tuple[str, ...]:
    return act.effect.to if isinstance(act.effect, SendNotice) else ACCOUNTS


class FakeReceivables(Mortal):
    """Remembers all; tests read `bookings`, `posted`, `tasks` and `files`."""

    def __init__(self, policy: Policy, calendar: Calendar) -> None:
        self.policies = {policy.name: policy}
        self.default = policy
        self.calendars = calendar
        self.customers: dict[str, Customer] = {}
        self.files: dict[str, File] = {}
        self.messages: list[Message] = []
        self.intents: dict[str, Intent] = {}
        self.outcomes: dict[str, Answer] = {}
        self.bookings: list[Booking] = []
        self.posted: list[Posted] = []
        self.tasks: dict[tuple[str, str], date] = {}
        self.unusable: set[tuple[str, str]] = set()  # channels, or addresses

    # What a test arranges.

    def register(self, invoice: Invoice, customer: Customer, *methods: Method) -> None:
        self.customers[customer.id] = customer
        self.files.setdefault(invoice.id, File(invoice, customer.id, methods))

    def tell(self, invoice_id: str, name: str, **body: Any) -> int:
        """Keep a message as the API would, once; its number."""
        for message in self.messages:
            if invoice_id in message.invoice_ids and identity(message.name, message.body) == identity(name, body):
                return message.number
        whose = self.files[invoice_id].customer_id
        concerned = {one for one, file in self.files.items() if file.customer_id == whose}
        ids = frozenset(concerned if name in CUSTOMER_WIDE else {invoice_id})
        self.messages.append(Message(len(self.messages) + 1, ids, name, body))
        return len(self.messages)

    # The port.

    async def opening(
        self,
        invoice_id: str,
        invoice: Invoice | None,
        customer: Customer | None,
        methods: tuple[Method, ...],
        at: datetime,
        run: str | None = None,
    ) -> Opening:
        if invoice_id not in self.files:
            if invoice is None or customer is None:
                raise NotFound(f"invoice {invoice_id}: not known and not given")
            self.register(invoice, customer, *methods)
        file = self.files[invoice_id]
        told = tuple((message.name, message.body) for message in self._news(invoice_id, 0))
        self.survives("opening")
        return Opening(
            file.invoice,
            self.customers[file.customer_id],
            file.methods,
            self.default,
            self.calendars,
            "the only policy",
            told,
            len(self.messages),
            file.state,
            file.outcome,
        )

    async def begin(self, act: Act, *, in_turn: bool = True, by: Collection[Channel] = ()) -> Go | Acted:
        answer = self._begin(act)
        if isinstance(answer, Go) and not answer.repeat:
            answer = replace(answer, first=next(iter(answer.ways(by)), None))
            self.intents[act.effect.key].ways |= {answer.first: None} if answer.first else {}
        self.survives("begin")
        return answer

    async def perform(self, act: Act) -> Acted:
        begun = self._begin(act)
        answer = begun if isinstance(begun, Acted) else self._finish(act, Done())
        self.survives("perform")
        return answer

    async def begin_again(self, act: Act) -> Go | Acted:
        if act.effect.key not in self.intents:
            return await self.begin(act)
        facts = tuple((message.name, message.body) for message in self._news(act.invoice_id, act.seen))
        answer = Acted(Stale(facts), len(self.messages), written=False) if facts else self._go(act, repeat=True)
        self.survives("begin_again")
        return answer

    async def unbegin(self, key: str, way: Way | None = None) -> None:
        if way is None:
            self.intents.pop(key, None)
        elif key in self.intents and self.intents[key].ways.get(way, "") is None:
            del self.intents[key].ways[way]

    async def begin_channel(self, key: str, way: Way) -> None:
        if way in self.intents[key].ways:
            raise Conflict(f"{key}: {way.channel} was begun already")
        self.intents[key].ways[way] = None
        self.survives("begin_channel")

    async def sent_channel(self, key: str, way: Way, message_id: str) -> None:
        self.intents[key].ways[way] = message_id
        self.survives("sent_channel")

    async def refused_channel(self, key: str, way: Way) -> None:
        await self.unbegin(key, way)
        whose = self.intents[key].customer_id
        self.unusable.add((whose, address_of(self.customers[whose], way) or way.channel))

    async def finish(self, act: Act, answer: Answer, taken: Taken | None = None) -> Acted:
        if taken is not None:
            self.intents[act.effect.key].ways[taken.way] = taken.message_id
        recorded = self._finish(act, answer)
        self.survives("finish")
        return recorded

    def _finish(self, act: Act, answer: Answer) -> Acted:
        key = act.effect.key
        if key not in self.outcomes:
            self.outcomes[key] = answer
            self.intents.pop(key, None)
            self._consequences(act, answer)
            self._write(act, answer)
        return self._recorded(act)

    async def record(
        self, invoice_id: str, told: tuple[NamedBody, ...], written: Written, seen: int, at: datetime
    ) -> tuple[int, tuple[NamedBody, ...]]:
        borne = {self.tell(invoice_id, name, **body) for name, body in told}
        self._keep(invoice_id, written)
        news = [message for message in self._news(invoice_id, seen) if message.number not in borne]
        return len(self.messages), tuple((message.name, message.body) for message in news)

    async def is_asked(self, kind: str) -> bool:
        return any(task.startswith(f"{kind}-") for _, task in self.tasks)

    async def account(self, invoice_id: str, at: datetime, day: date) -> Account:
        whose = self.files[invoice_id].customer_id
        files = [file for file in self.files.values() if file.customer_id == whose]
        return account(self.files[invoice_id].invoice.currency, [_standing(file) for file in files], day)

    async def policy(self, invoice_id: str, name: str, at: datetime) -> tuple[Policy, Calendar] | None:
        return (self.policies[name], self.calendars) if name in self.policies else None

    async def calendar(self, invoice_id: str, policy: Policy, until: date) -> Calendar:
        old = self.calendars
        return Calendar(old.zone, old.offsets, old.holidays, until, old.opens, old.closes, old.contact_days)

    # How the promises are kept.

    def _begin(self, act: Act) -> Go | Acted:
        key = act.effect.key
        if key in self.outcomes:
            return self._recorded(act)
        if key in self.intents:
            return self._go(act, repeat=True)
        news = self._news(act.invoice_id, act.seen)
        if news:
            facts = tuple((message.name, message.body) for message in news)
            return Acted(Stale(facts), len(self.messages), written=False)
        whose = self.files[act.invoice_id].customer_id
        later = contact_limit.deferral(
            act.effect, self._reach(whose).channels(_roles(act)), act.day, lambda _: self._messages_of(whose)
        )
        if later is not None:
            return Acted(later, act.seen, written=False)
        self.intents[key] = Intent(whose)
        return self._go(act, repeat=False)

    def _recorded(self, act: Act) -> Acted:
        answer = self.outcomes[act.effect.key]
        return Acted(answer, act.seen, written=act.expected is not None and answer == act.assumed)

    def _go(self, act: Act, *, repeat: bool) -> Go:
        file, intent = self.files[act.invoice_id], self.intents[act.effect.key]
        reach, to = self._reach(file.customer_id), _roles(act)
        by = act.effect.by if isinstance(act.effect, SendNotice) else ()
        whom = tuple(one for channel in by for one in reach.recipients(channel, to))
        sent = tuple(way for way, message_id in intent.ways.items() if message_id)
        return Go(repeat, reach.customer, file.invoice, reach.channels(to), whom, sent, tuple(intent.ways))

    def _reach(self, customer_id: str) -> Reach:
        texts = {text for whose, text in self.unusable if whose == customer_id}
        closed = [channel for channel in CHANNELS if channel in texts]
        return Reach(self.customers[customer_id], closed, bounced=dict.fromkeys(CHANNELS, texts))

    def _news(self, invoice_id: str, seen: int) -> list[Message]:
        return [message for message in self.messages if message.number > seen and invoice_id in message.invoice_ids]

    def _messages_of(self, customer_id: str) -> list[date]:
        return [posted.day for posted in self.posted if posted.customer_id == customer_id and posted.counts]

    def _consequences(self, act: Act, answer: Answer) -> None:
        effect: Effect = act.effect
        match effect, answer:
            case ((BookFee() | BookWriteOff()), _):
                self.bookings.append(Booking(effect.kind, effect.key, effect.amount))
            case ((Charge() | SettleCharge()), Approved()):
                self.bookings.append(Booking("payment", effect.key, effect.amount))
            case ((OpenTask() | EscalateTask()), _):
                self.tasks[act.invoice_id, effect.task] = effect.last_on
            case SendNotice(), Sent(channels=left):
                whose, counts = self.files[act.invoice_id].customer_id, contact_limit.messages_sent(effect, answer) > 0
                self.posted += [Posted(effect.key, whose, channel, act.day, counts) for channel in left]
                self.bookings += [Booking("book_fee", fee.key, fee.amount) for fee in effect.fees]
            case CloseCase(), _:
                self.files[act.invoice_id].outcome = effect.outcome
            case _:
                pass

    def _write(self, act: Act, answer: Answer) -> None:
        self.files[act.invoice_id].journal.update({line.number: line for line in act.lines})
        if act.expected is not None and answer == act.assumed:
            self._keep(act.invoice_id, act.expected)

    def _keep(self, invoice_id: str, written: Written) -> None:
        file = self.files[invoice_id]
        file.journal.update({line.number: line for line in written.lines})
        file.projection, file.state = written.projection, written.state or file.state
