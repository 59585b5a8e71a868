"""What came of a scenario, held against what it expected: the same comparison for both engines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from dunning.calendar import Calendar
from dunning.journal import TURNING_POINTS, Line
from dunning.money import decimal_string, minor
from dunning.scenario import Expected, Scenario


@dataclass(frozen=True, slots=True)
class Final:
    """How a case stood at the end of its story."""

    balance: int
    closed: str | None
    overdue_days: int
    chased_days: int
    currency: str


@dataclass(frozen=True, slots=True)
class Told:
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
        line, show = self.line, lambda amount: decimal_string(amount, self.currency)
        value = {"charge": line.value if line.value == "approved" else f"{{declined: {line.value}}}"}.get(
            line.kind, line.value or "{}"
        )
        parts = [f"at: {self.at:%Y-%m-%dT%H:%M}", f"{line.kind}: {value}"]
        for name in ("by", "method", "queue"):
            if getattr(line, name) is not None:
                parts.append(f"{name}: {getattr(line, name)}")
        parts += [
            f"{name}: {show(value)}" for name in ("demands", "amount") if (value := getattr(line, name)) is not None
        ]
        return "- {" + ", ".join([*parts, *(["escalated: true"] if line.escalated else [])]) + "}"


def differences(scenario: Scenario, told: Told, calendar: Calendar) -> list[str]:
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
        if line.kind in TURNING_POINTS
    ]
    return sorted(happened, key=lambda h: h.at)


def _against(expected: tuple[Expected, ...], happened: list[Happened], place: str) -> Iterator[str]:
    rest = list(happened)
    for number, line in enumerate(expected):
        hit = _first(line, rest)
        if hit is None:
            yield f"{place}[{number}]: expected {_shown(line)}, but then came"
            yield from (f"    {h}" for h in rest[:6])
            yield "    (nothing more)" if not rest else f"  after {len(happened) - len(rest)} lines as expected"
            return
        rest.remove(hit)
    if rest:
        yield f"{place}: nothing more was expected, but then came"
        yield from (f"    {h}" for h in rest[:6])


def _first(expected: Expected, rest: list[Happened]) -> Happened | None:
    """The next line, or one of another case in the same minute: within a minute, cases have no order."""
    seen: set[str] = set()
    for happened in rest:
        if happened.at != rest[0].at:
            return None
        if happened.invoice not in seen and _fits(expected, happened):
            return happened
        seen.add(happened.invoice)
    return None


def _fits(expected: Expected, happened: Happened) -> bool:
    line, currency = happened.line, happened.currency
    if line.kind != expected.kind or not _same_value(expected, line, currency):
        return False
    day: date = happened.at.date()
    checks = (
        (expected.on, day),
        (expected.at, happened.at),
        (expected.demands if expected.demands is None else minor(expected.demands, currency), line.demands),
        (expected.amount if expected.amount is None else minor(expected.amount, currency), line.amount),
        (expected.by, line.by),
        (expected.method, line.method),
        (expected.queue, line.queue),
        (expected.escalated, line.escalated),
        (expected.invoice, happened.invoice),
    )
    return all(wanted is None or wanted == actual for wanted, actual in checks)


def _same_value(expected: Expected, line: Line, currency: str) -> bool:
    if line.kind in {"fee", "interest", "write_off"}:
        return expected.value == "" or minor(expected.value, currency) == line.amount
    return str(expected.value) == line.value


def _shown(line: Expected) -> str:
    parts = {key: value for key, value in line.model_dump(exclude_none=True).items() if key not in {"kind", "value"}}
    moment = [f"{key}: {parts.pop(key)}" for key in ("at", "on") if key in parts]
    return "{" + ", ".join([*moment, f"{line.kind}: {line.value}", *(f"{k}: {v}" for k, v in parts.items())]) + "}"


def _finals(scenario: Scenario, told: Told) -> Iterator[str]:
    for name in ("balance", "overdue_days", "chased_days", "closed"):
        wanted = getattr(scenario, name)
        if wanted is None:
            continue
        first = scenario.all_invoices[0].id
        for invoice, value in (wanted if isinstance(wanted, dict) else {first: wanted}).items():
            final = told.finals[invoice]
            actual = getattr(final, name)
            same = minor(value, final.currency) == actual if name == "balance" else value == actual
            if not same:
                shown = decimal_string(actual, final.currency) if name == "balance" else actual
                yield f"{name} of {invoice}: expected {value}, found {shown}"
