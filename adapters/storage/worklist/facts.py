"""What the ranking looks at, read for many customers at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, RowMapping, bindparam, func, select

from adapters.storage.engine.transaction import Transaction
from adapters.storage.lists.attempts import FOR_REVIEW
from adapters.storage.policy_book import policy_of_content
from adapters.storage.tables import (
    assignments,
    attempts,
    calls,
    cases,
    customers,
    invoices,
    notices,
    policies,
    postings,
    snoozes,
    tasks,
)
from adapters.storage.worklist.promises import Promised, read_promised
from dunning.worklist.facts import Broken, Debtor, OpenCase, Question, StepMeans, means
from dunning.worklist.reasons import LOOKED_BACK

_THEIRS: Final[BindParameter[Any]] = bindparam("customers", expanding=True)
_CUSTOMERS: Final = select(
    customers.c.id,
    customers.c.name,
    customers.c.country,
    customers.c.locale,
    customers.c.tags,
    customers.c.account_manager,
).where(customers.c.id.in_(_THEIRS))
_CASES: Final = (
    select(
        *(
            cases.c[name]
            for name in (
                "invoice_id", "customer_id", "policy", "policy_hash", "stage", "balance", "demandable", "next_step",
                "next_at", "holds", "broken_promises", "broken_at", "disputed_since",
            )
        ),
        invoices.c.currency,
        invoices.c.due_on,
        invoices.c.tags,
    )
    .join(invoices, invoices.c.id == cases.c.invoice_id)
    .where(cases.c.customer_id.in_(_THEIRS), cases.c.outcome.is_(None))
    .order_by(invoices.c.due_on, cases.c.invoice_id)
)  # fmt: skip
_POLICIES: Final = select(policies.c.hash, policies.c.content).where(
    policies.c.hash.in_(bindparam("hashes", expanding=True))
)
_QUESTIONS: Final = (
    select(tasks.c.invoice_id, tasks.c.about, tasks.c.queue, tasks.c.opened_at, tasks.c.last_on, tasks.c.escalations)
    .where(tasks.c.invoice_id.in_(bindparam("invoices", expanding=True)), tasks.c.closed_at.is_(None))
    .order_by(tasks.c.invoice_id, tasks.c.id)
)
_DECLINES: Final = (
    select(attempts.c.invoice_id, attempts.c.at)
    .where(
        attempts.c.customer_id.in_(_THEIRS),
        attempts.c.at >= bindparam("since"),
        attempts.c.row.in_(FOR_REVIEW),
    )
    .order_by(attempts.c.invoice_id, attempts.c.number)
)
_WRITTEN_TO: Final = (
    select(notices.c.customer_id, notices.c.channel, func.max(notices.c.at).label("at"))
    .where(notices.c.customer_id.in_(_THEIRS), notices.c.state == "accepted")
    .group_by(notices.c.customer_id, notices.c.channel)
)
_CALLED: Final = (
    select(calls.c.customer_id, func.max(calls.c.day).label("day"))
    .where(calls.c.customer_id.in_(_THEIRS))
    .group_by(calls.c.customer_id)
)
_OWNED: Final = select(assignments.c.customer_id, assignments.c.person).where(
    assignments.c.customer_id.in_(_THEIRS), assignments.c.ended_at.is_(None)
)
_SNOOZED: Final = select(snoozes.c.customer_id, snoozes.c.number, snoozes.c.until_on, snoozes.c.at).where(
    snoozes.c.customer_id.in_(_THEIRS), snoozes.c.ended_at.is_(None)
)
_REVERSED: Final = (
    select(invoices.c.customer_id, func.max(postings.c.at).label("at"))
    .join(invoices, invoices.c.id == postings.c.invoice_id)
    .where(invoices.c.customer_id.in_(_THEIRS), postings.c.kind == "reversal")
    .group_by(invoices.c.customer_id)
)


BY_CALL: Final = "call"  # beside the channels
_PROMISES: Final = frozenset({"promise", "plan"})  # the reasons of their holds


@dataclass(slots=True)
class Found:
    """One customer with all that a row of the queue tells."""

    customer: RowMapping
    cases: list[RowMapping] = field(default_factory=list)
    questions: dict[str, list[RowMapping]] = field(default_factory=lambda: defaultdict(list))
    declines: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    written_to: dict[str, datetime] = field(default_factory=dict)
    called_on: date | None = None
    owner: str | None = None
    snooze: RowMapping | None = None
    reversed_at: datetime | None = None
    promised: dict[str, Promised] = field(default_factory=dict)
    steps: Mapping[str, Mapping[str, StepMeans]] = field(default_factory=dict)  # what they do, by their policy's hash

    def debtor(self, zone: ZoneInfo) -> Debtor:
        """As the ranking looks at them, days being those of this zone."""
        return Debtor(tuple(self._case(row, zone) for row in self.cases), self.called_on)

    def _case(self, row: RowMapping, zone: ZoneInfo) -> OpenCase:
        return OpenCase(
            row["invoice_id"], row["currency"], row["due_on"], row["demandable"],
            next_on=_day(row["next_at"], zone), is_held=bool(row["holds"]),
            next_does=self.steps.get(row["policy_hash"], {}).get(row["next_step"]),
            broken=self._broken(row, zone),
            disputed=row["balance"] - row["demandable"], disputed_on=_day(row["disputed_since"], zone),
            questions=tuple(_question(one, zone) for one in self.questions.get(row["invoice_id"], ())),
            declines=tuple(at.astimezone(zone).date() for at in self.declines.get(row["invoice_id"], ())),
        )  # fmt: skip

    def _broken(self, row: RowMapping, zone: ZoneInfo) -> Broken | None:
        on = _day(row["broken_at"], zone)
        if on is None:
            return None
        promised = self.promised.get(row["invoice_id"])
        amount = promised.missed_on(on)[1] if promised else 0
        return Broken(on, row["demandable"] if amount is None else amount, row["broken_promises"])

    def promise(self, today: date) -> tuple[date, int, str] | None:
        """What is to come next of what they promised: its day, its amount and its currency."""
        stands = [row for row in self.cases if _PROMISES & set(row["holds"]) and row["invoice_id"] in self.promised]
        parts = [(*self.promised[row["invoice_id"]].next_on(today), row) for row in stands]
        if not parts:
            return None
        on, amount, row = min(parts, key=lambda part: (part[0], part[2]["invoice_id"]))
        return on, row["demandable"] if amount is None else amount, row["currency"]

    def contact(self, zone: ZoneInfo) -> tuple[date | None, str | None]:
        """The day of the last contact, and by what it was."""
        days = {channel: at.astimezone(zone).date() for channel, at in self.written_to.items()}
        if self.called_on is not None:
            days[BY_CALL] = self.called_on
        by = max(days, key=lambda one: (days[one], one), default=None)
        return (days[by], by) if by else (None, None)

    def woken_by(self) -> str | None:
        """What happened since they were put off that may not wait: reply, dispute, promise-broken, payment-reversed."""
        if self.snooze is None:
            return None
        since: datetime = self.snooze["at"]
        news = {
            "reply": [q["opened_at"] for qs in self.questions.values() for q in qs if q["about"] == "reply"],
            "dispute": [row["disputed_since"] for row in self.cases],
            "promise-broken": [row["broken_at"] for row in self.cases],
            "payment-reversed": [self.reversed_at],
        }
        return next((what for what, moments in news.items() if any(at and at > since for at in moments)), None)


def read_facts(tx: Transaction, ids: Collection[str], now: datetime) -> dict[str, Found]:
    """Those of these customers, each by their id; one without an open case has no `cases`."""
    wanted = sorted(ids)
    found = {row["id"]: Found(row) for row in tx.rows(_CUSTOMERS, customers=wanted)}
    for row in tx.rows(_CASES, customers=wanted):
        found[row["customer_id"]].cases.append(row)
    whose = {row["invoice_id"]: one for one in found.values() for row in one.cases}
    _what_steps_do(tx, found)
    _what_was_promised(tx, found)
    for row in tx.rows(_QUESTIONS, invoices=sorted(whose)):
        whose[row["invoice_id"]].questions[row["invoice_id"]].append(row)
    for row in tx.rows(_DECLINES, customers=wanted, since=now - timedelta(days=LOOKED_BACK + 1)):
        if row["invoice_id"] in whose:
            whose[row["invoice_id"]].declines[row["invoice_id"]].append(row["at"])
    for row in tx.rows(_WRITTEN_TO, customers=wanted):
        found[row["customer_id"]].written_to[row["channel"]] = row["at"]
    for row in tx.rows(_CALLED, customers=wanted):
        found[row["customer_id"]].called_on = row["day"]
    for row in tx.rows(_OWNED, customers=wanted):
        found[row["customer_id"]].owner = row["person"]
    _put_off(tx, found, wanted)
    return found


def _what_steps_do(tx: Transaction, found: Mapping[str, Found]) -> None:
    hashes = sorted({row["policy_hash"] for one in found.values() for row in one.cases})
    contents = tx.rows(_POLICIES, hashes=hashes) if hashes else ()
    steps = {
        row["hash"]: {step.name: means(step) for step in policy_of_content(row["content"]).steps} for row in contents
    }
    for one in found.values():
        one.steps = steps


def _what_was_promised(tx: Transaction, found: Mapping[str, Found]) -> None:
    asked = {
        row["invoice_id"]: one
        for one in found.values()
        for row in one.cases
        if row["broken_at"] or _PROMISES & set(row["holds"])
    }
    for invoice_id, promised in read_promised(tx, asked).items():
        asked[invoice_id].promised[invoice_id] = promised


def _put_off(tx: Transaction, found: Mapping[str, Found], wanted: Sequence[str]) -> None:
    rows = tx.rows(_SNOOZED, customers=wanted)
    for row in rows:
        found[row["customer_id"]].snooze = row
    asked = [row["customer_id"] for row in rows]
    for row in tx.rows(_REVERSED, customers=asked) if asked else ():
        found[row["customer_id"]].reversed_at = row["at"]


def _question(row: Mapping[Any, Any], zone: ZoneInfo) -> Question:
    return Question(row["about"], row["opened_at"].astimezone(zone).date(), row["last_on"], row["escalations"])


def _day(at: datetime | None, zone: ZoneInfo) -> date | None:
    return at.astimezone(zone).date() if at else None


def labels_of(found: Found) -> Iterable[str]:
    """What the row is found by: `policy:b2b`, `stage:dunning`, `step:final`, `queue:collections`, `tag:vip`."""
    for row in found.cases:
        yield f"policy:{row['policy']}"
        yield f"stage:{row['stage']}"
        if row["next_step"]:
            yield f"step:{row['next_step']}"
        yield from (f"tag:{tag}" for tag in row["tags"])
    yield from (f"tag:{tag}" for tag in found.customer["tags"])
    yield from (f"queue:{one['queue']}" for questions in found.questions.values() for one in questions)
