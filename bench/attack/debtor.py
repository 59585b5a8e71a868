"""A debtor for one attack: a customer, an invoice that is five days late, and its open case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final
from urllib.parse import quote

import httpx2
from temporalio.client import Client, WorkflowHandle

from bench.attack.product import Product, until
from bench.attack.verdict import must

LATE: Final = 5  # days
AMOUNT: Final = "100.00"
_numbers = count(1)


def euros(amount: str) -> dict[str, str]:
    """An amount as the API writes it."""
    return {"amount": amount, "currency": "EUR"}


def day(days: int) -> str:
    """So many days from today by this machine's clock, where the time of the products begins."""
    return str(datetime.now(UTC).date() + timedelta(days=days))


@dataclass(frozen=True, slots=True)
class Debtor:
    """Their invoice, and the doors to its case."""

    product: Product
    invoice_id: str
    customer_id: str
    email: str

    @property
    def case(self) -> str:
        """The address of the case below `/v1`."""
        return f"/cases/{self.invoice_id}"

    @property
    def workflow(self) -> WorkflowHandle[Any, Any]:
        """The case as Temporal has it."""
        client: Client = self.product.temporal
        return client.get_workflow_handle(f"case:{self.invoice_id}")

    async def ask(self, path: str, body: object = None, *, under: str | None = None) -> httpx2.Response:
        """Post to an address of the case."""
        return await self.product.post(f"{self.case}/{path}", body, under=under)

    async def shown(self) -> dict[str, Any]:
        """The case in full."""
        found: dict[str, Any] = (await self.product.get(self.case)).json()
        return found

    async def journal(self, kind: str | None = None) -> list[dict[str, Any]]:
        """The lines of its journal, or those of a kind."""
        lines = (await self.product.get(f"{self.case}/journal", limit=200)).json()["items"]
        return [line for line in lines if kind in {None, line["kind"]}]

    async def tasks(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Its open tasks, or those of a kind."""
        return [task for task in await self.product.tasks(self.invoice_id) if kind in {None, task["about"]}]

    async def told(self, signal: str, body: object) -> None:
        """Send a signal through Temporal."""
        await self.workflow.signal(signal, body)

    async def holds(self) -> list[str]:
        """The ids of the holds that stand."""
        return [hold["id"] for hold in (await self.shown())["holds"]]

    async def goes_on(self) -> None:
        """Raise `Broken` unless the case still takes a payment of a cent; a stuck one ends with the patience."""
        before = len(await self.journal("payment"))
        await self.told("payment_received", {"id": f"{self.invoice_id}-on-{next(_numbers)}", "amount": "0.01"})

        async def booked() -> bool:
            return len(await self.journal("payment")) > before

        await until(booked)

    async def pay(self, payment_id: str, amount: str) -> httpx2.Response:
        """Book a payment through the API."""
        return await self.product.post(
            "/payments", {"id": payment_id, "invoice_id": self.invoice_id, "amount": euros(amount)}
        )


async def a_debtor(product: Product, **customer: Any) -> Debtor:
    """Register one and open the case. Raises `Broken` where that is not answered with success."""
    number = next(_numbers)
    name = customer.pop("id", f"c{number}")
    email = f"ap{number}@debtor{number}.example"
    debtor = Debtor(product, f"A-{number}", name, email)
    person = {"kind": "business", "country": "NL", "name": f"Debtor {number} B.V.", "email": email} | customer
    registered = await product.http.put(f"/v1/customers/{quote(name, safe='')}", json=person)
    must(registered.is_success, registered.text)
    invoice = {
        "id": debtor.invoice_id, "customer_id": name, "amount": euros(AMOUNT), "due_on": day(-LATE), "open": True,
    }  # fmt: skip
    opened = await product.post("/invoices", invoice)
    must(opened.is_success, opened.text)

    async def is_open() -> bool:
        answer = await product.get(debtor.case)
        return answer.is_success and answer.json()["stage"] is not None

    await until(is_open)
    return debtor
