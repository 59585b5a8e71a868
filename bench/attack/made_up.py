"""Nothing made up, nothing false: what a creditor has not set, events of others, and the words of mistakes."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from datetime import timedelta
from typing import Any, Final

import httpx2

from adapters.clock import now
from adapters.stripe.fake.webhooks import HEADER, event_body, signature
from bench.attack.attacks import attack
from bench.attack.debtor import a_debtor, day
from bench.attack.product import Product
from bench.attack.stage import SIGNING, Stage
from bench.attack.verdict import must, must_be

OF_PROGRAMS: Final = re.compile(
    r"Input should|Extra inputs|Decimal\(|datetime\.|pydantic|Traceback|NoneType|<class|value_error|validation error"
    r"|allowed a (?:str|int|dict)\b"
)
_NEEDED: Final = ("creditor.name", "creditor.address", "creditor.email", "creditor.accounts.EUR")


@attack("nothing false")
async def nothing_leaves_until_the_creditor_is_set(stage: Stage) -> None:
    """Without a creditor no notice leaves, the journal says for what it waits, and doctor names each setting."""
    product = await stage.plain()
    debtor = await a_debtor(product)
    await product.advance("1", "day")
    must_be((await product.get("/mailbox", invoice_id=debtor.invoice_id)).json()["items"], [], "messages")
    must(await debtor.journal("deferred"), "the journal does not say that it waits")
    said = str(await product.doctor())
    must_be([name for name in _NEEDED if name not in said], [], "settings that doctor does not name")


@attack("nothing false")
async def events_of_others(stage: Stage) -> None:
    """Events of another account or mode, or that nobody signed, book nothing; doctor warns of the former."""
    product = await stage.plain()
    mine = _event()
    must_be((await _sent(product, mine | {"account": "acct_theirs"})).status_code, 409, "another account")
    must_be((await _sent(product, mine | {"livemode": True})).status_code, 409, "the other mode")
    must_be((await _sent(product, mine, secret="whsec_wrong")).status_code, 401, "a wrong signature")  # noqa: S106
    must_be((await _sent(product, mine)).json().get("result"), "done", "an event of ours")
    must(mine["type"] in str(await product.doctor()) or "account" in str(await product.doctor()), "no warning")


@attack("nothing false", quick=True)
async def large_events(stage: Stage) -> None:
    """A signed event may have a megabyte; more, or as much without a signature, is too large."""
    product = await stage.plain()
    large = _event(description="x" * 1_000_000)
    must_be((await _sent(product, large)).status_code, 200, "a megabyte")
    must_be((await _sent(product, large, secret=None)).status_code, 413, "a megabyte that nobody signed")
    must_be((await _sent(product, _event(description="x" * 1_100_000))).status_code, 413, "more than a megabyte")


@attack("nothing false", quick=True)
async def amounts_in_forms_that_stripe_does_not_have(stage: Stage) -> None:
    """An event whose amounts cannot be read is malformed and books nothing."""
    product = await stage.plain()
    for sum_ in (12.5, "abc", None, 10**30):
        answer = await _sent(product, _event(amount_due=sum_, amount_remaining=sum_))
        must_be(answer.status_code, 400, f"{sum_}: {answer.text}")


@attack("nothing false")
async def words_of_mistakes(stage: Stage) -> None:
    """What is wrong is told by the API, files, policies and commands in the product's words, never in a library's."""
    product = await stage.plain()
    debtor = await a_debtor(product)
    bodies: list[Any] = [
        {"id": "p", "invoice_id": debtor.invoice_id, "amount": {"amount": 12345.67, "currency": "EUR"}},
        {"id": 1000, "invoice_id": None, "amount": []}, {"id": "p", "more": 1}, [], "x", None, 7,
    ]  # fmt: skip
    told = [(await product.post("/payments", body)).text for body in bodies]
    yaml = {"Content-Type": "application/yaml"}
    ladder = "name: [x]\nsteps:\n  - {name: 1, after: [], do: {x: y}}\n"
    policies = ("steps: 7\n", ladder, "- x\n", "{", "name: x\nfor: 5\n")
    told += [(await product.http.post("/v1/policies/check", content=one, headers=yaml)).text for one in policies]
    told.append((await product.get("/cases", open="perhaps", limit="many")).text)
    files = {
        "odd.csv": f"id,currency,amount,due_on,customer_id\nx,EURO,ten,{day(-1)},c\n",
        "odd.yaml": "name: odd\npolicy: 7\ninvoices: x\nexpect: [1]\n",
    }
    for name, text in files.items():
        await asyncio.to_thread((product.folder / name).write_text, text)
    commands = [
        ("import", "invoices", "odd.csv"), ("test", "odd.yaml"), ("policy", "check", "odd.yaml"),
        ("case", "signal", debtor.invoice_id, "hold", "id=1"),
    ]  # fmt: skip
    for command in commands:
        said = await product.dunning(*command)
        must(said.code in {1, 2}, f"{command} ended with {said.code}")
        told.append(said.out + said.err)
    found = [text[max(0, one.start() - 60) : one.end() + 40] for text in told for one in OF_PROGRAMS.finditer(text)]
    must_be(found, [], "words of programs")


@attack("nothing false", quick=True)
async def misspelt_signal(stage: Stage) -> None:
    """A misspelt signal keeps its raw name, goes to the queue `system` and names the one that may have been meant."""
    debtor = await a_debtor(await stage.plain())
    await debtor.told("payment_recieved", {"id": "p", "amount": "1.00"})
    await debtor.goes_on()
    [task] = await debtor.tasks("message")
    must_be(task["queue"], "system", "the queue")
    must("payment_recieved" in json.dumps(task) and "payment_received" in json.dumps(task), task)


def _event(**invoice: Any) -> dict[str, Any]:
    """An invoice of Stripe Billing that nobody paid in time."""
    name = secrets.token_hex(6)
    at = int((now() - timedelta(minutes=1)).timestamp())
    about = {
        "id": f"in_{name}", "object": "invoice", "customer": f"cus_{name}", "currency": "eur", "status": "open",
        "created": at - 3600, "due_date": at - 86_400, "amount_due": 5000, "amount_remaining": 5000, "amount_paid": 0,
        "customer_name": "Jenny Rosen", "customer_address": {"country": "NL"}, "attempt_count": 1, "metadata": {},
        "status_transitions": {"finalized_at": at - 3600},
    }  # fmt: skip
    return {
        "id": f"evt_{name}", "object": "event", "type": "invoice.payment_failed", "created": at, "livemode": False,
        "api_version": "2026-10-28.endive", "data": {"object": about | invoice},
    }  # fmt: skip


async def _sent(product: Product, event: dict[str, Any], *, secret: str | None = SIGNING) -> httpx2.Response:
    body = event_body(event)
    headers = {HEADER: signature(body, secret, now())} if secret else {}
    return await product.http.post("/webhooks/stripe", content=body, headers=headers)
