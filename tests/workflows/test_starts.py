"""A start that cannot be used fails at once and says why; nothing internal is set from outside."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic_core import to_json
from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowFailureError
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from dunning import snapshot
from dunning.dates import DAY, MOMENT
from tests.dunning.cases import a_case
from tests.workflows.office import MONDAY, Office, customer, invoice
from workflows.contract import WORKFLOW
from workflows.starts import input_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

INVOICE = {"id": "INV-9", "currency": "EUR", "amount": "100.00", "due_on": "2026-03-01"}
CUSTOMER = {"id": "c9", "country": "NL"}
WHOLE = {"invoice_id": "INV-9", "invoice": INVOICE, "customer": CUSTOMER}


def with_invoice(**more: Any) -> dict[str, Any]:
    return {**WHOLE, "invoice": {**INVOICE, **more}}


def with_attempt(at: Any) -> dict[str, Any]:
    return with_invoice(attempts=[{"at": at, "declined": "insufficient_funds"}])


UNUSABLE: list[tuple[dict[str, Any], str, str]] = [
    ({"most_events": 0}, "most_events", "40 to 10000"),
    ({"most_events": -1}, "most_events", "40 to 10000"),
    ({"most_events": 10**9}, "most_events", "40 to 10000"),
    ({"spread": "-PT1S"}, "spread", "nought to a day"),
    ({"spread": "P999999999D"}, "spread", "nought to a day"),
    ({"settle": "-PT1S"}, "settle", "nought to a day"),
    ({"settle": "P2D"}, "settle", "nought to a day"),
    ({"clock": "P999999999D"}, "clock", MOMENT),
    ({"clock": "-P999999999D"}, "clock", MOMENT),
    ({"clock": "P80000D"}, "clock", MOMENT),
    ({"carried": "junk"}, "carried", "nothing; it is handed from one run of a case to the next"),
    ({"carried": ""}, "carried", "nothing; it is handed from one run of a case to the next"),
    ({"seen": 5}, "seen", "nothing; it is handed from one run of a case to the next"),
    ({"seen": -5}, "seen", "nothing; it is handed from one run of a case to the next"),
    (with_invoice(due_on="2199-12-31"), "invoice.due_on", DAY),
    (with_invoice(due_on="2191-01-01"), "invoice.due_on", DAY),
    (with_invoice(due_on="1970-01-01"), "invoice.due_on", DAY),
    (with_invoice(due_on=0), "invoice.due_on", DAY),
    (with_invoice(due_on=None), "invoice.due_on", DAY),
    (with_invoice(issued_on="9999-12-31"), "invoice.issued_on", DAY),
    (with_attempt("9999-12-31T23:59:59-14:00"), "invoice.attempts.0.at", MOMENT),
    (with_attempt("0001-01-01T00:00:00+14:00"), "invoice.attempts.0.at", MOMENT),
    (with_attempt("1969-12-31T23:59:59Z"), "invoice.attempts.0.at", MOMENT),
    (with_attempt(0), "invoice.attempts.0.at", MOMENT),
    (with_invoice(amount="1e30"), "invoice.amount", "a plain number such as 12.50"),
    (with_invoice(amount="0.001"), "invoice.amount", "a plain number such as 12.50"),
    (with_invoice(id="INV-8"), "invoice.id", "INV-9"),
    ({**WHOLE, "customer": {**CUSTOMER, "id": "ada@lovelace.example"}}, "customer.id", "an id without @"),
    (with_invoice(tags=["x" * 300_000]), "input", "at most 262144 bytes"),
]


async def failure_of(office: Office, *start: Any) -> ApplicationError:
    """How it fails, within a few seconds."""
    handle = await office.client.start_workflow(WORKFLOW, args=start, id=office.id_of("INV-9"), task_queue=office.queue)
    with pytest.raises(WorkflowFailureError) as failure:
        async with asyncio.timeout(30):
            await handle.result()
    cause = failure.value.cause
    assert isinstance(cause, ApplicationError)
    assert (cause.type, cause.non_retryable) == ("BadStart", True)
    return cause


@pytest.mark.parametrize("start, place, allowed", UNUSABLE, ids=[f"{start}"[-60:] for start, *_ in UNUSABLE])
async def test_a_start_that_cannot_be_used_fails_at_once_and_says_what_is_allowed(
    office: Office, start: dict[str, Any], place: str, allowed: str
) -> None:
    mistake = await failure_of(office, {**WHOLE, **start})
    assert [one["place"] for one in mistake.details] == [place]
    assert allowed in mistake.details[0].get("allowed", mistake.message)
    assert f"{place}: " in mistake.message
    assert len(mistake.message) < 1_000


async def test_the_journal_says_who_was_let_in_and_had_the_case_opened(office: Office) -> None:
    """F6; a start that says nothing, as one from another language, names nobody."""
    case = await office.open(authenticated="key billing")
    nobodys = await office.open(invoice("INV-2"), customer("c2"))
    assert [line.authenticated for line in await case.journal()] == ["key billing"]
    assert [line.authenticated for line in await nobodys.journal()] == [None]


async def test_a_case_of_somebody_else_is_not_carried_in(office: Office) -> None:
    carried = snapshot.dump(a_case())
    mistake = await failure_of(office, {**WHOLE, "carried": carried, "seen": 7})
    assert [one["place"] for one in mistake.details] == ["carried", "seen"]


async def test_a_fact_that_comes_with_an_unusable_start_does_not_keep_it_from_failing(office: Office) -> None:
    start = {**WHOLE, "clock": "P999999999D", "carried": "junk"}
    handle = await office.client.start_workflow(
        WORKFLOW, start, id=office.id_of("INV-9"), task_queue=office.queue,
        start_signal="payment_received", start_signal_args=[{"id": "p1", "amount": "1.00"}],
    )  # fmt: skip
    with pytest.raises(WorkflowFailureError):
        async with asyncio.timeout(30):
            await handle.result()


async def test_a_schedule_of_the_server_begins_no_case_and_carries_nothing_in(monkeypatch: pytest.MonkeyPatch) -> None:
    info = SimpleNamespace(workflow_id="case:INV-9", continued_run_id="the one before", cron_schedule="@every 1s")
    monkeypatch.setattr(workflow, "info", lambda: info)
    monkeypatch.setattr(workflow, "now", lambda: MONDAY)
    start, mistake = input_of(RawValue(Payload(data=to_json({**WHOLE, "carried": "junk"}))))
    assert start.carried is None
    assert mistake is not None
    assert [one["place"] for one in mistake.details] == ["cron schedule", "carried"]


@pytest.mark.parametrize("payload", [Payload(), Payload(data=b"\x80"), Payload(data=b'{"invoice_id": NaN}')])
async def test_a_start_that_is_no_json_fails_at_once(office: Office, payload: Payload) -> None:
    await failure_of(office, RawValue(payload))


async def test_a_start_without_an_input_fails_at_once(office: Office) -> None:
    await failure_of(office)


@pytest.mark.parametrize("start", [
    with_invoice(due_on="2190-12-31"), with_invoice(due_on="1970-02-01"),
    with_attempt("1970-01-01T00:00:00Z"), with_attempt("2190-12-31T23:59:59Z"),
])  # fmt: skip
async def test_a_case_at_the_edge_of_the_calendar_opens_and_is_paid(office: Office, start: dict[str, Any]) -> None:
    handle = await office.client.start_workflow(WORKFLOW, start, id=office.id_of("INV-9"), task_queue=office.queue)
    await handle.signal("payment_received", {"id": "p1", "amount": "1000.00"})
    async with asyncio.timeout(60):
        assert (await handle.result())["outcome"] == "paid"
