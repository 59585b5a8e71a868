"""How a case begins: from a known invoice or a whole one, once, and with a clear word where it cannot."""

from __future__ import annotations

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError

from dunning.records import Method
from tests.workflows.office import MONDAY, NAME, Office, customer, invoice
from workflows.contract import WORKFLOW

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_case_of_an_invoice_that_the_store_knows_is_started_by_its_id_alone(office: Office) -> None:
    case = await office.open(invoice("INV-1"))
    assert await case.turning_points() == []
    assert (await case.view())["stage"] == "new"
    await case.until("2026-03-05T12:00")
    assert await case.turning_points() == ["2026-03-04 notice friendly"]
    assert office.post.letters == [("case:INV-1/step/reminder/0", "email")]


async def test_a_billing_system_in_any_language_starts_a_case_with_plain_json(office: Office) -> None:
    start = {
        "invoice_id": "INV-7",
        "invoice": {"id": "INV-7", "currency": "EUR", "amount": "12.50", "due_on": "2026-02-27"},
        "customer": {"id": "c7", "country": "NL", "timezone": "Europe/Amsterdam", "email": "seven@example.com"},
        "methods": [{"id": "card_main", "network": "visa"}],
    }
    handle = await office.client.start_workflow(WORKFLOW, start, id=office.id_of("INV-7"), task_queue=office.queue)
    await office.clock.settle(handle)
    view = await handle.query("case")
    assert (view["invoice_id"], view["customer_id"], view["money"]["balance"]) == (
        "INV-7",
        "c7",
        {"amount": "12.50", "currency": "EUR"},
    )
    assert (await office.store.parties.customer("c7")).methods == (Method(id="card_main", network="visa"),)


async def test_starting_twice_answers_with_the_running_case(office: Office) -> None:
    case = await office.open()
    again = await office.client.start_workflow(
        WORKFLOW, office.start("INV-1"), id=case.handle.id, task_queue=office.queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )  # fmt: skip
    assert again.result_run_id == case.handle.result_run_id
    await case.until("2026-03-05T12:00")
    assert await case.acts() == ["open_case", "record", "send_notice"]


async def test_a_case_that_was_paid_is_not_opened_a_second_time_for_the_same_invoice(office: Office) -> None:
    case = await office.open()
    await case.tell("payment_received", id="p1", amount="100.00")
    assert (await case.handle.result())["outcome"] == "paid"
    again = await office.client.start_workflow(
        WORKFLOW, office.start("INV-1"), id=case.handle.id, task_queue=office.queue
    )
    assert (await again.result())["outcome"] == "paid"
    assert await case.turning_points() == ["2026-03-02 closed paid"]
    assert office.post.letters == []


async def test_an_invoice_that_nobody_knows_fails_the_start_and_says_so(office: Office) -> None:
    handle = await office.client.start_workflow(
        WORKFLOW, office.start("INV-404"), id=office.id_of("INV-404"), task_queue=office.queue
    )
    with pytest.raises(WorkflowFailureError) as failure:
        await handle.result()
    assert "INV-404" in str(failure.value.cause)


ABROAD = {"id": "INV-9", "currency": "XQQ", "amount": "1.00", "due_on": "2026-03-01"}


@pytest.mark.parametrize(
    "start, wrong",
    [
        (
            {"invoice_id": "INV-9", "invoice": {"id": "INV-9"}},
            "invoice.currency: found nothing",
        ),
        ({"invoice_id": "INV-9", "invoice": ABROAD}, "invoice.currency: found XQQ; allowed an ISO 4217 code"),
        ({"invoice_id": 9}, "invoice_id: found a number; allowed a text"),
        ("INV-9", "input: found a text of 5 characters; allowed an object"),
        ({"invoice_id": "INV-8"}, "; allowed case:INV-8"),
    ],
)
async def test_a_start_that_cannot_be_read_fails_at_once_and_names_the_place(
    office: Office, start: object, wrong: str
) -> None:
    handle = await office.client.start_workflow(WORKFLOW, start, id=office.id_of("INV-9"), task_queue=office.queue)
    with pytest.raises(WorkflowFailureError) as failure:
        await handle.result()
    cause = failure.value.cause
    assert isinstance(cause, ApplicationError)
    assert wrong in cause.message


async def test_a_case_that_opens_for_a_fact_knows_it_before_anything_else(office: Office) -> None:
    await office.register(invoice(), customer())
    handle = await office.client.start_workflow(
        WORKFLOW, office.start("INV-1"), id=office.id_of("INV-1"), task_queue=office.queue,
        start_signal="payment_received", start_signal_args=[{"id": "p1", "amount": "100.00"}],
    )  # fmt: skip
    assert (await handle.result())["outcome"] == "paid"
    assert office.post.letters == []


async def test_what_the_store_was_told_before_the_opening_is_known_at_the_opening(office: Office) -> None:
    await office.register(invoice(), customer())
    body = {"id": "p1", "amount": "60.00", "at": MONDAY.isoformat()}
    await office.store.register.tell("INV-1", "payment_received", body, MONDAY)
    case = await office.open()
    assert (await case.view())["money"]["balance"]["amount"] == "40.00"
    await case.tell("payment_received", **body)  # the same, as the API signals it
    assert (await case.view())["money"]["balance"]["amount"] == "40.00"


async def test_the_name_of_the_debtor_is_not_asked_of_the_case(office: Office) -> None:
    case = await office.open(whose=customer(name=NAME))
    assert NAME not in str(await case.view())
