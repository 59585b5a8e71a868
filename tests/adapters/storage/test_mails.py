"""E-mail that came back, on both databases: kept once, read once, and not lost by whoever dies over it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from adapters.incoming.addresses import Signatures
from adapters.incoming.mail import ArrivedMail
from adapters.parcel_id import parcel_id
from adapters.retention import Retention
from adapters.storage import Store
from adapters.storage.mails import PATIENCE, Mails
from adapters.storage.provider.mail_recipients import MailRecipients
from adapters.storage.provider.sent_notices import SentNotice, SentNotices
from adapters.storage.pruning import prune
from dunning.recipients import Way
from tests.adapters.storage.builders import MONDAY, act, customer, invoice, notice
from tests.adapters.storage.conftest import OpenStore
from tests.mail_samples import a_bounce, a_mail

DAY = timedelta(days=1)
TOKEN = "a" * 16


def arrived(content: bytes = b"", **more: Any) -> ArrivedMail:
    said: dict[str, Any] = {"token": TOKEN, "purpose": "bounce", "from_nobody": True}
    return ArrivedMail(**{**said, "content": content or a_bounce(), **more})


async def test_the_same_mail_is_one_by_whatever_way_it_came(store: Store) -> None:
    mails = Mails(store.database)
    again = b"Received: from elsewhere\r\n" + a_bounce().replace(b"\r\n", b"\n")
    await asyncio.gather(*(mails.keep([arrived()], MONDAY) for _ in range(5)))
    await mails.keep([arrived(again), arrived(purpose=None)], MONDAY + DAY)
    await mails.take([arrived(again, purpose="reply")], ("box", 1, 7), MONDAY + DAY)
    others = [arrived(a_bounce(message_id="<2@mx>")), arrived(a_bounce("4.2.2")), arrived(token="b" * 16)]
    await mails.keep(others, MONDAY)
    read = await mails.begin(MONDAY)
    assert len(read) == 1 + len(others)
    assert read[0].at == MONDAY


async def test_each_is_read_by_one_process_and_by_another_when_that_one_died(open_store: OpenStore) -> None:
    one, other = Mails((await open_store()).database), Mails((await open_store()).database)
    await one.keep([arrived(a_mail(message_id=f"<{number}@x>")) for number in range(30)], MONDAY)
    taken = await asyncio.gather(*(mails.begin(MONDAY, most=10) for mails in (one, other, one, other)))
    ids = [mail.id for some in taken for mail in some]
    assert len(ids) == len(set(ids)) == 30
    await one.done(ids[0], "answer", MONDAY)
    assert await other.begin(MONDAY + PATIENCE - timedelta(seconds=1)) == ()
    after = await other.begin(MONDAY + PATIENCE, most=50)
    assert {mail.id for mail in after} == set(ids[1:])


async def test_what_cannot_be_read_is_tried_more_and_more_seldom_and_keeps_nobody_back(store: Store) -> None:
    mails, at, tried = Mails(store.database), MONDAY, []
    await mails.keep([arrived(a_mail(message_id=f"<{number}@x>")) for number in range(25)], MONDAY)
    while at < MONDAY + timedelta(hours=8):
        if len(await mails.begin(at, most=50)) == 25:
            tried.append((at - MONDAY) // timedelta(minutes=1))
        at += timedelta(minutes=1)
    assert tried == [0, 1, 3, 7, 15, 31, 63, 127, 191, 255, 319, 383, 447]
    assert await mails.unread() == (25, MONDAY)
    await mails.keep([arrived(a_mail(message_id="<new@x>"))], at)
    assert len(await mails.begin(at, most=1)) == 1


async def test_a_message_of_a_mailbox_is_looked_at_once(store: Store) -> None:
    mails = Mails(store.database)
    await mails.take([arrived()], ("box", 1, 7), MONDAY)
    await mails.leave(("box", 1, 8), "not-ours", MONDAY)
    assert await mails.looked_at("box", 1, [6, 7, 8, 9]) == {7: False, 8: True}
    await mails.marked(("box", 1, 7))
    assert await mails.looked_at("box", 1, [7]) == {7: True}
    assert await mails.looked_at("box", 2, [7]) == await mails.looked_at("another", 1, [7]) == {}
    assert await mails.left_in("box") == {8: "not-ours"}


async def test_what_was_read_goes_after_its_time_and_what_was_not_stays(store: Store) -> None:
    mails = Mails(store.database)
    await mails.keep([arrived(), arrived(a_mail())], MONDAY)
    await mails.leave(("box", 1, 8), "not-ours", MONDAY)
    [first, _] = await mails.begin(MONDAY)
    await mails.done(first.id, "returned", MONDAY)
    kept = Retention(mail=30 * DAY)
    before = await prune(store.database, kept, MONDAY + 30 * DAY - timedelta(seconds=1))
    after = await prune(store.database, kept, MONDAY + 30 * DAY)
    assert (before["mail"], before["polled_mails"], after["mail"], after["polled_mails"]) == (0, 0, 1, 1)
    assert (await mails.unread())[0] == 0  # tried once so far
    assert len(await mails.begin(MONDAY + 31 * DAY)) == 1


async def test_a_message_is_found_by_its_token(store: Store) -> None:
    """Also one of which nobody knows whether it left (N3): its bounce may tell."""
    await store.receivables.opening("INV-1", invoice("INV-1"), customer(email="c1@x.example"), (), MONDAY)
    await store.receivables.begin(act(notice(by=("email",))))
    await store.receivables.begin_channel(notice().key, Way("email"))
    token = Signatures(store.database.fingerprint_key).token(parcel_id(notice().key, "email"))
    assert await Mails(store.database).is_about_ours(token)
    assert not await Mails(store.database).is_about_ours(TOKEN)
    recipients, sent = MailRecipients(store.database), SentNotices(store.database)
    found = await recipients.of(token)
    assert found is not None
    assert (found.customer_id, found.address, found.invoices) == ("c1", "c1@x.example", ("INV-1",))
    assert (found.is_customer, found.is_open, found.is_current, found.alone) == (True, True, True, True)
    assert await sent.came_back(token, "email", MONDAY, hard=True) == SentNotice("INV-1", "reminder")
    after = await recipients.of(token)
    assert after is not None
    assert (after.bounced_at, after.is_open) == (MONDAY, False)
    assert await recipients.of(TOKEN) is None
