"""What a debtor would read: a message of a case that is there, made as the worker would make it; nothing is sent."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from adapters.messages.composer import Composer
from adapters.messages.particulars import Beside
from adapters.messages.preview import Form, Preview, next_letter, of_letter
from adapters.messages.statement import with_fees
from adapters.stored_statements import StoredStatements
from api.case_service import CaseService
from api.problems import Problem
from dunning import snapshot
from dunning.case import Case


@dataclass(frozen=True, slots=True)
class MessagePreviews:
    """Reads over the case service, and writes as the composer does."""

    case_service: CaseService
    composer: Composer

    async def of_case(self, invoice_id: str, message: str | None, locale: str | None, form: Form) -> Preview:
        """The next notice of the case, in the words of `message` if one is named.

        A link of the payment provider's is not asked for: the creditor's own stands in its place. Raises `NotFound`,
        and `Problem` while the case does not answer.
        """
        store = self.case_service.store
        if message is not None:
            self.composer.language(message, locale or self.composer.creditor.locale)
        case = await self._case(invoice_id)
        invoice = await store.parties.invoice(invoice_id)
        customer = (await self.case_service.archive.customers([invoice.customer_id]))[invoice.customer_id]
        letter = await asyncio.to_thread(next_letter, case, customer, invoice.record, message)
        statements = StoredStatements(store.cases, store.parties)
        entries = with_fees(await statements.entries(invoice_id), letter.act.fees, letter.day)
        methods = {one.id: one for one in await statements.methods(invoice.customer_id)}
        return of_letter(self.composer, letter, Beside(entries, methods), form, locale)

    async def _case(self, invoice_id: str) -> Case:
        listed = await self.case_service.store.cases.one(invoice_id)
        state = await self.case_service.client.state(invoice_id) if listed.outcome is None else None
        if state is not None:
            return snapshot.load(state)
        ended = await self.case_service.archive.ended_case(invoice_id)
        if ended is None:
            detail = "The case runs, but no worker answers for it; ask again when one is there"
            raise Problem("unavailable", detail, headers={"Retry-After": "5"})
        return ended
