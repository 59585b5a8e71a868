"""A notice carries a page of Stripe's on which its very amount is paid once; without Stripe it carries what it did."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
import stripe

from adapters.correspondence import Correspondent
from adapters.mailbox import KeepingCourier, MailboxCourier, RememberedMailbox
from adapters.messages.composer import Composer
from adapters.stripe.connection import connect_to_stripe
from adapters.stripe.fake import billing, payer
from adapters.stripe.fake.application import FakeStripe
from adapters.stripe.links import REST, StripeLinks
from dunning.ports import Letterbox, PaymentLinks
from dunning.records import Invoice
from tests.adapters.letterboxes import a_letterbox
from tests.adapters.stripe.conftest import KEY, HandMovedClock
from tests.fakes.creditors import NORTHWIND

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content:DeprecationWarning")


def an_invoice(invoice_id: str = "INV-1", currency: str = "EUR") -> Invoice:
    return Invoice(id=invoice_id, currency=currency, amount=Decimal(100), due_on=date(2026, 2, 28))


@pytest.fixture
async def client(fake: FakeStripe) -> AsyncIterator[stripe.StripeClient]:
    async with connect_to_stripe(KEY, fake.address) as client:
        yield client


@pytest.fixture
def links(client: stripe.StripeClient, clock: HandMovedClock) -> StripeLinks:
    return StripeLinks(client, clock=clock)


async def test_the_same_amount_of_an_invoice_is_one_link_for_every_process(
    client: stripe.StripeClient, links: StripeLinks, fake: FakeStripe, clock: HandMovedClock
) -> None:
    first = await links.link(an_invoice(), "c1", 3_900)
    clock.move(timedelta(days=60))
    another = StripeLinks(client, clock=clock)
    assert first == await links.link(an_invoice(), "c1", 3_900) == await another.link(an_invoice(), "c1", 3_900)
    [link] = fake.books.all("payment_link")
    assert (link["url"], link["restrictions"]["completed_sessions"]["limit"]) == (first, 1)
    assert [product["name"] for product in fake.books.all("product")] == ["INV-1"]


async def test_another_amount_is_another_link_and_the_earlier_one_is_switched_off(
    links: StripeLinks, fake: FakeStripe
) -> None:
    whole = await links.link(an_invoice(), "c1", 3_900)
    rest = await links.link(an_invoice(), "c1", 2_900)
    assert whole is not None
    assert rest is not None
    assert payer.pay_link(fake.books, whole) is None
    paid = payer.pay_link(fake.books, rest)
    assert paid is not None
    assert paid["amount"] == 2_900


async def test_two_invoices_have_two_links(links: StripeLinks) -> None:
    assert await links.link(an_invoice(), "c1", 3_900) != await links.link(an_invoice("INV-2"), "c1", 3_900)


async def test_a_payment_by_the_link_names_the_invoice_and_no_attempt_of_ours(
    links: StripeLinks, fake: FakeStripe
) -> None:
    url = await links.link(an_invoice(), "c1", 3_900)
    assert url is not None
    paid = payer.pay_link(fake.books, url)
    assert paid is not None
    assert paid["metadata"] == {"invoice_id": "INV-1"}
    assert payer.pay_link(fake.books, url) is None


async def test_a_link_that_was_used_up_is_made_anew_when_the_debt_comes_back(
    links: StripeLinks, fake: FakeStripe
) -> None:
    first = await links.link(an_invoice(), "c1", 3_900)
    assert first is not None
    payer.pay_link(fake.books, first)
    second = await links.link(an_invoice(), "c1", 3_900)
    assert second not in {None, first}
    assert await links.link(an_invoice(), "c1", 3_900) == second


async def test_an_invoice_of_stripe_billing_is_paid_on_its_own_page(links: StripeLinks, fake: FakeStripe) -> None:
    bill = billing.bill(fake.books, "c1", 3_900, "eur", id="in_1")
    assert await links.link(an_invoice("in_1"), "c1", 3_900) == bill["hosted_invoice_url"]
    assert fake.books.all("payment_link") == []
    bill["status"] = "void"
    assert await links.link(an_invoice("in_1"), "c1", 3_900) != bill["hosted_invoice_url"]
    assert await links.link(an_invoice("in_of_somebody_else"), "c1", 3_900) is not None


async def test_nothing_personal_is_in_a_link_or_given_to_stripe(links: StripeLinks, fake: FakeStripe) -> None:
    letter = a_letterbox(name="Jane Roe", email="jane@roe.example")
    url = await links.link(letter.invoice, letter.customer.id, letter.act.demands)
    told = f"{url} {fake.books.all('payment_link')} {fake.books.all('product')}"
    assert not any(word in told for word in ("Jane", "roe.example", "Haven"))


async def test_when_stripe_does_not_answer_it_is_left_alone_for_a_minute(
    clock: HandMovedClock,
) -> None:
    asked = 0

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server, connect_to_stripe(KEY, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as mute:
        links = StripeLinks(mute, clock=clock, patience=timedelta(seconds=0.1))
        for _ in range(3):
            assert await links.link(an_invoice(), "c1", 3_900) is None
        assert asked == 1
        clock.move(REST)
        assert await links.link(an_invoice(), "c1", 3_900) is None
        assert asked == 2


async def test_an_amount_that_stripe_cannot_write_has_no_link_and_others_have_theirs(links: StripeLinks) -> None:
    assert await links.link(an_invoice(currency="CLF"), "c1", 12_345) is None
    assert await links.link(an_invoice(), "c1", 3_900) is not None


class BrokenLinks:
    """Breaks its promise."""

    async def link(self, invoice: Invoice, customer_id: str, amount: int) -> str | None:
        raise RuntimeError(customer_id)


async def sent(links: PaymentLinks | None, letter: Letterbox) -> str:
    """The text of the notice."""
    mailbox = RememberedMailbox()
    office = Correspondent(
        Composer(NORTHWIND), {"email": KeepingCourier(MailboxCourier(), mailbox, "a@northwind.example")}, links=links
    )
    assert await office.send(letter, "email")
    [message] = await mailbox.list()
    return message.text


@pytest.mark.parametrize("message", ["pay-link", "friendly", "firm", "final"])
async def test_a_notice_carries_the_link_for_what_it_demands(
    links: StripeLinks, fake: FakeStripe, message: str
) -> None:
    text = await sent(links, a_letterbox(message, demands=615_00, deadline_on=date(2026, 3, 24)))
    [link] = fake.books.all("payment_link")
    assert link["url"] in text
    assert link["line_items"]["data"][0]["amount_total"] == 615_00
    assert "pay.northwind.example" not in text


async def test_without_stripe_a_notice_carries_the_creditors_own_link() -> None:
    async with connect_to_stripe(KEY, "http://127.0.0.1:9") as nobody:
        for links in (None, StripeLinks(nobody), BrokenLinks()):
            assert "https://pay.northwind.example/invoices/INV-2026-0042" in await sent(links, a_letterbox("pay-link"))
