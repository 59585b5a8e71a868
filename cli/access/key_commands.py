"""`dunning keys`: make, list, renew and revoke the keys of the API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from cli import terminal
from cli.errands.sending import run
from cli.roles import read_roles

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
def create(
    name: Name, *, role: Roles = None, ends: Ends = None, dry_run: terminal.DryRun = False, json: terminal.Json = False
) -> None:
    """Make a key and print it, for the only time. Exit 1 if the name was used before."""
    roles = read_roles(role or ["billing"])
    run(
        "keys create",
        {"name": name, "roles": roles, "ends": ends and f"{ends:%Y-%m-%d}", "dry_run": dry_run},
        json=json,
    )


@app.command("list")
def list_keys(*, json: terminal.Json = False) -> None:
    """List the keys; what they are is not kept, only how to recognise them."""
    run("keys list", {}, json=json)


@app.command("rotate")
def rotate(name: Name, *, overlap: Overlap = 24, dry_run: terminal.DryRun = False, json: terminal.Json = False) -> None:
    """Print a new key of the same name and roles; the one before opens for a while more. Exit 1 if none opens."""
    run("keys rotate", {"name": name, "overlap": overlap, "dry_run": dry_run}, json=json)


@app.command("revoke")
def revoke(name: Name, *, dry_run: terminal.DryRun = False, json: terminal.Json = False) -> None:
    """Let a key open nothing any more. Exit 1 if there is none of that name."""
    run("keys revoke", {"name": name, "dry_run": dry_run}, json=json)
