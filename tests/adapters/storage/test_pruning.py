"""What is kept for a while goes on its day and not before, and what says what is owed stays."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from adapters.mailbox import KeptMessage
from adapters.retention import Retention
from adapters.storage import Store
from adapters.storage.access.idempotency import StoredResponse
from adapters.storage.provider.events import Heading, ProviderEvents
from adapters.storage.pruning import BATCH, prune
from adapters.storage.unmatched import UnmatchedPayment
from adapters.storage.worklist.owners import Owners
from dunning.errors import Conflict
from tests.adapters.storage.builders import MONDAY, customer, days_later, invoice, written

DAY = timedelta(days=1)
SHORT = Retention(replies=2 * DAY, provider_events=3 * DAY, told=4 * DAY, mailbox=5 * DAY)
NOTHING = {
    "replies": 0, "provider_events": 0, "told": 0, "texts": 0, "notes": 0, "unmatched_payments": 0, "snoozes": 0,
    "mail": 0, "polled_mails": 0, "mailbox": 0,
}  # fmt: skip


async def pruned(store: Store, at: datetime) -> dict[str, int]:
    """What goes at this moment; doing it again changes nothing."""
    gone = await prune(store.database, SHORT, at)
    assert await prune(store.database, SHORT, at) == NOTHING
    return gone


async def count(store: Store, table: str) -> int:
    return int(await store.database.read(lambda tx: tx.value(text(f"SELECT count(*) FROM {table}"))))  # noqa: S608 - our own name


async def test_replies_go_after_their_days(store: Store) -> None:
    request = ("POST", "/payments", "key-1")
    await store.idempotency_keys.claim(*request, "body", MONDAY)
    await store.idempotency_keys.keep(*request, StoredResponse(201, "{}"))
    assert await pruned(store, days_later(2) - timedelta(seconds=1)) == NOTHING
    assert await pruned(store, days_later(2)) == {**NOTHING, "replies": 1}


async def test_events_of_a_provider_go_once_they_were_taken(store: Store) -> None:
    events = ProviderEvents(store.database, "stripe")
    for name in ("evt_1", "evt_2"):
        assert await events.claim(Heading(name, "refund.created", "refund", f"re_{name}", MONDAY), MONDAY) == "mine"
    await events.mark_done("evt_1", MONDAY)
    assert await pruned(store, days_later(3)) == {**NOTHING, "provider_events": 1}
    assert await count(store, "provider_events") == 1


async def test_a_payment_without_an_invoice_stays_until_it_has_found_one(store: Store) -> None:
    for name in ("p1", "p2"):
        await store.unmatched.keep(UnmatchedPayment(name, "EUR", 5_00, None, "Ada", "thanks", "key billing", MONDAY))
    assert await pruned(store, days_later(9)) == NOTHING
    await store.register.customer(customer(), (), MONDAY)
    await store.register.invoice("c1", invoice(), MONDAY)
    await store.register.tell("INV-1", "payment_received", {"id": "p1", "amount": "5.00"}, MONDAY)
    assert await pruned(store, days_later(4)) == {**NOTHING, "unmatched_payments": 1}
    assert (await store.unmatched.one("p2")).payer == "Ada"


async def test_the_mailbox_is_emptied_a_batch_at_a_time(store: Store) -> None:
    def message(number: int, at: datetime) -> KeptMessage:
        return KeptMessage(str(number), "email", "ar@acme.example", "ada@lovelace.example", "Reminder", "Dear Ada", at)

    await store.mailbox.keep(message(9_999, days_later(1)))
    await asyncio.gather(*(store.mailbox.keep(message(number, MONDAY)) for number in range(BATCH + 1)))
    assert await pruned(store, days_later(5)) == {**NOTHING, "mailbox": BATCH + 1}
    assert [one.id for one in await store.mailbox.list()] == ["9999"]


async def test_the_days_are_settings_of_the_store(store: Store) -> None:
    assert store.retention == Retention()
    assert await store.prune(MONDAY) == NOTHING


async def test_why_a_customer_was_put_off_goes_when_nothing_of_theirs_is_open(store: Store) -> None:
    await store.receivables.opening("INV-1", invoice("INV-1"), customer("ada"), (), MONDAY)
    await Owners(store.database).snooze(["ada"], days_later(9).date(), "ill", "person ann", MONDAY, today=MONDAY.date())
    assert (await pruned(store, days_later(9)))["snoozes"] == 0
    await store.receivables.record("INV-1", (), written(balance=0, outcome="paid"), 0, days_later(9))
    assert (await pruned(store, days_later(12)))["snoozes"] == 0
    assert (await pruned(store, days_later(13)))["snoozes"] == 1


class TestTold:
    """Messages of cases: what is personal goes after the case ended, and a repeat is still known."""

    @pytest.fixture
    async def case(self, store: Store) -> Store:
        await store.register.customer(customer("c1"), (), MONDAY)
        await store.register.invoice("c1", invoice("INV-1"), MONDAY)
        await store.receivables.opening("INV-1", None, None, (), MONDAY)
        dispute = {"id": "d1", "amount": "10.00", "reason": "Ada is in hospital", "at": MONDAY.isoformat()}
        await store.register.tell("INV-1", "dispute", dispute, MONDAY)
        contact = {"email": "ada@lovelace.example", "opted_out": ["sms"], "at": MONDAY.isoformat()}
        await store.register.tell("INV-1", "contact", contact, MONDAY)
        await store.register.tell("INV-1", "nonsense", {"id": "n1", "who": "Ada"}, MONDAY)
        payment = {"id": "p1", "amount": "5.00", "at": MONDAY.isoformat()}
        await store.register.tell("INV-1", "payment_received", payment, MONDAY)
        return store

    async def bodies(self, store: Store) -> dict[str, Any]:
        query = text("SELECT name, body FROM told ORDER BY number")
        rows = await store.database.read(lambda tx: tx.rows(query))
        return {row["name"]: str(row["body"]) for row in rows}

    async def end(self, store: Store, at: datetime) -> None:
        ended = text("UPDATE cases SET outcome = 'paid', closed_at = :at")
        await store.database.write(lambda tx: tx.connection.execute(ended, {"at": at.replace(tzinfo=None)}))

    async def test_notes_go_with_the_case_and_those_about_a_customer_with_their_last_one(self, case: Store) -> None:
        await case.register.customer(customer("c2"), (), MONDAY)
        note = {"text": "Ada is in hospital", "by": "r.devries", "at": MONDAY}
        await case.notes.write_about_case("INV-1", {"id": "n1", **note})
        await case.notes.write_about_customer("c1", {"id": "n2", **note})
        await case.notes.write_about_customer("c1", {"id": "n3", **note, "at": days_later(3)})
        await case.notes.write_about_customer("c2", {"id": "n4", **note})
        assert await pruned(case, days_later(5)) == {**NOTHING, "notes": 1}  # of whom nothing is owed
        await self.end(case, days_later(1))
        assert (await pruned(case, days_later(5)))["notes"] == 2
        assert [note.id for note in (await case.notes.of_customer("c1")).rows] == ["n3"]

    async def test_while_the_case_is_open_everything_stays(self, case: Store) -> None:
        assert await pruned(case, days_later(400)) == NOTHING

    async def test_after_its_end_names_and_reasons_go_and_sums_stay(self, case: Store) -> None:
        await self.end(case, days_later(1))
        assert await pruned(case, days_later(5) - timedelta(seconds=1)) == NOTHING
        assert await pruned(case, days_later(5)) == {**NOTHING, "told": 3}
        left = await self.bodies(case)
        assert [word for word in ("Ada", "lovelace", "hospital") if word in str(left)] == []
        assert "10.00" in left["dispute"]
        assert "sms" in left["contact"]
        assert "5.00" in left["payment_received"]

    async def test_a_repeat_is_still_known_and_another_sum_still_a_conflict(self, case: Store) -> None:
        await self.end(case, days_later(1))
        await pruned(case, days_later(5))
        again = {"id": "d1", "amount": "10.00", "reason": "Ada is in hospital", "at": MONDAY.isoformat()}
        number, _ = await case.register.tell_parts("INV-1", "dispute", again, days_later(6))
        assert number == 4
        with pytest.raises(Conflict, match="d1 with other content"):
            await case.register.tell_parts("INV-1", "dispute", {**again, "amount": "11.00"}, days_later(6))
