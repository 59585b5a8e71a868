"""`dunning keys`: make, list and revoke the keys of the API."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from cli import terminal

if TYPE_CHECKING:
    from adapters.storage.access.api_keys import ApiKeyring

T = TypeVar("T")

app = typer.Typer(help="Keys of the API: make, list and revoke them.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="What the key is for, such as billing; a name is used once.")]


@app.command("create")
def create(name: Name, *, json: terminal.Json = False) -> None:
    """Make a key and print it, for the only time. Exit 1 if the name was used before."""
    from adapters.clock import now

    key = _with_keys(lambda keys: keys.create(name, now()))
    if json:
        terminal.say_json({"name": name, "key": key})
    else:
        terminal.say(key)


@app.command("list")
def list_keys(*, json: terminal.Json = False) -> None:
    """List the keys; what they are is not kept, only how to recognise them."""
    found = _with_keys(lambda keys: keys.list())
    if json:
        terminal.say_json([{"name": k.name, "created_at": k.created_at, "revoked_at": k.revoked_at} for k in found])
    else:
        rows = [(one.name, _minute(one.created_at), _minute(one.revoked_at)) for one in found]
        terminal.say_table(("name", "created", "revoked"), rows)


@app.command("revoke")
def revoke(name: Name, *, json: terminal.Json = False) -> None:
    """Let a key open nothing any more. Exit 1 if there is none of that name."""
    from adapters.clock import now

    _with_keys(lambda keys: keys.revoke(name, now()))
    if json:
        terminal.say_json({"name": name, "revoked": True})
    else:
        terminal.say(f"{name} is revoked")


def _with_keys(do: Callable[[ApiKeyring], Awaitable[T]]) -> T:
    from cli.installation.running_note import settings_here
    from cli.installation.store import open_store

    async def work() -> T:
        async with open_store(settings_here(), ()) as store:
            return await do(store.keys)

    return asyncio.run(work())


def _minute(at: object) -> str | None:
    return None if at is None else f"{at:%Y-%m-%d %H:%M}Z"
