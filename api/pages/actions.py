"""The actions of a case, each a form, a preview and one confirmation: what would come of it is shown before it is done.

A preview asks the rules on a copy of the case. What is confirmed is done once, and only if nothing else was written on
the case since its page was read: otherwise whoever asks is told first, and decides anew (R4).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from adapters.attachments import Attachment
from adapters.messages.preview import LEAVES_BY, Form, Preview
from adapters.request_ids import new_request_id
from adapters.storage.lists.views import CaseView, PostingView
from api.actions.action import Action, Told
from api.actions.doing import Desk, Done, Meanwhile, Outcome, UnderWay
from api.actions.form import Mistakes, fields_of, told_by, usual_parts
from api.actions.futures import Debtor, WhatComes, what_comes
from api.actions.index import BY_NAME
from api.actions.reading_back import first_line, input_names, summary
from api.actions.things import FOUR_EYES, InCase
from api.callers import allow, asked_by, caller_of, may
from api.case_reader import CaseReader
from api.case_service import CaseService
from api.limits import in_path
from api.message_previews import ComingMessage, MessagePreviews
from api.pages.attempts import method_name
from api.pages.case_actions import is_own_wish
from api.pages.forms import attached, our_fields
from api.pages.journal_words import ahead as foreseen
from api.pages.rendering import Flash, Pages, Undo
from api.pages.sign_in import ThePages
from api.pages.task_words import task_words
from api.pages.words import local_day, minor_money, moment_words, money_text, stage_name
from api.problems import Problem
from api.routes.parts import InvoiceId, TheCaseService, TheReader
from api.shapes.cases import CaseOut, LineOut
from api.shapes.values import Sum
from dunning.errors import DunningError, NotAllowed, NotFound, Refused
from dunning.journal import Line
from dunning.messages import AnyRequest, Fact, Hold, Message, PolicyChange
from dunning.money import exponent
from dunning.records import Customer
from dunning.roles import Action as Right
from dunning.views import stage

router = APIRouter(prefix="/cases/{invoice_id}/actions", include_in_schema=False)

_SHOWN_AS: Final[Mapping[str, Form]] = {"email": "text", "sms": "sms", "letter": "letter"}
_LONGEST_ONCE: Final = 100
_DIGITS: Final = 10  # of the number of a line


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says beside the form: what would come of it, why not, what became of it, what happened meanwhile.

    `understood` is false while the form is to be filled in.
    """

    understood: bool = False
    comes: WhatComes | None = None
    letter: ComingMessage | None = None
    refused: Refused | None = None
    meanwhile: tuple[Line, ...] = ()
    under_way: bool = False
    mistakes: Mistakes = Mistakes()  # noqa: RUF009 - it is frozen


@dataclass(frozen=True, slots=True)
class ActionPage:
    """The page of an action of one case."""

    request: Request
    service: CaseService
    reader: CaseReader
    pages: Pages
    invoice_id: str
    action: Action

    @property
    def by(self) -> str:
        """Who looks at it, and asks for it (R1)."""
        caller = caller_of(self.request.scope)
        return caller.name if caller else ""

    async def about(self) -> InCase:
        """The case with all that a form may offer of it. Raises `NotFound`."""
        store = self.service.store
        listed, case = await store.cases.one(self.invoice_id), await self.reader.case(self.invoice_id)
        customer = (await self.service.archive.customers([listed.customer_id]))[listed.customer_id]
        methods = (await store.parties.customer(listed.customer_id)).methods
        asked = await store.cases.tasks(invoice=self.invoice_id, about=FOUR_EYES)
        return InCase(
            case=case,
            policy=await self.service.archive.pinned_policy(self.invoice_id),
            zone=case.timezone or self.request.app.state.zones.of(listed, customer),
            currency=listed.currency,
            policies=store.parties.policy_names,
            tasks=_tasks(case, customer),
            methods={one.id: method_name(one, one.id).words for one in methods},
            own_wishes=[one.id for one in asked.rows if is_own_wish(one.asked_by, self.by)],
            may=partial(may, caller_of(self.request.scope)),
            payments=_payments(await store.cases.ledger(self.invoice_id), listed.currency),
        )

    async def comes(self, messages: Sequence[Message]) -> Shown:
        """What would come of these messages now; no more than that it was understood where the case does not answer."""
        previews = MessagePreviews(self.service, self.request.app.state.composer)
        try:
            case, invoice, reach = await previews.known(self.invoice_id)
        except Problem:
            return Shown(understood=True)
        now = await self.service.clock.now()
        debtor = Debtor(reach.customer, invoice, reach.channels)
        policy = next((one.policy for one in messages if isinstance(one, PolicyChange)), None)
        other = await self.service.store.receivables.policy(self.invoice_id, policy, now) if policy else None
        signed = [await self._signed(one) for one in messages]
        comes = await asyncio.to_thread(what_comes, case, signed, now, debtor, other)
        if comes.refused is not None:
            reason = await self.service.store.texts.in_words(self.invoice_id, comes.refused.reason)
            return Shown(refused=Refused(comes.refused.request, reason, comes.refused.rule))
        letter = await previews.coming_of(comes.letter, reach) if comes.letter else None
        return Shown(understood=True, comes=comes, letter=letter)

    async def _signed(self, message: Message) -> Message:
        """As the case hears it (R1, R3)."""
        return await self.service.as_asked(self.invoice_id, message) if isinstance(message, AnyRequest) else message

    async def show(
        self, about: InCase, form: Mapping[str, str], shown: Shown, status: int = 200, *, seen: int | None = None
    ) -> Response:
        """The page: the form while it is to be filled in, else what would come of it. `seen` is the newest line of the
        journal that whoever asks was told of; None: the newest that there is.
        """
        fields = fields_of(self.action, about, form, shown.mistakes)
        listed = await self.service.store.cases.one(self.invoice_id)
        answer = await self.pages.show(
            self.request,
            "action.html",
            action=self.action,
            case=about.case,
            listed=listed,
            zone=about.zone,
            fields=fields,
            summary=summary(fields, about),
            filled={name: form.get(name, "") for name in input_names(fields)},
            once=form.get("once", "")[:_LONGEST_ONCE] or new_request_id(),
            seen=await self.service.store.cases.newest_line(self.invoice_id) if seen is None else seen,
            again=shown.under_way,
            shown=shown,
            meanwhile=await self._told(shown.meanwhile, listed),
            what=await self._what(shown.comes, listed) if shown.comes else None,
            letter=_letter(shown.letter) if shown.letter else None,
        )
        answer.status_code = status
        return answer

    async def _told(self, lines: Sequence[Line], listed: CaseView) -> tuple[LineOut, ...]:
        reasons = await self.service.store.reasons.of_case(self.invoice_id)
        told = await self.service.store.texts.lines_in_words(self.invoice_id, lines)
        return tuple(LineOut.of(line, listed.currency, reasons) for line in told)

    async def _what(self, comes: WhatComes, listed: CaseView) -> dict[str, Any]:
        """What would come of it, in the words of the page."""
        lines = await self._told([row.line for row in comes.rows], listed)
        return {
            "at_once": await self._told(comes.at_once, listed),
            "rows": [(line, row) for line, row in zip(lines, comes.rows, strict=True)],
            "figures": _figures(comes, listed.currency),
        }


def _page(
    request: Request, service: TheCaseService, reader: TheReader, pages: ThePages, invoice_id: InvoiceId,
    action: Annotated[str, Path(max_length=40)],
) -> ActionPage:  # fmt: skip
    if action not in BY_NAME:
        raise NotFound(f"action: found none of that name; allowed {', '.join(BY_NAME)}")
    return ActionPage(request, service, reader, pages, invoice_id, BY_NAME[action])


ThePage = Annotated[ActionPage, Depends(_page)]
Named = Annotated[str, Query(max_length=200)]  # what a form is about, by its id


@router.get("/{action}")  # noqa: FAST003 - ThePage reads it
async def action_page(
    page: ThePage, step: Named = "", hold: Named = "", dispute: Named = "", task: Named = "", method: Named = "",
    payment: Named = "",
) -> Response:  # fmt: skip
    """The form, with what the link to it names already."""
    allow(caller_of(page.request.scope), page.action.right)
    seen = await page.service.store.cases.newest_line(page.invoice_id)
    about = await page.about()
    form = {"step": step, "hold": hold, "dispute": dispute, "task": task, "method": method, "payment": payment}
    if page.action.name == "plan":
        form |= _usual_plan(about, await page.service.clock.now())
    return await page.show(about, form, Shown(), seen=seen)


@router.post("/{action}")  # noqa: FAST003 - ThePage reads it
async def take_form(page: ThePage) -> Response:
    """Show what would come of it; change it; or, confirmed, do it once."""
    form = {**await our_fields(page.request, page.pages), "by": page.by}
    allow(caller_of(page.request.scope), "see", page.action.right)
    about, go, seen = await page.about(), form.get("go"), _number(form.get("seen", ""))
    if go == "change":
        return await page.show(about, form, Shown(), seen=seen)
    form.setdefault("once", new_request_id())
    today = local_day(await page.service.clock.now(), about.zone)
    once = form["once"][:_LONGEST_ONCE]
    told = told_by(page.action, about, form, once, today, is_repeat=go == "confirm")
    files: tuple[Attachment, ...] = ()
    if page.action.name == "note":
        try:
            files = await attached(page.request, "files")
        except NotAllowed as error:
            told = Mistakes(whole=f"Found {error.found}; allowed {error.allowed}.")
    if isinstance(told, Mistakes):
        return await page.show(about, form, Shown(mistakes=told), 422, seen=seen)
    told = replace(told, attached=files)
    try:
        messages = page.action.becomes(told)
    except ValueError as error:  # pydantic's, of what no field of the form can be blamed for
        return await page.show(about, form, Shown(mistakes=Mistakes(whole=first_line(error))), 422, seen=seen)
    allow(caller_of(page.request.scope), *(right for one in messages for right in _rights(one)))
    if go != "confirm":
        lines = await page.service.store.cases.lines_after(page.invoice_id, seen)
        shown = replace(await page.comes(messages), meanwhile=lines)
        return await page.show(about, form, shown, seen=max([seen, *(line.number for line in lines)]))
    outcome = await Desk(page.service).do(
        page.invoice_id, page.action, told, messages, seen, again=form.get("again") == "yes"
    )
    return await _answered(page, about, form, told, messages, outcome)


async def _answered(
    page: ActionPage, about: InCase, form: Mapping[str, str], told: Told, messages: Sequence[Message], outcome: Outcome
) -> Response:
    match outcome:
        case Done():
            home = f"/cases/{in_path(page.invoice_id)}"
            answer = RedirectResponse(home, status_code=303)
            became = await _what_became(page, about, told, messages)
            page.pages.say_next(answer, Flash(became, undo=await _undo(page, home, messages)))
            return answer
        case Meanwhile():
            shown = await page.comes(messages)
            return await page.show(await page.about(), form, replace(shown, meanwhile=outcome.lines), 409)
        case UnderWay():
            return await page.show(about, form, Shown(understood=True, under_way=True), 504)
        case Refused():
            return await page.show(await page.about(), form, Shown(refused=outcome), 409)


async def _undo(page: ActionPage, home: str, messages: Sequence[Message]) -> Undo | None:
    """A hold is lifted again; what moved money or a message is not taken back."""
    hold = next((one for one in messages if isinstance(one, Hold)), None)
    if hold is None:
        return None
    seen = await page.service.store.cases.newest_line(page.invoice_id)
    return Undo(f"{home}/actions/release", {"hold": hold.id, "go": "confirm", "seen": str(seen)})


async def _what_became(page: ActionPage, about: InCase, told: Told, messages: Sequence[Message]) -> str:
    """What was done, and how the case stands now."""
    amount = told.said.get("amount")
    sum_ = f": {money_text(Sum.model_validate(amount))}" if isinstance(amount, dict) else ""
    done = f"{page.action.done}{sum_}."
    if page.action.name == "note":
        return done
    try:
        case, ahead = await page.reader.case(page.invoice_id), await page.reader.forecast(page.invoice_id)
    except (DunningError, Problem):
        return done
    if case.outcome is None and _waits_for_a_second_person(page, case, messages):
        done = "A second person is asked: it happens when they approve it."
    if case.outcome is not None:
        return f"{done} The case is closed: {stage_name(case.outcome).lower()}."
    left = f"{money_text(case.money.balance)} is open"
    if not ahead.lines:
        return f"{done} {left}; nothing comes by itself: the case waits for a person or for news."
    first = ahead.lines[0]
    return f"{done} {left}; next: {_lower(foreseen(first))}, {moment_words(first.at, about.zone)}."


def _waits_for_a_second_person(page: ActionPage, case: CaseOut, messages: Sequence[Message]) -> bool:
    """Whether what was asked gives something up, and one person alone may not (R3)."""
    limits = page.service.four_eyes.limits_of
    gives_up = any(isinstance(one, AnyRequest) and limits(one) is not None for one in messages)
    return gives_up and any(task.kind == FOUR_EYES for task in case.tasks)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _DIGITS else 0


def _rights(message: Message) -> tuple[Right, ...]:
    return asked_by(message) if isinstance(message, AnyRequest | Fact) else ()


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _tasks(case: CaseOut, customer: Customer) -> dict[str, str]:
    who, demanded = customer.name or customer.id, money_text(case.money.demandable)
    return {task.id: task_words(task.kind, task.about or "", who, demanded) for task in case.tasks}


def _payments(ledger: Sequence[PostingView], currency: str) -> dict[str, str]:
    """The payments that were booked, the newest first, each in words with what is left of it."""
    left: dict[str, int] = {}
    for one in ledger:
        if one.kind in {"payment", "reversal", "lifted"}:
            of = one.payment_id or one.id
            left[of] = left.get(of, 0) - one.amount
    return {of: f"{minor_money(amount, currency)}, {of}" for of, amount in reversed(left.items()) if amount > 0}


def _usual_plan(about: InCase, now: datetime) -> dict[str, str]:
    terms, demanded = about.policy.plan if about.policy else None, about.case.money.demandable
    if terms is None:
        return {}
    today, decimals = local_day(now, about.zone), exponent(about.currency)
    parts = usual_parts(demanded.minor, decimals, today, terms.instalments, terms.longest.count)
    return {
        name: text
        for number, (on, amount) in enumerate(parts)
        for name, text in ((f"instalments.{number}.on", on), (f"instalments.{number}.amount", amount))
    }


def _figures(comes: WhatComes, currency: str) -> list[tuple[str, str, str]]:
    """What changes at once: its name, before and after."""
    before, after = comes.before, comes.after
    every = [
        ("Stage", stage_name(stage(before)), stage_name(stage(after))),
        ("Balance", minor_money(before.balance, currency), minor_money(after.balance, currency)),
        ("Demanded", minor_money(before.demandable, currency), minor_money(after.demandable, currency)),
    ]
    return [(name, one, other) for name, one, other in every if one != other]


def _letter(coming: ComingMessage) -> dict[str, Any]:
    """The message as its first channel carries it, or why it cannot be written."""
    channel = coming.channels[0] if coming.channels else "email"
    preview: Preview | None = None
    trouble = ""
    try:
        preview = coming.shown(_SHOWN_AS[channel])
    except DunningError as error:
        trouble = str(error)
    return {"coming": coming, "preview": preview, "trouble": trouble, "channel": LEAVES_BY[_SHOWN_AS[channel]]}
