"""Whatever the size of what is sent to a case, and however much of it at once, the case writes it down and goes on."""

from __future__ import annotations

from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from tests.workflows.office import Dossier, Office, becomes
from workflows.starts import MOST

pytestmark = pytest.mark.asyncio(loop_scope="module")

ALLOCATED = [{"invoice": f"elsewhere-{number}-{'x' * 80}", "amount": "0.01"} for number in range(199)]
LARGE: dict[str, list[tuple[str, Any]]] = {
    "three of 0.8 MB": [("nonsense", {"id": f"n{number}", "text": "x" * 800_000}) for number in range(3)],
    "twelve of 200 kB": [("payment_received", {"id": f"n{number}", "note": "y" * 200_000}) for number in range(12)],
    "many fields": [("payment_received", {f"field-{number}": number for number in range(40_000)})],
    "a long list": [("payment_received", [["p"] * 200_000])],
    "an amount without end": [("payment_received", {"id": "n1", "amount": "1" * 900_000})],
    "a currency without end": [("payment_received", {"id": "n1", "amount": "1", "currency": "E" * 900_000})],
    "a long name": [("n" * 900, {"id": "n1"})],
}


async def told_at_once(office: Office, messages: list[tuple[str, Any]]) -> Dossier:
    """A case that hears all of them before it can write down any."""
    office.reception.door.clear()
    case = await office.open(settled=False)
    await becomes(lambda: office.reception.callers == 1)
    for name, body in messages:
        await case.handle.signal(name, body)
    office.reception.door.set()
    await case.settle()
    return case


async def largest_event(case: Dossier) -> int:
    """The bytes of the largest event that the case itself made: what it was told is not among them."""
    told = "workflow_execution_signaled_event_attributes"
    return max(event.ByteSize() for event in (await case.history()).events if event.WhichOneof("attributes") != told)


@pytest.mark.parametrize("messages", LARGE.values(), ids=LARGE)
async def test_what_is_not_understood_is_cut_and_put_before_a_person(
    office: Office, messages: list[tuple[str, Any]]
) -> None:
    case = await told_at_once(office, messages)
    await case.tell("payment_received", id="p9", amount="1.00")
    kinds = await case.kinds()
    assert kinds.count("unapplied") == kinds.count("task") == len(messages)
    assert kinds[-1] == "payment"
    assert await largest_event(case) <= 32_000
    assert all(len(line.why) <= 500 and len(line.value) <= 100 for line in await case.journal())


async def test_many_messages_are_written_down(office: Office) -> None:
    payments = [
        ("payment_received", {"id": f"p{number}", "amount": "2.99", "allocations": [
            {"invoice": "INV-1", "amount": "1.00"}, *ALLOCATED,
        ]}) for number in range(20)
    ]  # fmt: skip
    case = await told_at_once(office, [*payments, ("payment_received", {"id": "last", "amount": "0.50"})])
    assert await largest_event(case) <= MOST
    assert await case.balance() == 79_50
    assert (await case.view())["money"]["balance"]["amount"] == "79.50"
    assert (await case.kinds()).count("payment") == 21


async def test_a_large_request_is_refused_in_few_words(office: Office) -> None:
    case = await office.open()
    with pytest.raises(WorkflowUpdateFailedError) as failure:
        await case.ask("hold", **{f"field-{number}": number for number in range(40_000)})
    cause = failure.value.cause
    assert isinstance(cause, ApplicationError)
    assert (cause.type, len(cause.details)) == ("BadRequest", 20)
    assert len(cause.message) <= 2_000
