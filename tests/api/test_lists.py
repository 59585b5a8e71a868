"""Every list that has pages can be asked for what was written since, and says when that was."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from adapters.clock import now
from tests.api.builders import a_customer, an_invoice
from tests.api.conftest import Program

NOTES = {"/v1/cases/{invoice_id}/notes", "/v1/customers/{customer_id}/notes"}
NEVER_CHANGE = {"/v1/cases/{invoice_id}/journal", "/v1/mailbox"} | NOTES


def lists(schema: dict[str, Any]) -> dict[str, set[str]]:
    """The addresses of lists with pages, with the names of their parameters."""
    found = {
        path: {one["name"] for one in of["get"].get("parameters", ())}
        for path, of in schema["paths"].items()
        if "get" in of
    }
    return {path: parameters for path, parameters in found.items() if "cursor" in parameters}


async def test_every_list_with_pages_takes_updated_since(program: Program) -> None:
    schema = (await program.client.get("/openapi.json")).json()
    with_pages = lists(schema)
    assert NEVER_CHANGE | {f"/v1/{name}" for name in ("customers", "invoices", "cases", "tasks", "reviews")} == set(
        with_pages
    )
    assert [path for path, parameters in with_pages.items() if "updated_since" not in parameters] == []
    for name in ("CustomerOut", "InvoiceOut", "CaseInList", "TaskInList", "Review"):
        assert "updated_at" in schema["components"]["schemas"][name]["required"]


async def test_a_program_that_follows_the_lists_hears_of_a_payment(program: Program) -> None:
    await program.put("/customers/ada", a_customer())
    for name in ("INV-1", "INV-2"):
        await program.post("/invoices", an_invoice(id=name))
    await program.post("/cases/INV-1/notes", {"text": "before"})
    since = now().isoformat()
    for path in ("/customers", "/invoices", "/cases", "/tasks", "/reviews", "/mailbox", "/cases/INV-1/journal",
                 "/cases/INV-1/notes", "/customers/ada/notes"):  # fmt: skip
        assert (await program.get(path, updated_since=since)).json()["items"] == [], path
    paid = {"id": "p1", "invoice_id": "INV-2", "amount": {"amount": "400.00", "currency": "EUR"}}
    assert (await program.post("/payments", paid)).status_code == 202
    for path in ("/invoices", "/cases"):
        [one] = (await program.get(path, updated_since=since)).json()["items"]
        assert one["balance"]["amount"] == "600.00"
        assert datetime.fromisoformat(one["updated_at"]).astimezone(UTC).isoformat() >= since
    lines = (await program.get("/cases/INV-2/journal", updated_since=since)).json()["items"]
    assert "payment" in {line["kind"] for line in lines}


async def test_a_moment_without_a_zone_is_refused(program: Program) -> None:
    answer = await program.get("/invoices", updated_since="2026-03-01T09:00:00")
    assert (answer.status_code, answer.json()["parameter"]) == (422, "updated_since")
