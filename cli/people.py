"""`dunning people`: who may sign in, what each may do, and the link by which they come in."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from cli import terminal
from cli.roles import read_roles

if TYPE_CHECKING:
    from adapters.storage.access.people import PeopleBook

T = TypeVar("T")

app = typer.Typer(help="People who work with it: add them, say what they may do.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="What they sign in with, such as ann; it stands on the journal.")]
Roles = Annotated[list[str], typer.Option("--role", help="What they may do, more than once for several roles.")]
Email = Annotated[str | None, typer.Option("--email", help="Their address: how a sign-in provider knows them.")]


@app.command("add")
def add(name: Name, *, role: Roles, email: Email = None, json: terminal.Json = False) -> None:
    """Add a person, and print the link by which they set their password, once. Exit 1 if the name is taken."""
    from adapters.clock import now
    from adapters.person_names import email_of_person, name_of_person
    from cli.exits import BadInput

    roles = read_roles(role)
    try:
        name, email = name_of_person(name), email_of_person(email)
    except ValueError as error:
        raise BadInput(str(error)) from None

    async def work(people: PeopleBook) -> str:
        await people.add(name, roles, now(), _by(), email=email)
        return await people.link(name, now(), _by())

    _say_link(name, _with_people(work), json=json)


@app.command("list")
def list_people(*, json: terminal.Json = False) -> None:
    """List everybody, with their roles and when they signed in last."""
    found = _with_people(lambda people: people.list())
    if json:
        terminal.say_json([asdict(one) for one in found])
    else:
        rows = [
            (
                one.name,
                one.email,
                ", ".join(one.roles),
                *map(_minute, (one.signed_in_at, one.locked_until, one.disabled_at)),
            )
            for one in found
        ]
        terminal.say_table(("name", "e-mail", "roles", "signed in", "locked until", "disabled"), rows)


@app.command("roles")
def roles(name: Name, *, role: Roles, json: terminal.Json = False) -> None:
    """Give a person other roles, in place of those they had. Exit 1 if there is no such person, or no admin left."""
    from adapters.clock import now

    wanted = read_roles(role)
    _with_people(lambda people: people.set_roles(name, wanted, now(), _by()))
    _say({"name": name, "roles": wanted}, f"{name}: {', '.join(wanted)}", json=json)


@app.command("disable")
def disable(name: Name, *, json: terminal.Json = False) -> None:
    """Let a person in no more, and end their sessions. Exit 1 if there is no such person, or no admin left."""
    from adapters.clock import now

    _with_people(lambda people: people.set_disabled(name, now(), _by(), disabled=True))
    _say({"name": name, "disabled": True}, f"{name} cannot come in any more, and is signed out", json=json)


@app.command("enable")
def enable(name: Name, *, json: terminal.Json = False) -> None:
    """Let a person in again who was disabled. Exit 1 if there is no such person."""
    from adapters.clock import now

    _with_people(lambda people: people.set_disabled(name, now(), _by(), disabled=False))
    _say({"name": name, "disabled": False}, f"{name} may come in again", json=json)


@app.command("reset")
def reset(name: Name, *, json: terminal.Json = False) -> None:
    """Print a link by which a person sets a new password, once, within a day. Exit 1 if there is no such person."""
    from adapters.clock import now

    _say_link(name, _with_people(lambda people: people.link(name, now(), _by())), json=json)


def _with_people(do: Callable[[PeopleBook], Awaitable[T]]) -> T:
    from cli.installation.running_note import settings_here
    from cli.installation.store import open_store

    async def work() -> T:
        async with open_store(settings_here(), ()) as store:
            return await do(store.people)

    return asyncio.run(work())


def _say_link(name: str, token: str, *, json: bool) -> None:
    from cli.installation.people import link_of
    from cli.installation.running_note import read_note, settings_here

    settings = settings_here()
    note = read_note(settings.data)
    link = link_of(settings, token, note.api if note else None)
    _say({"name": name, "link": link}, link, json=json)


def _say(whole: dict[str, object], words: str, *, json: bool) -> None:
    if json:
        terminal.say_json(whole)
    else:
        terminal.say(words)


def _by() -> str:
    """Who is at this terminal, as the machine knows them."""
    try:
        return f"command {getpass.getuser()}"
    except (KeyError, OSError):  # a container's user may have no name
        return "command"


def _minute(at: object) -> str | None:
    return None if at is None else f"{at:%Y-%m-%d %H:%M}Z"
