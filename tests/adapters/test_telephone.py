"""A text message goes to a number that can receive one."""

from __future__ import annotations

import pytest

from adapters.correspondence import Correspondent
from adapters.mailbox import KeepingCourier, MailboxCourier, RememberedMailbox
from adapters.messages.composer import Composer
from adapters.telephone import text_number
from tests.adapters.letterboxes import a_letterbox
from tests.fakes.creditors import NORTHWIND


@pytest.mark.parametrize(
    "written, country, number",
    [
        ("+31 6 1000 0071", None, "+31610000071"),
        ("06-10000071", "NL", "+31610000071"),
        ("070-174 06 05", "SE", "+46701740605"),
        ("+1 312 555 0142", "US", "+13125550142"),
        ("+31 30 000 03 10", "NL", None),
        ("+32 3 000 00 55", "BE", None),
        ("+44 20 7946 0399", "GB", None),
        ("+49 30 23125 522", "DE", None),
        ("06-10000071", None, None),
        ("call Ada", "NL", None),
        ("", "NL", None),
        ("06-10000071", "Holland", None),
    ],
)
def test_a_mobile_number_is_written_for_the_network_and_a_landline_is_none(
    written: str, country: str | None, number: str | None
) -> None:
    assert text_number(written, country) == number


async def test_a_landline_counts_as_an_address_that_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    """N2: so the next channel takes the notice, or a person is asked."""
    mailbox = RememberedMailbox()
    office = Correspondent(
        Composer(NORTHWIND), {"sms": KeepingCourier(MailboxCourier(), mailbox, "a@northwind.example")}
    )
    assert await office.send(a_letterbox(phone="+31 30 000 03 10"), "sms") is None
    assert await office.send(a_letterbox(phone="06 1000 0071"), "sms") is not None
    [message] = await mailbox.list()
    assert message.to == "+31610000071"
    assert "0310" not in caplog.text
