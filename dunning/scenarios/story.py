"""What came of a scenario, held against what it expected: the same comparison for both engines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from dunning.calendar import Calendar
from dunning.journal import TURNING_POINTS, Line
from dunning.money import decimal_string, major
from dunning.policy.terms import THANKS
from dunning.scenarios.scenario import Expected, Scenario

MONEY = ("balance", "principal", "costs", "interest")  # final states that are amounts
AMOUNTS = frozenset({"fee", "interest", "write_off", "waiver"})  # kinds whose value is an amount
# Whose order within one moment of one case the rules leave open: what comes before a closing, and a charge beside the
# promise that it keeps or the plan that it ends.
AT_THE_END = frozenset({"restore", "write_off", "hand_off"})
KEPT = frozenset({"promise", "plan", "release"})


@dataclass(frozen=True, slots=True)
class Final:
    """How a case stood at the end of its story."""

    balance: int
    closed: str | None
    overdue_days: int
    chased_days: int
    currency: str
    principal: int = 0
    costs: int = 0
    interest: int = 0


@dataclass(frozen=True, slots=True)
class StoryResult:
    """Every line of every case of a story, and how each ended."""

    lines: Mapping[str, tuple[Line, ...]]
    finals: Mapping[str, Final]
    forecasts: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Happened:
    """A line that is compared, with its local minute."""

    invoice: str
    line: Line
    at: datetime
    currency: str

    def __str__(self) -> str:
        line = self.line
        value = f"{{declined: {line.value}}}" if line.kind == "charge" and line.value != "approved" else line.value
        amounts = {"demands": line.demands, "amount": line.amount}
        parts = {
            "at": f"{self.at:%Y-%m-%dT%H:%M}", line.kind: value or "{}",
            "by": line.by, "method": line.method, "queue": line.queue,
            **{name: None if at is None else decimal_string(at, self.currency) for name, at in amounts.items()},
            "escalated": "true" if line.escalated else None,
            "invoices": f"[{', '.join(line.invoices)}]" if line.invoices else None,
        }  # fmt: skip
        return "- {" + ", ".join(f"{name}: {part}" for name, part in parts.items() if part is not None) + "}"


def differences(scenario: Scenario, told: StoryResult, calendar: Calendar) -> list[str]:
    """What is not as the scenario expects, one sentence or line each; empty if it passed."""
    found = list(_against(scenario.expect, _in_order(told.lines, told.finals, calendar), "expect"))
    if scenario.forecast is not None:
        found += _against(scenario.forecast, _in_order(told.forecasts, told.finals, calendar), "forecast")
    return found + list(_finals(scenario, told))


def _in_order(lines: Mapping[str, tuple[Line, ...]], finals: Mapping[str, Final], calendar: Calendar) -> list[Happened]:
    """The lines of all cases by local minute; within a minute case by case, as the invoices stand in the file."""
    happened = [
        Happened(invoice, line, calendar.local(line.at).replace(second=0, microsecond=0), finals[invoice].currency)
        for invoice, own in lines.items()
        for line in own
        if line.kind in TURNING_POINTS and line.lead is None  # one message for several invoices is one line (N5)
    ]
    return sorted(happened, key=lambda h: h.at)


def _against(expected: tuple[Expected, ...], happened: list[Happened], place: str) -> Iterator[str]:
    rest = list(happened)
    for number, line in enumerate(expected):
        hit = _first(line, rest)
        if hit is None:
            yield f"{place}[{number}]: expected {_shown(line)}, but then came"
            yield from (f"    {h}" for h in rest[:6])
            yield "    (nothing more)" if not rest else f"  after {_lines(len(happened) - len(rest))} as expected"
            return
        rest.remove(hit)
    if rest:
        yield f"{place}: nothing more was expected, but then came"
        yield from (f"    {h}" for h in rest[:6])


def _lines(number: int) -> str:
    return "1 line" if number == 1 else f"{number} lines"


def _first(expected: Expected, rest: list[Happened]) -> Happened | None:
    """The next line; of those of one minute one of another case, or one whose order the rules leave open."""
    passed: dict[str, list[str]] = {}
    for happened in rest:
        if happened.at != rest[0].at:
            return None
        before = passed.setdefault(happened.invoice, [])
        if all(_any_order(kind, _kind(happened.line)) for kind in before) and _fits(expected, happened):
            return happened
        before.append(_kind(happened.line))
    return None


def _any_order(one: str, other: str) -> bool:
    if one in THANKS or other in THANKS:  # what is said of a fact stands anywhere among the lines of its minute (M2)
        return one != other
    charge_and_kept = "charge" in {one, other} and bool({one, other} & KEPT)
    return charge_and_kept or (one != other and {one, other} <= AT_THE_END)


def _kind(line: Line) -> str:
    """What its order goes by."""
    return line.value if line.kind == "notice" and line.value in THANKS else line.kind


def _fits(expected: Expected, happened: Happened) -> bool:
    line, currency = happened.line, happened.currency
    if line.kind != expected.kind or not _same_value(expected, line, currency):
        return False
    day: date = happened.at.date()
    checks = (
        (expected.on, day),
        (expected.at, happened.at),
        (expected.by, line.by),
        (expected.method, line.method),
        (expected.queue, line.queue),
        (expected.escalated, line.escalated),
        (expected.invoice, happened.invoice),
        (expected.invoices, line.invoices),
    )
    amounts = ((expected.demands, line.demands), (expected.amount, line.amount))
    return all(wanted is None or wanted == actual for wanted, actual in checks) and all(
        wanted is None or _same_amount(wanted, actual, currency) for wanted, actual in amounts
    )


def _same_value(expected: Expected, line: Line, currency: str) -> bool:
    if line.kind in AMOUNTS:
        return expected.value == "" or _same_amount(expected.value, line.amount, currency)
    return str(expected.value) == line.value


def _same_amount(wanted: object, actual: int | None, currency: str) -> bool:
    """Whether an amount as it was written is this one; what is no amount is not."""
    try:
        return actual is not None and Decimal(str(wanted)) == major(actual, currency)
    except InvalidOperation:
        return False


def _shown(line: Expected) -> str:
    parts = {key: value for key, value in line.model_dump(exclude_none=True).items() if key not in {"kind", "value"}}
    moment = [f"{key}: {parts.pop(key)}" for key in ("at", "on") if key in parts]
    return "{" + ", ".join([*moment, f"{line.kind}: {line.value}", *(f"{k}: {v}" for k, v in parts.items())]) + "}"


def _finals(scenario: Scenario, told: StoryResult) -> Iterator[str]:
    first = scenario.all_invoices[0].id
    for name in (*MONEY, "overdue_days", "chased_days", "closed"):
        wanted = getattr(scenario, name)
        by_invoice = wanted if isinstance(wanted, dict) else {} if wanted is None else {first: wanted}
        for invoice, value in by_invoice.items():
            yield from _final(name, invoice, value, told.finals.get(invoice))


def _final(name: str, invoice: str, wanted: object, final: Final | None) -> Iterator[str]:
    if final is None:
        yield f"{name} of {invoice}: expected {wanted}, but its case never opened"
    elif name in MONEY:
        amount = getattr(final, name)
        if not _same_amount(wanted, amount, final.currency):
            yield f"{name} of {invoice}: expected {wanted}, found {decimal_string(amount, final.currency)}"
    elif wanted != getattr(final, name):
        yield f"{name} of {invoice}: expected {wanted}, found {getattr(final, name)}"
