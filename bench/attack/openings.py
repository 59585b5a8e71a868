"""Invoices that no policy takes, and a store that others hold: told as what they are."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import Final

from bench.attack.attacks import attack
from bench.attack.debtor import a_debtor, day, euros
from bench.attack.product import Product, until
from bench.attack.stage import Stage
from bench.attack.verdict import must, must_be

WITHIN: Final = 5.0  # seconds, as the API promises


async def _abroad(product: Product, invoice_id: str, *, is_opened: bool) -> int:
    """Register an invoice of somebody whom no policy takes; the status of the answer."""
    customer = {"kind": "business", "country": "US", "name": "Abroad Inc."}
    await product.http.put(f"/v1/customers/{invoice_id}-c", json=customer)
    invoice = {"id": invoice_id, "customer_id": f"{invoice_id}-c", "amount": euros("50.00"), "due_on": day(-2)}
    answer = await product.post("/invoices", invoice | {"open": is_opened})
    if is_opened:
        must(answer.json().get("reasons"), f"no reasons: {answer.text}")
    return answer.status_code


@attack("answers", quick=True)
async def invoice_that_no_policy_takes(stage: Stage) -> None:
    """Opening an invoice that no policy takes is refused with the reasons, and registers nothing."""
    product = await stage.plain()
    must_be(await _abroad(product, "US-1", is_opened=True), 409, "the answer")
    must_be((await product.get("/invoices/US-1")).status_code, 404, "the invoice afterwards")


@attack("answers")
async def invoice_that_falls_due_without_a_policy(stage: Stage) -> None:
    """One that falls due without a policy is a task `no-policy` that doctor counts, and fails no workflow."""
    product = await stage.plain()
    must_be(await _abroad(product, "US-2", is_opened=False), 201, "the answer")
    await product.advance("2", "days")

    async def asked() -> bool:
        return [task["about"] for task in await product.tasks("US-2")] == ["no-policy"]

    await until(asked)
    found = [one async for one in product.temporal.list_workflows('ExecutionStatus = "Failed"') if "US-2" in one.id]
    must_be(found, [], "failed workflows")
    must("no policy" in str(await product.doctor()).lower(), f"doctor: {await product.doctor()}")
    must("Traceback" not in product.program.words, "a traceback on the log")


@attack("answers")
async def store_that_others_hold(stage: Stage) -> None:
    """A store that others hold is 503 within five seconds, readiness says so, and the same request is done later."""
    product = await stage.plain()
    debtor = await a_debtor(product)
    payment = {"id": f"{debtor.invoice_id}-held", "invoice_id": debtor.invoice_id, "amount": euros("1.00")}
    with closing(sqlite3.connect(product.data / "dunning.db", isolation_level=None, timeout=60)) as other:
        other.execute("BEGIN IMMEDIATE")
        since = time.monotonic()
        answer = await product.post("/payments", payment, under=f"{debtor.invoice_id}-held")
        took = time.monotonic() - since
        ready = await product.http.get("/readyz")
        other.execute("ROLLBACK")
    must_be((answer.status_code, "Retry-After" in answer.headers), (503, True), answer.text)
    must(took < 2 * WITHIN, f"{took:.1f} s")  # twice, for the machine may be busy
    must("rule" not in answer.json(), f"told as a refusal of a rule: {answer.text}")
    must_be(ready.status_code, 503, f"readiness {ready.text}")
    again = await product.post("/payments", payment, under=f"{debtor.invoice_id}-held")
    must_be(again.status_code, 202, f"the same request once the store is free: {again.text}")
