"""What left, the newest first, and what waits: what the next step of each open case will send, and why not before."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from adapters.mailbox import KeptMessage
from adapters.storage.lists.views import CaseView
from api.archive import Archive
from api.pages.words import as_words, channel_name
from cli.cases.case_list import every_open
from cli.errands.doing import WithStore
from cli.errands.told import Table, Told
from cli.wording import lower, moment

_LEFT: Final = ("at", "invoice", "by", "to", "subject")
_WAITS: Final = ("on", "invoice", "customer", "message", "by", "not before, because")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that the next step of a case sends; `why` says what kept it from leaving so far, if anything did."""

    case: CaseView
    message: str
    by: tuple[str, ...]
    at: datetime
    why: str


async def messages(of: WithStore, *, invoice: str | None, waiting: bool, limit: int) -> Told:
    """Both lists; only what waits where that is asked for. Raises `NotFound` for an invoice that has no case."""
    zone = of.settings.creditor.timezone
    waits = await _waiting(of, invoice, limit)
    to_come = Table(_WAITS, [_waits(one, zone) for one in waits], "Nothing waits to be sent.")
    document: dict[str, Any] = {"waits": [_waiting_document(one) for one in waits]}
    if waiting:
        return Told(document, (to_come,))
    left = await of.store.mailbox.list(invoice_id=invoice, limit=limit)
    sent = Table(_LEFT, [_sent(one, zone) for one in left], "Nothing was sent yet.")
    document = {"left": [_sent_document(one) for one in left], **document}
    return Told(document, ("left, the newest first:", sent, "", "waits, the next first:", to_come))


async def _waiting(of: WithStore, invoice: str | None, limit: int) -> list[Waiting]:
    cases = await every_open(of) if invoice is None else [await of.store.cases.one(invoice)]
    found: list[Waiting] = []
    async for one in _to_come(of, sorted(cases, key=_when)):
        found.append(one)
        if len(found) == limit:
            break
    return found


async def _to_come(of: WithStore, cases: Sequence[CaseView]) -> AsyncIterator[Waiting]:
    archive = Archive(of.store.database)
    for case in cases:
        if case.next_at is None or case.next_step is None or case.outcome is not None:
            continue
        policy = await archive.pinned_policy(case.invoice_id)
        step = next((one for one in policy.steps if one.name == case.next_step), None) if policy else None
        if step is not None and step.notice is not None:
            kept = [line for line in await of.store.sendings.unsent(case.invoice_id, 1) if line.step == step.name]
            yield Waiting(case, step.notice.message, step.notice.by, case.next_at, kept[0].why if kept else "")


def _when(case: CaseView) -> tuple[bool, datetime, str]:
    return case.next_at is None, case.next_at or case.opened_at, case.invoice_id


def _waits(one: Waiting, zone: str) -> Sequence[object]:
    who = one.case.customer_name or one.case.customer_id
    by = ", ".join(channel_name(channel) for channel in one.by)
    return moment(one.at, zone), one.case.invoice_id, who, as_words(one.message), by, lower(one.why)


def _sent(one: KeptMessage, zone: str) -> Sequence[object]:
    return moment(one.at, zone), one.invoice_id, channel_name(one.channel), " ".join(one.to.split()), one.subject


def _waiting_document(one: Waiting) -> dict[str, object]:
    of = {"invoice_id": one.case.invoice_id, "customer_id": one.case.customer_id, "step": one.case.next_step}
    return {**of, "message": one.message, "by": one.by, "at": one.at, "why": one.why or None}


def _sent_document(one: KeptMessage) -> dict[str, object]:
    names = ("id", "invoice_id", "notice", "channel", "to", "subject", "language", "at")
    return {name: getattr(one, name) for name in names}
