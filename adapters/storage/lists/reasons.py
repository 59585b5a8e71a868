"""Why somebody objected, took a case out of the ladder's hands, or took money back, in the words of who told it.

The words stand with the message that told them. What a case leaves behind (its journal, its tasks) names the message by
its id, or by its moment where it has none.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import told
from adapters.storage.texts import reader
from dunning.facts import Dispute, Escalate, PaymentReversed

_TOLD: Final = (
    select(told.c.invoice_id, told.c.name, told.c.body, told.c.at)
    .where(
        told.c.invoice_id.in_(bindparam("invoices", expanding=True)),
        told.c.name.in_((Dispute.name, Escalate.name, PaymentReversed.name)),
    )
    .order_by(told.c.invoice_id, told.c.number)
)  # fmt: skip


@dataclass
class CaseReasons:
    """Those of one case: of disputes by their ids, of escalations in order of time, return codes by reversals' ids."""

    disputes: dict[str, str] = field(default_factory=dict)
    escalations: list[tuple[datetime, str]] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)

    def of_escalation(self, at: datetime) -> str | None:
        """The reason of the escalation that was told last before or at this moment."""
        return next((reason for moment, reason in reversed(self.escalations) if moment <= at), None)

    def of(self, kind: str, about: str, at: datetime) -> str | None:
        """The reason of a thing of this kind: `about` a dispute by its id, an escalation by the moment of the thing."""
        match kind:
            case "dispute":
                return self.disputes.get(about)
            case "escalation" | "escalate":
                return self.of_escalation(at)
            case _:
                return None


class Reasons:
    """Reads them."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def of_case(self, invoice_id: str) -> CaseReasons:
        """All reasons that one case was told."""
        return (await self.of_cases([invoice_id]))[invoice_id]

    async def of_cases(self, invoice_ids: Collection[str]) -> dict[str, CaseReasons]:
        """Those of several cases, each by its invoice."""
        ids = list(invoice_ids)
        return await self._database.read(lambda tx: reasons_of(tx, ids)) if ids else {}


def reasons_of(tx: Transaction, invoice_ids: Collection[str]) -> dict[str, CaseReasons]:
    """The reasons that several cases were told, each by its invoice."""
    found = {invoice_id: CaseReasons() for invoice_id in invoice_ids}
    for row in _told(tx, list(found)) if found else ():
        _add(found[row["invoice_id"]], row["name"], row["body"], row["at"])
    return found


def _told(tx: Transaction, invoice_ids: list[str]) -> list[dict[str, Any]]:
    rows = tx.rows(_TOLD, invoices=invoice_ids)
    return list(map(reader(tx, rows), rows))


def _add(reasons: CaseReasons, name: str, body: dict[str, Any], at: datetime) -> None:
    """A message that could not be read has none of these, or not as text."""
    identity, reason, code = (body.get(field) for field in ("id", "reason", "code"))
    if name == Dispute.name and isinstance(identity, str) and isinstance(reason, str):
        reasons.disputes.setdefault(identity, reason)
    elif name == Escalate.name and isinstance(reason, str):
        reasons.escalations.append((at, reason))
    elif name == PaymentReversed.name and isinstance(identity, str) and isinstance(code, str):
        reasons.codes.setdefault(identity, code)
