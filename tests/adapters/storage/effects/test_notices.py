"""Notices: noted on each channel before they leave, never sent where they bounced or are not wanted."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from adapters.storage import Store
from dunning.answers import Deferred, Done, Sent, Unreachable
from dunning.changes import TaskClosed
from dunning.effects import BookFee, OpenTask, SendNotice
from dunning.errors import Conflict
from dunning.fees import NoticeFee
from dunning.ports import Acted, Go
from dunning.recipients import Recipient, Way
from dunning.records import Channel
from tests.adapters.storage.builders import MONDAY, act, customer, days_later, invoice, line, notice, written
from tests.adapters.storage.conftest import OpenStore

AT = "2026-03-03T09:00:00Z"
BOTH: tuple[Channel, ...] = ("email", "sms")


@pytest.fixture
async def store(store: Store) -> Store:
    who = customer(phone="+31201234567")
    for name in ("INV-1", "INV-2"):
        await store.receivables.opening(name, invoice(name), who, (), MONDAY)
    return store


async def channels(store: Store, step: str = "look", of: str = "INV-1") -> tuple[Channel, ...]:
    """What may be used now."""
    seen = (await store.cases.messages(of))[-1:]
    go = await store.receivables.begin(act(notice(step, of=of), of=of, seen=seen[0].number if seen else 0))
    assert isinstance(go, Go)
    await store.receivables.unbegin(notice(step, of=of).key)
    return go.channels


async def sent(store: Store, *by: Channel) -> None:
    act_ = act(notice(by=by))
    await store.receivables.begin(act_)
    for channel in by:
        await store.receivables.begin_channel(notice().key, Way(channel))
        await store.receivables.sent_channel(notice().key, Way(channel), f"id-{channel}")
    await store.receivables.finish(act_, Sent(by))


async def test_a_repeat_knows_which_channels_accepted_and_on_which_it_may_have_left(store: Store) -> None:
    effect = notice(by=BOTH)
    await store.receivables.begin(act(effect))
    await store.receivables.begin_channel(effect.key, Way("email"))
    await store.receivables.sent_channel(effect.key, Way("email"), "m1")
    await store.receivables.begin_channel(effect.key, Way("sms"))

    go = await store.receivables.begin(act(effect))

    assert isinstance(go, Go)
    assert (go.repeat, go.sent, go.begun) == (True, (Way("email"),), (Way("sms"),))


async def test_two_tries_never_send_on_one_channel(store: Store) -> None:
    await store.receivables.begin(act(notice()))
    await store.receivables.begin_channel(notice().key, Way("email"))

    with pytest.raises(Conflict, match="email begun by another try"):
        await store.receivables.begin_channel(notice().key, Way("email"))


async def test_no_channel_begins_without_an_intent(store: Store) -> None:
    with pytest.raises(Conflict, match="no intent"):
        await store.receivables.begin_channel(notice().key, Way("email"))


async def test_a_channel_on_which_it_surely_did_not_leave_may_be_tried_again(store: Store) -> None:
    await store.receivables.begin(act(notice()))
    await store.receivables.begin_channel(notice().key, Way("email"))
    await store.receivables.unbegin(notice().key, Way("email"))

    go = await store.receivables.begin(act(notice()))
    assert isinstance(go, Go)
    assert go.begun == ()
    await store.receivables.begin_channel(notice().key, Way("email"))


async def test_a_channel_that_accepted_cannot_be_taken_back(store: Store) -> None:
    await store.receivables.begin(act(notice(by=BOTH)))
    await store.receivables.begin_channel(notice().key, Way("email"))
    await store.receivables.sent_channel(notice().key, Way("email"), "m1")

    await store.receivables.unbegin(notice().key, Way("email"))
    await store.receivables.unbegin(notice().key)

    go = await store.receivables.begin(act(notice(by=BOTH)))
    assert isinstance(go, Go)
    assert (go.repeat, go.sent) == (True, (Way("email"),))


async def test_every_notice_sent_is_listed_with_its_channel_and_fate(store: Store) -> None:
    effect = notice(by=BOTH)
    await store.receivables.begin(act(effect))
    await store.receivables.begin_channel(effect.key, Way("email"))
    await store.receivables.sent_channel(effect.key, Way("email"), "m1")
    await store.receivables.begin_channel(effect.key, Way("sms"))
    await store.receivables.finish(act(effect), Sent(BOTH, unsure=("sms",)))

    rows = await store.sendings.of_invoice("INV-1")

    assert [(row.channel, row.state, row.unsure, row.message_id) for row in rows] == [
        ("sms", "accepted", True, None),
        ("email", "accepted", False, "m1"),
    ]
    assert {(row.notice, row.message, row.demands, row.currency) for row in rows} == {
        ("reminder", "friendly", 100_00, "EUR")
    }


async def test_an_address_that_the_channel_refused_is_not_used_again(store: Store) -> None:
    await store.receivables.begin(act(notice()))
    await store.receivables.begin_channel(notice().key, Way("email"))
    await store.receivables.refused_channel(notice().key, Way("email"))

    assert await channels(store) == ("sms",)
    assert await channels(store, of="INV-2") == ("sms",)


async def test_an_address_that_bounced_is_not_used_again_until_it_changes(store: Store) -> None:
    await sent(store, "email")
    bounce = {"notice": "reminder", "channel": "email", "at": AT}
    await store.register.tell("INV-1", "bounced", bounce, MONDAY)
    assert await channels(store) == ("sms",)

    same = {"email": "c1@example.com", "at": AT}
    await store.register.tell_customer("c1", "contact", same, MONDAY)
    assert await channels(store) == ("sms",)

    other = {"email": "new@example.com", "at": AT}
    await store.register.tell_customer("c1", "contact", other, MONDAY)
    assert await channels(store) == BOTH


async def test_an_address_that_changed_and_changed_back_is_tried_again(store: Store) -> None:
    await sent(store, "email")
    await store.register.tell("INV-1", "bounced", {"notice": "reminder", "channel": "email", "at": AT}, MONDAY)
    for address in ("new@example.com", "c1@example.com"):
        await store.register.tell_customer("c1", "contact", {"email": address, "at": AT}, MONDAY)

    assert await channels(store) == BOTH


async def test_a_bounce_of_the_old_address_does_not_close_the_new_one(store: Store) -> None:
    await sent(store, "email")
    await store.register.tell_customer("c1", "contact", {"email": "new@example.com", "at": AT}, MONDAY)
    await store.register.tell("INV-1", "bounced", {"notice": "reminder", "channel": "email", "at": AT}, MONDAY)

    assert await channels(store) == BOTH
    assert (await store.sendings.of_invoice("INV-1"))[0].bounced_at is not None


async def test_a_bounce_of_a_notice_that_we_do_not_know_closes_the_address_of_today(store: Store) -> None:
    await store.register.tell("INV-1", "bounced", {"notice": "letter", "channel": "sms", "at": AT}, MONDAY)

    assert await channels(store) == ("email",)


@pytest.mark.parametrize(
    "opted_out, left", [("email", ("sms",)), (["email", "sms"], ()), (True, ()), (False, BOTH), ([], BOTH)]
)
async def test_no_notice_goes_to_a_channel_that_the_customer_opted_out_of(
    store: Store, opted_out: object, left: tuple[Channel, ...]
) -> None:
    await store.register.tell_customer("c1", "contact", {"opted_out": opted_out, "at": AT}, MONDAY)

    assert await channels(store) == left


async def test_a_channel_without_an_address_cannot_be_used(store: Store) -> None:
    await store.register.tell_customer("c1", "contact", {"email": "", "phone": " ", "at": AT}, MONDAY)

    assert await channels(store) == ()


async def test_a_delivery_is_kept_with_its_notice_and_the_first_one_counts(store: Store) -> None:
    await sent(store, "email")
    for hour in ("10", "11"):
        body = {"notice": "reminder", "channel": "email", "at": f"2026-03-03T{hour}:00:00Z"}
        await store.register.tell("INV-1", "delivered", body, MONDAY)

    [row] = await store.sendings.of_invoice("INV-1")
    assert row.delivered_at == days_later(1).replace(hour=10)


# N1: fees with their notices

FEES = (NoticeFee("case:INV-1/step/firm/1", 15_00), NoticeFee("case:INV-1/step/firm/2", 1_00, demanded=False))


def firm(cap: tuple[int, int] | None = None) -> SendNotice:
    return notice("firm", fees=FEES, cap=cap)


async def fees(store: Store) -> list[tuple[str, int]]:
    return [(entry.id, entry.amount) for entry in await store.cases.ledger("INV-1") if entry.kind == "fee"]


async def test_a_notice_that_left_books_its_fees_once_however_often_that_is_recorded(store: Store) -> None:
    await store.receivables.begin(act(firm()))
    assert await fees(store) == []
    for _ in range(2):
        await store.receivables.finish(act(firm()), Sent(("email",), unsure=("email",)))
    assert sorted(await fees(store)) == [(fee.key, fee.amount) for fee in FEES]


async def test_a_notice_that_nobody_could_be_sent_books_none_and_the_answer_of_a_person_does(store: Store) -> None:
    await store.receivables.begin(act(firm()))
    await store.receivables.finish(act(firm()), Unreachable())
    assert await fees(store) == []
    passed_on = act(BookFee(FEES[0].key, "firm", FEES[0].amount))
    for _ in range(2):
        await store.receivables.begin(passed_on)
        await store.receivables.finish(passed_on, Done())
    assert await fees(store) == [(FEES[0].key, 15_00)]


async def test_a_notice_that_is_put_off_or_taken_back_books_none(store: Store) -> None:
    await sent(store, "email")
    later = await store.receivables.begin(act(firm(cap=(1, 7))))
    assert isinstance(later, Acted)
    assert isinstance(later.answer, Deferred)
    await store.receivables.begin(act(firm()))
    await store.receivables.unbegin(firm().key)
    assert await fees(store) == []


async def test_a_question_is_before_a_person_until_it_is_closed_whichever_case_asked(
    open_store: OpenStore, store: Store
) -> None:
    key = "case:INV-1/task/channel-down-1"
    task = OpenTask(key, "channel-down-1", "channel-down", "system", date(2026, 3, 9), purpose="channel-down")
    assert not await store.receivables.is_asked("channel-down")
    await store.receivables.begin(act(task))
    await store.receivables.finish(act(task), Done())
    assert await (await open_store()).receivables.is_asked("channel-down")
    assert not await store.receivables.is_asked("unreachable")
    closed = written(line(1), changes=(TaskClosed("channel-down-1", MONDAY),))
    await store.receivables.record("INV-1", (), closed, 0, MONDAY)
    assert not await store.receivables.is_asked("channel-down")


async def test_two_cases_that_ask_at_once_about_what_they_share_ask_one_person_once(open_store: OpenStore) -> None:
    stores = [await open_store(), await open_store()]
    for round_ in range(10):
        names = [f"INV-{round_}-1", f"INV-{round_}-2"]
        for name in names:
            await stores[0].receivables.opening(name, invoice(name), customer(), (), MONDAY)
        acts = [
            act(
                OpenTask(f"case:{name}/task/channel-down-1", "channel-down-1", "channel-down", "system",
                         date(2026, 3, 9), purpose="channel-down"),
                of=name,
            )
            for name in names
        ]  # fmt: skip
        for one, asks in zip(stores, acts, strict=True):
            await one.receivables.begin(asks)
        await asyncio.gather(*(one.receivables.finish(asks, Done()) for one, asks in zip(stores, acts, strict=True)))
        [open_one] = (await stores[0].cases.tasks()).rows
        closed = written(line(1), changes=(TaskClosed("channel-down-1", MONDAY),))
        await stores[0].receivables.record(open_one.invoice_id, (), closed, 0, MONDAY)


PEOPLE = {
    "contacts": [
        {"id": "ann", "role": "accounts", "email": "ann@example.com"},
        {"id": "bea", "role": "accounts", "email": "bea@example.com"},
    ]
}


async def test_each_recipient_of_a_channel_is_noted_and_a_bounce_closes_their_addresses(store: Store) -> None:
    await store.register.change_customer("c1", PEOPLE)
    go = await store.receivables.begin(act(notice()))
    assert isinstance(go, Go)
    ways = [one.way for one in go.recipients]
    assert ways == [Way("email", "ann"), Way("email", "bea")]
    await store.receivables.begin_channel(notice().key, ways[0])
    await store.receivables.sent_channel(notice().key, ways[0], "m1")
    await store.receivables.begin_channel(notice().key, ways[1])
    again = await store.receivables.begin(act(notice()))
    assert isinstance(again, Go)
    assert (again.sent, again.begun) == ((ways[0],), (ways[1],))
    await store.receivables.finish(act(notice()), Sent(("email",)))
    rows = await store.sendings.of_invoice("INV-1")
    assert {(row.contact, row.state, row.unsure) for row in rows} == {
        ("ann", "accepted", False), ("bea", "accepted", True),
    }  # fmt: skip

    await store.register.tell("INV-1", "bounced", {"notice": "reminder", "channel": "email", "at": AT}, MONDAY)
    assert [one.way for one in await recipients(store)] == [Way("email")]  # the customer's own stands in
    new = {"contact": "bea", "email": "bea@example.org", "at": AT}
    await store.register.tell_customer("c1", "contact", new, MONDAY)
    assert [one.way for one in await recipients(store)] == [Way("email", "bea")]
    await store.register.tell_customer("c1", "contact", {"contact": "bea", "opted_out": "email", "at": AT}, MONDAY)
    assert [one.way for one in await recipients(store)] == [Way("email")]


async def recipients(store: Store) -> tuple[Recipient, ...]:
    """Who would get another notice of the case now."""
    told = await store.receivables.begin(act(notice("another")))
    seen = told.seen if isinstance(told, Acted) else 0
    go = await store.receivables.begin(replace(act(notice("another")), seen=seen))
    assert isinstance(go, Go)
    await store.receivables.unbegin(notice("another").key)
    return go.recipients
