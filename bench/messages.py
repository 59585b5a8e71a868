"""(e) What a message costs: milliseconds of CPU to write one, by channel; templates are compiled before."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final

from adapters.calendars import creditors_calendars
from adapters.correspondence import Parcel
from adapters.email_message import as_email, email_address
from adapters.messages.composer import Composer
from adapters.messages.made_up import made_up
from adapters.parcel_id import parcel_id
from adapters.policies import shipped_policies
from cli.demo.demo_creditor import NORTHWIND
from dunning.channels import CHANNELS
from dunning.records import Channel

TODAY: Final = date(2026, 9, 28)
MESSAGES: Final = ("friendly", "firm", "final", "payment-failed")
LOCALES: Final = ("en", "nl", "de", "fr")
ROUNDS: Final = 60
GOAL: Final = 3.0  # milliseconds for an e-mail, made and packed


def run() -> dict[str, object]:
    """The mean of each channel over messages and languages; `email packed` is with its headers and encodings."""
    creditor = NORTHWIND.as_creditor()
    composer, calendars = Composer(creditor), creditors_calendars("Europe/Amsterdam", "NL")
    policy = shipped_policies()["b2b-net30"]
    letters = [
        made_up(message, policy, locale=locale, today=TODAY, calendar_for=calendars)
        for message in MESSAGES
        for locale in LOCALES
    ]
    recipient = email_address("post@example.com")
    assert recipient is not None  # noqa: S101 - an address that is one

    def packed() -> None:
        for of in letters:
            written = composer.compose(of.letter, "email", of.beside)
            key, letter = parcel_id(of.letter.act.key, "email"), of.letter
            parcel = Parcel(key, "email", "post@example.com", written, letter.at, letter.invoice.id, "firm")
            as_email(parcel, recipient, creditor).as_bytes()

    def written(channel: Channel) -> None:
        for of in letters:
            composer.compose(of.letter, channel, of.beside)

    found: dict[str, float] = {channel: _milliseconds(partial(written, channel), len(letters)) for channel in CHANNELS}
    return {"milliseconds": {**found, "email packed": _milliseconds(packed, len(letters))}, "goal": GOAL}


def _milliseconds(work: Callable[[], None], number: int) -> float:
    """Of CPU, for one of the `number` that the work makes."""
    work()
    start = time.process_time()
    for _ in range(ROUNDS):
        work()
    return round((time.process_time() - start) / ROUNDS / number * 1000, 2)
