"""Where attacks take place: products that are started when one asks for them, and the companies around them."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from adapters.stripe.fake.application import FakeStripe, serve_fake
from bench.attack.product import Product, running
from tests.adapters.mail_host import MailHost, listening

SIGNING: Final = "whsec_attacked"
PUBLIC: Final = "https://dunning.example"
CREDITOR: Final[Mapping[str, str]] = {
    "DUNNING_CREDITOR__NAME": "Acme B.V.",
    "DUNNING_CREDITOR__ADDRESS": "Kade 1, Amsterdam",
    "DUNNING_CREDITOR__EMAIL": "ar@acme.example",
    "DUNNING_CREDITOR__ACCOUNTS__EUR__IBAN": "NL02ABNA0123456789",
}


class Stage:
    """`async with Stage(folder) as stage:`; each product is started once, and stopped at the end."""

    def __init__(self, folder: Path) -> None:
        """Products have their files below `folder`."""
        self._folder = folder
        self._stack = AsyncExitStack()
        self._plain: Product | None = None
        self._earnest: Product | None = None
        self._timely: Product | None = None
        self._mail: MailHost | None = None
        self._stripe: FakeStripe | None = None

    async def __aenter__(self) -> Self:
        """Nothing is started yet."""
        await self._stack.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop all that was started."""
        await self._stack.__aexit__(kind, error, trace)

    async def plain(self) -> Product:
        """A product without a creditor and a mail server; set is only what signs Stripe's events."""
        if self._plain is None:
            settings = {"DUNNING_STRIPE_WEBHOOK_SECRET": SIGNING}
            self._plain = await self._stack.enter_async_context(running(self._folder / "plain", settings))
        return self._plain

    async def earnest(self) -> Product:
        """A product that is set up: a creditor, a mail server, Stripe (our fake), and https in front of it."""
        if self._earnest is None:
            settings = {
                **CREDITOR,
                **await self._companies(),
                "DUNNING_API__PUBLIC_URL": PUBLIC,
                "DUNNING_API__PORT": str(_free_port()),
            }
            self._earnest = await self._stack.enter_async_context(running(self._folder / "earnest", settings))
        return self._earnest

    async def timely(self) -> Product:
        """One with the same companies in the time of this machine, where keys of the provider last as in the world."""
        if self._timely is None:
            settings = {**CREDITOR, **await self._companies()}
            starting = running(self._folder / "timely", settings, virtual=False)
            self._timely = await self._stack.enter_async_context(starting)
        return self._timely

    async def _companies(self) -> dict[str, str]:
        mail, stripe = await self.mail(), await self.stripe()
        return {
            "DUNNING_SMTP__HOST": "127.0.0.1",
            "DUNNING_SMTP__PORT": str(mail.port),
            "DUNNING_SMTP__SECURITY": "plain",
            "DUNNING_GATEWAY": "stripe",
            "DUNNING_STRIPE_API_KEY": "sk_test_fake",
            "DUNNING_STRIPE_API_BASE": stripe.address,
        }

    async def mail(self) -> MailHost:
        """The mail server of the earnest product, which answers as an attack tells it."""
        if self._mail is None:
            self._mail = await self._stack.enter_async_context(listening(MailHost()))
        return self._mail

    async def stripe(self) -> FakeStripe:
        """The Stripe of the earnest product."""
        if self._stripe is None:
            self._stripe = await self._stack.enter_async_context(serve_fake())
        return self._stripe


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
