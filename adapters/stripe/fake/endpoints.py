"""The addresses of Stripe's API that the fake answers at, under /v1."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from adapters.stripe.fake import billing, charging, intents, invoice_payments, money_back, payer, search
from adapters.stripe.fake.answering import FakeRequest, StripeRoute, read_request
from adapters.stripe.fake.books import Books
from adapters.stripe.fake.faults import HungUp, locked, server_error, too_many, unavailable
from adapters.stripe.fake.methods import attach_to_customer, customer_named, payment_method
from adapters.stripe.fake.scripts import ONCE, Failure, FakeScript
from adapters.stripe.fake.shapes import FakeObject, fake_object

router = APIRouter(prefix="/v1", route_class=StripeRoute)
TheRequest = Annotated[FakeRequest, Depends(read_request)]


@router.post("/payment_intents")
async def create_intent(request: TheRequest) -> dict[str, Any]:
    """Create a payment, and with `confirm` take the money at once."""
    books, params = request.books, request.params
    said = intents.read_intent(books, params)
    confirmed = params.get("confirm") == "true"
    script = charging.next_script(books, said["customer"], said["payment_method"] or "") if confirmed else FakeScript()
    script = replace(script, failure=_next_failure(request, script))
    await _fail_before(books, script.failure)
    intent = books.new("payment_intent", **said)
    intent["client_secret"] = f"{intent['id']}_secret_{books.token()}"
    with _fail_after(request, script):
        if confirmed:
            charging.confirm(books, intent, script)
    if script.failure == "slow_after":
        await _dawdle(books)
    return deepcopy(intent)


def _next_failure(request: TheRequest, script: FakeScript) -> Failure | None:
    """What goes wrong with this call; one that is lost or refused by its method arrives when it is made again."""
    books, mark = request.books, f"{script.failure} {request.key}"
    if books.failures:
        return books.failures.pop(0)
    if script.failure in ONCE and mark in books.once:
        return None
    books.once.add(mark)
    return script.failure


async def _fail_before(books: Books, failure: Failure | None) -> None:
    """What goes wrong before any work is done."""
    match failure:
        case "lost":
            raise HungUp
        case "too_many":
            raise too_many()
        case "locked":
            raise locked()
        case "unavailable":
            raise unavailable()
        case "broken":
            raise server_error()
        case "slow":
            await _dawdle(books)
        case _:
            pass


async def _dawdle(books: Books) -> None:
    await asyncio.sleep(books.tempo.slow.total_seconds())


@contextmanager
def _fail_after(request: TheRequest, script: FakeScript) -> Iterator[None]:
    """What goes wrong when the work is done, whether it came to money or to a decline."""
    request.hangs_up = script.failure == "hangs_up"
    yield
    if script.failure == "broken_after":
        raise server_error()


@router.get("/payment_intents")
async def list_intents(request: TheRequest) -> dict[str, Any]:
    """The payments, the newest first, of one customer if one is named."""
    payer_id = request.params.get("customer")
    return request.books.page(
        "payment_intent", "/v1/payment_intents", request.params, lambda one: payer_id in {None, one["customer"]}
    )


@router.get("/payment_intents/search")
async def search_intents(request: TheRequest) -> dict[str, Any]:
    """Those whose metadata fit, as far as the index has come."""
    return search.search(request.books, request.params)


@router.get("/payment_intents/{name}")
async def retrieve_intent(request: TheRequest, name: str) -> dict[str, Any]:
    """One payment."""
    return deepcopy(request.books.get("payment_intent", name, "intent"))


@router.post("/payment_intents/{name}/cancel")
async def cancel_intent(request: TheRequest, name: str) -> dict[str, Any]:
    """Close a payment for good."""
    intent = request.books.get("payment_intent", name, "intent")
    return deepcopy(charging.cancel(request.books, intent, request.params.get("cancellation_reason")))


@router.post("/customers")
async def create_customer(request: TheRequest) -> dict[str, Any]:
    """A new customer."""
    return request.books.new("customer", **request.params)


@router.get("/customers/{name}")
async def retrieve_customer(request: TheRequest, name: str) -> dict[str, Any]:
    """One customer."""
    return customer_named(request.books, name, "id")


@router.get("/customers/{name}/payment_methods")
async def methods_of_customer(request: TheRequest, name: str) -> dict[str, Any]:
    """What was attached to a customer."""
    owner = customer_named(request.books, name)["id"]
    return _methods(request.books, f"/v1/customers/{name}/payment_methods", request.params, owner)


@router.get("/payment_methods")
async def list_methods(request: TheRequest) -> dict[str, Any]:
    """What was attached to a customer, by their id in the query."""
    return _methods(request.books, "/v1/payment_methods", request.params, request.params.get("customer", ""))


def _methods(books: Books, url: str, params: dict[str, Any], owner: str) -> FakeObject:
    wanted = params.get("type")
    return books.page(
        "payment_method", url, params, lambda one: one["customer"] == owner and wanted in {None, one["type"]}
    )


@router.get("/payment_methods/{name}")
async def retrieve_method(request: TheRequest, name: str) -> dict[str, Any]:
    """One method."""
    return payment_method(request.books, name, "id")


@router.post("/payment_methods/{name}/attach")
async def attach_method(request: TheRequest, name: str) -> dict[str, Any]:
    """Give a customer a method."""
    return attach_to_customer(request.books, name, request.params["customer"])


@router.post("/refunds")
async def create_refund(request: TheRequest) -> dict[str, Any]:
    """Give money back."""
    return money_back.refund_payment(request.books, request.params)


@router.get("/refunds/{name}")
async def retrieve_refund(request: TheRequest, name: str) -> dict[str, Any]:
    """One refund."""
    return request.books.get("refund", name)


@router.get("/events")
async def list_events(request: TheRequest) -> dict[str, Any]:
    """What happened, the newest first."""
    return request.books.page("event", "/v1/events", request.params)


@router.get("/events/{name}")
async def retrieve_event(request: TheRequest, name: str) -> dict[str, Any]:
    """One event."""
    return request.books.get("event", name)


@router.get("/charges/{name}")
async def retrieve_charge(request: TheRequest, name: str) -> dict[str, Any]:
    """One charge of a payment."""
    return request.books.get("charge", name)


@router.get("/invoices")
async def list_invoices(request: TheRequest) -> dict[str, Any]:
    """Invoices of Stripe Billing, those of one customer or of one status if asked."""
    wanted = {name: request.params[name] for name in ("customer", "status") if name in request.params}
    return request.books.page("invoice", "/v1/invoices", request.params, lambda one: wanted.items() <= one.items())


@router.get("/invoices/{name}")
async def retrieve_invoice(request: TheRequest, name: str) -> dict[str, Any]:
    """One invoice."""
    return request.books.get("invoice", name, "invoice")


@router.post("/invoices/{name}/pay")
async def pay_invoice(request: TheRequest, name: str) -> dict[str, Any]:
    """Take the money for an invoice."""
    bill = request.books.get("invoice", name, "invoice")
    return deepcopy(payer.pay_invoice(request.books, bill, request.params.get("payment_method", "pm_card_visa")))


@router.post("/invoices/{name}/attach_payment")
async def attach_payment(request: TheRequest, name: str) -> dict[str, Any]:
    """Let a payment pay an invoice."""
    bill = request.books.get("invoice", name, "invoice")
    intent = request.books.get("payment_intent", request.params.get("payment_intent", ""), "payment_intent")
    return deepcopy(invoice_payments.attach_to_invoice(request.books, bill, intent))


@router.post("/products")
async def create_product(request: TheRequest) -> dict[str, Any]:
    """A new product."""
    return billing.product(request.books, request.params)


@router.get("/products/{name}")
async def retrieve_product(request: TheRequest, name: str) -> dict[str, Any]:
    """One product."""
    return request.books.get("product", name)


@router.post("/products/{name}")
async def change_product(request: TheRequest, name: str) -> dict[str, Any]:
    """Change a product."""
    return billing.change_object(request.books.get("product", name), request.params)


@router.post("/payment_links")
async def create_link(request: TheRequest) -> dict[str, Any]:
    """A new payment link."""
    return billing.make_link(request.books, request.params)


@router.get("/payment_links/{name}")
async def retrieve_link(request: TheRequest, name: str) -> dict[str, Any]:
    """One link."""
    return request.books.get("payment_link", name, "payment_link")


@router.post("/payment_links/{name}")
async def change_link(request: TheRequest, name: str) -> dict[str, Any]:
    """Change a link, or switch it off."""
    return billing.change_object(request.books.get("payment_link", name, "payment_link"), request.params)


@router.get("/balance")
async def retrieve_balance(request: TheRequest) -> dict[str, Any]:  # noqa: ARG001 - a key that is let in is all it takes
    """The account's balance."""
    return fake_object("balance")
