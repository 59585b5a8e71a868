"""What is owed, what was paid, and what was taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from bench.stories.told import ToldStory
from dunning.effects import Charge
from dunning.journal import Line
from dunning.ledger import parts
from dunning.money import minor

SIGNS: Final[Mapping[str, int]] = {
    "fee": 1, "interest": 1, "reversal": 1, "given_up": 1,
    "payment": -1, "recovery": -1, "credit": -1, "write_off": -1, "waiver": -1, "charge": -1, "lifted": -1,
    "credit_moved": 1, "taken_back": -1,
}  # fmt: skip
PAID: Final = frozenset({"payment", "recovery"})


def ledger(told: ToldStory) -> Iterator[str]:
    """F2, P5: the balance is the invoice and what the journal booked since; of a payment never more is taken back than
    it was.
    """
    for name, case in told.simulation.cases.items():
        lines = told.simulation.lines[name]
        booked = [line for line in lines if line.kind in SIGNS and (line.kind != "charge" or line.value == "approved")]
        expected = case.invoice.amount + sum(_signed(line) for line in booked)
        if case.balance != expected:
            yield f"{name}: the balance is {case.balance}, the journal says {expected}"
        came = _sums(line for line in lines if line.kind in PAID)
        back = _sums(line for line in lines if line.kind == "reversal")
        back.subtract(_sums(line for line in lines if line.kind == "lifted"))
        for payment in came.keys() & back.keys():
            if back[payment] > came[payment]:
                yield f"{name}: {back[payment]} taken back of payment {payment}, which was {came[payment]}"


def _signed(line: Line) -> int:
    """What a line adds to the balance; a discount that is taken back is owed again, a fee is not (F8, P9)."""
    sign = 1 if (line.kind, line.value) == ("taken_back", "discount") else SIGNS[line.kind]
    return sign * (line.amount or 0)


def _sums(lines: Iterable[Line]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for line in lines:
        sums[line.value] += line.amount or 0
    return sums


def parts_are_the_whole(told: ToldStory) -> Iterator[str]:
    """K1, K6: the parts are the balance; of costs and interest no more is given up than was charged."""
    for name, case in told.simulation.cases.items():
        owed = parts.parts_of(case)
        if owed.principal + owed.costs + owed.interest != case.balance or owed.costs < 0 or owed.interest < 0:
            yield f"{name}: the balance is {case.balance}, its parts are {owed}"
        for charged, waived in (("fee", "costs_waived"), ("interest", "interest_waived")):
            left = sum(entry.amount for entry in case.ledger if entry.kind in {charged, waived})
            if left < 0:
                yield f"{name}: of {charged} {-left} more is waived than was charged"


def payments_once(told: ToldStory) -> Iterator[str]:
    """P1: a payment is booked once, with the amount with which it was told first."""
    every = [event for event in told.story.events if event.name == "payment_received"]
    strange = {event.body["id"] for event in every if event.body.keys() & {"currency", "allocations"}}
    for name, case in told.simulation.cases.items():
        first: dict[str, int] = {}
        for event in every:
            if event.invoice == name:
                first.setdefault(event.body["id"], minor(Decimal(event.body["amount"]), case.invoice.currency))
        paid = [line for line in told.simulation.lines[name] if line.kind in PAID]
        for payment, times in Counter(line.value for line in paid).items():
            if times > 1:
                yield f"{name}: payment {payment} is booked {times} times"
        for line in paid:
            if line.value in first.keys() - strange and line.amount != first[line.value]:
                yield f"{name}: payment {line.value} is booked with {line.amount}, told with {first[line.value]}"


def settled(told: ToldStory) -> Iterator[str]:
    """F3: a case that rests open is owed more than the tolerance."""
    for rest in told.simulation.rests:
        case = rest.case
        if case.closed is None and case.balance <= case.policy.tolerance.minor(case.invoice.currency):
            yield f"{case.invoice.id} is open at {rest.at:%Y-%m-%d %H:%M}, and {case.balance} is owed"
            return


def one_attempt(told: ToldStory) -> Iterator[str]:
    """C5, A3: at most one attempt of a case is in flight. No more is charged than is demandable; an instalment may be
    disputed in part, but is never more than is owed.
    """
    for rest in told.simulation.rests:
        flying = [attempt for attempt in rest.case.attempts if attempt.state in {"unknown", "underway"}]
        if len(flying) > 1:
            yield f"{rest.case.invoice.id}: {len(flying)} attempts in flight at {rest.at:%Y-%m-%d %H:%M}"
    for act in told.simulation.world.performed:
        if isinstance(act.effect, Charge):
            most = act.case.balance if act.effect.by == "plan" else act.case.demandable
            if not 0 < act.effect.amount <= most:
                yield f"{act.case.invoice.id}: {act.effect.amount} charged of {most} at {act.at:%Y-%m-%d %H:%M}"
