"""What a debtor would read: a message of a case that is there, made as the worker would make it; nothing is sent."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from adapters.messages.composer import Composer
from adapters.messages.particulars import Beside
from adapters.messages.preview import LEAVES_BY, Form, Preview, letter_to_come, next_letter, of_letter
from adapters.messages.statement import with_fees
from adapters.stored_statements import StoredStatements
from api.case_service import CaseService
from api.problems import Problem
from dunning import snapshot
from dunning.case import Case
from dunning.channels import chosen
from dunning.engine import ask, refusal
from dunning.errors import Refused
from dunning.messages import SendAgain, SendNow
from dunning.ports import Letterbox
from dunning.recipients import Reach
from dunning.records import Channel, Invoice


@dataclass(frozen=True, slots=True)
class ComingMessage:
    """A message that is to come, and how it can be shown. `channels` are those by which it leaves."""

    letter: Letterbox
    beside: Beside
    reach: Reach
    composer: Composer

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channels by which it leaves, as far as the debtor can be reached by them now (N2)."""
        act = self.letter.act
        return chosen(act.by, self.reach.channels(act.to), first=act.first)

    def shown(self, form: Form, locale: str | None = None) -> Preview:
        """As the first of its recipients on that channel gets it; or for a reader of `locale`."""
        named = self.reach.recipients(LEAVES_BY[form], self.letter.act.to)
        letter = replace(self.letter, contact=named[0].way.contact) if named else self.letter
        return of_letter(self.composer, letter, self.beside, form, locale)


@dataclass(frozen=True, slots=True)
class MessagePreviews:
    """Reads over the case service, and writes as the composer does.

    A link of the payment provider's is not asked for: the creditor's own stands in its place.
    """

    case_service: CaseService
    composer: Composer

    async def of_case(self, invoice_id: str, message: str, locale: str | None, form: Form) -> Preview:
        """The next notice of the case, in the words of `message`.

        Raises `NotFound`, and `Problem` while the case does not answer.
        """
        self.composer.language(message, locale or self.composer.creditor.locale)
        case, invoice, reach = await self.known(invoice_id)
        letter = await asyncio.to_thread(next_letter, case, reach.customer, invoice, message)
        coming = await self.coming_of(letter, reach)
        return coming.shown(form, locale)

    async def coming(self, invoice_id: str) -> ComingMessage | None:
        """The next notice that leaves by itself, if one does. Raises as `of_case`."""
        case, invoice, reach = await self.known(invoice_id)
        now = await self.case_service.clock.now()
        return await self._found(case, invoice, reach, now)

    async def asked(self, invoice_id: str, request: SendAgain | SendNow) -> tuple[ComingMessage | None, Refused | None]:
        """What would leave at this request, at its own moment, and why the case would refuse it now; nothing is asked.

        Raises as `of_case`.
        """
        case, invoice, reach = await self.known(invoice_id)
        now = await self.case_service.clock.now()
        refused = refusal(case, request, now)
        if refused is not None:
            reason = await self.case_service.store.texts.in_words(invoice_id, refused.reason)
            return None, Refused(refused.request, reason, refused.rule)
        case = ask(case, request, now)
        return await self._found(case, invoice, reach, now, request), None

    async def _found(
        self, case: Case, invoice: Invoice, reach: Reach, now: datetime, request: SendAgain | SendNow | None = None
    ) -> ComingMessage | None:
        purpose = "resend" if isinstance(request, SendAgain) else "step"
        look = partial(letter_to_come, case, reach.customer, invoice, now=now, usable=reach.channels)
        if request is None:
            letter = await asyncio.to_thread(look)
        else:
            step = request.step
            letter = await asyncio.to_thread(look, lambda act: (act.notice, act.purpose) == (step, purpose))
        return await self.coming_of(letter, reach) if letter is not None else None

    async def known(self, invoice_id: str) -> tuple[Case, Invoice, Reach]:
        """The case, its invoice, and where its debtor may be reached. Raises as `of_case`."""
        case = await self._case(invoice_id)
        invoice = await self.case_service.store.parties.invoice(invoice_id)
        return case, invoice.record, await self.case_service.archive.reach(invoice.customer_id)

    async def coming_of(self, letter: Letterbox, reach: Reach) -> ComingMessage:
        """A letter that is to come, with what the store knows beside it."""
        store = self.case_service.store
        statements = StoredStatements(store.cases, store.parties)
        entries = with_fees(await statements.entries(letter.invoice.id), letter.act.fees, letter.day)
        methods = {one.id: one for one in await statements.methods(letter.customer.id)}
        return ComingMessage(letter, Beside(entries, methods), reach, self.composer)

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
