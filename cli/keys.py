"""`dunning keys`: make, list, renew and revoke the keys of the API."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from cli import terminal
from cli.roles import read_roles

if TYPE_CHECKING:
    from adapters.storage.access.api_keys import ApiKeyring, ApiKeyView

T = TypeVar("T")

app = typer.Typer(help="Keys of the API: make, list, renew and revoke them.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="What the key is for, such as billing; a name is used once.")]
Roles = Annotated[
    list[str] | None,
    typer.Option("--role", help="What it may do, more than once for several roles; billing if left out."),
]
Ends = Annotated[
    datetime | None, typer.Option("--ends", formats=["%Y-%m-%d"], help="The first day (UTC) on which it opens nothing.")
]
Overlap = Annotated[
    int, typer.Option("--overlap", min=0, max=8_760, help="For how many hours the key before still opens.")
]


@app.command("create")
def create(name: Name, *, role: Roles = None, ends: Ends = None, json: terminal.Json = False) -> None:
    """Make a key and print it, for the only time. Exit 1 if the name was used before."""
    from adapters.clock import now

    roles, ends_at = read_roles(role or ["billing"]), ends.replace(tzinfo=UTC) if ends else None
    if ends_at is not None and ends_at <= now():
        from cli.exits import BadInput

        raise BadInput(f"--ends: found {ends_at:%Y-%m-%d}; allowed a day to come")
    key = _with_keys(lambda keys: keys.create(name, now(), roles, ends_at=ends_at))
    if json:
        terminal.say_json({"name": name, "roles": roles, "ends_at": ends_at, "key": key})
    else:
        terminal.say(key)


@app.command("list")
def list_keys(*, json: terminal.Json = False) -> None:
    """List the keys; what they are is not kept, only how to recognise them."""
    found = _with_keys(lambda keys: keys.list())
    if json:
        terminal.say_json([_as_json(one) for one in found])
    else:
        rows = [
            (one.name, ", ".join(one.roles), *map(_minute, (one.created_at, one.ends_at, one.used_at, one.revoked_at)))
            for one in found
        ]
        terminal.say_table(("name", "roles", "created", "ends", "used", "revoked"), rows)


@app.command("rotate")
def rotate(name: Name, *, overlap: Overlap = 24, json: terminal.Json = False) -> None:
    """Print a new key of the same name and roles; the one before opens for a while more. Exit 1 if none opens."""
    from adapters.clock import now

    at = now()
    key = _with_keys(lambda keys: keys.rotate(name, at, timedelta(hours=overlap)))
    if json:
        terminal.say_json({"name": name, "key": key, "before_until": at + timedelta(hours=overlap)})
    else:
        terminal.say(key)


@app.command("revoke")
def revoke(name: Name, *, json: terminal.Json = False) -> None:
    """Let a key open nothing any more. Exit 1 if there is none of that name."""
    from adapters.clock import now

    _with_keys(lambda keys: keys.revoke(name, now()))
    if json:
        terminal.say_json({"name": name, "revoked": True})
    else:
        terminal.say(f"{name} is revoked")


def _as_json(key: ApiKeyView) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(key)


def _with_keys(do: Callable[[ApiKeyring], Awaitable[T]]) -> T:
    from cli.installation.running_note import settings_here
    from cli.installation.store import open_store

    async def work() -> T:
        async with open_store(settings_here(), ()) as store:
            return await do(store.keys)

    return asyncio.run(work())


def _minute(at: object) -> str | None:
    return None if at is None else f"{at:%Y-%m-%d %H:%M}Z"
