"""`python -m adapters.stripe.fake`: the fake on a port of this machine, telling an endpoint what happens."""

from __future__ import annotations

import argparse
import asyncio
from datetime import timedelta

import httpx2

from adapters.stand_in import until_stopped
from adapters.stripe.fake import charging
from adapters.stripe.fake.application import FakeStripe, serve_fake
from adapters.stripe.fake.books import Books, Tempo
from adapters.stripe.fake.webhooks import Webhooks


def main() -> None:
    """Read the command line and serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m adapters.stripe.fake", description=__doc__)
    parser.add_argument("--port", type=int, default=12111, help="where to listen on this machine")
    parser.add_argument("--webhook", help="where to tell what happens, such as http://127.0.0.1:8080/webhooks/stripe")
    parser.add_argument("--secret", default="whsec_fake", help="signs what is told")
    parser.add_argument("--debit-seconds", type=float, default=20.0, help="how long a bank debit is under way")
    said = parser.parse_args()
    tempo = Tempo(debit=timedelta(seconds=said.debit_seconds))
    until_stopped(parser, _serve(Books(tempo=tempo), said.port, said.webhook, said.secret), said.port)


async def _serve(books: Books, port: int, webhook: str | None, secret: str) -> None:
    async with serve_fake(books, port) as fake, httpx2.AsyncClient(timeout=5) as client:
        print(f"Stripe's fake listens at {fake.address}; its key is {', '.join(books.api_keys)}")  # noqa: T201
        bell = Webhooks(books, client, webhook, secret) if webhook else None
        while True:
            await _tick(fake, bell)
            await asyncio.sleep(1)


async def _tick(fake: FakeStripe, bell: Webhooks | None) -> None:
    """End the debits whose time has come, and tell what happened; who does not listen is told again."""
    charging.end_debits(fake.books)
    if bell is not None:
        try:
            await bell.deliver()
        except httpx2.HTTPError as error:
            print(f"nobody listens: {type(error).__name__}")  # noqa: T201


if __name__ == "__main__":
    main()
