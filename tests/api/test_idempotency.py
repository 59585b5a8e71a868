"""Every POST happens once: the first answer to an Idempotency-Key is kept and given again."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from adapters.storage import Store
from adapters.storage.tables import replies
from api.idempotency import REPLAYED
from tests.api.builders import a_customer, an_invoice, euros
from tests.api.conftest import Program
from tests.fakes.fake_case_client import FakeCaseClient, FakeClock, FakeTimeMachine


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


async def test_a_refusal_is_not_kept_and_the_same_key_asks_what_holds_now(billing: Program) -> None:
    refused = await billing.post("/cases/INV-1/holds/h1/release", under="k1")
    again = await billing.post("/cases/INV-1/holds/h1/release", under="k1")
    assert [(one.status_code, one.headers.get(REPLAYED)) for one in (refused, again)] == [(409, None), (409, None)]
    await billing.post("/cases/INV-1/holds", {"id": "h1", "reason": "we talk"})
    assert (await billing.post("/cases/INV-1/holds/h1/release", under="k1")).status_code == 200
    assert (await billing.get("/cases/INV-1")).json()["holds"] == []


async def test_the_same_json_in_other_white_space_is_the_same_request(billing: Program) -> None:
    headers = {"Idempotency-Key": "k1", "Content-Type": "application/json"}
    first = await billing.client.post("/v1/payments", content=json.dumps(PAYMENT), headers=headers)
    turned = json.dumps(dict(reversed(PAYMENT.items())), indent=3)
    again = await billing.client.post("/v1/payments", content=turned, headers=headers)
    assert (first.status_code, again.status_code, again.headers.get(REPLAYED)) == (202, 202, "true")


async def test_two_api_keys_with_one_idempotency_key_do_not_meet_at_the_case_either(
    billing: Program, store: Store, clock: FakeClock
) -> None:
    first = await billing.post("/cases/INV-1/holds", {"reason": "ours"}, under="k1")
    billing.client.headers["Authorization"] = f"Bearer {await store.keys.create('shop', clock.at, ('admin',))}"
    second = await billing.post("/cases/INV-1/holds", {"reason": "theirs"}, under="k1")
    assert first.json()["id"] != second.json()["id"]
    reasons = [hold["reason"] for hold in (await billing.get("/cases/INV-1")).json()["holds"]]
    assert sorted(reasons) == ["ours", "theirs"]


async def test_a_reply_is_pruned_after_30_days(billing: Program, store: Store, clock: FakeClock) -> None:
    await billing.post("/cases/INV-1/holds", {"id": "h1", "reason": "we talk"}, under="k1")
    await billing.post("/cases/INV-1/holds/h1/release")
    clock.at += timedelta(days=29, hours=23)
    again = await billing.post("/cases/INV-1/holds", {"id": "h1", "reason": "we talk"}, under="k1")
    assert again.headers[REPLAYED] == "true"
    clock.at += timedelta(hours=2)
    await billing.post("/cases/INV-1/holds", {"id": "h2", "reason": "else"}, under="k2")
    await store.prune(clock.at)  # as the worker does every hour
    kept = await store.database.read(lambda tx: tx.rows(select(replies.c.at)))
    assert [row["at"] > clock.at - timedelta(days=30) for row in kept] == [True]


async def test_a_pure_check_needs_no_key(billing: Program) -> None:
    answer = await billing.client.post("/v1/policies/check", content="name: x")
    assert answer.status_code != 400
    assert "Idempotency-Key" not in answer.text


async def test_a_hold_made_again_after_its_end_holds_again(billing: Program, machine: FakeTimeMachine) -> None:
    hold = {"id": "h1", "reason": "we talk", "until": "2026-03-03"}
    assert (await billing.post("/cases/INV-1/holds", hold)).status_code == 200
    assert (await billing.post("/cases/INV-1/holds", hold)).status_code == 200
    other = await billing.post("/cases/INV-1/holds", {**hold, "reason": "else"})
    assert (other.status_code, "reason we talk, until 2026-03-03" in other.json()["reason"]) == (409, True)
    await machine.advance(timedelta(days=3))
    assert (await billing.get("/cases/INV-1")).json()["holds"] == []
    again = {**hold, "until": "2026-03-20"}
    assert (await billing.post("/cases/INV-1/holds", again)).status_code == 200
    assert [one["id"] for one in (await billing.get("/cases/INV-1")).json()["holds"]] == ["h1"]


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
    billing.client.headers["Authorization"] = f"Bearer {await store.keys.create('shop', clock.at, ('admin',))}"
    other = await billing.post("/payments", {**PAYMENT, "id": "p2"}, under="k1")
    assert (other.status_code, other.headers.get(REPLAYED)) == (202, None)


async def test_a_request_that_was_not_understood_leaves_its_key_free(billing: Program) -> None:
    assert (await billing.post("/payments", {**PAYMENT, "amount": euros("x")}, under="k1")).status_code == 422
    assert (await billing.post("/payments", PAYMENT, under="k1")).status_code == 202


async def test_a_request_that_failed_on_our_side_leaves_its_key_free(
    billing: Program, case_client: FakeCaseClient
) -> None:
    case_client.down = True
    assert (await billing.post("/payments", PAYMENT, under="k1")).status_code == 503
    case_client.down = False
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
