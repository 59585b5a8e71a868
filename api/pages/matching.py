"""Payments without an invoice: told, looked at with the invoices that they may be for, and matched after a preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from adapters.storage.unmatched import Candidate, UnmatchedPayment
from api.case_service import CaseService
from api.limits import in_path
from api.matching import MOST_PARTS, Foreseen, Matching, Parts
from api.pages.forms import our_fields
from api.pages.rendering import Flash, Pages
from api.pages.sign_in import ThePages
from api.pages.words import minor_money, stage_name
from api.routes.parts import TheCaseService, ThingId
from api.routes.unmatched import kept_payment
from api.shapes.invoices import UnmatchedPaymentIn
from api.validation_errors import request_mistakes
from dunning.errors import Conflict, NotFound
from dunning.money import decimal_string
from dunning.views import stage

router = APIRouter(include_in_schema=False)

PATH: Final = "/payments/unmatched"
POOL: Final = "/payments?state=unmatched"
NO_MISTAKES: Final[Mapping[int, str]] = MappingProxyType({})
Proposed = Annotated[str, Query(max_length=2_000)]  # ids of invoices, one a line


@router.get(PATH)
async def tell_page(request: Request, pages: ThePages) -> Response:
    """The form for a payment that nobody can place yet."""
    return await pages.show(request, "unmatched.html", filled={}, mistakes={}, wrong="")


@router.post(PATH)
async def tell(request: Request, service: TheCaseService, pages: ThePages) -> Response:
    """Keep it, once."""
    form = await our_fields(request, pages)
    said: dict[str, Any] = {name: form[name].strip() for name in ("id", "payer", "reference") if form.get(name)}
    said["amount"] = {"amount": form.get("amount", "").strip(), "currency": form.get("currency", "").strip().upper()}
    if form.get("as_of"):
        said["as_of"] = f"{form['as_of']}T12:00:00Z"  # noon: in no zone another day
    try:
        body = UnmatchedPaymentIn.model_validate(said)
        await kept_payment(service, body)
    except ValidationError as error:
        return await _wrong(request, pages, form, _mistakes(error))
    except Conflict as error:
        return await _wrong(request, pages, form, {}, str(error))
    return _go_on(pages, f"{minor_money(body.amount.minor, body.amount.currency)} waits for its invoice.")


@router.get(f"{PATH}/{{payment_id}}")
async def match_page(
    request: Request, service: TheCaseService, pages: ThePages, payment_id: ThingId, invoices: Proposed = ""
) -> Response:
    """The payment, the invoices that it may be for, and the form that says which."""
    payment = await service.store.unmatched.one(payment_id)
    named = invoices.split("\n")[:MOST_PARTS] if invoices else []
    rows = [(one, "") for one in named]
    parts = await Matching(service, payment).understood(rows) if rows else Parts()
    amounts = {one.of.invoice_id: decimal_string(one.amount, payment.currency) for one in parts.parts}
    page = MatchPage(request, service, pages, payment)
    return await page.show([(one, amounts.get(one, "")) for one in named], parts.mistakes)


@router.post(f"{PATH}/{{payment_id}}")
async def match(request: Request, service: TheCaseService, pages: ThePages, payment_id: ThingId) -> Response:
    """Show what would come of it; change it; or, confirmed, book it, once."""
    form = await our_fields(request, pages)
    rows = [(form.get(f"invoice.{n}", ""), form.get(f"amount.{n}", "")) for n in range(MOST_PARTS)]
    try:
        payment = await service.store.unmatched.one(payment_id)
    except NotFound:
        return _go_on(
            pages, "The payment has found its invoice already, or is gone. Nothing of yours was done.", good=False
        )
    matching, page = Matching(service, payment), MatchPage(request, service, pages, payment)
    if form.get("go") == "change":
        return await page.show(rows)
    parts = await matching.understood(rows)
    if parts.mistakes:
        return await page.show(rows, parts.mistakes)
    if form.get("go") == "confirm":
        await service.tell(parts.parts[0].of.invoice_id, matching.fact(parts.parts))
        return _go_on(pages, f"{minor_money(payment.amount, payment.currency)} is booked on {_names(parts)}.")
    foreseen = await matching.foreseen(parts.parts, request.app.state.composer)
    filled = [(one.of.invoice_id, decimal_string(one.amount, payment.currency)) for one in parts.parts]
    return await page.show(filled, foreseen=foreseen, left=payment.amount - parts.together)


@dataclass(frozen=True, slots=True)
class MatchPage:
    """The page of one such payment."""

    request: Request
    service: CaseService
    pages: Pages
    payment: UnmatchedPayment

    async def show(
        self, rows: Sequence[tuple[str, str]], mistakes: Mapping[int, str] = NO_MISTAKES, *,
        foreseen: Sequence[Foreseen] = (), left: int = 0,
    ) -> Response:  # fmt: skip
        """The form while it is to be filled in, else what would come of it; `left` has no invoice."""
        candidates = () if foreseen else await self.service.store.unmatched.candidates(self.payment)
        chosen = [invoice for invoice, _ in rows if invoice]
        answer = await self.pages.show(
            self.request, "match.html", payment=self.payment, rows=[*rows, *[("", "")] * MOST_PARTS][:MOST_PARTS],
            mistakes=mistakes, foreseen=[(one, _figures(one)) for one in foreseen], left=left, pool=POOL,
            candidates=[(one, self._use(chosen, one)) for one in candidates if one.invoice_id not in chosen],
        )  # fmt: skip
        answer.status_code = 422 if mistakes else 200
        return answer

    def _use(self, chosen: Sequence[str], one: Candidate) -> str:
        """The same page with this invoice filled in, too."""
        query = urlencode({"invoices": "\n".join([*chosen, one.invoice_id][:MOST_PARTS])})
        return f"{PATH}/{in_path(self.payment.id)}?{query}"


async def _wrong(
    request: Request, pages: Pages, form: Mapping[str, str], mistakes: Mapping[str, str], wrong: str = ""
) -> Response:
    answer = await pages.show(request, "unmatched.html", filled=form, mistakes=mistakes, wrong=wrong)
    answer.status_code = 422
    return answer


def _figures(one: Foreseen) -> list[tuple[str, str, str]]:
    """What changes of an invoice: its name, before and after."""
    currency = one.part.of.currency
    if one.before is None or one.after is None:
        before = one.part.of.balance
        return [("Balance", minor_money(before, currency), minor_money(before - one.part.amount, currency))]
    every = [
        ("Stage", stage_name(stage(one.before)), stage_name(stage(one.after))),
        ("Balance", minor_money(one.before.balance, currency), minor_money(one.after.balance, currency)),
        ("Demanded", minor_money(one.before.demandable, currency), minor_money(one.after.demandable, currency)),
    ]
    return [(name, before, after) for name, before, after in every if before != after]


def _names(parts: Parts) -> str:
    names = [one.of.invoice_id for one in parts.parts]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _mistakes(error: ValidationError) -> dict[str, str]:
    every = request_mistakes(error.errors())
    return {_field(one.pointer): f"Found {one.found}; allowed {one.allowed}." for one in every}


def _field(pointer: str | None) -> str:
    """The field of the form that a mistake is about."""
    return "currency" if pointer == "#/amount/currency" else (pointer or "#/").removeprefix("#/").partition("/")[0]


def _go_on(pages: Pages, text: str, *, good: bool = True) -> Response:
    answer = RedirectResponse(POOL, status_code=303)
    pages.say_next(answer, Flash(text, good))
    return answer
