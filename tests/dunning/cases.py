"""Builders for the core's tests: a policy, an invoice, a case and a world around it, with a default for everything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from adapters.calendars import make_calendar
from dunning.answers import Answer, Declined
from dunning.calendar import Calendar
from dunning.case import Case
from dunning.effects import Charge, Effect
from dunning.engine import ask, open_case, tell
from dunning.journal import TURNING_POINTS, Line
from dunning.ledger.moments import looked_at
from dunning.policy import Policy
from dunning.policy.hours import CalendarRules
from dunning.records import Customer, Invoice, Method
from dunning.requests import AnyRequest
from dunning.rulebook.decline import Codes
from dunning.rulebook.reading import read
from dunning.simulation.simulate import Event, PlannedOpening, Simulation
from dunning.simulation.world import ChannelRule, Script, World

DUE = date(2026, 9, 28)  # a Monday
OPENS = datetime(2026, 9, 28, 22, tzinfo=UTC)  # the first moment of Tuesday in Amsterdam
REACHABLE = {"email": "ap@lek.example", "phone": "+31600000001", "address": "Kade 1, Delft"}

NETWORKS = {"sepa": "sepa_debit", "visa": "visa"}  # of the methods with these ids; all others have none


def at(day: int, clock: str = "10:00") -> datetime:
    """A local time, so many days after the due date."""
    hour, minute = map(int, clock.split(":"))
    local = DUE + timedelta(days=day)
    return CALENDAR.instant(local, datetime(2026, 1, 1, hour, minute, tzinfo=UTC).time())


def notify(message: str, *by: str, **more: Any) -> dict[str, Any]:
    return {"notify": {"message": message, "by": list(by or ("email",)), **more}}


def step(name: str, after: int, *do: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "after": f"{after} days", "do": list(do), **more}


LADDER = (
    step("reminder", 3, notify("friendly")),
    step("dunning", 10, {"fee": "5.00"}, notify("firm")),
    step("last-notice", 17, notify("final", deadline="7 days")),
)


def policy(*steps: dict[str, Any], **more: Any) -> Policy:
    terms = {"end": {"after": "30 days", "then": "close"}, "calendar": {"holidays": "none"}}
    return Policy.model_validate({"name": "plain", "steps": list(steps or LADDER), **terms, **more})


def calendar(rules: CalendarRules | None = None) -> Calendar:
    return make_calendar(
        "Europe/Amsterdam", [], rules or policy().calendar, DUE - timedelta(days=430), DUE + timedelta(days=900)
    )


CALENDAR = calendar()


def customer(**more: Any) -> Customer:
    return Customer.model_validate({"id": "c1", "timezone": "Europe/Amsterdam", **REACHABLE, **more})


def invoice(**more: Any) -> Invoice:
    return Invoice.model_validate({"id": "INV-1", "currency": "EUR", "amount": "100.00", "due_on": DUE, **more})


def a_case(
    terms: Policy | None = None, *, methods: Iterable[str] = (), opens: datetime = OPENS, of: Invoice | None = None
) -> Case:
    terms = terms or policy()
    kept = tuple(Method(id=method, network=NETWORKS.get(method)) for method in methods)
    return open_case(of or invoice(), customer(), kept, terms, calendar(terms.calendar), opens)


@dataclass(frozen=True, slots=True)
class Performed:
    """One effect that was performed, when, and what the world answered."""

    at: datetime
    effect: Effect
    answer: Answer


@dataclass
class Witness(World):
    """A world that remembers everything that it was asked to do."""

    performed: list[Performed] = field(default_factory=list)

    def perform(self, case: Case, effect: Effect, cases: tuple[Case, ...]) -> Answer:
        answer = super().perform(case, effect, cases)
        self.performed.append(Performed(case.now, effect, answer))
        return answer


class Story(Simulation):
    """A simulation that reads well in a test: cases that open, what happens to them, and what came of it."""

    def __init__(
        self,
        terms: Policy | None = None,
        events: Iterable[Event] = (),
        *,
        methods: Iterable[str] = (),
        gateway: Iterable[Script] = (),
        channels: Iterable[ChannelRule] = (),
        opens: datetime = OPENS,
        invoices: Iterable[Invoice] = (),
    ) -> None:
        self.witness = Witness(customer(), gateway=iter(gateway), channels=tuple(channels))
        terms = terms or policy()
        openings = [
            PlannedOpening(opens, one, partial(self._opens, terms, tuple(methods))) for one in invoices or [invoice()]
        ]
        super().__init__(self.witness, openings, events)

    def _opens(self, terms: Policy, methods: tuple[str, ...], one: Invoice, when: datetime) -> Case:
        return a_case(terms, methods=methods, opens=when, of=one)

    def told(self, until: datetime) -> Story:
        self.run(until)
        return self

    @property
    def case(self) -> Case:
        return next(iter(self.cases.values()))

    @property
    def journal(self) -> list[Line]:
        return next(iter(self.lines.values()))

    @property
    def performed(self) -> list[Performed]:
        return self.witness.performed

    @property
    def points(self) -> list[tuple[date, str, str]]:
        """The turning points: local day, kind, value."""
        return [(CALENDAR.day(line.at), line.kind, line.value) for line in self.journal if line.kind in TURNING_POINTS]


def told(case: Case, name: str, when: datetime, **body: Any) -> Case:
    """The case after the only fact of a moment."""
    return looked_at(tell(case, name, body, when))


def asked(case: Case, request: AnyRequest, when: datetime) -> Case:
    return ask(case, request, when)


def a_decline(charge: Charge, code: str, advice: str | None = None, on: date = DUE) -> Declined:
    """The provider's no, as the rule book read it on that day."""
    return Declined(charge.method, code, read(charge.network, Codes(code, advice), on), advice)


def charges(case: Case) -> list[Charge]:
    return [effect for effect in case.todo if isinstance(effect, Charge)]
