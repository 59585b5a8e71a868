"""A payment and a charge of one invoice at the same moment: whichever is first, the other knows, and nothing is lost.

The balance is read in the transaction that writes the intent (F1, C5). A payment that comes after it, while the charge
is in flight, leads to money paid too much: the customer's credit, and a question before a person (P3).
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import pytest

from adapters.clock import now
from adapters.storage import Store
from adapters.storage.effects import intents
from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox import inbox
from adapters.storage.inbox.message import read_message
from dunning.answers import Approved, Stale
from dunning.messages import Dispose
from dunning.policy import Policy
from dunning.ports import Act, Acted, Calls, ChargeRequest, GatewayAnswer, Go
from tests.activities.clerk import Clerk
from tests.adapters.storage.builders import MONDAY, act, charge, customer, days_later, invoice, method, policy
from tests.adapters.storage.conftest import OpenStore
from tests.fakes.companies import FakeGateway

PAID: Final[dict[str, Any]] = {"id": "bank-1", "amount": "100.00", "currency": "EUR", "at": MONDAY.isoformat()}
ROUNDS: Final = 30


@pytest.fixture
def policies() -> list[Policy]:
    return [policy(charging={"schedule": ["0 days"], "attempts": 1, "within": "9 days"})]


@pytest.fixture
async def other(open_store: OpenStore) -> Store:
    """The store as another process has it open."""
    return await open_store()


async def opened(store: Store, name: str = "INV-1") -> Act:
    """A case, and the charge that it is about to make."""
    await store.receivables.opening(name, invoice(name), customer(f"c-{name}" if name != "INV-1" else "c1"), (), MONDAY)
    return act(charge(of=name), of=name)


def pays(store: Store, name: str = "INV-1") -> Any:
    body = PAID if name == "INV-1" else {**PAID, "id": f"bank-{name}"}  # a payment is of one invoice (P9)
    return store.register.tell(name, "payment_received", body, MONDAY)


async def balance(store: Store, name: str = "INV-1") -> int:
    return (await store.parties.invoice(name)).balance


async def holding(store: Store, work: Callable[[Transaction], Any]) -> tuple[asyncio.Task[Any], threading.Event]:
    """A transaction that has done its work and ends when it is let go."""
    at_work, let_go = threading.Event(), threading.Event()

    def slowly(tx: Transaction) -> Any:
        done = work(tx)
        at_work.set()
        let_go.wait(10)
        return done

    task = asyncio.create_task(store.database.write(slowly))
    assert await asyncio.to_thread(at_work.wait, 10)
    return task, let_go


async def waits(task: asyncio.Task[Any]) -> bool:
    """Whether it still has no answer after a while that is long for a transaction."""
    return not (await asyncio.wait([task], timeout=0.15))[0]


async def test_a_charge_waits_for_a_payment_that_is_being_booked_and_sees_it(store: Store, other: Store) -> None:
    charging = await opened(store)
    message = read_message("payment_received", PAID, MONDAY)
    payment, let_go = await holding(other, lambda tx: inbox.keep_messages(tx, "INV-1", [message]))
    beginning = asyncio.create_task(store.receivables.begin(charging))
    assert await waits(beginning)

    let_go.set()
    await payment
    begun = await beginning

    assert isinstance(begun, Acted)
    assert begun.answer == Stale((("payment_received", PAID),))
    assert await store.cases.attempts("INV-1") == ()


async def test_a_payment_waits_for_an_intent_that_is_being_written_and_comes_after_it(
    store: Store, other: Store
) -> None:
    charging = await opened(store)
    intent, let_go = await holding(store, lambda tx: intents.begin(tx, charging, now))
    payment = asyncio.create_task(pays(other))
    assert await waits(payment)

    let_go.set()
    assert isinstance(await intent, Go)
    await payment
    await store.receivables.finish(charging, Approved("card"))

    assert await balance(store) == -100_00
    assert (await store.parties.customer("c1")).credit == {"EUR": 100_00}


async def test_at_the_same_moment_either_the_charge_sees_the_payment_or_it_was_begun_before(
    store: Store, other: Store
) -> None:
    for number in range(ROUNDS):
        name = f"INV-{number}"
        charging = await opened(store, name)
        begun, _ = await asyncio.gather(store.receivables.begin(charging), pays(other, name))
        if isinstance(begun, Go):
            await store.receivables.finish(charging, Approved("card"))
            assert await balance(store, name) == -100_00
        else:
            assert isinstance(begun.answer, Stale)
            assert await store.cases.attempts(name) == ()
            assert await balance(store, name) == 0


async def test_two_workers_that_begin_the_same_charge_write_one_intent(store: Store, other: Store) -> None:
    for number in range(ROUNDS):
        name = f"INV-{number}"
        charging = await opened(store, name)
        begun = await asyncio.gather(store.receivables.begin(charging), other.receivables.begin(charging))
        assert sorted(isinstance(one, Go) and one.repeat for one in begun) == [False, True]
        finished = await asyncio.gather(
            store.receivables.finish(charging, Approved("card")), other.receivables.finish(charging, Approved("card"))
        )
        assert [one.answer for one in finished] == [Approved("card")] * 2
        assert await balance(store, name) == 0


# What becomes of money that was paid too much


class PaidMeanwhile(FakeGateway):
    """While it charges, the debtor pays by themselves."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store

    async def charge(self, request: ChargeRequest, at: datetime, calls: Calls | None = None) -> GatewayAnswer:
        await pays(self._store)
        return await super().charge(request, at, calls)


@pytest.fixture
async def overpaid(store: Store, other: Store) -> Clerk:
    """A case whose charge and whose debtor both brought the money."""
    await store.register.customer(customer(), [method("pm_card_ok")], MONDAY)
    await store.register.invoice("c1", invoice(), MONDAY)
    clerk = Clerk(store.receivables, PaidMeanwhile(other), "INV-1")
    await clerk.open(MONDAY)
    await clerk.works(MONDAY)
    clerk.hears("payment_received", PAID, MONDAY)  # the signal comes when all is over
    await clerk.works(MONDAY)
    return clerk


async def open_questions(store: Store) -> list[tuple[str, str, str]]:
    return [(task.about, task.queue, task.note) for task in (await store.cases.tasks(invoice="INV-1")).rows]


async def test_what_was_paid_too_much_closes_the_case_is_a_credit_and_stands_before_a_person(
    store: Store, overpaid: Clerk
) -> None:
    assert overpaid.case.closed == (await store.cases.one("INV-1")).outcome == "paid"
    assert overpaid.case.balance == await balance(store) == -100_00
    assert (await store.parties.customer("c1")).credit == {"EUR": 100_00}
    assert await open_questions(store) == [("overpayment", "finance", "100.00 was paid too much")]


async def test_a_person_answers_it_although_the_case_is_closed_and_the_credit_stays(
    store: Store, overpaid: Clerk
) -> None:
    answer = Dispose.model_validate({"task": "overpayment", "resume": True, "by": "J. Smit"})
    overpaid.is_asked(answer, days_later(1))
    await overpaid.works(days_later(1))

    assert await open_questions(store) == []
    assert (overpaid.case.closed, await balance(store)) == ("paid", -100_00)


@pytest.mark.parametrize("amount, left", [("40.00", -60_00), ("100.00", 0)])
async def test_a_reversal_answers_it_once_nothing_is_paid_too_much_any_more(
    store: Store, overpaid: Clerk, amount: str, left: int
) -> None:
    body = {"id": "r1", "payment_id": "bank-1", "amount": amount, "at": days_later(2).isoformat()}
    await store.register.tell("INV-1", "payment_reversed", body, days_later(2))
    overpaid.hears("payment_reversed", body, days_later(2))
    await overpaid.works(days_later(2))

    assert await balance(store) == left
    assert [about for about, _, _ in await open_questions(store)] == (["overpayment"] if left else [])
