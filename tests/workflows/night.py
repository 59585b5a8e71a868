"""Many cases and what happens to each, so that the same facts can be told to the real thing and to the core."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from adapters.sandbox_scripts import script_for_method
from dunning.answers import Answer
from dunning.calendar import Calendar
from dunning.case import Case
from dunning.effects import Charge
from dunning.engine import open_case
from dunning.journal import TURNING_POINTS, Line
from dunning.policy import Policy
from dunning.records import Customer, Invoice, Method
from dunning.simulation import world
from dunning.simulation.simulate import Event, PlannedOpening, Simulation
from dunning.simulation.world import World
from tests.grids import walked
from tests.workflows.office import MONDAY, Dossier, amsterdam, customer, invoice, notify, policy, step

NIGHT: Final = policy(
    step("reminder", 3, notify("friendly")),
    step("dunning", 10, {"fee": "5.00"}, notify("firm", "email", "sms")),
    step("final", 20, notify("final", "letter")),
    name="night",
    charging={"schedule": ["1 day", "5 days"], "attempts": 3, "within": "21 days"},
    end={"after": "5 days", "then": "close"},
)
CASES: Final = walked(200, sample=80)  # each way to pay meets each tale once in 77
LAST: Final = "2026-04-02T12:00"

Told = tuple[str, dict[str, Any]]
METHODS: Final = (
    (), ("pm_card_insufficient_funds",), ("pm_card_ok_at_second_try",), ("pm_card_timeout_approved",),
    ("pm_card_stolen_card", "pm_card_ok"), (), ("pm_card_timeout_declined",),
)  # fmt: skip
TALES: Final[tuple[dict[str, tuple[Told, ...]], ...]] = (
    {},
    {"2026-03-06T14:00": tuple(("payment_received", {"id": f"p{n}", "amount": f"{n}.50"}) for n in range(1, 5))},
    {"2026-03-13T14:00": (("payment_received", {"id": "p1", "amount": "130.00"}),)},
    {"2026-03-05T14:00": (("dispute", {"id": "d1", "amount": "20.00", "reason": "wrong hours"}),)},
    {
        "2026-03-09T14:00": (("payment_received", {"id": "p1", "amount": "40.00"}),),
        "2026-03-17T14:00": (("payment_reversed", {"id": "r1", "payment_id": "p1", "amount": "40.00"}),),
    },
    {
        "2026-03-10T14:00": (("credit", {"id": "k1", "amount": "10.00"}), ("consent_withdrawn", {})),
        "2026-03-12T14:00": (("method_added", {"id": "pm_card_ok"}),),
    },
    {"2026-03-10T14:00": (("method_added", {"id": "pm_card_ok"}),)},
    {
        "2026-03-05T14:00": (("customer_stop", {"reason": "bankruptcy"}),),
        "2026-03-12T14:00": (("customer_release", {}),),
    },
    {"2026-03-03T14:00": (("payment_pending", {"id": "p1", "amount": "100.00", "until": "2026-03-06"}),)},
    {"2026-03-04T14:00": (("escalate", {"queue": "collections", "reason": "threatens"}),)},
    {
        "2026-03-03T14:00": (("payment_received", {"id": "p1", "amount": "100.00"}),),
        "2026-03-18T14:00": (("payment_reversed", {"id": "r1", "payment_id": "p1", "amount": "60.00"}),),
    },
)


@dataclass(frozen=True)
class Tale:
    """One case: who owes what, how they can be charged, and what is told of it when, in Amsterdam's time."""

    number: int
    invoice: Invoice
    customer: Customer
    methods: tuple[Method, ...]
    facts: dict[str, tuple[Told, ...]]


def tales(cases: int = CASES) -> Iterator[Tale]:
    """Every fact carries the moment at which it reached us, as the API tells it: what has no id is known by that."""
    for number in range(cases):
        whose = customer(f"c{number}", email=f"c{number}@polder.example")
        methods = tuple(Method(id=method) for method in METHODS[number % len(METHODS)])
        facts = {
            local: tuple(
                (name, {**_of_its_own(body, number), "at": Dossier.instant(local).isoformat()}) for name, body in told
            )
            for local, told in TALES[number % len(TALES)].items()
        }
        yield Tale(number, invoice(f"INV-{number}"), whose, methods, facts)


def _of_its_own(body: dict[str, Any], number: int) -> dict[str, Any]:
    """The body with payments of this case alone: their ids are known over all invoices (P9)."""
    return {
        name: f"{value}-{number}" if name in {"id", "payment_id"} and value != "pm_card_ok" else value
        for name, value in body.items()
    }


@dataclass(frozen=True)
class Ending:
    """Where a case stands at the end, and how it came there."""

    points: tuple[str, ...]
    balance: int
    closed: str | None


@dataclass
class SandboxWorld(World):
    """The core's made-up world, whose provider answers as the sandbox does."""

    charged: Counter[str] = field(default_factory=Counter)

    def _charge(self, case: Case, effect: Charge) -> Answer:
        script = script_for_method(effect.method, self.charged[effect.method])
        self.charged[effect.method] += 1
        silent = script.silent_for
        self.gateway = iter([world.Script(script.code, script.advice, silent is not None, silent or timedelta())])
        return super()._charge(case, effect)


def as_the_rules_have_it(tale: Tale, by: Policy = NIGHT) -> Ending:
    """The case on the core, where nothing is ever killed."""
    calendar = amsterdam(by, tale.customer, date(2026, 1, 1), date(2027, 12, 31))

    def opens(invoice: Invoice, at: datetime) -> Case:
        return open_case(invoice, tale.customer, tale.methods, by, calendar, at)

    events = [
        Event(Dossier.instant(local), name, body, tale.invoice.id)
        for local, facts in tale.facts.items()
        for name, body in facts
    ]
    simulation = Simulation(SandboxWorld(tale.customer), [PlannedOpening(MONDAY, tale.invoice, opens)], events)
    simulation.run(Dossier.instant(LAST))
    case = simulation.cases[tale.invoice.id]
    return Ending(points(simulation.lines[tale.invoice.id], calendar), case.balance, case.closed)


def points(lines: list[Line], calendar: Calendar) -> tuple[str, ...]:
    """The turning points with their local days and all that a scenario compares."""
    return tuple(
        " ".join(
            map(str, (calendar.day(line.at), line.kind, line.value, line.by, line.method, line.demands, line.amount))
        )
        for line in lines
        if line.kind in TURNING_POINTS
    )
