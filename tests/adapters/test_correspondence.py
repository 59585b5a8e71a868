"""From the notice to the server: written, addressed, handed over, or surely not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.correspondence import Correspondent, Courier
from adapters.email import EmailCourier
from adapters.mailbox import KeepingCourier, MailboxCourier, RememberedMailbox
from adapters.messages.composer import Composer
from adapters.messages.statement import StatementEntry
from adapters.parcel_id import parcel_id
from dunning.channels import CHANNELS
from dunning.errors import NotTaken, NotYet
from dunning.fees import NoticeFee
from dunning.records import Channel, ContactPerson, Invoice, Method
from dunning.value import altered
from tests.adapters.letterboxes import PAID_AND_CHARGED, a_letterbox
from tests.adapters.mail_host import MailHost, listening, towards
from tests.fakes.creditors import NORTHWIND, a_creditor


def courier(host: MailHost, **settings: Any) -> EmailCourier:
    return EmailCourier(towards(host.port, **settings), NORTHWIND)


class Book:
    """Remembers what happened to one invoice."""

    async def entries(self, invoice_id: str) -> tuple[StatementEntry, ...]:
        return PAID_AND_CHARGED

    async def methods(self, customer_id: str) -> tuple[Method, ...]:
        return ()


async def test_a_notice_is_written_addressed_and_sent() -> None:
    async with listening(MailHost()) as host:
        office = Correspondent(Composer(NORTHWIND), {"email": courier(host)}, Book())
        message_id = await office.send(a_letterbox("firm", locale="nl", demands=615_00), "email")
    assert message_id == host.only()["Message-ID"]
    assert host.only()["Subject"] == "Nog niet betaald: factuur INV-2026-0042"
    text = host.only().get_body(("plain",))
    assert text is not None
    assert "Kosten (10\N{NO-BREAK SPACE}maart\N{NO-BREAK SPACE}2026): €\N{NO-BREAK SPACE}15,00" in text.get_content()


async def test_a_contact_is_written_to_at_their_own_address_and_in_their_own_language() -> None:
    letter = a_letterbox("firm", locale="en")
    contact = ContactPerson(id="ap", role="accounts", name="A. Janssen", email="janssen@acme.example", locale="nl")
    letter = replace(letter, customer=letter.customer.model_copy(update={"contacts": (contact,)}), contact="ap")
    async with listening(MailHost()) as host:
        office = Correspondent(Composer(NORTHWIND), {"email": courier(host)}, Book())
        own = parcel_id(letter.act.key, "email")
        assert await office.send(letter, "email") != f"<{own}@northwind.example>"
    assert host.only()["To"] == "janssen@acme.example"
    assert host.only()["Subject"] == "Nog niet betaald: factuur INV-2026-0042"


async def test_a_customer_without_an_address_is_not_written_to() -> None:
    office = Correspondent(Composer(NORTHWIND), {"email": EmailCourier(towards(9), NORTHWIND)})
    assert await office.send(a_letterbox(email=None), "email") is None
    assert await office.send(a_letterbox(email="  "), "email") is None


async def test_a_channel_that_is_not_configured_says_so() -> None:
    office = Correspondent(Composer(NORTHWIND), {"email": EmailCourier(towards(9), NORTHWIND)})
    assert office.channels == {"email"}
    with pytest.raises(NotTaken, match=r"^channel: found sms; configured email$"):
        await office.send(a_letterbox(), "sms")


async def test_a_message_that_cannot_be_written_has_surely_not_left(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "friendly.jinja").write_text("{{ nonsense }}", encoding="utf-8")
    async with listening(MailHost()) as host:
        office = Correspondent(Composer(NORTHWIND, tmp_path), {"email": courier(host)})
        with pytest.raises(NotTaken, match=r"^message friendly for email: cannot be written, UndefinedError$"):
            await office.send(a_letterbox(), "email")
    assert not host.taken


async def test_a_fee_that_is_booked_when_the_notice_has_left_is_explained_by_it() -> None:
    """N1: the ledger does not have it yet. What stands behind the notice in the policy is not demanded by it."""
    letter = a_letterbox("firm", demands=1015_00)
    fees = (NoticeFee("k/0", 15_00), NoticeFee("k/2", 7_00, demanded=False))
    async with listening(MailHost()) as host:
        office = Correspondent(Composer(NORTHWIND), {"email": courier(host)})
        await office.send(replace(letter, act=altered(letter.act, fees=fees)), "email")
    text = host.only().get_body(("plain",))
    assert text is not None
    assert "Fee" in text.get_content()
    assert "15.00" in text.get_content()
    assert "7.00" not in text.get_content()


@pytest.mark.parametrize("place", ["name", "address", "email"])
@pytest.mark.parametrize("channel", ["email", "sms", "letter"])
async def test_nothing_leaves_while_a_part_that_a_debtor_needs_is_not_set(place: str, channel: Channel) -> None:
    """M1: who asks, and whom to answer; on every channel, and without a word that is made up."""
    mailbox, creditor = RememberedMailbox(), a_creditor(**{place: ""})
    keep = KeepingCourier(MailboxCourier(), mailbox, creditor.email)
    office = Correspondent(Composer(creditor), {"email": keep, "sms": keep, "letter": keep}, links=Pages())
    with pytest.raises(NotYet, match=rf"^not set: creditor\.{place}$"):
        await office.send(a_letterbox(), channel)
    assert not await mailbox.list()


async def test_nothing_leaves_in_a_currency_in_which_nobody_could_pay() -> None:
    """M1: how to pay. An account of another currency is no way, a page of the provider's is one."""
    mailbox, creditor = RememberedMailbox(), a_creditor(pay_url="")
    keep: dict[Channel, Courier] = {"email": KeepingCourier(MailboxCourier(), mailbox, creditor.email)}
    with pytest.raises(NotYet, match=r"^not set: creditor\.accounts\.SEK$"):
        await Correspondent(Composer(creditor), keep).send(a_letterbox(currency="SEK"), "email")
    with pytest.raises(NotYet, match=r"^not set: creditor\.accounts\.SEK$"):
        await Correspondent(Composer(creditor), keep, links=Pages(None)).send(a_letterbox(currency="SEK"), "email")
    assert not await mailbox.list()
    office = Correspondent(Composer(creditor), keep, links=Pages())
    assert await office.send(a_letterbox(currency="SEK"), "email")
    assert "https://pages.example/1" in (await mailbox.list())[0].text


async def test_without_telephone_and_registration_a_message_leaves_and_has_no_gap() -> None:
    """M1: neither is needed. No label, dot or invitation to call is left where they stood."""
    mailbox, creditor = RememberedMailbox(), a_creditor(phone="", registration="")
    keep = KeepingCourier(MailboxCourier(), mailbox, creditor.email)
    office = Correspondent(Composer(creditor), {"email": keep, "sms": keep, "letter": keep})
    for channel in CHANNELS:
        assert await office.send(a_letterbox("final"), channel)
    for message in await mailbox.list():
        for told in (message.text, message.html or ""):
            assert not any(left in told for left in GAPS)
        assert "\n\n\n" not in message.text


GAPS = ("KvK", "+31", "tel:", "· <br>", "·\n", "or call", "one call", "Questions")


class Pages:
    """A provider with a page for every invoice, or without any."""

    def __init__(self, page: str | None = "https://pages.example/1") -> None:
        self.page = page

    async def link(self, invoice: Invoice, customer_id: str, amount: int) -> str | None:
        return self.page
