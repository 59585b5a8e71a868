"""What carriers tell, on both databases: of which recipient, and whose a telephone number is."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.storage import Store
from adapters.storage.inbox.contacts import CARRIER
from adapters.storage.provider.number_owners import NumberOwner, NumberOwners
from adapters.storage.provider.sent_notices import SentNotice, SentNotices
from dunning.answers import Sent
from dunning.messages import Complained, Contact, OptedOut
from dunning.recipients import Way
from tests.adapters.storage.builders import MONDAY, act, customer, invoice, notice, written

JAN = {"id": "jan", "role": "accounts", "phone": "06 2000 0000"}
ELS = {"id": "els", "role": "accounts", "phone": "+31-6-3000-0000"}
GUUS = {"id": "guus", "role": "owner", "phone": "06 4000 0000", "copy": True}
REMINDER = SentNotice("INV-1", "reminder")


async def known(store: Store, name: str = "c1", of: str = "INV-1", **more: Any) -> None:
    await store.receivables.opening(of, invoice(of), customer(name, **more), (), MONDAY)


async def texted(store: Store, *to: str) -> SentNotices:
    """The reminder has left for these contacts, or for the customer's own number."""
    sent = act(notice(by=("sms",)))
    await store.receivables.begin(sent)
    for contact in to:
        await store.receivables.begin_channel(notice().key, Way("sms", contact))
        await store.receivables.sent_channel(notice().key, Way("sms", contact), f"SM-{contact}")
    await store.receivables.finish(sent, Sent(("sms",)))
    return SentNotices(store.database)


async def closed(store: Store) -> bool:
    return "sms" in (await store.parties.customer("c1")).bounced


async def test_a_message_that_came_back_brings_its_notice_back(store: Store) -> None:
    await known(store, phone="06 1000 0000")
    notices = await texted(store, "")
    assert await notices.is_known("SM-", "sms")
    for _ in range(2):
        assert await notices.came_back("SM-", "sms", MONDAY, hard=False) == REMINDER
        assert not await closed(store)
    assert await notices.came_back("SM-", "sms", MONDAY, hard=True) == REMINDER
    assert await closed(store)


async def test_a_notice_is_back_when_nobody_has_it_but_who_gets_copies(store: Store) -> None:
    await known(store, contacts=[JAN, ELS, GUUS])
    notices = await texted(store, "jan", "els", "guus")
    assert await notices.came_back("SM-guus", "sms", MONDAY, hard=True) is None
    assert await notices.came_back("SM-jan", "sms", MONDAY, hard=True) is None
    assert await notices.came_back("SM-els", "sms", MONDAY, hard=False) == REMINDER


async def test_a_copy_delivers_nothing(store: Store) -> None:
    await known(store, contacts=[JAN, GUUS])
    notices = await texted(store, "jan", "guus")
    assert await notices.arrived("SM-guus", "sms", MONDAY) is None
    assert await notices.arrived("SM-jan", "sms", MONDAY) == REMINDER


async def test_a_message_that_is_none_of_ours_changes_nothing(store: Store) -> None:
    notices = SentNotices(store.database)
    assert not await notices.is_known("SM-1", "sms")
    assert await notices.arrived("SM-1", "sms", MONDAY) is None
    assert await notices.came_back("SM-1", "sms", MONDAY, hard=True) is None


@pytest.mark.parametrize(
    "written", ["06 1000 0000", "+31610000000", "0031 (6) 10.00.00-00", "06\N{NO-BREAK SPACE}10000000"]
)
async def test_a_number_is_its_owners_however_it_is_written(store: Store, written: str) -> None:
    await known(store, phone=written)
    assert await NumberOwners(store.database).of("+31610000000") == (NumberOwner("c1", ""),)
    assert await NumberOwners(store.database).of("+32610000000") == ()


async def tell(store: Store, fact: Contact | OptedOut | Complained, by: str | None = None) -> None:
    told = fact.model_copy(update={"at": MONDAY, "authenticated": by})
    await store.register.tell_customer("c1", fact.name, told.model_dump(mode="json", exclude_none=True), MONDAY)


async def test_who_opted_out_is_nobody_to_silence(store: Store) -> None:
    await known(store, phone="06 1000 0000", contacts=[JAN, ELS])
    owners = NumberOwners(store.database)
    assert await owners.texted("+31630000000") == (NumberOwner("c1", "els"),)
    await tell(store, Contact(contact="els", opted_out=("letter",)))
    assert await owners.texted("+31630000000") == (NumberOwner("c1", "els", ("letter",)),)
    await tell(store, OptedOut(channel="sms"))
    assert await owners.texted("+31610000000") == ()
    assert await owners.of("+31610000000") == (NumberOwner("c1", ""),)
    assert await owners.texted("+31630000000") == (NumberOwner("c1", "els", ("letter",)),)


async def test_only_what_stop_had_closed_can_be_opened_again(store: Store) -> None:
    """M5: not what a person closed, not what somebody complained of, and not the number that came in its place."""
    await known(store, phone="06 1000 0000", contacts=[JAN, ELS])
    owners = NumberOwners(store.database)
    await tell(store, OptedOut(channel="sms"), "key billing")
    assert await owners.stopped("+31610000000") == ()
    await tell(store, OptedOut(channel="sms"), CARRIER)
    await tell(store, Contact(contact="els", opted_out=("sms",)), CARRIER)
    await tell(store, Contact(contact="els", opted_out=("sms", "email")), "mail")
    assert await owners.stopped("+31610000000") == (NumberOwner("c1", ""),)
    assert await owners.stopped("+31630000000") == (NumberOwner("c1", "els", ("email", "sms")),)
    await tell(store, Contact(contact="els", opted_out=("email",)), CARRIER)
    assert await owners.stopped("+31630000000") == ()
    await tell(store, Contact(phone="06 5000 0000"))
    await owners.use_again("c1", "+31610000000")
    assert (await owners.stopped("+31610000000"), await closed(store)) == ((), False)
    await tell(store, OptedOut(channel="sms"), CARRIER)
    await tell(store, Complained(channel="sms"), "key billing")
    await owners.use_again("c1", "+31650000000")
    assert await closed(store)


async def test_who_writes_back_means_their_open_cases_or_what_they_heard_last(store: Store) -> None:
    await known(store, phone="06 1000 0000")
    await texted(store, "")
    assert await store.cases.answered("c1", "sms") == ("INV-1",)
    await known(store, of="INV-2")
    await known(store, "c2", "INV-3")
    assert await store.cases.answered("c1", "sms") == ("INV-1", "INV-2")
    for name in ("INV-1", "INV-2"):
        await store.receivables.record(name, (), written(stage="paid", outcome="paid"), 0, MONDAY)
    assert await store.cases.answered("c1", "sms") == ("INV-1",)
    assert await store.cases.answered("c1", "email") == ()


async def test_one_number_may_be_several_peoples(store: Store) -> None:
    await known(store, phone="06 2000 0000", contacts=[JAN])
    await known(store, "c2", "INV-2", phone="06-20000000")
    owners = await NumberOwners(store.database).of("+31620000000")
    assert owners == (NumberOwner("c1", ""), NumberOwner("c1", "jan"), NumberOwner("c2", ""))
