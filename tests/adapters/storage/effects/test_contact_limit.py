"""How many messages a customer gets within a window, over all their cases and channels (T7)."""

from __future__ import annotations

import asyncio
from datetime import date

from adapters.storage import Store
from dunning.answers import Deferred, Sent, Unreachable
from dunning.effects import SendNotice
from dunning.ports import Acted, Go
from dunning.records import Channel
from tests.adapters.storage.builders import MONDAY, act, customer, days_later, invoice, notice
from tests.adapters.storage.conftest import OpenStore

EVERYWHERE = customer(phone="+31201234567", address="Damrak 1\nAmsterdam")


async def opened(store: Store, *names: str) -> None:
    for name in names:
        await store.receivables.opening(name, invoice(name), EVERYWHERE, (), MONDAY)


async def send(store: Store, effect: SendNotice, of: str, day: int = 0) -> Go | Acted:
    act_ = act(effect, of=of, at=days_later(day))
    began = await store.receivables.begin(act_)
    if isinstance(began, Go):
        channels: tuple[Channel, ...] = tuple(one for one in effect.by if one in began.channels)
        await store.receivables.finish(act_, Sent(channels[:1] if effect.first else channels))
    return began


def until(began: Go | Acted) -> date | None:
    return began.answer.until if isinstance(began, Acted) and isinstance(began.answer, Deferred) else None


async def test_a_notice_over_the_limit_waits_for_the_first_day_on_which_it_fits(store: Store) -> None:
    await opened(store, "INV-1", "INV-2", "INV-3", "INV-4")
    for name, day in (("INV-1", 0), ("INV-2", 1), ("INV-3", 2)):
        assert until(await send(store, notice(of=name, cap=(3, 7)), name, day)) is None

    # Monday, Tuesday and Wednesday are within the seven days that end on Sunday; on the next Monday two are.
    waiting = notice(of="INV-4", cap=(3, 7))
    assert until(await send(store, waiting, "INV-4", 2)) == date(2026, 3, 9)
    assert until(await send(store, waiting, "INV-4", 6)) == date(2026, 3, 9)
    assert until(await send(store, waiting, "INV-4", 7)) is None


async def test_a_notice_counts_once_for_each_channel_that_it_would_use(store: Store) -> None:
    await opened(store, "INV-1", "INV-2")
    await send(store, notice(of="INV-1", by=("email", "sms")), "INV-1")

    both = notice(of="INV-2", by=("email", "sms"), cap=(3, 7))
    one_of_them = notice("other", of="INV-2", by=("email", "sms"), first=True, cap=(3, 7))

    assert until(await send(store, both, "INV-2", 1)) == date(2026, 3, 9)
    assert until(await send(store, one_of_them, "INV-2", 1)) is None


async def test_a_notice_that_no_window_could_hold_goes_once_the_window_is_empty(store: Store) -> None:
    await opened(store, "INV-1", "INV-2")
    await send(store, notice(of="INV-1"), "INV-1")

    large = notice(of="INV-2", by=("email", "sms", "letter"), cap=(2, 7))

    assert until(await send(store, large, "INV-2", 3)) == date(2026, 3, 9)
    assert until(await send(store, large, "INV-2", 7)) is None


async def test_a_copy_and_the_next_channel_after_a_bounce_are_neither_checked_nor_counted(store: Store) -> None:
    await opened(store, "INV-1", "INV-2")
    await send(store, notice(of="INV-1"), "INV-1")

    for repeated in (
        notice("copy", cap=(1, 7), purpose="copy"),
        notice("again", cap=(1, 7), purpose="next_channel"),
    ):
        assert until(await send(store, repeated, "INV-1")) is None
    assert until(await send(store, notice(of="INV-2", cap=(2, 7)), "INV-2")) is None


async def test_a_notice_that_reached_nobody_does_not_count(store: Store) -> None:
    await opened(store, "INV-1", "INV-2")
    await store.receivables.begin(act(notice()))
    await store.receivables.finish(act(notice()), Unreachable())

    assert until(await send(store, notice(of="INV-2", cap=(1, 7)), "INV-2")) is None


async def test_a_notice_whose_fate_is_not_known_counts(store: Store) -> None:
    await opened(store, "INV-1", "INV-2")
    await store.receivables.begin(act(notice()))
    await store.receivables.finish(act(notice()), Sent(("email",), unsure=("email",)))

    assert until(await send(store, notice(of="INV-2", cap=(1, 7)), "INV-2")) == date(2026, 3, 9)


async def test_a_deferred_notice_leaves_no_intent_and_is_looked_at_anew(store: Store) -> None:
    await opened(store, "INV-1", "INV-2")
    await store.receivables.begin(act(notice()))
    waiting = notice(of="INV-2", cap=(1, 7))
    assert until(await send(store, waiting, "INV-2")) is not None

    await store.receivables.unbegin(notice().key)

    again = await send(store, waiting, "INV-2")
    assert isinstance(again, Go)
    assert not again.repeat


async def test_two_cases_that_write_at_once_do_not_both_slip_under_the_limit(open_store: OpenStore) -> None:
    stores = [await open_store(), await open_store()]
    await opened(stores[0], *(f"INV-{number}" for number in range(40)))

    for round_ in range(20):
        names = [f"INV-{2 * round_}", f"INV-{2 * round_ + 1}"]
        acts = [act(notice(of=name, cap=(1, 1)), of=name, at=days_later(round_)) for name in names]
        began = await asyncio.gather(*(one.receivables.begin(act_) for one, act_ in zip(stores, acts, strict=True)))
        assert sorted(isinstance(go, Go) for go in began) == [False, True]
