"""Fees, write-offs, tasks and closings are booked once, with the journal and the projection that belong to them."""

from datetime import date

from activities.bookkeeping import Bookkeeping
from dunning.answers import Done, Stale
from dunning.effects import BookFee, BookWriteOff, CloseCase, EscalateTask, OpenTask
from tests.activities.acts import act, done, done_again_after_death, store_with, written
from tests.fakes.receivables import Booking

FEE = BookFee("case:INV-1/step/first-dunning/0", "first-dunning", 1_500)


async def test_a_fee_is_booked_once_when_the_process_dies() -> None:
    store = store_with()
    store.dies_after = "perform"
    await done_again_after_death(Bookkeeping(store).book, act(FEE))
    assert store.bookings == [Booking("book_fee", FEE.key, 1_500)]


async def test_no_fee_is_booked_on_an_invoice_that_was_paid_meanwhile() -> None:
    store = store_with()
    store.tell("INV-1", "payment_received", id="p1", amount="100.00")
    assert isinstance((await done(Bookkeeping(store).book, act(FEE))).answer, Stale)
    assert store.bookings == []


async def test_a_write_off_is_booked() -> None:
    store = store_with()
    await done(Bookkeeping(store).book, act(BookWriteOff("case:INV-1/write-off/3", 10_000, "An", "insolvent")))
    assert store.bookings == [Booking("book_write_off", "case:INV-1/write-off/3", 10_000)]


async def test_a_task_is_opened_and_later_escalated() -> None:
    store = store_with()
    books = Bookkeeping(store)
    opened = OpenTask("case:INV-1/task/call-1", "call-1", "call", "collections", date(2026, 3, 12))
    await done(books.open_task, act(opened))
    assert store.tasks == {("INV-1", "call-1"): date(2026, 3, 12)}
    later = EscalateTask("case:INV-1/escalate/call-1/1", "call-1", "call", "collections", 1, date(2026, 3, 16))
    await done(books.open_task, act(later))
    assert store.tasks == {("INV-1", "call-1"): date(2026, 3, 16)}


async def test_a_closed_case_is_kept_whole_so_that_it_can_open_again() -> None:
    store, expected = store_with(), written("friendly", stage="closed")
    closing = act(CloseCase("case:INV-1/close/4", "paid"), assumed=Done(), expected=expected)
    acted = await done(Bookkeeping(store).close_case, closing)
    assert acted.written
    assert store.files["INV-1"].outcome == "paid"
    assert store.files["INV-1"].projection == expected.projection
    assert [line.value for line in store.files["INV-1"].journal.values()] == ["friendly"]
