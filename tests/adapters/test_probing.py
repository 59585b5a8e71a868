"""A mail server that is down for everybody is tried by one message at a time; one recipient's refusal spares nobody."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from adapters.correspondence import Parcel
from adapters.email import EmailCourier
from adapters.probing import PAUSE, ProbingCourier
from dunning.errors import NotTaken
from tests.adapters.letterboxes import a_parcel
from tests.adapters.mail_host import MailHost, listening, towards
from tests.fakes.creditors import NORTHWIND


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


class Counted:
    """A courier, and how often it was asked."""

    def __init__(self, courier: EmailCourier) -> None:
        self._courier = courier
        self.asked = 0

    async def deliver(self, parcel: Parcel) -> str | None:
        self.asked += 1
        return await self._courier.deliver(parcel)


async def test_a_server_that_is_down_is_asked_once_a_minute_whoever_waits() -> None:
    clock, counted = Clock(), Counted(EmailCourier(towards(9), NORTHWIND))
    probing = ProbingCourier(counted, clock)
    for minute in range(1, 4):
        for number in range(5):
            with pytest.raises(NotTaken, match=r"^smtp connection: SMTPConnectError") as refusal:
                await probing.deliver(a_parcel(key=f"case:INV-{number}/step/friendly"))
            assert refusal.value.for_everybody
        assert counted.asked == minute
        clock.at += PAUSE


async def test_while_one_message_is_on_its_way_to_find_out_no_other_leaves() -> None:
    clock = Clock()
    async with listening(MailHost(senders=["421 4.3.2 going down"])) as host:
        counted = Counted(EmailCourier(towards(host.port), NORTHWIND))
        probing = ProbingCourier(counted, clock)
        with pytest.raises(NotTaken):
            await probing.deliver(a_parcel())
        clock.at += PAUSE
        ends = await asyncio.gather(*(probing.deliver(a_parcel()) for _ in range(4)), return_exceptions=True)
        assert [isinstance(end, str) for end in ends].count(True) == 1
        assert counted.asked == 2
        assert await probing.deliver(a_parcel())


@pytest.mark.parametrize("answer", ["450 4.2.0 greylisted", "554 5.7.1 Relay access denied", "550 5.1.1 nobody"])
async def test_what_is_said_of_one_recipient_spares_no_other(answer: str) -> None:
    async with listening(MailHost(recipients=[answer])) as host:
        probing = ProbingCourier(EmailCourier(towards(host.port), NORTHWIND), Clock())
        with suppress(NotTaken):
            assert await probing.deliver(a_parcel()) is None
        assert await probing.deliver(a_parcel())


async def test_a_refusal_that_lasts_is_told_to_all_as_one() -> None:
    async with listening(MailHost(senders=["550 5.1.8 sender unknown"])) as host:
        probing = ProbingCourier(EmailCourier(towards(host.port), NORTHWIND), Clock())
        for _ in range(2):
            with pytest.raises(NotTaken) as refusal:
                await probing.deliver(a_parcel())
            assert refusal.value.lasting


async def test_where_nobody_waits_by_this_clock_each_message_is_tried() -> None:
    counted = Counted(EmailCourier(towards(9), NORTHWIND))
    probing = ProbingCourier(counted, Clock(), pause=timedelta())
    for _ in range(3):
        with pytest.raises(NotTaken):
            await probing.deliver(a_parcel())
    assert counted.asked == 3
