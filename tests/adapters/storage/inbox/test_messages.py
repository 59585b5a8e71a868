"""What cases are told: kept once, in order, for the one case or for all of the customer's."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from adapters.storage import Store
from adapters.storage.tables import methods
from dunning.answers import Done
from dunning.effects import CloseCase
from dunning.errors import Conflict, NotFound
from dunning.records import Method
from tests.adapters.storage.builders import (
    MONDAY,
    a_closed_case,
    act,
    customer,
    days_later,
    invoice,
    line,
    method,
    written,
)
from tests.adapters.storage.conftest import OpenStore

STOP = {"reason": "bankruptcy", "at": "2026-03-03T09:00:00Z"}
RELEASE = {"at": "2026-03-09T09:00:00Z"}


def paid(id: str, amount: str = "10.00") -> dict[str, Any]:  # noqa: A002 - the message's own name for it
    return {"id": id, "amount": amount, "at": "2026-03-02T08:00:00Z"}


@pytest.fixture
async def store(store: Store) -> Store:
    for name in ("INV-1", "INV-2"):
        await opened(store, name)
    return store


async def opened(store: Store, name: str, **more: Any) -> tuple[str, ...]:
    """The names of what the case is told at its opening."""
    opening = await store.receivables.opening(name, invoice(name, **more), customer(), (), MONDAY)
    return tuple(name for name, _ in opening.told)


async def closed(store: Store, name: str) -> None:
    ending = CloseCase(f"case:{name}/close/0", "withdrawn")
    seen = len(await store.cases.messages(name))
    act_ = act(ending, of=name, seen=seen, assumed=Done(), expected=written(outcome="withdrawn", state=a_closed_case()))
    await store.receivables.begin(act_)
    await store.receivables.finish(act_, Done())


async def names(store: Store, invoice_id: str) -> list[str]:
    return [message.name for message in await store.cases.messages(invoice_id)]


async def test_messages_are_numbered_from_one_and_kept_word_for_word(store: Store) -> None:
    numbers = [await store.register.tell("INV-1", "payment_received", paid(name), MONDAY) for name in ("p1", "p2")]

    told = await store.cases.messages("INV-1")
    assert numbers == [1, 2]
    assert [(one.number, one.body) for one in told] == [(1, paid("p1")), (2, paid("p2"))]
    assert told[0].at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert await store.cases.messages("INV-2") == ()


async def test_a_message_told_twice_is_kept_once(store: Store) -> None:
    for _ in range(2):
        assert await store.register.tell("INV-1", "payment_received", paid("p1"), MONDAY) == 1

    assert (await store.parties.invoice("INV-1")).balance == 90_00


async def test_a_message_for_an_invoice_that_nobody_knows_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="INV-9"):
        await store.register.tell("INV-9", "payment_received", paid("p1"), MONDAY)


async def test_messages_that_come_at_once_get_numbers_of_their_own(open_store: OpenStore, store: Store) -> None:
    stores = [store, await open_store()]
    told = [
        stores[number % 2].register.tell("INV-1", "payment_received", paid(f"p{number}", "1.00"), MONDAY)
        for number in range(20)
    ]

    assert sorted(await asyncio.gather(*told)) == list(range(1, 21))
    assert (await store.parties.invoice("INV-1")).balance == 80_00


async def test_what_is_told_before_the_case_opens_is_handed_over_at_its_opening(store: Store) -> None:
    await store.register.invoice("c1", invoice("INV-3"), MONDAY)
    await store.register.tell("INV-3", "payment_received", paid("p1"), MONDAY)

    opening = await store.receivables.opening("INV-3", None, None, (), days_later(1))

    assert opening.told == (("payment_received", paid("p1")),)
    assert opening.seen == 1


async def test_a_message_that_reached_the_case_directly_is_recorded_and_others_are_handed_over(store: Store) -> None:
    await store.register.tell("INV-1", "payment_received", paid("p1"), MONDAY)

    newest, unseen = await store.receivables.record(
        "INV-1", (("payment_received", paid("p2")),), written(line(1)), 0, MONDAY
    )

    assert newest == 2
    assert unseen == (("payment_received", paid("p1")),)
    assert (await store.parties.invoice("INV-1")).balance == 80_00
    assert (await store.cases.journal("INV-1")).rows == (line(1),)


async def test_recording_what_was_kept_before_it_was_signalled_adds_nothing(store: Store) -> None:
    await store.register.tell("INV-1", "payment_received", paid("p1"), MONDAY)

    recorded = await store.receivables.record("INV-1", (("payment_received", paid("p1")),), written(), 0, MONDAY)

    assert recorded == (1, ())
    assert await names(store, "INV-1") == ["payment_received"]


async def test_a_message_that_nobody_understands_is_kept_and_changes_nothing(store: Store) -> None:
    odd: list[tuple[str, dict[str, Any]]] = [
        ("rumour", {"text": "he will pay"}),
        ("payment_received", {"id": "p1", "amount": "a lot"}),
        ("payment_received", {"id": "p2", "amount": "10.005"}),
    ]

    newest, _ = await store.receivables.record("INV-1", tuple(odd), written(), 0, MONDAY)

    assert newest == 3
    assert [(one.name, one.body) for one in await store.cases.messages("INV-1")] == odd
    assert (await store.parties.invoice("INV-1")).balance == 100_00


async def test_a_customer_stop_is_told_to_every_open_case_of_the_customer(store: Store) -> None:
    await store.receivables.opening("OTHER", invoice("OTHER"), customer("c2"), (), MONDAY)
    await opened(store, "INV-3")
    await closed(store, "INV-3")

    told = await store.register.tell_customer("c1", "customer_stop", STOP, MONDAY)

    assert told == ["INV-1", "INV-2"]
    assert [await names(store, name) for name in ("INV-1", "INV-2", "INV-3", "OTHER")] == [
        ["customer_stop"],
        ["customer_stop"],
        [],
        [],
    ]
    assert (await store.parties.customer("c1")).stopped == "bankruptcy"


async def test_a_case_that_opens_later_starts_with_the_stop_that_stands(store: Store) -> None:
    await store.register.tell_customer("c1", "customer_stop", STOP, MONDAY)
    assert await opened(store, "INV-3") == ("customer_stop",)

    await store.register.tell_customer("c1", "customer_release", RELEASE, MONDAY)
    assert await opened(store, "INV-4") == ()
    assert (await store.parties.customer("c1")).stopped is None


async def test_a_case_that_opens_again_hears_of_the_release_that_it_slept_through(store: Store) -> None:
    await store.register.tell_customer("c1", "customer_stop", STOP, MONDAY)
    await closed(store, "INV-1")
    await store.register.tell_customer("c1", "customer_release", RELEASE, MONDAY)

    opening = await store.receivables.opening("INV-1", None, None, (), days_later(9))

    assert opening.outcome == "withdrawn"
    assert [name for name, _ in opening.told] == ["customer_stop", "customer_release"]


async def test_a_stop_that_reached_one_case_directly_is_told_to_the_others(store: Store) -> None:
    await store.receivables.record("INV-1", (("customer_stop", STOP),), written(), 0, MONDAY)

    assert await names(store, "INV-2") == ["customer_stop"]
    assert await opened(store, "INV-3") == ("customer_stop",)


async def test_an_older_stop_that_comes_late_does_not_undo_the_release(store: Store) -> None:
    await store.register.tell_customer("c1", "customer_release", RELEASE, MONDAY)
    await store.register.tell_customer("c1", "customer_stop", STOP, MONDAY)

    assert (await store.parties.customer("c1")).stopped is None


async def test_consent_that_was_withdrawn_holds_for_later_cases_too(store: Store) -> None:
    await store.register.tell_customer("c1", "consent_withdrawn", {"at": "2026-03-03T09:00:00Z"}, MONDAY)

    assert await opened(store, "INV-3") == ("consent_withdrawn",)
    assert not (await store.parties.customer("c1")).consent


async def test_a_method_that_is_added_comes_last_and_one_that_is_known_keeps_its_place(store: Store) -> None:
    for name, network in (("card", "visa"), ("sepa", "sepa"), ("card", "mastercard")):
        body = {"id": name, "network": network, "at": "2026-03-03T09:00:00Z"}
        await store.register.tell_customer("c1", "method_added", body, MONDAY)

    opening = await store.receivables.opening("INV-3", invoice("INV-3"), customer(), (), MONDAY)

    assert [(one.id, one.network) for one in opening.methods] == [("card", "mastercard"), ("sepa", "sepa")]


async def test_a_method_that_is_removed_is_gone_for_later_cases_and_may_come_back(store: Store) -> None:
    for name, kind in (("card", "added"), ("sepa", "added"), ("card", "removed"), ("other", "removed")):
        body = {"id": name, "at": "2026-03-03T09:00:00Z"}
        told_to = await store.register.tell_customer("c1", f"method_{kind}", body, MONDAY)
        assert told_to == ["INV-1", "INV-2"]

    assert [one.id for one in (await store.parties.customer("c1")).methods] == ["sepa"]
    await store.register.tell_customer("c1", "method_added", {"id": "card", "at": "2026-03-04T09:00:00Z"}, MONDAY)
    assert [one.id for one in (await store.parties.customer("c1")).methods] == ["sepa", "card"]


async def test_a_method_that_is_updated_was_renewed_and_one_that_only_comes_along_again_was_not(store: Store) -> None:
    await store.register.tell_customer("c1", "method_added", {"id": "card", "at": "2026-03-03T09:00:00Z"}, MONDAY)
    known = Method(id="card")
    await store.receivables.opening("INV-3", invoice("INV-3"), customer(), (known,), MONDAY)
    added = datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert await moments(store, "card") == (added, added)

    await store.register.tell_customer("c1", "method_added", {"id": "card", "at": "2026-03-09T09:00:00Z"}, MONDAY)

    assert await moments(store, "card") == (added, datetime(2026, 3, 9, 9, tzinfo=UTC))


async def moments(store: Store, method_id: str) -> tuple[datetime, datetime | None]:
    query = select(methods.c.added_at, methods.c.renewed_at).where(methods.c.id == method_id)
    [row] = await store.database.read(lambda tx: tx.rows(query))
    return row["added_at"], row["renewed_at"]


async def test_a_message_for_one_case_is_not_told_to_a_customer(store: Store) -> None:
    with pytest.raises(Conflict, match="found credit; allowed for a customer"):
        await store.register.tell_customer("c1", "credit", {"id": "cn1", "amount": "1.00"}, MONDAY)
    with pytest.raises(NotFound, match="c9"):
        await store.register.tell_customer("c9", "customer_stop", STOP, MONDAY)


async def test_a_stop_and_an_opening_at_once_never_miss_each_other(open_store: OpenStore, store: Store) -> None:
    other = await open_store()
    for number in range(20):
        who, name = customer(f"s{number}"), f"S-{number}"
        await store.register.customer(who, [method()], MONDAY)

        opening, told = await asyncio.gather(
            store.receivables.opening(name, invoice(name), who, (), MONDAY),
            other.register.tell_customer(who.id, "customer_stop", STOP, MONDAY),
        )

        heard = [name for name, _ in opening.told] == ["customer_stop"]
        assert heard or told == [name]


async def test_messages_to_customers_and_their_cases_at_once_do_not_block_each_other(
    open_store: OpenStore, store: Store
) -> None:
    stores = [store, await open_store()]
    for number in range(20):
        contact = {"phone": f"+3120000{number:04}", "at": "2026-03-03T09:00:00Z"}
        bounce = {"notice": f"step-{number}", "channel": "email", "at": "2026-03-03T09:00:00Z"}
        await asyncio.gather(
            stores[0].register.tell_customer("c1", "contact", contact, MONDAY),
            stores[1].register.tell("INV-1", "bounced", bounce, MONDAY),
            stores[0].register.tell("INV-2", "contact", {**contact, "email": f"{number}@example.com"}, MONDAY),
            stores[1].receivables.record("INV-2", (("bounced", bounce),), written(), 0, MONDAY),
        )

    assert len(await names(store, "INV-1")) == 60


async def test_a_message_that_no_database_likes_is_kept_all_the_same(store: Store) -> None:
    odd: dict[str, Any] = {"id": "x" * 10_000, "te\0xt": "a\0b", "path": "C:\\u0000", "list": ["\0"]}

    newest, _ = await store.receivables.record(
        "INV-1", (("rumour", odd), ("rumour", odd)), written(line(1, "unreadable", "a\0b")), 0, MONDAY
    )

    [told] = await store.cases.messages("INV-1")
    assert newest == 1
    assert told.body["path"] == "C:\\u0000"
    assert told.body["id"] == "x" * 10_000
    assert told.body["te\N{REPLACEMENT CHARACTER}xt"] == "a\N{REPLACEMENT CHARACTER}b"
    assert len((await store.cases.journal("INV-1")).rows) == 1
