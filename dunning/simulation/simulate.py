"""Cases in a time that jumps: from one thing that happens to the next, thousands of cases a second."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from dunning import consolidation
from dunning.case import Case
from dunning.channels import BY_PHONE
from dunning.effects import Perform, Wait
from dunning.engine import ask, learn, tell
from dunning.journal import Line
from dunning.ledger import allocations, credit_uses
from dunning.messages import (
    CUSTOMER_WIDE,
    ENDS_AN_ADDRESS,
    FACTS,
    REQUESTS,
    Away,
    Bounced,
    Call,
    ConsentWithdrawn,
    Contact,
    Credit,
    CreditKept,
    CreditMoved,
    InvoiceChanged,
    MethodAdded,
    NoticeShared,
    PaymentReceived,
    PaymentReversed,
    identity,
)
from dunning.money import decimal_string, major
from dunning.records import Invoice
from dunning.session import CaseSession
from dunning.simulation.world import World
from dunning.value import altered, value

OF_A_MESSAGE = frozenset({"delivered", "bounced"})
OF_NO_LATER_CASE = ENDS_AN_ADDRESS | {Contact.name, Away.name}  # the world knows, and says what still holds
TOLD_TO_THE_WORLD = ENDS_AN_ADDRESS | {Contact.name, MethodAdded.name, Bounced.name, Call.name}
MOVES_MONEY = frozenset({PaymentReceived.name, Credit.name, CreditMoved.name, InvoiceChanged.name})
MOST_ACTS = 10_000  # far beyond any case; a policy that would go on for ever is a bug of ours


@value
class Event:
    """Something from outside at a moment. `invoice` None: it concerns the customer, or the only case."""

    at: datetime
    name: str
    body: dict[str, Any]
    invoice: str | None = None


@value
class PlannedOpening:
    """A case that is to open at a moment; later, if nothing of ours runs then. The invoice is as it was registered."""

    at: datetime
    invoice: Invoice
    opens: Callable[[Invoice, datetime], Case]


class Simulation:
    """Some cases of one customer and their world, run from event to event; facts of a moment come before acts (T3)."""

    def __init__(
        self, world: World, openings: Iterable[PlannedOpening], events: Iterable[Event] = (), *,
        keeps_credits: bool = False,
    ) -> None:  # fmt: skip
        """Nothing happens before `run`. `keeps_credits`: the creditor uses no customer's credit by itself (P8)."""
        self.world = world
        self.openings = sorted(openings, key=lambda opening: opening.at)
        self.events = sorted(events, key=lambda event: event.at)
        self.sessions: dict[str, CaseSession] = {}
        self.wakes: dict[str, datetime | None] = {}
        by_due_date = sorted(self.openings, key=lambda opening: (opening.invoice.due_on, opening.invoice.id))
        self.order = [opening.invoice.id for opening in by_due_date]  # in which cases act at one moment
        self.lines: dict[str, list[Line]] = {}
        self.early: list[Event] = []
        self.ahead: list[Event] = []  # what was told of payments that may turn out to be for several invoices
        self.world_told: set[str] = set()  # what the world was told of; told again it changes nothing (P1)
        self.keeps_credits = keeps_credits

    @property
    def cases(self) -> dict[str, Case]:
        """The cases that have opened, by invoice."""
        return {name: session.case for name, session in self.sessions.items()}

    def run(self, until: datetime) -> None:
        """Everything that happens up to `until`, itself included."""
        while True:
            at = self._next_moment()
            if at is None or at > until:
                break
            self._happens(at)
        for name, session in self.sessions.items():
            session.take(lambda case: case if case.closed else case.evolve(now=max(case.now, until)))
            self.lines[name] += session.written()

    def _next_moment(self) -> datetime | None:
        moments: list[datetime] = [*filter(None, self.wakes.values())]
        if self.world.to_come:
            moments += [come[0] for come in self.world.to_come]
        if self.openings:
            moments.append(self.openings[0].at)
        if self.events:
            moments.append(self.events[0].at)
        return min(moments) if moments else None

    def _happens(self, at: datetime) -> None:
        while self.openings and self.openings[0].at <= at:
            self._open(self.openings.pop(0), at)
        if self.world.to_come:
            self._comes_back(at)
        while self.events and self.events[0].at <= at:
            self._event(self.events.pop(0), at)
        self._acts(at)
        while (self.openings or len(self.sessions) > 1) and self._set_off(at):
            self._acts(at)

    def _acts(self, at: datetime) -> None:
        for name in self.order:
            if name in self.sessions:
                self._act(name, at)

    def _comes_back(self, at: datetime) -> None:
        for come in [come for come in self.world.to_come if come[0] <= at]:
            self.world.to_come.remove(come)
            self._tell(Event(at, come[2], come[3], come[1]), at)

    def _open(self, opening: PlannedOpening, at: datetime) -> None:
        """A case opens, and learns what was told of it before, then what stands for its customer: first a stop (H2)."""
        name = opening.invoice.id
        case = self._as_told(opening, self._wide(at), at) if self.early else opening.opens(opening.invoice, at)
        self.sessions[name], self.lines[name] = CaseSession(case), []
        self.wakes[name] = at
        self._set_off(at)

    def _wide(self, at: datetime) -> list[Event]:
        """What was told of the customer and stands for a case that opens now, the consent withdrawn last."""
        wide = [event for event in self.early if event.invoice is None and event.name not in OF_NO_LATER_CASE]
        wide.sort(key=lambda event: event.name == ConsentWithdrawn.name)
        return [*wide, *self._absences(at)]

    def _as_told(self, opening: PlannedOpening, wide: Iterable[Event], at: datetime) -> Case:
        """The case of an invoice as it opens now, knowing what was told of the invoice, and of its customer."""
        own = (event for event in self.early if event.invoice == opening.invoice.id)
        case = opening.opens(self._as_it_stands(opening.invoice), at)
        return learn(case, [(event.name, _dated(event)) for event in (*own, *wide)], at)

    def _as_it_stands(self, invoice: Invoice) -> Invoice:
        """An invoice whose case has not opened, as it was corrected since: the ladder is entered by that (T2, T6)."""
        for event in self.early:
            if event.invoice == invoice.id and event.name == InvoiceChanged.name:
                changed = InvoiceChanged.model_validate(event.body)
                amount = invoice.amount if changed.amount is None else changed.amount
                invoice = invoice.model_copy(update={"due_on": changed.due_on or invoice.due_on, "amount": amount})
        return invoice

    def _absences(self, at: datetime) -> list[Event]:
        """Of each channel what was told last of an absence, unless that is over (M5)."""
        told = [event for event in self.early if event.invoice is None and event.name == Away.name]
        newest = {event.body["channel"]: event for event in sorted(told, key=lambda event: _dated(event)["at"])}
        yesterday = at.astimezone(UTC).date() - timedelta(days=1)
        every = [newest[channel] for channel in sorted(newest)]
        return [event for event in every if Away.model_validate(event.body).until >= yesterday]

    def _event(self, event: Event, at: datetime) -> None:
        if event.name == "outage":
            self._outage(event)
        elif event.name == "crash":
            self.world.crash_after = event.body["after"]
        else:
            self._tell(event, at)

    def _outage(self, event: Event) -> None:
        """Nothing of ours runs until then: what comes meanwhile is taken then, and knows when it reached us."""
        until: datetime = event.body["until"]
        late = [replace(e, at=until, body=_dated(e)) if e.at < until else e for e in self.events]
        self.events = sorted(late, key=lambda e: e.at)
        self.openings = [replace(opening, at=max(opening.at, until)) for opening in self.openings]
        self.wakes = {name: max(wake, until) if wake else wake for name, wake in self.wakes.items()}
        self.world.to_come = [(max(come[0], until), *come[1:]) for come in self.world.to_come]

    def _tell(self, event: Event, at: datetime) -> None:
        """Tell the cases that it concerns, of a payment each its part, once over all invoices (P9)."""
        payment = allocations.payment_of(event.name, event.body) if event.invoice else None
        if payment is None or event.invoice is None:
            self._tell_one(event, at)
        else:
            self._tell_parts(event, payment, event.invoice, at)
        self._set_off(at, _dated(event)["at"])

    def _tell_parts(self, event: Event, payment: str, invoice_id: str, at: datetime) -> None:
        """Also what was told of a payment before it came, where it turns out to be for several invoices (P5)."""
        known = self._booked(payment, at)
        told = allocations.deliveries(event.name, event.body, invoice_id, known)
        for invoice, body in told:
            self._tell_one(replace(event, body=body, invoice=invoice), at)
        if event.name in allocations.GOES_OR_COMES_AGAIN:
            self.ahead.append(event)
        elif len(told) > 1 and not known:
            parts = self._booked(payment, at)
            for earlier in self.ahead:
                if earlier.body["payment_id"] == payment:
                    for invoice, body in allocations.others(earlier.name, earlier.body, str(earlier.invoice), parts):
                        dated = {**body, "at": _dated(event)["at"]}
                        self._tell_one(Event(event.at, earlier.name, dated, invoice), at)

    def _booked(self, payment: str, at: datetime) -> dict[str, Decimal]:
        """The invoices that this payment is booked on, each with its part."""
        return {
            case.invoice.id: major(-entry.amount, case.invoice.currency)
            for case in (*self.cases.values(), *self._waiting(at))
            for entry in case.ledger
            if entry.kind == "payment" and entry.id == payment
        }

    def _set_off(self, at: datetime, of: datetime | None = None) -> bool:
        """Use the customer's credit before anything is demanded, and take back what is owed again; whether any (P8).

        `of` is the moment at which the fact that asks for it reached us: while its money is not looked at yet, what it
        means is still open.
        """
        cases, waiting = self.cases, self._waiting(at)
        every = [*cases.values(), *waiting]
        if not any(case.balance < 0 or case.credit_kept or credit_uses.gives(case) for case in every):
            return False
        moment = next((case.moved.at for case in cases.values() if case.moved and case.moved.at == of), at)
        accounts = [credit_uses.account_of(case, moment) for case in cases.values()]
        accounts += [altered(credit_uses.account_of(case, moment), is_open=False) for case in waiting]
        if self.keeps_credits:
            return self._kept(accounts, at)
        currencies = {one.invoice: one.currency for one in accounts}
        moves = list(credit_uses.moves(accounts, moment))
        for use, back in moves:
            for invoice, body in credit_uses.told(use, currencies[use.giver], moment, back=back):
                self._tell_one(Event(at, CreditMoved.name, body, invoice), at)
        return bool(moves)

    def _waiting(self, at: datetime) -> list[Case]:
        """The cases that have not opened of invoices of which money was told: what was paid too much is a credit."""
        if not self.early:
            return []
        paid = {event.invoice for event in self.early if event.name in MOVES_MONEY}
        return [self._as_told(one, (), at) for one in self.openings if one.invoice.id in paid]

    def _kept(self, accounts: list[credit_uses.Account], at: datetime) -> bool:
        """Tell the open cases how much of the customer's credit the creditor keeps; whether any did not know (P8)."""
        told = False
        for one in accounts:
            amount = credit_uses.kept_for(one, accounts)
            if one.is_open and amount != self.cases[one.invoice].credit_kept:
                body = {"amount": decimal_string(amount, one.currency), "currency": one.currency, "at": at.isoformat()}
                self._told(one.invoice, Event(at, CreditKept.name, body, one.invoice), at)
                told = True
        return told

    def _tell_one(self, event: Event, at: datetime) -> None:
        if event.name in TOLD_TO_THE_WORLD:
            self._tell_world(event, at)
        if event.name == PaymentReversed.name and event.body.get("code"):
            self.world.returned(event.body["payment_id"], event.body["code"])
        everyone = event.name in CUSTOMER_WIDE and event.invoice is None
        names = list(self.sessions) if everyone else [event.invoice] if event.invoice in self.sessions else []
        if event.name in OF_A_MESSAGE and names:
            self._tell_sharers(event, at)
        if event.name in FACTS and (everyone or not names):
            self._keep(event)
        for name in names:
            self._told(name, event, at)

    def _keep(self, event: Event) -> None:
        """A case that opens later learns of it at its opening: of what has an id the first that was told (P1)."""
        awaited = event.invoice is None or any(one.invoice.id == event.invoice for one in self.openings)
        known = (earlier for earlier in self.early if earlier.invoice == event.invoice and event.invoice is not None)
        told = identity(event.name, _dated(event))
        if awaited and all(identity(earlier.name, _dated(earlier)) != told for earlier in known):
            self.early.append(event)

    def _tell_sharers(self, event: Event, at: datetime) -> None:
        """What became of a message became of it for all invoices that shared it (N5)."""
        name, channel = event.body["notice"], event.body["channel"]
        cases = self.cases
        for invoice, notice in consolidation.sharers(cases[event.invoice or ""], name, channel, cases.values()):
            self._told(invoice, replace(event, body={**event.body, "notice": notice}, invoice=invoice), at)

    def _tell_world(self, event: Event, at: datetime) -> None:
        known = f"{event.invoice}: {identity(event.name, _dated(event))}"
        if known in self.world_told:
            return
        self.world_told.add(known)
        body = event.body
        if event.name == Contact.name:
            self.world.told(Contact.model_validate(body))
        elif event.name == Bounced.name:
            self.world.came_back(str(event.invoice), Bounced.model_validate(body))
        elif event.name in ENDS_AN_ADDRESS:
            self.world.ends(body["channel"])
        elif event.name == Call.name:
            if body["result"] == "wrong_number":
                self.world.ends(BY_PHONE)
        else:
            self.world.renewed[body["id"]] = at

    def _told(self, name: str, event: Event, at: datetime) -> None:
        if event.name in FACTS:
            news = self.sessions[name].take(lambda case: tell(case, event.name, _dated(event), at))
        else:
            request = REQUESTS[event.name].model_validate(event.body)
            news = self.sessions[name].take(lambda case: ask(case, request, at))
        if news:  # what was told before wakes nobody (P1)
            self.wakes[name] = at
            self.world.hears(self.sessions[name].case)

    def _act(self, name: str, at: datetime) -> None:
        """Let a case do what is due, until it waits or has ended."""
        wake, session = self.wakes[name], self.sessions[name]
        if wake is None or wake > at:
            return
        for _ in range(MOST_ACTS):
            decision = session.next(at)
            if not isinstance(decision, Perform):
                break
            effect, case = decision.effect, session.case
            session.answered(effect, self.world.perform(case, effect, self._all(case)), at)
            if self.world.taken_along:
                self._along(at)
        else:
            msg = f"case {name} does not come to rest at {at}"
            raise RuntimeError(msg)
        self.wakes[name] = decision.until if isinstance(decision, Wait) else None

    def _along(self, at: datetime) -> None:
        """Tell the cases whose notice another has taken along (N5)."""
        along, self.world.taken_along = self.world.taken_along, []
        for invoice, body in along:
            self._told(invoice, Event(at, NoticeShared.name, body, invoice), at)

    def _all(self, case: Case) -> tuple[Case, ...]:
        return (case,) if len(self.sessions) == 1 else tuple(self.cases.values())


def _dated(event: Event) -> dict[str, Any]:
    """What was told, with the moment at which it reached us: the same words on another day are another message."""
    return {"at": event.at, **event.body}
