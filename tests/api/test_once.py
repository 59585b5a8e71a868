"""Every POST happens once: the first answer to an Idempotency-Key is kept and given again."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from adapters.storage import Store
from api.once import REPLAYED
from tests.api.builders import a_customer, an_invoice, euros
from tests.api.conftest import Program
from tests.fakes.fake_desk_runs import FakeClock, FakeRuns


@pytest.fixture
async def billing(program: Program) -> Program:
    await program.put("/customers/ada", a_customer())
    await program.post("/invoices", an_invoice())
    return program


PAYMENT: dict[str, Any] = {"id": "p1", "invoice_id": "INV-1", "amount": euros("400.00")}


async def test_the_first_answer_is_given_again_word_for_word(billing: Program) -> None:
    first = await billing.post("/payments", PAYMENT, under="k1")
    again = await billing.post("/payments", PAYMENT, under="k1")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert (first.headers.get(REPLAYED), again.headers[REPLAYED]) == (None, "true")


async def test_the_place_of_what_was_made_is_given_again_too(billing: Program) -> None:
    first = await billing.post("/invoices", an_invoice(id="INV-2"), under="k1")
    again = await billing.post("/invoices", an_invoice(id="INV-2"), under="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Location"] == "/v1/invoices/INV-2"


async def test_a_refusal_is_an_answer_and_is_kept(billing: Program) -> None:
    await billing.post("/cases/INV-1/promises", {"on": "2026-03-06"})
    refused = await billing.post("/cases/INV-1/promises", {"on": "2026-03-07"}, under="k1")
    again = await billing.post("/cases/INV-1/promises", {"on": "2026-03-07"}, under="k1")
    assert (refused.status_code, again.status_code, again.headers[REPLAYED]) == (409, 409, "true")
    assert again.headers["content-type"] == "application/problem+json"


async def test_another_body_under_the_same_key_is_a_mistake(billing: Program) -> None:
    await billing.post("/payments", PAYMENT, under="k1")
    other = await billing.post("/payments", {**PAYMENT, "id": "p2"}, under="k1")
    assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")
    assert other.json()["header"] == "Idempotency-Key"


async def test_the_same_key_may_serve_another_address(billing: Program) -> None:
    await billing.post("/payments", PAYMENT, under="k1")
    assert (await billing.post("/cases/INV-1/holds", {"reason": "we talk"}, under="k1")).status_code == 200


async def test_two_billing_systems_do_not_share_keys(billing: Program, store: Store, clock: FakeClock) -> None:
    await billing.post("/payments", PAYMENT, under="k1")
    billing.client.headers["Authorization"] = f"Bearer {await store.keys.create('shop', clock.at)}"
    other = await billing.post("/payments", {**PAYMENT, "id": "p2"}, under="k1")
    assert (other.status_code, other.headers.get(REPLAYED)) == (202, None)


async def test_a_request_that_was_not_understood_leaves_its_key_free(billing: Program) -> None:
    assert (await billing.post("/payments", {**PAYMENT, "amount": euros("x")}, under="k1")).status_code == 422
    assert (await billing.post("/payments", PAYMENT, under="k1")).status_code == 202


async def test_a_request_that_failed_on_our_side_leaves_its_key_free(billing: Program, runs: FakeRuns) -> None:
    runs.down = True
    assert (await billing.post("/payments", PAYMENT, under="k1")).status_code == 503
    runs.down = False
    assert (await billing.post("/payments", PAYMENT, under="k1")).status_code == 202


async def test_two_at_once_under_one_key_are_done_once(billing: Program) -> None:
    answers = await asyncio.gather(*(billing.post("/payments", PAYMENT, under="k1") for _ in range(5)))
    codes = [answer.status_code for answer in answers]
    assert codes.count(202) >= 1
    assert set(codes) <= {202, 409}
    for answer in answers:
        if answer.status_code == 409:
            assert (answer.json()["type"], answer.headers["Retry-After"]) == ("/problems/in-progress", "1")


@pytest.mark.parametrize("given", [None, "", "two words", "é", "k" * 201])
async def test_a_post_without_a_proper_key_does_nothing(billing: Program, given: str | None) -> None:
    headers: dict[bytes, bytes] = {} if given is None else {b"Idempotency-Key": given.encode()}
    answer = await billing.client.post("/v1/payments", json=PAYMENT, headers=headers)
    assert (answer.status_code, answer.json()["header"]) == (400, "Idempotency-Key")
    assert (await billing.get("/invoices/INV-1")).json()["balance"] == euros("1000.00")
