"""The intents of every effect: each is written before it, its progress noted, its outcome recorded after it.

An act is known by its key for ever, so beginning or finishing it twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, bindparam, delete, select, update

from adapters.storage.effects import attempt_history, attempts, consolidation
from adapters.storage.effects import notices as progress
from adapters.storage.effects.changes import make_changes
from adapters.storage.effects.contact_limit import deferral
from adapters.storage.effects.journal import write_case, write_journal
from adapters.storage.effects.outcomes import apply_outcome
from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox import customer_credit, inbox
from adapters.storage.records import invoice_of, reach_of
from adapters.storage.tables import acts, customers, invoices, notices
from dunning.answers import Answer, Approved, Declined, Done, Sent, Stale, Underway
from dunning.effects import Charge, SendNotice, SettleCharge
from dunning.errors import Conflict, NotFound
from dunning.notices import absence, contact_limit
from dunning.ports import Act, Acted, Calls, Go, Taken
from dunning.recipients import Way
from dunning.records import ACCOUNTS, Channel

Clock = Callable[[], datetime]

_FACTS: Final = (
    select(
        invoices,
        customers,
        acts.c.key.label("begun"),
        acts.c.effect,
        acts.c.answer,
        acts.c.written,
        acts.c.along,
        acts.c.begun_at,
        acts.c.called_at,
    )
    .join(customers, customers.c.id == invoices.c.customer_id)
    .join(acts, acts.c.key == bindparam("key"), isouter=True)
    .where(invoices.c.id == bindparam("invoice"))
)
_PROGRESS: Final = select(notices.c.channel, notices.c.contact, notices.c.state).where(
    notices.c.act_key == bindparam("key")
)
_REOPEN: Final = update(acts).where(acts.c.key == bindparam("which")).values(answer=None, effect=bindparam("asking"))
_CALL: Final = update(acts).where(acts.c.key == bindparam("which")).values(called_at=bindparam("now"))
_FINISH: Final = (
    update(acts)
    .where(acts.c.key == bindparam("which"), acts.c.answer.is_(None))
    .values(answer=bindparam("said"), written=bindparam("all_written"), messages=bindparam("sent"))
    .returning(acts.c.customer_id, acts.c.along)
)
_RECORDED: Final = select(acts.c.answer, acts.c.written).where(acts.c.key == bindparam("key"))


def begin(
    tx: Transaction, act: Act, clock: Clock, provider: str | None = None, *, in_turn: bool = True,
    by: Collection[Channel] = (),
) -> Go | Acted:  # fmt: skip
    """See `dunning.ports.Receivables.begin`. `provider` is who makes the charges: their own caps bind these (C4).

    `clock` is this machine's, for the moment of the call.

    Raises `NotFound` for an invoice that is not known, `Conflict` for a second charge in flight (C5), `NotItsTurn`.
    """
    touches_others = (
        isinstance(act.effect, Charge) or contact_limit.limit(act.effect) or consolidation.is_open(act.effect)
    )
    if tx.locks_rows and touches_others:
        inbox.lock_customer_of(tx, act.invoice_id)
    row = _facts(tx, act)
    if row["begun"] and row["answer"] is None:
        return _go_on(tx, act, row)
    if row["begun"] and not _asks_again(act, row) and not _is_news(act, row):
        return Acted(row["answer"], act.seen, row["written"])
    if row[invoices.c.told] > act.seen:
        facts = inbox.unseen_messages(tx, act.invoice_id, act.seen)
        return Acted(Stale(facts), row[invoices.c.told], written=False)
    if row["begun"]:
        tx.change(_REOPEN, {"which": act.effect.key, "asking": act.effect})
        return _go(act, row, repeat=True)
    begun = _begin_anew(tx, act, row, clock, provider, in_turn=in_turn)
    return begun if isinstance(begun, Acted) or begun.repeat else _with_first_way(tx, act, begun, by)


def perform(tx: Transaction, act: Act, clock: Clock, pins: Mapping[str, str]) -> Acted:
    """See `dunning.ports.Receivables.perform`."""
    begun = begin(tx, act, clock)
    return begun if isinstance(begun, Acted) else finish(tx, act, Done(), pins)


def _with_first_way(tx: Transaction, act: Act, go: Go, by: Collection[Channel]) -> Go:
    first = next(iter(go.ways(by)), None)
    if first is not None:
        progress.begin_on_channel(tx, act.effect.key, first)
    return replace(go, first=first)


def begin_again(tx: Transaction, act: Act, clock: Clock, provider: str | None = None) -> Go | Acted:
    """See `dunning.ports.Receivables.begin_again`; the rest as for `begin`."""
    row = _facts(tx, act)
    if not row["begun"] or row["answer"] is not None:
        return begin(tx, act, clock, provider)
    if row[invoices.c.told] > act.seen:
        facts = inbox.unseen_messages(tx, act.invoice_id, act.seen)
        return Acted(Stale(facts), row[invoices.c.told], written=False)
    now = clock()
    tx.change(_CALL, {"which": act.effect.key, "now": now})
    return _go(act, row, repeat=True, calls=Calls(row["begun_at"], now))


def unbegin(tx: Transaction, key: str) -> None:
    """Take back an intent of which nothing left; what a channel accepted, or an outcome, stays."""
    left_nothing = notices.c.state.in_(["begun", "refused"])
    tx.change(delete(notices).where(notices.c.act_key == key, left_nothing, _open(key).exists()))
    accepted = select(notices.c.channel).where(notices.c.act_key == key)
    taken_back = delete(acts).where(acts.c.key == key, acts.c.answer.is_(None), ~accepted.exists())
    if tx.change(taken_back):
        attempts.take_back_attempt(tx, key)


def finish(
    tx: Transaction, act: Act, answer: Answer, pins: Mapping[str, str], taken: Taken | None = None
) -> Acted:  # fmt: skip
    """See `dunning.ports.Receivables.finish`; `pins` as for `make_changes`. Raises `Conflict` without an intent."""
    if taken is not None:
        progress.accept_on_channel(tx, act.effect.key, taken.way, taken.message_id)
    expected = act.expected if answer == act.assumed else None
    written = expected is not None
    if isinstance(answer, Approved):
        inbox.lock_customer_of(tx, act.invoice_id)  # money that is too much is set off against their other invoices
        _facts(tx, act)  # the ledger of an invoice is changed by one at a time
    said = {"which": act.effect.key, "said": answer, "all_written": written}
    row = tx.row(_FINISH, **said, sent=contact_limit.messages_sent(act.effect, answer))
    if row is None:
        return _recorded(tx, act)
    apply_outcome(tx, act, answer, row["customer_id"])
    consolidation.record(tx, act, answer, row["along"], row["customer_id"])
    if isinstance(answer, Approved):
        customer_credit.set_off(tx, row["customer_id"], act.at)
    write_journal(tx, act.invoice_id, act.lines)
    make_changes(tx, act.invoice_id, act.changes, pins)
    if expected is not None:
        write_case(tx, act.invoice_id, expected, act.seen, act.at)
        make_changes(tx, act.invoice_id, expected.changes, pins)
    return Acted(answer, act.seen, written)


def _facts(tx: Transaction, act: Act) -> RowMapping:
    """The invoice, locked, its customer, and the act if it was begun."""
    rows = tx.lock(_FACTS, of=invoices, invoice=act.invoice_id, key=act.effect.key)
    if not rows:
        raise NotFound(f"invoice: found no {act.invoice_id}")
    return rows[0]


def _begin_anew(
    tx: Transaction, act: Act, row: RowMapping, clock: Clock, provider: str | None, *, in_turn: bool
) -> Go | Acted:  # fmt: skip
    customer_id = row[invoices.c.customer_id]
    usable = reach_of(row).channels(_roles(act))
    channels = absence.read_now(act.effect, usable)
    charge = act.effect if isinstance(act.effect, Charge) else None
    not_now = (
        attempt_history.rule_book_bar(tx, act, charge, row, provider)
        if charge
        else absence.deferral(act.effect, usable) or deferral(tx, act, customer_id, channels)
    )
    if not_now is not None:
        return Acted(not_now, act.seen, written=False)
    along = consolidation.taken_along(tx, act, row, in_turn=in_turn)
    intent = {"key": act.effect.key, "invoice_id": act.invoice_id, "customer_id": customer_id, "effect": act.effect}
    now = clock()
    if not tx.add(
        acts,
        {
            **intent,
            "at": act.at,
            "day": act.day,
            "begun_at": now,
            "called_at": now,
            "messages": contact_limit.messages(act.effect, channels),
            "written": False,
            "along": along or None,
        },
    ):
        return begin(tx, act, clock, provider, in_turn=in_turn)  # another worker was faster
    attempts.begin_attempt(tx, act, customer_id)
    return _go(act, row, repeat=False, calls=Calls(now, now), along=consolidation.with_invoices(tx, along))


def _go_on(tx: Transaction, act: Act, row: RowMapping) -> Go:
    """An earlier try began and nobody recorded an end."""
    if not isinstance(act.effect, SendNotice):
        return _go(act, row, repeat=True)
    known = tx.rows(_PROGRESS, key=act.effect.key)
    by_state = {
        state: tuple(Way(one["channel"], one["contact"]) for one in known if one["state"] == state)
        for state in ("accepted", "begun")
    }
    along = consolidation.with_invoices(tx, row["along"])
    return _go(act, row, repeat=True, sent=by_state["accepted"], begun=by_state["begun"], along=along)


def _recorded(tx: Transaction, act: Act) -> Acted:
    row = tx.row(_RECORDED, key=act.effect.key)
    if row is None:
        raise Conflict(f"{act.effect.key}: found no intent; allowed to finish is what was begun")
    return Acted(row["answer"], act.seen, row["written"])


def _asks_again(act: Act, row: RowMapping) -> bool:
    """Whether a recorded answer leaves open what became of a charge: a debit under way whose time has passed, or a
    refusal as a duplicate, which says nothing of the charge itself (C2, C5).
    """
    if not isinstance(act.effect, SettleCharge):
        return False
    first = isinstance(row["effect"], Charge) and isinstance(row["answer"], Declined)
    return first or isinstance(row["answer"], Underway)


def _is_news(act: Act, row: RowMapping) -> bool:
    """Whether another case's message has taken this notice along, and its own case has not heard of that yet (N5)."""
    shared = row["answer"].shared if isinstance(row["answer"], Sent) else None
    return shared is not None and shared.lead != act.invoice_id and row[invoices.c.told] > act.seen


def _go(act: Act, row: RowMapping, *, repeat: bool, calls: Calls | None = None, **progress: Any) -> Go:
    calls, reach, to = calls or Calls(row["begun_at"], row["called_at"]), reach_of(row), _roles(act)
    by = act.effect.by if isinstance(act.effect, SendNotice) else ()
    read = tuple(absence.read_now(act.effect, reach.channels(to)))
    recipients = tuple(one for channel in by if channel in read for one in reach.recipients(channel, to))
    return Go(repeat, reach.customer, invoice_of(row), read, recipients, calls=calls, **progress)


def _roles(act: Act) -> tuple[str, ...]:
    """The roles of the contacts that a notice goes to."""
    return act.effect.to if isinstance(act.effect, SendNotice) else ACCOUNTS


def _open(key: str) -> Any:
    return select(acts.c.key).where(acts.c.key == key, acts.c.answer.is_(None))
