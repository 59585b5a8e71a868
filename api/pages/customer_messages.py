"""The messages over all cases of a customer: what left lately, and what comes next while nobody pays or answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from adapters.storage.lists.sendings import Sending
from adapters.storage.lists.views import CaseView
from api.pages.messages import SIGNS, fate_of, recipient
from api.pages.words import as_words, channel_name, hold_waits_for, minor_money, sentence
from dunning.purposes import COPIES
from dunning.records import Customer

COMING: Final = 6


@dataclass(frozen=True, slots=True)
class SentRow:
    """A message that left, or did not."""

    name: str
    invoice_id: str
    sign: str
    state: str
    tone: str
    at: datetime
    by: str
    to: str
    demands: str
    href: str


@dataclass(frozen=True, slots=True)
class ComingRow:
    """What one case does next, in the time of its own clock."""

    name: str
    invoice_id: str
    at: datetime
    zone: str


class _Timed(Protocol):
    @property
    def case(self) -> CaseView: ...

    @property
    def zone(self) -> str: ...


def sent_rows(sent: Sequence[Sending], customer: Customer) -> list[SentRow]:
    """The newest first."""
    return [_sent(one, customer) for one in sent]


def comes_next(cases: Sequence[_Timed]) -> list[ComingRow]:
    """The first things that their open cases do by themselves, the soonest first."""
    rows = [
        ComingRow(_next(one.case), one.case.invoice_id, one.case.next_at, one.zone)
        for one in cases
        if one.case.next_at is not None and one.case.outcome is None
    ]
    return sorted(rows, key=lambda row: (row.at, row.invoice_id))[:COMING]


def _sent(one: Sending, customer: Customer) -> SentRow:
    state, tone, _ = fate_of(one)
    return SentRow(
        name=sentence(as_words(one.message)) + (" (copy)" if one.purpose in COPIES else ""),
        invoice_id=one.invoice_id,
        sign=SIGNS[one.channel],
        state=state,
        tone=tone,
        at=one.at,
        by=channel_name(one.channel),
        to=recipient(one.contact, customer),
        demands=minor_money(one.demands, one.currency),
        href=f"/messages/{one.kept_as}" if one.head else "",
    )


def _next(case: CaseView) -> str:
    if case.holds:
        return f"Waits for {hold_waits_for(case.holds[0])}"
    return sentence(as_words(case.next_step)) if case.next_step else "The end"
