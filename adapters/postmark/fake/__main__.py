"""`python -m adapters.postmark.fake`: the stand-in on a port of this machine; it shows what it takes."""

from __future__ import annotations

import argparse
import asyncio

from adapters.postmark.fake.application import serve_fake
from adapters.postmark.fake.books import Books
from adapters.stand_in import until_stopped


def main() -> None:
    """Read the command line and serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m adapters.postmark.fake", description=__doc__)
    parser.add_argument("--port", type=int, default=12113, help="where to listen on this machine")
    said = parser.parse_args()
    until_stopped(parser, _serve(Books(), said.port), said.port)


async def _serve(books: Books, port: int) -> None:
    async with serve_fake(books, port) as fake:
        print(f"Postmark's stand-in listens at {fake.address}; its token is {books.token}")  # noqa: T201
        shown = 0
        while True:
            for message in books.messages[shown:]:
                print(f"{message['To']}: {message['Subject']}")  # noqa: T201
            shown = len(books.messages)
            await asyncio.sleep(1)


if __name__ == "__main__":
    main()
