"""One message for several invoices: cases that become ready at once agree on one, whichever worker is at it (N5)."""

from __future__ import annotations

import asyncio
import os
import random
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import cycle
from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment

from activities.notices import TURNS, Notices
from adapters.parcel_id import parcel_id
from adapters.storage import Store
from dunning.answers import Sent
from dunning.effects import Perform, SendNotice, Wait
from dunning.engine import tell
from dunning.errors import NotItsTurn, NotTaken
from dunning.ports import Letterbox
from dunning.records import Channel
from dunning.session import CaseSession
from tests.adapters.storage.builders import MONDAY, customer, days_later, invoice, policy
from tests.adapters.storage.conftest import OpenStore

FIFTY = 50
THE_DAY = days_later(1)  # three days after the due date
DEBTOR = customer()


@pytest.fixture
def policies() -> list[Any]:
    return [policy(consolidate="2 days", calendar={"holidays": "none"})]


class Post:
    """Takes every letter, slowly; `down` for the first ones."""

    def __init__(self, down: int = 0) -> None:
        self.letters: list[Letterbox] = []
        self._down = down

    async def send(self, letter: Letterbox, channel: Channel) -> str | None:
        if self._down:
            self._down -= 1
            raise NotTaken("busy")
        await asyncio.sleep(0.01)
        self.letters.append(letter)
        return f"message-{len(self.letters)}@{channel}"


class Clerk:
    """One case, driven as its workflow drives it; `store` is the worker's that has it at the moment."""

    def __init__(self, store: Store, post: Post, name: str) -> None:
        self.store = store
        self.post = post
        self.name = name
        self.session = CaseSession()

    async def open(self, due_on: str = "2026-02-28", **more: Any) -> None:
        debt = invoice(self.name, due_on=due_on, **more)
        opening = await self.store.receivables.opening(self.name, debt, DEBTOR, (), MONDAY)
        self.session.opened(opening, MONDAY)
        await self.act(MONDAY)

    async def act(self, at: datetime) -> None:
        """Do what is due, and write it down."""
        while True:
            decision = self.session.next(at)
            if self.session.has_to_record:
                record = self.session.record(at)
                self.session.recorded(
                    *await self.store.receivables.record(self.name, record.told, record.written, record.seen, record.at)
                )
            elif isinstance(decision, Perform):
                await self._perform(decision, at)
            else:
                assert isinstance(decision, Wait)
                return

    async def _perform(self, decision: Perform, at: datetime) -> None:
        act = self.session.act(decision.effect, at)
        if isinstance(decision.effect, SendNotice):
            self.session.acted(await self._sent(act))
        else:
            pytest.fail(f"found {act.effect.kind}; allowed a notice")

    async def _sent(self, act: Any) -> Any:
        """As Temporal tries an activity: again and again, after twice the time."""
        environment = ActivityEnvironment()
        for attempt in range(1, 1000):
            environment.info = replace(environment.info, attempt=attempt)
            try:
                notices = Notices(self.store.receivables, self.post)
                return await environment.run(notices.send_notice, act)
            except (NotItsTurn, NotTaken):
                await asyncio.sleep(min(0.05 * 2 ** (attempt - 1), 1.0))
        raise AssertionError(f"{self.name} never had its turn")

    @property
    def notices(self) -> int:
        return len(self.session.case.notices)


async def hear(clerks: dict[str, Clerk], store: Store, at: datetime) -> None:
    """Signal what is kept for cases that nobody has signalled yet, as the worker does."""
    for one in await store.register.unheard():
        clerk = clerks[one.invoice_id]
        clerk.session.take(partial(tell, name=one.name, body=one.body, at=at))
        await store.register.heard(one)
        await clerk.act(at)


async def fifty(stores: list[Store], post: Post) -> dict[str, Clerk]:
    workers = cycle(stores)
    clerks = {name: Clerk(next(workers), post, name) for name in [f"INV-{number:02}" for number in range(FIFTY)]}
    for clerk in clerks.values():
        await clerk.open()
    return clerks


@pytest.mark.parametrize("seed", range(int(os.environ.get("SEEDS", "1"))))
async def test_fifty_cases_that_are_ready_at_once_send_one_message(open_store: OpenStore, seed: int) -> None:
    stores, post = [await open_store(), await open_store()], Post()
    clerks = await fifty(stores, post)
    order = list(clerks.values())
    random.Random(seed).shuffle(order)

    await asyncio.gather(*[clerk.act(THE_DAY) for clerk in order])
    await hear(clerks, stores[0], THE_DAY)

    [letter] = post.letters
    assert letter.invoice.id == "INV-00"  # of those that are as old the first by id
    assert [one.invoice.id for one in letter.along] == [f"INV-{number:02}" for number in range(1, FIFTY)]
    assert {one.facts and one.facts.ahead[0].kind for one in letter.along} == {"review"}
    assert {clerk.notices for clerk in clerks.values()} == {1}
    assert all(clerk.session.case.current is None for clerk in clerks.values())


async def test_a_message_that_its_channel_did_not_take_leaves_the_others_to_go_by_themselves(
    open_store: OpenStore,
) -> None:
    store, post = await open_store(), Post(down=2)
    clerks = {name: Clerk(store, post, name) for name in ("INV-1", "INV-2", "INV-3")}
    for clerk in clerks.values():
        await clerk.open()

    await asyncio.gather(*[clerk.act(THE_DAY) for clerk in clerks.values()])
    await hear(clerks, store, THE_DAY)

    assert len(post.letters) == 1
    assert {clerk.notices for clerk in clerks.values()} == {1}


async def test_what_the_store_knows_and_its_case_does_not_keeps_it_back(open_store: OpenStore) -> None:
    store, post = await open_store(), Post()
    clerks = {name: Clerk(store, post, name) for name in ("INV-1", "INV-2", "INV-3")}
    for clerk in clerks.values():
        await clerk.open()
    await store.register.tell("INV-2", "payment_received", {"id": "p1", "amount": "100.00"}, THE_DAY)

    await clerks["INV-1"].act(THE_DAY)

    [letter] = post.letters
    assert [one.invoice.id for one in letter.along] == ["INV-3"]


async def test_its_fee_and_its_notice_are_booked_for_each_even_if_its_case_never_hears(open_store: OpenStore) -> None:
    store, post = await open_store(), Post()
    clerks = {name: Clerk(store, post, name) for name in ("INV-1", "INV-2")}
    for clerk in clerks.values():
        await clerk.open()

    await clerks["INV-1"].act(THE_DAY)
    again = Clerk(store, post, "INV-2")  # another run of its workflow, which knows what the other knew
    again.session = clerks["INV-2"].session
    await again.act(THE_DAY)

    assert len(post.letters) == 1
    assert again.notices == 1
    for name in clerks:
        [one] = await store.sendings.of_invoice(name)
        assert (one.message, one.state) == ("friendly", "accepted")
        assert one.kept_as == parcel_id(post.letters[0].act.key, "email")  # the same message can be read for each


async def test_a_case_goes_alone_when_the_one_before_it_never_sends(open_store: OpenStore) -> None:
    store, post = await open_store(), Post()
    clerks = {name: Clerk(store, post, name) for name in ("INV-1", "INV-2")}
    for clerk in clerks.values():
        await clerk.open()

    await clerks["INV-2"].act(THE_DAY)  # nobody drives INV-1

    [letter] = post.letters
    assert letter.act.key.startswith("case:INV-2/")
    assert [one.invoice.id for one in letter.along] == ["INV-1"]
    assert TURNS > 1


def test_the_answer_of_one_alone_names_nobody() -> None:
    assert Sent(("email",)).shared is None
