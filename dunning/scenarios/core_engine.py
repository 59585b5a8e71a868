"""The core engine: a scenario told by the rules and a clock that jumps, no server; thousands a second."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from dunning.attempts.history import made_elsewhere
from dunning.calendar import Calendar
from dunning.case import Case
from dunning.engine import open_case
from dunning.forecast import forecast
from dunning.ladder.dates import nominal_on
from dunning.ledger.parts import parts_of
from dunning.messages import CUSTOMER_WIDE
from dunning.overdue import chased_days, overdue_days
from dunning.policy import Policy
from dunning.ports import CalendarFor
from dunning.records import Invoice
from dunning.rulebook.history import Tried
from dunning.scenarios.scenario import Happening, LocalOutage, Scenario, ScenarioInvoice
from dunning.scenarios.story import Final, StoryResult
from dunning.simulation.simulate import Event, PlannedOpening, Simulation
from dunning.simulation.world import World

LONGEST = timedelta(days=400)
FindPolicy = Callable[[str], Policy | None]


@dataclass(frozen=True, slots=True)
class StoryStage:
    """Where a story plays: its policy, its calendar, and when it begins and ends. The same for both engines.

    `own` are the policies of the invoices that have one of their own, each with its calendar.
    """

    scenario: Scenario
    policy: Policy
    calendar: Calendar
    own: Mapping[str, tuple[Policy, Calendar]] = field(default_factory=dict)

    def terms(self, invoice_id: str) -> tuple[Policy, Calendar]:
        """The policy that an invoice follows, and its calendar."""
        return self.own.get(invoice_id, (self.policy, self.calendar))

    def moment(self, local: datetime) -> datetime:
        """A local time of the file as an instant."""
        return self.calendar.instant(local.date(), local.time())

    def opens_at(self, invoice: ScenarioInvoice) -> datetime:
        """When an invoice's case opens: as told, else on the day after the due date, earlier if a step is."""
        told = invoice.opens or self.scenario.opens
        if told is not None:
            return self.moment(told)
        policy, calendar = self.terms(invoice.id)
        long_before = calendar.start(invoice.due_on - timedelta(days=400))
        case = open_case(invoice, self.scenario.customer, (), policy, calendar, long_before)
        days = [nominal_on(case, index) for index in range(len(policy.steps))]
        return calendar.start(min(invoice.due_on + timedelta(days=1), *days))

    def ends_at(self) -> datetime:
        """The last moment of the story."""
        if self.scenario.until is not None:
            return self.calendar.start(self.scenario.until + timedelta(days=1)) - timedelta(seconds=1)
        return max(self.opens_at(invoice) for invoice in self.scenario.all_invoices) + LONGEST

    def event(self, happening: Happening) -> Event:
        """An event of the file with its instant; one that names no invoice concerns the first."""
        invoice = happening.invoice or (None if happening.name in CUSTOMER_WIDE else self.scenario.all_invoices[0].id)
        body = happening.in_zone(self.moment)
        if happening.name == "outage":
            body["until"] = self.moment(LocalOutage.model_validate(happening.body).until)
        return Event(self.moment(happening.at), happening.name, body, invoice)


def stage_of_story(
    scenario: Scenario, policy: Policy, calendar_for: CalendarFor, own: Mapping[str, Policy] | None = None
) -> StoryStage:
    """Where a scenario plays; `own` are the policies of its invoices that have one of their own, by invoice."""
    days = [invoice.due_on for invoice in scenario.all_invoices] + [event.at.date() for event in scenario.events]
    first, last = min(days) - timedelta(days=430), max(days) + timedelta(days=900)
    return StoryStage(
        scenario,
        policy,
        calendar_for(policy, scenario.customer, first, last),
        {name: (its, calendar_for(its, scenario.customer, first, last)) for name, its in (own or {}).items()},
    )


def play(on: StoryStage, calendar_for: CalendarFor, find_policy: FindPolicy) -> StoryResult:
    """Tell the story on the core."""
    simulation = staged(on, calendar_for, find_policy)
    simulation.run(on.ends_at())
    return result(on, simulation)


def staged(on: StoryStage, calendar_for: CalendarFor, find_policy: FindPolicy) -> Simulation:
    """The story before anything has happened."""
    scenario = on.scenario

    def found(name: str) -> tuple[Policy, Calendar] | None:
        policy = find_policy(name)
        return None if policy is None else (policy, stage_of_story(scenario, policy, calendar_for).calendar)

    world = World(
        scenario.customer,
        gateway=iter([answer.script for answer in scenario.gateway]),
        channels=tuple(rule.rule for rule in scenario.channels),
        find_policy=found,
        tried=_elsewhere(scenario),
    )
    openings = [PlannedOpening(on.opens_at(one), one, partial(_opened, on)) for one in scenario.all_invoices]
    events, keeps = [on.event(event) for event in scenario.events], scenario.creditor.credits == "keep"
    return Simulation(world, openings, events, keeps_credits=keeps)


def result(on: StoryStage, simulation: Simulation) -> StoryResult:
    """What came of it so far."""
    order = [one.id for one in on.scenario.all_invoices if one.id in simulation.cases]
    cases = {name: simulation.cases[name] for name in order}
    return StoryResult(
        {name: tuple(simulation.lines[name]) for name in order},
        {name: final(case) for name, case in cases.items()},
        {name: forecast(case, case.now, simulation.world.usable) for name, case in cases.items()}
        if on.scenario.forecast is not None
        else {},
    )


def _elsewhere(scenario: Scenario) -> dict[str, Tried]:
    methods = tuple(method.id for method in scenario.methods)
    every = (tried for invoice in scenario.all_invoices for tried in made_elsewhere(invoice, methods))
    return {f"elsewhere/{number}": tried for number, tried in enumerate(every)}


def _opened(on: StoryStage, invoice: Invoice, at: datetime) -> Case:
    scenario = on.scenario
    return open_case(invoice, scenario.customer, scenario.methods, *on.terms(invoice.id), at)


def final(case: Case) -> Final:
    """How a case stands."""
    owed = parts_of(case)
    return Final(
        case.balance, case.closed, overdue_days(case), chased_days(case), case.invoice.currency,
        owed.principal, owed.costs, owed.interest,
    )  # fmt: skip
