"""Lists that change while they are read, and one today for all who ask."""

from __future__ import annotations

import json
from typing import Any

from bench.attack.attacks import attack
from bench.attack.debtor import a_debtor, day, euros
from bench.attack.product import Product, until
from bench.attack.stage import Stage
from bench.attack.verdict import must, must_be


@attack("walls", quick=True)
async def rows_that_change_while_a_list_is_read(stage: Stage) -> None:
    """Nothing that stands in a list when one begins comes twice or is missed, whatever changes meanwhile."""
    product = await stage.plain()
    debtor = await a_debtor(product)
    names = [debtor.invoice_id] + [f"{debtor.invoice_id}-{number}" for number in range(4)]
    for number, name in enumerate(names[1:]):
        invoice = {"id": name, "customer_id": debtor.customer_id, "amount": euros("10.00"), "due_on": day(5 + number)}
        must((await product.post("/invoices", invoice)).is_success, "an invoice")
    seen: list[str] = []
    query: dict[str, Any] = {"customer_id": debtor.customer_id, "limit": 1}
    while True:
        page = (await product.get("/invoices", **query)).json()
        seen.extend(item["id"] for item in page["items"])
        for name in names[1:]:
            change = {"due_on": day(40 - 3 * len(seen)), "amount": euros(f"{10 + len(seen)}.00")}
            headers = {"Idempotency-Key": f"{name}-{len(seen)}"}
            must(
                (await product.http.patch(f"/v1/invoices/{name}", json=change, headers=headers)).is_success, "a change"
            )
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    must_be(sorted(seen), sorted(names), "rows seen")


@attack("walls", quick=True)
async def list_that_is_followed(stage: Stage) -> None:
    """Who asks again from the newest `updated_at` that they saw, hears of each change and of each newcomer."""
    product = await stage.plain()
    debtors = [await a_debtor(product) for _ in range(3)]
    newest = max(item["updated_at"] for item in await _all_cases(product, since=None))
    must((await debtors[1].pay(f"{debtors[1].invoice_id}-followed", "1.00")).is_success, "a payment")
    debtors.append(await a_debtor(product))
    wanted = {debtors[1].invoice_id: "99.00", debtors[3].invoice_id: "100.00"}

    async def is_heard() -> bool:
        told = {item["invoice_id"]: item["balance"]["amount"] for item in await _all_cases(product, since=newest)}
        return wanted.items() <= told.items()

    await until(is_heard)


async def _all_cases(product: Product, *, since: str | None) -> list[dict[str, Any]]:
    """Every case that was written since, from pages of two."""
    query: dict[str, Any] = {"limit": 2} | ({"updated_since": since} if since else {})
    found: list[dict[str, Any]] = []
    while True:
        page = (await product.get("/cases", **query)).json()
        found.extend(page["items"])
        if page["next"] is None:
            return found
        query["cursor"] = page["next"]


@attack("walls", quick=True)
async def lists_without_updated_since(stage: Stage) -> None:
    """Every list that has pages takes `updated_since`."""
    paths: dict[str, Any] = (await (await stage.plain()).http.get("/openapi.json")).json()["paths"]
    lists = {
        path: {one["name"] for one in methods["get"].get("parameters", [])}
        for path, methods in paths.items() if "get" in methods
    }  # fmt: skip
    paged = [path for path, names in lists.items() if "cursor" in names]
    must(paged, "no list has pages")
    must_be([path for path in paged if "updated_since" not in lists[path]], [], "lists that cannot be followed")


@attack("walls")
async def today_after_time_was_moved(stage: Stage) -> None:
    """API, console and command line count the same days overdue, also of a case opened after time was moved."""
    product = await stage.plain()
    await product.advance("4", "days")
    debtor = await a_debtor(product)
    await product.advance("2", "days")
    shown = await debtor.shown()
    printed = json.loads((await product.dunning("case", "show", debtor.invoice_id, "--json")).out)
    counted = ("today", "overdue_days", "chased_days")
    must_be([printed[name] for name in counted], [shown[name] for name in counted], "what the command line counts")
    page = await product.http.get(f"/cases/{debtor.invoice_id}", headers={"Accept": "text/html"})
    must(f"<dd>{shown['overdue_days']} day" in page.text, f"the console: {page.status_code}")
