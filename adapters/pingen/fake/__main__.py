"""`python -m adapters.pingen.fake`: the stand-in on this machine; each letter is delivered within a second."""

from __future__ import annotations

import argparse
import asyncio

import httpx2

from adapters.pingen.fake.application import serve_fake
from adapters.pingen.fake.books import Books
from adapters.pingen.fake.webhooks import Webhooks
from adapters.stand_in import until_stopped


def main() -> None:
    """Read the command line and serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m adapters.pingen.fake", description=__doc__)
    parser.add_argument("--port", type=int, default=12114, help="where to listen on this machine")
    parser.add_argument("--tell", default="", help="where to tell what became of letters, http://.../webhooks/pingen")
    said = parser.parse_args()
    until_stopped(parser, _serve(Books(), said.port, said.tell), said.port)


async def _serve(books: Books, port: int, address: str) -> None:
    async with serve_fake(books, port) as fake, httpx2.AsyncClient(timeout=5) as client:
        print(f"Pingen's stand-in listens at {fake.address}; organisation {books.organisation}")  # noqa: T201
        print(f"client {books.client_id}, secret {books.client_secret}, signing key {books.signing_key}")  # noqa: T201
        webhooks, told = Webhooks(books, client, address), 0
        while True:
            for letter in books.letters[told:]:
                print(f"letter {letter['id']}: {len(books.sheets[letter['id']]):,} bytes")  # noqa: T201
                if address:
                    await _delivered(webhooks, letter)
            told = len(books.letters)
            await asyncio.sleep(1)


async def _delivered(webhooks: Webhooks, letter: dict[str, object]) -> None:
    try:
        await webhooks.tell(letter, "delivered")
    except httpx2.HTTPError as error:
        print(f"nobody listens: {type(error).__name__}")  # noqa: T201


if __name__ == "__main__":
    main()
