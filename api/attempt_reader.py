"""Looks at attempts and methods: what was tried, here or elsewhere, what it came to, and what may be tried now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from adapters.storage.lists.views import AttemptView, CaseView, ForbiddenView, OutsideView, ReviewView
from adapters.storage.store import Store
from api.rule_rows import meaning_of, reason_to_look, source_of
from api.shapes.attempts import AttemptOut, MethodInCase, Review
from api.shapes.cases import MethodState
from api.shapes.values import Sum
from dunning.answers import Declined, Underway
from dunning.rulebook.asked import Verdict
from dunning.rulebook.decline import NEVER_ARRIVED, Codes, Reading
from dunning.rulebook.reading import read

_STATES: Final = {"begun": "unknown"}
_CODES: Final = ("code", "advice", "network_code", "network_advice")

Networks = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class AttemptReader:
    """Reads over the store."""

    store: Store

    async def own(self, case: CaseView) -> tuple[AttemptOut, ...]:
        """The attempts of the case itself, in order."""
        return await self._own(case, await self._networks(case))

    async def every(self, case: CaseView) -> tuple[AttemptOut, ...]:
        """All there is: its own, those made elsewhere, those forbidden; the oldest first."""
        networks = await self._networks(case)
        elsewhere = await self.store.attempts.outside(case.invoice_id)
        forbidden = await self.store.attempts.forbidden(case.invoice_id)
        found = [
            *(_elsewhere(one, networks) for one in elsewhere),
            *map(_forbidden, forbidden),
            *await self._own(case, networks),
        ]
        return tuple(sorted(found, key=lambda one: one.at))

    async def methods(
        self, case: CaseView, zone: str, at: datetime, known: Sequence[MethodState]
    ) -> tuple[MethodInCase, ...]:
        """Every method of the customer; `known` are those of which the case itself tells."""
        today = at.astimezone(ZoneInfo(zone)).date()
        states = {state.id: state for state in known}
        found = await self.store.attempts.methods(case.invoice_id, at, today)
        return tuple(
            MethodInCase(**one.record.model_dump(), **_state(states.get(one.record.id)), **_verdict(one.verdict, zone))
            for one in found
        )

    async def _own(self, case: CaseView, networks: Networks) -> tuple[AttemptOut, ...]:
        found = await self.store.cases.attempts(case.invoice_id)
        return tuple(_attempt(one, networks.get(one.method)) for one in found)

    async def _networks(self, case: CaseView) -> Networks:
        customer = await self.store.parties.customer(case.customer_id)
        return {method.id: method.network for method in customer.methods}


def review_of(one: ReviewView) -> Review:
    """A decline that wants a person's eyes, with what its row says."""
    return Review(
        invoice_id=one.invoice_id, customer_id=one.customer_id, number=one.number, at=one.at,
        method=one.method.id, network=one.method.network, brand=one.method.brand, last4=one.method.last4,
        amount=Sum.of(one.amount, one.currency), row=one.row, meaning=meaning_of(one.row), source=source_of(one.row),
        reason=reason_to_look(one.row), updated_at=one.updated_at,
        **{name: getattr(one.codes, name) for name in _CODES},
    )  # fmt: skip


def _attempt(one: AttemptView, network: str | None) -> AttemptOut:
    known = AttemptOut(
        number=one.number,
        method=one.method,
        amount=Sum.of(one.amount, one.currency),
        at=one.at,
        by=one.by or None,
        state=_STATES.get(one.state, one.state),
        settles_by=one.answer.until if one.state == "underway" and isinstance(one.answer, Underway) else None,
    )
    if one.state != "declined" or one.code is None:
        return known
    codes = Codes(one.code, one.advice, one.network_code, one.network_advice)
    kept = one.answer.read if isinstance(one.answer, Declined) else None
    return _explained(known, codes, kept or read(network, codes, one.at.date()), one.answered_at or one.at)


def _elsewhere(one: OutsideView, networks: Networks) -> AttemptOut:
    """One that names no method was by the only one there is."""
    method = one.method or (next(iter(networks)) if len(networks) == 1 else None)
    amount = Sum.of(one.amount, one.currency)
    known = AttemptOut(made="elsewhere", method=method, amount=amount, at=one.at, state="declined")
    if one.codes is None:
        return known
    return _explained(known, one.codes, read(networks.get(method or ""), one.codes, one.at.date()), one.at)


def _explained(attempt: AttemptOut, codes: Codes, reading: Reading, answered_at: datetime) -> AttemptOut:
    """The attempt with the codes of its decline, and what they were read as."""
    told: dict[str, Any] = {name: getattr(codes, name) for name in _CODES}
    if codes.code != NEVER_ARRIVED:
        told |= {"follows": reading.kind, "row": reading.row, "source": source_of(reading.row)}
        told |= {"not_before": answered_at + reading.wait if reading.wait else None, "is_known": reading.known}
    return attempt.model_copy(update={**told, "meaning": reading.meaning})


def _forbidden(one: ForbiddenView) -> AttemptOut:
    """An attempt that was not made (C4)."""
    return AttemptOut(
        made="not", method=one.method, amount=None, at=one.at, state="forbidden", row=one.row, meaning=one.why,
        source=source_of(one.row), follows="try_later" if one.until else "never_again", not_before=one.until,
    )  # fmt: skip


def _state(state: MethodState | None) -> dict[str, Any]:
    return {"status": state and state.status, "waits_until": state and state.not_before}


def _verdict(verdict: Verdict, zone: str) -> dict[str, Any]:
    until = verdict.until or (verdict.until_on and _start(verdict.until_on, zone))
    said = {"row": verdict.row or None, "why": verdict.why or None, "source": source_of(verdict.row)}
    return {"may": verdict.may, "not_before": until, **said}


def _start(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
