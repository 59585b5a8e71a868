"""Keeping the rows of the queue true: whoever changed is ranked anew, and whom time alone changes as well.

A case says of itself that it changed in the statement that it writes anyway; the ranking itself is done afterwards, for
many customers at once, before somebody looks and from time to time. One ranks at a time, and whoever says whose a
customer is waits for that: so no row is written from facts that are older than the last.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, or_, select, text, update

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import UNRANKED, cases, queue_reasons, queue_rows, snoozes
from adapters.storage.worklist.facts import Found, labels_of, read_facts
from dunning.worklist.assignment import AssignmentRule, Features, assigned
from dunning.worklist.ranking import IsWorkday, Ranked, overdue, rank, whole_units
from dunning.worklist.reasons import Reason

MOST_AT_ONCE: Final = 300  # customers of one transaction, so that nobody waits long for it
FAR: Final = datetime(9999, 12, 31, tzinfo=UTC)  # where nothing comes by itself
NOW_AND_THEN: Final = date(1, 1, 1)  # turns on a day that has passed: at the next ranking
_LOCK: Final = 20_094  # any number that stays the same
_IN_TURN: Final = text(f"SELECT pg_advisory_xact_lock({_LOCK})")
_IF_NOBODY: Final = text(f"SELECT pg_try_advisory_xact_lock({_LOCK})")
_CHANGED: Final = (
    select(cases.c.invoice_id, cases.c.customer_id)
    .where(UNRANKED)
    .order_by(cases.c.customer_id)
    .limit(bindparam("most"))
)
_CHANGED_ELSEWHERE: Final = _CHANGED.with_for_update(skip_locked=True, key_share=True, of=cases)
_TURNED: Final = (
    select(queue_rows.c.customer_id)
    .where(
        or_(  # in parts that an index answers each
            queue_rows.c.turns_on <= bindparam("today"),
            queue_rows.c.rules < bindparam("rules"),
            queue_rows.c.rules > bindparam("rules"),
        )
    )
    .limit(bindparam("most"))
)
_TABLES: Final = tuple(
    (table, tuple(column.name for column in table.c if not column.primary_key)) for table in (queue_rows, queue_reasons)
)


@dataclass(frozen=True, slots=True)
class Ranker:
    """How a creditor ranks: their zone and working days, and the rules that say whose a customer is."""

    zone: ZoneInfo
    is_workday: IsWorkday
    rules: tuple[AssignmentRule, ...] = ()
    version: str = field(init=False)

    def __post_init__(self) -> None:
        """Rows of other rules, or of another zone, are ranked anew."""
        said = repr((self.zone.key, [_as_text(rule) for rule in self.rules]))
        object.__setattr__(self, "version", hashlib.sha256(said.encode()).hexdigest()[:12])

    def today(self, at: datetime) -> date:
        """The creditor's day."""
        return at.astimezone(self.zone).date()


def _as_text(rule: AssignmentRule) -> list[str]:
    sets = (rule.countries, rule.languages, rule.tags, rule.account_managers)
    who = (rule.person, rule.queue, rule.to_account_manager)
    return [repr(who), *(repr(sorted(one)) for one in sets), repr(sorted(rule.above.items()))]


class QueueRanking:
    """Ranks."""

    def __init__(self, database: Database, ranker: Ranker) -> None:
        """`database` is migrated."""
        self._database = database
        self.ranker = ranker

    async def is_behind(self, at: datetime) -> bool:
        """Whether somebody has to be ranked anew."""
        today = self.ranker.today(at)

        def work(tx: Transaction) -> bool:
            return bool(tx.rows(_CHANGED, most=1) or tx.rows(_TURNED, today=today, rules=self.ranker.version, most=1))

        return await self._database.read(work)

    async def catch_up(self, at: datetime, most: int = MOST_AT_ONCE) -> int:
        """Rank at most so many customers anew; how many were. Nothing where another process is at it."""
        return await self._database.write(lambda tx: self._ranked(tx, at, most))

    def _ranked(self, tx: Transaction, at: datetime, most: int) -> int:
        if tx.locks_rows and not tx.connection.execute(_IF_NOBODY).scalar():
            return 0
        today = self.ranker.today(at)
        changed = tx.rows(_CHANGED_ELSEWHERE if tx.locks_rows else _CHANGED, most=most)
        ids = list(dict.fromkeys(row["customer_id"] for row in changed))
        if len(changed) < most:
            turned = tx.rows(_TURNED, today=today, rules=self.ranker.version, most=most - len(changed))
            ids = list(dict.fromkeys([*ids, *(row["customer_id"] for row in turned)]))
        if changed:
            tx.change(_SEEN, *({"of": row["invoice_id"]} for row in changed))
        if ids:
            self._write(tx, ids, at, today)
        return len(ids)

    def _write(self, tx: Transaction, ids: list[str], at: datetime, today: date) -> None:
        found = read_facts(tx, ids, at)
        gone = [id_ for id_ in ids if not found[id_].cases]
        for table, _ in _TABLES if gone else ():
            tx.change(delete(table).where(table.c.customer_id.in_(gone)))
        rows = []
        for _, one in sorted(found.items()):
            if one.cases:
                self._wake(tx, one, at, today)
                rows.append(row_of(one, self.ranker, today))
        for table, columns in _TABLES:
            tx.put(table, columns, *({name: row[name] for name in ("customer_id", *columns)} for row in rows))

    def _wake(self, tx: Transaction, one: Found, at: datetime, today: date) -> None:
        """A customer who was put off is looked at again on the day after, or when something of weight happens."""
        if one.snooze is None:
            return
        woken = one.woken_by() or ("time" if one.snooze["until_on"] < today else None)
        if woken is not None:
            ended = {"ended_at": at, "woken_by": woken}
            tx.change(update(snoozes).where(snoozes.c.number == one.snooze["number"]).values(ended))
            one.snooze = None


_SEEN: Final = (
    update(cases)
    .where(cases.c.invoice_id == bindparam("of"))
    .values(ranked=True, updated_at=cases.c.updated_at)  # nothing that anybody is shown of the case is written
)


def in_turn(tx: Transaction) -> None:
    """Wait until nobody ranks, and let nobody rank until this transaction ends."""
    if tx.locks_rows:
        tx.connection.execute(_IN_TURN)


def row_of(found: Found, ranker: Ranker, today: date) -> dict[str, Any]:
    """The row of the queue."""
    debtor, customer = found.debtor(ranker.zone), found.customer
    ranked, owed = rank(debtor, today, ranker.is_workday), overdue(debtor, today)
    most = max(owed, key=lambda one: (whole_units(owed[one], one), one), default=found.cases[0]["currency"])
    follows = min(found.cases, key=lambda row: (row["next_at"] or FAR, row["invoice_id"]))
    promised_on, promised, promised_currency = found.promise(today) or (None, 0, None)
    contact_on, contact_by = found.contact(ranker.zone)
    rule = assigned(ranker.rules, features_of(found, owed))
    return {
        "customer_id": customer["id"],
        "score": ranked.score,
        "reasons": [as_json(reason) for reason in ranked.reasons],
        "owed": owed,
        "amount": whole_units(owed.get(most, 0), most),
        "oldest_due_on": found.cases[0]["due_on"],
        "cases": len(found.cases),
        "next_at": follows["next_at"] or FAR,
        "next_step": follows["next_step"] if follows["next_at"] else None,
        "next_invoice": follows["invoice_id"] if follows["next_at"] else None,
        "promised": promised,
        "promised_on": promised_on,
        "promised_currency": promised_currency,
        "contact_on": contact_on,
        "contact_by": contact_by,
        "owner": found.owner or rule.person,
        "by_hand": found.owner is not None,
        "queue": rule.queue,
        "snoozed_until": found.snooze["until_on"] if found.snooze else None,
        "name_key": (customer["name"] or customer["id"]).casefold(),
        "country": customer["country"],
        "language": language_of(customer["locale"]),
        "labels": as_labels(
            (
                *labels_of(found),
                *(f"reason:{reason.kind}" for reason in ranked.reasons),
                *([f"queue:{rule.queue}"] if rule.queue else []),
            )
        ),
        "turns_on": _turns_on(ranked, found),
        "rules": ranker.version,
    }


def _turns_on(ranked: Ranked, found: Found) -> date:
    if found.snooze is None:
        return ranked.turns_on
    until: date = found.snooze["until_on"]
    return min(ranked.turns_on, until if until == date.max else date.fromordinal(until.toordinal() + 1))


def features_of(found: Found, owed: dict[str, int]) -> Features:
    """What the rules of assignment look at."""
    customer = found.customer
    manager = customer["account_manager"] or {}
    tags = frozenset([*customer["tags"], *(tag for row in found.cases for tag in row["tags"])])
    return Features(customer["country"], language_of(customer["locale"]), tags, owed, manager.get("name"))


def language_of(locale: str) -> str:
    """The language of a locale such as nl-BE."""
    return locale.replace("_", "-").partition("-")[0].lower()


def as_labels(labels: Iterable[str]) -> str:
    """Each once, one a line, so that any can be found between two ends of lines."""
    return "\n" + "".join(f"{one}\n" for one in sorted(set(labels)))


def as_json(reason: Reason) -> dict[str, Any]:
    """A reason as it is kept: only what it says."""
    said = asdict(reason)
    said["day"] = reason.day.isoformat() if reason.day else None
    return {name: value for name, value in said.items() if value not in (None, 0, "")}


def from_json(kept: dict[str, Any]) -> Reason:
    """The reason again."""
    day = kept.get("day")
    return replace(Reason(kept["kind"], kept["points"]), **{**kept, "day": date.fromisoformat(day) if day else None})


def reasons_in(kept: Iterable[dict[str, Any]]) -> Iterator[Reason]:
    """Those of a row, the strongest first."""
    return map(from_json, kept)
