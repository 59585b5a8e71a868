"""The script of a call that a task asks for: looked up when it is shown, and kept nowhere (M6, O3)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

import structlog

from adapters.messages.call_script import Called, CallScript, called, script_of
from adapters.messages.composer import Composer
from adapters.messages.particulars import Beside
from adapters.storage.lists.call_sheets import callee
from adapters.stored_statements import StoredStatements
from api.case_service import CaseService
from api.message_previews import MessagePreviews
from api.problems import Problem
from dunning.channels import BY_PHONE
from dunning.errors import DunningError

_LOG: Final = structlog.get_logger("dunning.api")


@dataclass(frozen=True, slots=True)
class CallScripts:
    """Reads over the case service, and writes as the composer does."""

    case_service: CaseService
    composer: Composer

    async def of_case(self, invoice_id: str) -> CallScript | None:
        """The script of a call about this case; None while it does not answer, or where no text can be written."""
        try:
            case, invoice, reach = await MessagePreviews(self.case_service, self.composer).known(invoice_id)
        except Problem:
            return None
        customer, now = reach.customer, await self.case_service.clock.now()
        person, _ = callee(customer, reach.bounced.get(BY_PHONE, ()))
        store = self.case_service.store
        statements = StoredStatements(store.cases, store.parties)
        beside = Beside(await statements.entries(invoice_id))

        def written() -> CallScript:
            of: Called = called(case, customer, invoice, now, person)
            return script_of(self.composer, of, beside)

        try:
            return await asyncio.to_thread(written)
        except DunningError as error:
            _LOG.warning("no call script", invoice=invoice_id, error=type(error).__name__)
            return None
