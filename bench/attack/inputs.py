"""Whatever is sent to a case through Temporal itself, the case goes on; a start that cannot be used fails at once."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError

from bench.attack.attacks import attack
from bench.attack.debtor import Debtor, a_debtor, day, euros
from bench.attack.product import Product
from bench.attack.stage import Stage
from bench.attack.verdict import must, must_be

MOST: Final = 256 * 1024  # bytes
EDGE: Final = "9999-12-31T23:59:59-14:00"
_INVOICE: Final[dict[str, Any]] = {"id": "S-0", "currency": "EUR", "amount": "10.00", "due_on": "2026-03-01"}
STARTS: Final[dict[str, dict[str, Any]]] = {
    "no events": {"most_events": 0},
    "fewer than none": {"most_events": -1},
    "junk carried": {"carried": "junk"},
    "seen from outside": {"seen": 5},
    "a clock without end": {"clock": "P999999999D"},
    "due in 2199": {"invoice": {**_INVOICE, "due_on": "2199-12-31"}},
    "due when time began": {"invoice": {**_INVOICE, "due_on": "1970-01-01"}},
    "an attempt at the edge": {"invoice": {**_INVOICE, "attempts": [{"at": EDGE, "declined": "x"}]}},
}
SIGNALS: Final[list[tuple[str, Any]]] = [
    ("payment_received", {"id": "edge", "amount": "1.00", "as_of": EDGE}),
    ("dispute", {"id": "edge", "reason": "x", "at": EDGE}),
    ("payment_received", {"id": "early", "amount": "1.00", "as_of": "0001-01-01T00:00:00+14:00"}),
    ("payment_received", {"id": "p", "amount": "1" * 5_000}),
    ("payment_received", [["p"] * 1_000]),
    ("payment_received", {"id": "\\ud800", "amount": "NaN"}),
    ("payment_pending", {"id": "late", "amount": "1.00", "until": "9999-12-31"}),
    ("invoice_changed", {"due_on": "2199-12-31"}),
    ("contact", {"email": "a@b.example\r\nBcc: c@d.example"}),
]


async def _hears(debtor: Debtor, messages: list[tuple[str, Any]]) -> None:
    await asyncio.gather(*(debtor.told(name, body) for name, body in messages))
    await debtor.goes_on()


@attack("inputs", quick=True)
async def moments_and_days_at_the_edge_of_the_calendar(stage: Stage) -> None:
    """What no calendar, ledger or address can hold, told by signal, stops no case and is put before a person."""
    debtor = await a_debtor(await stage.plain())
    await _hears(debtor, SIGNALS)
    must(await debtor.tasks("message"), "no task tells of them")
    must_be((await debtor.shown())["money"]["balance"], euros("99.99"), "the balance")


@attack("inputs", quick=True)
async def moments_at_the_edge_of_the_calendar_through_the_api(stage: Stage) -> None:
    """The API refuses a moment that no calendar can hold, and names the field."""
    debtor = await a_debtor(await stage.plain())
    body = {"id": "edge", "invoice_id": debtor.invoice_id, "amount": euros("1.00"), "as_of": EDGE}
    answer = await debtor.product.post("/payments", body)
    must_be((answer.status_code, answer.json().get("pointer")), (422, "#/as_of"), answer.text)


@attack("inputs", quick=True)
async def three_signals_of_800_kb_at_once(stage: Stage) -> None:
    """Large signals are cut and put before a person; no activity carries more than 256 kB."""
    debtor = await a_debtor(await stage.plain())
    await _hears(debtor, [("nonsense", {"id": f"n{number}", "text": "x" * 800_000}) for number in range(3)])
    must(await _largest(debtor) <= MOST, f"an activity of {await _largest(debtor)} bytes")


@attack("inputs")
async def twelve_signals_of_200_kb_at_once(stage: Stage) -> None:
    """Many of them go in parts; no activity carries more than 256 kB."""
    debtor = await a_debtor(await stage.plain())
    await _hears(debtor, [("payment_received", {"id": f"n{number}", "note": "y" * 200_000}) for number in range(12)])
    must(await _largest(debtor) <= MOST, f"an activity of {await _largest(debtor)} bytes")


@attack("inputs", quick=True)
async def starts_that_cannot_be_used(stage: Stage) -> None:
    """A start that cannot be used fails at once with `BadStart`, and nothing internal is set from outside."""
    product = await stage.plain()
    found = await asyncio.gather(*(_end_of_start(product, f"S-{n}", start) for n, start in enumerate(STARTS.values())))
    must_be(dict(zip(STARTS, found, strict=True)), dict.fromkeys(STARTS, "BadStart"), "how they end")


@attack("inputs")
async def dates_that_no_calendar_holds(stage: Stage) -> None:
    """The API and CSV files refuse such days; a file's refusal names line and column."""
    product = await stage.plain()
    debtor = await a_debtor(product)
    for due_on in ("2199-12-31", "1970-01-01", 0):
        invoice = {"id": "edge", "customer_id": debtor.customer_id, "amount": euros("1.00"), "due_on": due_on}
        answer = await product.post("/invoices", invoice)
        must_be((answer.status_code, answer.json().get("pointer")), (422, "#/due_on"), answer.text)
    rows = f"id,currency,amount,due_on,customer_id\nok,EUR,1.00,{day(-1)},c\nfar,EUR,1.00,2199-12-31,c\n"
    await asyncio.to_thread((product.folder / "far.csv").write_text, rows)
    told = await product.dunning("import", "invoices", "far.csv")
    must(told.code == 2 and all(word in told.err for word in ("far.csv", ":3: ", "due_on")), told)  # noqa: PLR2004


async def _end_of_start(product: Product, invoice_id: str, start: dict[str, Any]) -> str:
    invoice = {**start.get("invoice", _INVOICE), "id": invoice_id}
    whole = {"invoice_id": invoice_id, "customer": {"id": "s", "country": "NL"}, **start, "invoice": invoice}
    handle = await product.temporal.start_workflow("DunningCase", whole, id=f"case:{invoice_id}", task_queue="dunning")
    try:
        await handle.result()
    except WorkflowFailureError as failure:
        return failure.cause.type or "" if isinstance(failure.cause, ApplicationError) else str(failure.cause)
    return "no failure"


async def _largest(debtor: Debtor) -> int:
    """The bytes of the largest input of an activity of the case."""
    history = await debtor.workflow.fetch_history()
    scheduled = [event.activity_task_scheduled_event_attributes for event in history.events]
    return max(sum(len(one.data) for one in attributes.input.payloads) for attributes in scheduled)
