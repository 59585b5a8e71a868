"""The built-in mailbox keeps each message once and gives the newest first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from adapters.logo import Logo
from adapters.mailbox import KeptMessage, MailboxStore
from adapters.storage import Store
from adapters.storage.mailbox import MessageHead
from tests.adapters.storage.builders import MONDAY, days_later


def message(id: str, at: datetime = MONDAY, invoice_id: str | None = "INV-1") -> KeptMessage:  # noqa: A002 - the field's name
    return KeptMessage(
        id=id, channel="email", sender="billing@example.com", to="ap@acme.example", subject="Your invoice",
        text="Dear debtor", html="<p>Dear debtor</p>", at=at, invoice_id=invoice_id, notice="reminder",
    )  # fmt: skip


async def test_a_message_is_kept_once_and_read_as_it_was(store: Store) -> None:
    for _ in range(2):
        await store.mailbox.keep(message("m1"))

    assert await store.mailbox.list() == [message("m1")]
    assert await store.mailbox.get("m1") == message("m1")
    assert await store.mailbox.get("m2") is None


async def test_the_newest_message_comes_first_and_pages_follow_one_another(store: Store) -> None:
    mailbox: MailboxStore = store.mailbox
    kept = [message("a"), message("b"), message("c", days_later(1)), message("d", days_later(2), None)]
    for one in kept:
        await mailbox.keep(one)

    first = await mailbox.list(limit=2)
    second = await mailbox.list(limit=2, before=first[-1])

    assert [one.id for one in (*first, *second)] == ["d", "c", "b", "a"]
    assert [one.id for one in await mailbox.list(invoice_id="INV-1", before=kept[2])] == ["b", "a"]


async def test_a_letter_is_kept_as_its_page_its_logo_once_and_what_never_left_is_forgotten(store: Store) -> None:
    logo = Logo("png", b"an image")
    letter = replace(
        message("m1"), channel="letter", html=None, page=f'<img src="{logo.address}">', logo=logo, language="en",
        wanted="sv",
    )  # fmt: skip
    for one in (letter, replace(letter, id="m2"), replace(message("m3"), invoice_id=None)):
        await store.mailbox.keep(one)

    kept = await store.mailbox.get("m2")
    assert kept == replace(letter, id="m2")
    assert kept.page_shown == f'<img src="{logo.inline}">'
    heads = await store.mailbox.heads(["m1", "m3", "m4"])
    assert heads == {
        "m1": MessageHead("m1", "Your invoice", "Dear debtor", "en", "sv", printed=True),
        "m3": MessageHead("m3", "Your invoice", "Dear debtor", None, None, printed=False),
    }

    await store.mailbox.forget("m1")
    assert [one.id for one in await store.mailbox.list()] == ["m3", "m2"]
