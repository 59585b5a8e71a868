"""`python -m adapters.twilio.fake`: the stand-in on this machine; each message is delivered within a second.

With `--inbox` people write back: each line of its input is a number and their words.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

import httpx2

from adapters.stand_in import until_stopped
from adapters.twilio.fake.application import serve_fake
from adapters.twilio.fake.books import Books
from adapters.twilio.fake.callbacks import Callbacks


def main() -> None:
    """Read the command line and serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m adapters.twilio.fake", description=__doc__)
    parser.add_argument("--port", type=int, default=12112, help="where to listen on this machine")
    parser.add_argument("--inbox", default="", help="where it tells what people write, such as .../webhooks/twilio")
    said = parser.parse_args()
    until_stopped(parser, _serve(Books(), said.port, said.inbox), said.port)


async def _serve(books: Books, port: int, inbox: str) -> None:
    async with serve_fake(books, port) as fake, httpx2.AsyncClient(timeout=5) as client:
        print(f"Twilio's stand-in listens at {fake.address}")  # noqa: T201
        print(f"account {books.account_sid}, token {books.auth_token}")  # noqa: T201
        callbacks, told = Callbacks(books, client, inbox), 0
        typing = asyncio.create_task(_typed(callbacks)) if inbox else None
        while True:
            for message in books.messages[told:]:
                print(f"{message['to']}: {message['body']}")  # noqa: T201
                await _delivered(callbacks, message)
            told = len(books.messages)
            await asyncio.sleep(1)
            if typing is not None and typing.done():
                typing.result()
                typing = None


async def _typed(callbacks: Callbacks) -> None:
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        number, _, words = line.decode(errors="replace").strip().partition(" ")
        try:
            answer = await callbacks.written_back(number, words)
            print(f"{number} wrote: answered {answer.status_code}")  # noqa: T201
        except httpx2.HTTPError as error:
            print(f"nobody listens: {type(error).__name__}")  # noqa: T201


async def _delivered(callbacks: Callbacks, message: dict[str, object]) -> None:
    try:
        await callbacks.becomes(message, "delivered")
    except httpx2.HTTPError as error:
        print(f"nobody listens: {type(error).__name__}")  # noqa: T201


if __name__ == "__main__":
    main()
