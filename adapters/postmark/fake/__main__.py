"""`python -m adapters.postmark.fake`: the stand-in on a port of this machine; it shows what it takes.

With `--webhook` each message is delivered within a second, which it tells there; an address that begins with `bounce`
does not exist, and the reader of one that begins with `spam` complains.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Mapping
from typing import Any

import httpx2

from adapters.postmark.fake.application import serve_fake
from adapters.postmark.fake.books import Books
from adapters.postmark.fake.callbacks import Callbacks
from adapters.stand_in import until_stopped


def main() -> None:
    """Read the command line and serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m adapters.postmark.fake", description=__doc__)
    parser.add_argument("--port", type=int, default=12113, help="where to listen on this machine")
    parser.add_argument("--webhook", help="where it tells, http://postmark:SECRET@.../webhooks/postmark")
    said = parser.parse_args()
    until_stopped(parser, _serve(Books(), said.port, said.webhook), said.port)


async def _serve(books: Books, port: int, webhook: str | None) -> None:
    if webhook:
        books.webhook(webhook)
    async with serve_fake(books, port) as fake, httpx2.AsyncClient(timeout=5) as client:
        print(f"Postmark's stand-in listens at {fake.address}; its token is {books.token}")  # noqa: T201
        shown = 0
        while True:
            for message in books.messages[shown:]:
                print(f"{message['To']}: {message['Subject']}")  # noqa: T201
                await _told(Callbacks(books, client), message)
            shown = len(books.messages)
            await asyncio.sleep(1)


async def _told(callbacks: Callbacks, message: Mapping[str, Any]) -> None:
    try:
        if message["To"].startswith("bounce"):
            answers = await callbacks.bounced(message, "HardBounce")
        else:
            answers = await callbacks.delivered(message)
            if message["To"].startswith("spam"):
                answers += await callbacks.complained(message)
    except httpx2.HTTPError as error:
        print(f"nobody listens: {type(error).__name__}")  # noqa: T201
        return
    for answer in answers:
        print(f"told: answered {answer.status_code}")  # noqa: T201


if __name__ == "__main__":
    main()
