"""(e) What a message costs: milliseconds of CPU to write one, by channel, and to hand an e-mail over.

Templates are compiled before. The mail server is a process of its own, whose work does not count.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import Final

from adapters.calendars import creditors_calendars
from adapters.correspondence import Parcel
from adapters.creditor import Creditor
from adapters.email import EmailCourier, SmtpServer
from adapters.email_message import as_email, email_address
from adapters.messages.composer import Composer
from adapters.messages.made_up import MadeUp, made_up
from adapters.parcel_id import parcel_id
from adapters.policies import shipped_policies
from bench.mail_sink import HOST
from cli.demo.demo_creditor import NORTHWIND
from dunning.channels import CHANNELS
from dunning.records import Channel

TODAY: Final = date(2026, 9, 28)
MESSAGES: Final = ("friendly", "firm", "final", "payment-failed")
LOCALES: Final = ("en", "nl", "de", "fr")
ROUNDS: Final = 60
GOAL: Final = 3.0  # milliseconds for an e-mail, made and packed
TO: Final = "post@example.com"


def run() -> dict[str, object]:
    """The mean of each channel over messages and languages.

    `email packed` is with its headers and encodings, `email handed over` with its part of an SMTP conversation, too.
    """
    creditor = NORTHWIND.as_creditor()
    composer, calendars = Composer(creditor), creditors_calendars("Europe/Amsterdam", "NL")
    policy = shipped_policies()["b2b-net30"]
    letters = [
        made_up(message, policy, locale=locale, today=TODAY, calendar_for=calendars)
        for message in MESSAGES
        for locale in LOCALES
    ]
    recipient = email_address(TO)
    assert recipient is not None  # noqa: S101 - an address that is one

    def packed() -> None:
        for of in letters:
            as_email(_parcel(composer, of), recipient, creditor).as_bytes()

    def written(channel: Channel) -> None:
        for of in letters:
            composer.compose(of.letter, channel, of.beside)

    found: dict[str, float] = {channel: _milliseconds(partial(written, channel), len(letters)) for channel in CHANNELS}
    found["email packed"] = _milliseconds(packed, len(letters))
    with _sink() as port:
        found["email handed over"] = asyncio.run(_handed_over(composer, creditor, letters, port))
    return {"milliseconds": found, "goal": GOAL}


async def _handed_over(composer: Composer, creditor: Creditor, letters: list[MadeUp], port: int) -> float:
    courier = EmailCourier(SmtpServer(HOST, port, "plain"), creditor)
    await courier.deliver(_parcel(composer, letters[0]))
    start = time.process_time()
    for _ in range(ROUNDS // 10):
        for of in letters:
            await courier.deliver(_parcel(composer, of))
    return round((time.process_time() - start) / (ROUNDS // 10) / len(letters) * 1000, 2)


def _parcel(composer: Composer, of: MadeUp) -> Parcel:
    letter, written = of.letter, composer.compose(of.letter, "email", of.beside)
    return Parcel(parcel_id(letter.act.key, "email"), "email", TO, written, letter.at, letter.invoice.id, "firm")


@contextmanager
def _sink() -> Iterator[int]:
    """A mail server that takes everything; yields its port."""
    command = [sys.executable, "-m", "bench.mail_sink"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None  # noqa: S101 - it is piped
        try:
            yield int(server.stdout.readline())
        finally:
            server.kill()


def _milliseconds(work: Callable[[], None], number: int) -> float:
    """Of CPU, for one of the `number` that the work makes."""
    work()
    start = time.process_time()
    for _ in range(ROUNDS):
        work()
    return round((time.process_time() - start) / ROUNDS / number * 1000, 2)
