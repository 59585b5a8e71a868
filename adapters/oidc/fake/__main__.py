"""`python -m adapters.oidc.fake`: the stand-in on this machine, for trials of the sign-in."""

from __future__ import annotations

import argparse
import asyncio

from adapters.oidc.fake.application import Books, serve_fake
from adapters.stand_in import until_stopped


def main() -> None:
    """Read the command line and serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m adapters.oidc.fake", description=__doc__)
    parser.add_argument("--port", type=int, default=12113, help="where to listen on this machine")
    parser.add_argument("--person", action="append", help="an address that it knows, more than once for several")
    said = parser.parse_args()
    books = Books(people=dict.fromkeys(said.person, True)) if said.person else Books()
    until_stopped(parser, _serve(books, said.port), said.port)


async def _serve(books: Books, port: int) -> None:
    async with serve_fake(books, port) as address:
        print(f"oidc.issuer = {address}, client_id = {books.client_id}, client_secret = {books.client_secret}")  # noqa: T201
        print(f"knows {', '.join(books.people)}")  # noqa: T201
        await asyncio.Event().wait()


if __name__ == "__main__":
    main()
