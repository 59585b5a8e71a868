"""What the desk reads: days that cases look forward to, disputes, money and messages, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from adapters.storage import Store
from adapters.storage.lists.agenda import Days, Tally
from adapters.storage.lists.disputes import DisputeView, WhichDisputes
from adapters.storage.lists.outgoing import WhichSent
from adapters.storage.lists.payments import PaymentSum, WhichPayments
from adapters.storage.unmatched import UnmatchedPayment
from dunning.answers import Done
from dunning.effects import OpenTask
from dunning.journal import Line
from dunning.ports import CaseDate, Written
from dunning.recipients import Way
from tests.adapters.storage.builders import MONDAY, act, customer, days_later, done, invoice, line, notice, written

DAY = MONDAY.date()
MARCH = Days(date(2026, 3, 1), date(2026, 3, 31))


async def opened(store: Store, *names: str) -> None:
    for name in names:
        await store.receivables.opening(name, invoice(name), customer(name="Acme"), (), MONDAY)


def with_dates(*dates: CaseDate, lines: tuple[Line, ...] = ()) -> Written:
    return replace(written(*lines), dates=dates)


async def test_the_days_of_a_case_are_those_that_it_wrote_last_and_none_once_it_has_ended(store: Store) -> None:
    await opened(store, "INV-1", "INV-2")
    promise = CaseDate("promise", "p1", DAY, "EUR", 40_00)
    parts = [CaseDate("instalment", str(n), DAY + timedelta(days=n), "EUR", 50_00) for n in (1, 2)]
    await store.receivables.record("INV-1", (), with_dates(promise), 0, MONDAY)
    await store.receivables.record("INV-1", (), written(), 0, MONDAY)  # nothing has changed
    await store.receivables.record("INV-2", (), with_dates(promise, *parts), 0, MONDAY)
    assert await store.agenda.tally(MARCH) == (
        Tally(DAY, "promise", "EUR", 2, 80_00), Tally(parts[0].on or DAY, "instalment", "EUR", 1, 50_00),
        Tally(parts[1].on or DAY, "instalment", "EUR", 1, 50_00),
    )  # fmt: skip
    first = await store.agenda.page(MARCH, limit=3)
    second = await store.agenda.page(MARCH, cursor=first.next, limit=3)
    named = [(one.invoice_id, one.kind, one.about) for one in (*first.rows, *second.rows)]
    assert named == [
        ("INV-1", "promise", "p1"), ("INV-2", "promise", "p1"), ("INV-2", "instalment", "1"),
        ("INV-2", "instalment", "2"),
    ]  # fmt: skip
    await store.receivables.record("INV-2", (), with_dates(), 0, MONDAY)
    [left] = (await store.agenda.page(MARCH)).rows
    assert (left.invoice_id, left.customer_name, left.zone) == ("INV-1", "Acme", "Europe/Amsterdam")


async def test_disputes_turn_over_also_where_no_day_is_set_for_an_answer(store: Store) -> None:
    names = ["INV-1", "INV-2", "INV-3"]
    await opened(store, *names)
    for number, name in enumerate(names):
        on = DAY + timedelta(days=number) if number < 2 else None
        said = CaseDate("dispute", "d1", on, "EUR", 10_00 * (number + 1))
        raised = line(1, "dispute", "d1", by="ann")
        await store.receivables.record(name, (), with_dates(said, lines=(raised,)), 0, MONDAY)
    asked = OpenTask("case:INV-2/task/dispute-1", "dispute-1", "dispute", "disputes", DAY, "d1")
    await store.receivables.begin(done(asked, of="INV-2"))
    await store.receivables.finish(done(asked, of="INV-2"), Done())
    found: list[DisputeView] = []
    cursor: str | None = None
    while True:
        page = await store.disputes.page(WhichDisputes(), cursor=cursor, limit=1)
        found += page.rows
        cursor = page.next
        if cursor is None:
            break
    assert [one.invoice_id for one in found] == names
    assert [(one.task, one.queue) for one in found] == [(None, None), ("dispute-1", "disputes"), (None, None)]
    oldest = await store.disputes.page(WhichDisputes(), order="oldest", limit=2)
    [last] = (await store.disputes.page(WhichDisputes(), order="oldest", cursor=oldest.next)).rows
    assert last.invoice_id == "INV-3"
    largest = await store.disputes.page(WhichDisputes(late_on=DAY + timedelta(days=1)), order="amount")
    assert [(one.invoice_id, one.by) for one in largest.rows] == [("INV-1", "ann")]


async def test_money_is_summed_and_paged_in_each_state(store: Store) -> None:
    await opened(store, "INV-1")
    await store.register.customer(customer("c2"), (), MONDAY)
    await store.register.invoice("c2", invoice("INV-9", currency="SEK"), MONDAY)
    for name, of, amount in (("p1", "INV-1", "10.00"), ("p2", "INV-9", "5.00"), ("p3", "INV-1", "1.00")):
        await store.register.tell(of, "payment_received", {"id": name, "amount": amount}, MONDAY)
    back = {"id": "r1", "payment_id": "p1", "amount": "4.00"}
    await store.register.tell("INV-1", "payment_reversed", back, days_later(1))
    received = WhichPayments(since=MONDAY, before=days_later(1))
    assert await store.payments.sums(received) == (PaymentSum("EUR", 2, 11_00), PaymentSum("SEK", 1, 5_00))
    first = await store.payments.page(received, limit=2)
    second = await store.payments.page(received, cursor=first.next, limit=2)
    assert {one.id for one in (*first.rows, *second.rows)} == {"p1", "p2", "p3"}
    [taken] = (await store.payments.page(WhichPayments("reversed"))).rows
    assert (taken.id, taken.payment_id, taken.amount, taken.customer_name) == ("r1", "p1", 4_00, "Acme")
    await store.unmatched.keep(UnmatchedPayment("u1", "EUR", 100_00, None, "ACME", "inv-1", None, MONDAY))
    assert [one.id for one in (await store.payments.page(WhichPayments("unmatched"))).rows] == ["u1"]
    proposed = await store.unmatched.candidates(await store.unmatched.one("u1"))
    assert [(one.invoice_id, one.why) for one in proposed] == [("INV-1", "named in the reference")]
    under_way = [CaseDate("payment", f"sepa-{n}", DAY, "EUR", 7_00) for n in (1, 2)]
    await store.receivables.record("INV-1", (), with_dates(*under_way), 0, days_later(1))
    first = await store.payments.page(WhichPayments("pending"), limit=1)
    second = await store.payments.page(WhichPayments("pending"), cursor=first.next)
    assert [one.id for one in (*first.rows, *second.rows)] == ["sepa-1", "sepa-2"]
    await store.receivables.record("INV-1", (), written(balance=-3_00), 0, days_later(1))
    assert await store.payments.sums(WhichPayments("overpaid")) == (PaymentSum("EUR", 1, 3_00),)


async def test_messages_are_found_by_their_fate_and_what_waits_by_its_last_line(store: Store) -> None:
    await opened(store, "INV-1", "INV-2")
    for name in ("INV-1", "INV-2"):
        sending = act(notice(of=name), of=name)
        await store.receivables.begin(sending)
        await store.receivables.begin_channel(sending.effect.key, Way("email"))
        if name == "INV-2":
            await store.receivables.refused_channel(sending.effect.key, Way("email"))
    refused = await store.outgoing.page(WhichSent(fate="refused"))
    assert [(one.invoice_id, one.sending.state) for one in refused.rows] == [("INV-2", "refused")]
    assert [one.invoice_id for one in (await store.outgoing.page(WhichSent(fate="begun", language="fr"))).rows] == []
    lines = [line(n, "deferred", "reminder") for n in (1, 2)]
    await store.receivables.record("INV-1", (), written(*lines), 0, MONDAY)
    [waits] = (await store.outgoing.waiting()).rows
    assert (waits.invoice_id, waits.number) == ("INV-1", 2)
    await store.receivables.record("INV-1", (), written(line(3, "notice", "reminder")), 0, MONDAY)
    assert (await store.outgoing.waiting()).rows == ()
    assert (await store.outgoing.returned()).rows == ()
