"""Every carrier of notices on a stage of its own: its real courier, and a stand-in that is told what goes wrong."""

from __future__ import annotations

import asyncio
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import ClassVar, Literal

from aiosmtpd.smtp import SMTP, Envelope, Session

from adapters.correspondence import Courier, Parcel
from adapters.email import EmailCourier
from adapters.messages.composer import Composer
from adapters.pingen.account import PingenAccount
from adapters.pingen.courier import PingenCourier
from adapters.pingen.fake.application import FakePingen
from adapters.pingen.fake.application import serve_fake as serve_pingen
from adapters.postmark.courier import PostmarkCourier, PostmarkServer
from adapters.postmark.fake.application import FakePostmark
from adapters.postmark.fake.application import serve_fake as serve_postmark
from adapters.postmark.fake.books import TOKEN
from adapters.stand_in import SLOW, Mishap
from adapters.twilio.courier import TwilioAccount, TwilioCourier
from adapters.twilio.fake.application import FakeTwilio
from adapters.twilio.fake.application import serve_fake as serve_twilio
from dunning.records import Channel
from tests.adapters.letterboxes import a_parcel
from tests.adapters.mail_host import MailHost, listening, taken_as, towards
from tests.fakes.creditors import NORTHWIND

Trouble = Literal["put off", "answer lost", "no answer", "late answer"]
PATIENCE = timedelta(seconds=5)


class Stage(ABC):
    """A carrier. `to` is somebody whom it reaches, `nowhere` somebody whom it refuses for good; None: at once, nobody.

    `asks` is how many answers in turn have to be lost before nobody knows what became of a message: one that knows a
    question again is asked once more.
    """

    channel: ClassVar[Channel]
    to: ClassVar[str]
    nowhere: ClassVar[str | None]
    asks: ClassVar[int] = 1

    def parcel(self, key: str = "case:INV-1/step/friendly", to: str | None = None) -> Parcel:
        return a_parcel(to or self.to, key=key, channel=self.channel, html=None)

    def composer(self) -> Composer:
        """Who writes what it carries."""
        return Composer(NORTHWIND)

    @abstractmethod
    def courier(self, patience: timedelta = PATIENCE) -> Courier:
        """The real courier towards the stand-in."""

    @abstractmethod
    def misconfigured(self) -> Courier:
        """The same with a wrong password, token or sender."""

    @abstractmethod
    def unreachable(self) -> Courier:
        """The same where nobody listens."""

    @abstractmethod
    def next(self, *troubles: Trouble) -> None:
        """What goes wrong with the next messages, one each."""

    @abstractmethod
    def taken(self) -> list[tuple[str, str]]:
        """Who gets a message, and its words, in the order in which they were taken."""


class PickyHost(MailHost):
    """Knows one address that it will never have, and takes its time where it is told to."""

    async def handle_RCPT(  # noqa: N802 - the library calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == SmtpStage.nowhere:
            return "550 5.1.1 no such user"
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        if self.contents[:1] == ["take your time"]:
            self.contents[0] = "250 OK"
            await asyncio.sleep(SLOW.total_seconds())
        return await super().handle_DATA(server, session, envelope)


class SmtpStage(Stage):
    channel = "email"
    to = "ap@acme.example"
    nowhere = "nobody@acme.example"

    def __init__(self, host: MailHost) -> None:
        self._host = host

    def courier(self, patience: timedelta = PATIENCE) -> EmailCourier:
        return EmailCourier(towards(self._host.port, patience=patience), NORTHWIND)

    def misconfigured(self) -> EmailCourier:
        self._host.senders.append("550 5.1.8 sender unknown")
        return self.courier()

    def unreachable(self) -> EmailCourier:
        return EmailCourier(towards(9), NORTHWIND)

    def next(self, *troubles: Trouble) -> None:
        for one in troubles:
            self._host.contents.append(
                {
                    "put off": "451 4.3.0 disk full",
                    "answer lost": "hang up",
                    "no answer": "fall silent",
                    "late answer": "take your time",
                }[one]
            )

    def taken(self) -> list[tuple[str, str]]:
        mails = [(one.rcpt_tos[0], taken_as(one).get_body(("plain",))) for one in self._host.taken]
        return [(to, text.get_content() if text else "") for to, text in mails]


class PostmarkStage(Stage):
    channel = "email"
    to = "ap@acme.example"
    nowhere = "nobody@acme.example"

    def __init__(self, fake: FakePostmark) -> None:
        self._fake = fake
        fake.books.inactive.add(self.nowhere)

    def courier(self, patience: timedelta = PATIENCE) -> PostmarkCourier:
        return PostmarkCourier(PostmarkServer(TOKEN, api_base=self._fake.address), NORTHWIND, patience)

    def misconfigured(self) -> PostmarkCourier:
        return PostmarkCourier(PostmarkServer("another", api_base=self._fake.address), NORTHWIND, PATIENCE)

    def unreachable(self) -> PostmarkCourier:
        return PostmarkCourier(PostmarkServer(TOKEN, api_base="http://127.0.0.1:9"), NORTHWIND, PATIENCE)

    def next(self, *troubles: Trouble) -> None:
        self._fake.books.mishaps.extend(map(_mishap, troubles))

    def taken(self) -> list[tuple[str, str]]:
        return [(one["To"], one["TextBody"]) for one in self._fake.books.messages]


class TwilioStage(Stage):
    channel = "sms"
    to = "+31610000000"
    nowhere = "+15005550009"

    def __init__(self, fake: FakeTwilio) -> None:
        self._fake = fake
        books = fake.books
        self._account = TwilioAccount(books.account_sid, books.auth_token, "+15005550006", api_base=fake.address)

    def courier(self, patience: timedelta = PATIENCE) -> TwilioCourier:
        return TwilioCourier(self._account, patience)

    def misconfigured(self) -> TwilioCourier:
        return TwilioCourier(replace(self._account, auth_token="another"), PATIENCE)

    def unreachable(self) -> TwilioCourier:
        return TwilioCourier(replace(self._account, api_base="http://127.0.0.1:9"), PATIENCE)

    def next(self, *troubles: Trouble) -> None:
        self._fake.books.mishaps.extend(map(_mishap, troubles))

    def taken(self) -> list[tuple[str, str]]:
        return [(one["to"], one["body"]) for one in self._fake.books.messages]


class PingenStage(Stage):
    """Its letters are printed as their page's own bytes, so that what they say can be read again."""

    channel = "letter"
    to = "Acme Watersport B.V.\nHaven 3\n8601 AB Sneek"
    nowhere = None
    asks = 2

    def __init__(self, fake: FakePingen) -> None:
        self._fake = fake
        books = fake.books
        self._account = PingenAccount(books.organisation, books.client_id, books.client_secret, api_base=fake.address)

    def composer(self) -> Composer:
        return Composer(NORTHWIND, window="pingen")

    def parcel(self, key: str = "case:INV-1/step/friendly", to: str | None = None) -> Parcel:
        parcel = super().parcel(key, to)
        page = f"{'<br>'.join(parcel.to.splitlines())}<hr>{parcel.message.text}"
        return replace(parcel, message=replace(parcel.message, page=page))

    def courier(self, patience: timedelta = PATIENCE) -> PingenCourier:
        return self._by(self._account, patience)

    def misconfigured(self) -> PingenCourier:
        return self._by(replace(self._account, client_secret="another"))

    def unreachable(self) -> PingenCourier:
        return self._by(replace(self._account, api_base="http://127.0.0.1:9"))

    def next(self, *troubles: Trouble) -> None:
        self._fake.books.mishaps.extend(map(_mishap, troubles))

    def taken(self) -> list[tuple[str, str]]:
        return [self._read(self._fake.books.sheets[letter["id"]].decode()) for letter in self._fake.books.letters]

    def _read(self, printed: str) -> tuple[str, str]:
        """To whom it is, by the lines in its window, and what it says."""
        page = printed.removeprefix("%PDF-")
        to = self.to if all(line in page for line in self.to.splitlines()) else ""
        return to, unescape(re.sub("<[^>]+>", " ", page.rpartition("<hr>")[2]))

    @staticmethod
    def _by(account: PingenAccount, patience: timedelta = PATIENCE) -> PingenCourier:
        return PingenCourier(account, patience, printer=lambda page, _: f"%PDF-{page}".encode())


def _mishap(trouble: Trouble) -> Mishap:
    known: dict[Trouble, Mishap] = {
        "put off": "fault", "answer lost": "hang up", "no answer": "fall silent", "late answer": "slow",
    }  # fmt: skip
    return known[trouble]


@asynccontextmanager
async def smtp() -> AsyncIterator[Stage]:
    async with listening(PickyHost()) as host:
        yield SmtpStage(host)


@asynccontextmanager
async def postmark() -> AsyncIterator[Stage]:
    async with serve_postmark() as fake:
        yield PostmarkStage(fake)


@asynccontextmanager
async def twilio() -> AsyncIterator[Stage]:
    async with serve_twilio() as fake:
        yield TwilioStage(fake)


@asynccontextmanager
async def pingen() -> AsyncIterator[Stage]:
    async with serve_pingen() as fake:
        yield PingenStage(fake)


CARRIERS: dict[str, Callable[[], AbstractAsyncContextManager[Stage]]] = {
    "smtp": smtp,
    "postmark": postmark,
    "twilio": twilio,
    "pingen": pingen,
}
