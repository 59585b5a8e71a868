"""Roles as they are written on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.exits import BadInput

if TYPE_CHECKING:
    from dunning.roles import Role


def read_roles(names: list[str]) -> tuple[Role, ...]:
    """The roles that `--role` names. Raises `BadInput` that says what is allowed."""
    from dunning.roles import roles_of

    try:
        return roles_of(names)
    except ValueError as error:
        raise BadInput(f"--{error}") from None
