"""From the notice to the server: written, addressed, handed over, or surely not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adapters.correspondence import Correspondent
from adapters.creditor import Creditor
from adapters.email import EmailCourier
from adapters.messages.composer import Composer
from adapters.messages.statement import Entry
from dunning.delivery import NotTaken
from tests.adapters.letterboxes import PAID_AND_CHARGED, a_letterbox
from tests.adapters.mail_host import MailHost, listening, towards

NORTHWIND = Creditor()


def courier(host: MailHost, **settings: Any) -> EmailCourier:
    return EmailCourier(towards(host.port, **settings), NORTHWIND)


class Book:
    """Remembers what happened to one invoice."""

    async def entries(self, invoice_id: str) -> tuple[Entry, ...]:
        return PAID_AND_CHARGED


async def test_a_notice_is_written_addressed_and_sent() -> None:
    async with listening(MailHost()) as host:
        office = Correspondent(Composer(NORTHWIND), {"email": courier(host)}, Book())
        message_id = await office.send(a_letterbox("firm", locale="nl", demands=615_00), "email")
    assert message_id == host.only()["Message-ID"]
    assert host.only()["Subject"] == "Nog niet betaald: factuur INV-2026-0042"
    text = host.only().get_body(("plain",))
    assert text is not None
    assert "Kosten (10\N{NO-BREAK SPACE}maart\N{NO-BREAK SPACE}2026): €\N{NO-BREAK SPACE}15,00" in text.get_content()


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
    for name in ("friendly.txt", "friendly.html"):
        (tmp_path / "en" / name).write_text("{% block subject %}{{ nonsense }}{% endblock %}", encoding="utf-8")
    async with listening(MailHost()) as host:
        office = Correspondent(Composer(NORTHWIND, tmp_path), {"email": courier(host)})
        with pytest.raises(NotTaken, match=r"^message friendly for email: cannot be written, UndefinedError$"):
            await office.send(a_letterbox(), "email")
    assert not host.taken
