"""`dunning people`: who may sign in, what each may do, and the link by which they come in."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import terminal
from cli.errands.sending import run
from cli.roles import read_roles
from cli.who import at_this_terminal

app = typer.Typer(help="People who work with it: add them, say what they may do.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="What they sign in with, such as ann; it stands on the journal.")]
Roles = Annotated[list[str], typer.Option("--role", help="What they may do, more than once for several roles.")]
Email = Annotated[str | None, typer.Option("--email", help="Their address: how a sign-in provider knows them.")]


@app.command("add")
def add(
    name: Name, *, role: Roles, email: Email = None, dry_run: terminal.DryRun = False, json: terminal.Json = False
) -> None:
    """Add a person, and print the link by which they set their password, once. Exit 1 if the name is taken."""
    said = {"name": name, "roles": read_roles(role), "email": email}
    run("people add", {**said, "by": at_this_terminal(), "dry_run": dry_run}, json=json)


@app.command("list")
def list_people(*, json: terminal.Json = False) -> None:
    """List everybody, with their roles and when they signed in last."""
    run("people list", {}, json=json)


@app.command("roles")
def roles(name: Name, *, role: Roles, dry_run: terminal.DryRun = False, json: terminal.Json = False) -> None:
    """Give a person other roles, in place of those they had. Exit 1 if there is no such person, or no admin left."""
    run(
        "people roles",
        {"name": name, "roles": read_roles(role), "by": at_this_terminal(), "dry_run": dry_run},
        json=json,
    )


@app.command("disable")
def disable(name: Name, *, dry_run: terminal.DryRun = False, json: terminal.Json = False) -> None:
    """Let a person in no more, and end their sessions. Exit 1 if there is no such person, or no admin left."""
    run("people disable", {"name": name, "by": at_this_terminal(), "dry_run": dry_run}, json=json)


@app.command("enable")
def enable(name: Name, *, dry_run: terminal.DryRun = False, json: terminal.Json = False) -> None:
    """Let a person in again who was disabled. Exit 1 if there is no such person."""
    run("people enable", {"name": name, "by": at_this_terminal(), "dry_run": dry_run}, json=json)


@app.command("reset")
def reset(name: Name, *, dry_run: terminal.DryRun = False, json: terminal.Json = False) -> None:
    """Print a link by which a person sets a new password, once, within a day. Exit 1 if there is no such person."""
    run("people reset", {"name": name, "by": at_this_terminal(), "dry_run": dry_run}, json=json)
