"""The page on roles, made from the code that asks them: `python -m tests.docs.roles_page` writes it anew."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from api.permissions import OPEN, ROUTES, roles_in
from dunning.roles import ACTIONS, MAY, ROLES, Role
from tests.docs.pages import DOCS

PATH: Final = DOCS / "reference" / "roles.md"

HEAD: Final = """\
# Roles

What a key or a person may see and do (rules [R1 to R5](rules.md#people)). Each has one role or several, and may do what
any of them allows. Whoever may not is answered 403, `not-permitted`, with the roles that may, and nothing is changed:
at every address of the API, on every page, behind every link. Whoever reaches Temporal itself is asked nothing: keep it
to admins.

| role | for whom |
|---|---|
| `reader` | who looks on: sees everything but people and keys |
| `agent` | who talks with debtors: calls, promises, plans, disputes that are opened, holds, escalations, tasks |
| `manager` | who also decides: disputes answered, skips, approvals, hand-off, recall, changes of policy, stops lifted |
| `finance` | who books: payments, reversals, credits, write-offs |
| `billing` | machines: registers customers, invoices and payments, opens cases, and reads back what it registered |
| `admin` | who also keeps people and keys; may do everything |

A billing system that also tells of credit notes and reversals has `billing` and `finance`.

The answer to a task is also what it answers with: `go_to` needs a role that may skip too, `hand_off` one that may hand
off, `write_off` one that may write off.

This page is made from `dunning/roles.py` and `api/permissions.py`. `python -m tests.docs.roles_page` writes it anew.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_actions(), "", *_addresses(), ""])


def _actions() -> Iterable[str]:
    yield "## Actions"
    yield ""
    yield "Named as the [messages](messages.md) are, where they are one."
    yield ""
    yield from _header("action")
    for action in ACTIONS:
        yield _row((f"`{action}`",), [role for role in ROLES if action in MAY[role]])


def _addresses() -> Iterable[str]:
    yield "## Addresses"
    yield ""
    yield (
        "`GET` stands for `HEAD` too. An address that is open to everybody needs no role; some of those want a "
        "signature or a link."
    )
    yield ""
    yield from _header("address")
    for (method, route), entry in ROUTES.items():
        if entry != OPEN:
            yield _row((f"`{method} {route}`",), roles_in(entry))
    yield ""
    yield (
        "Open: " + ", ".join(f"`{method} {route}`" for (method, route), entry in ROUTES.items() if entry == OPEN) + "."
    )


def _header(first: str) -> Iterable[str]:
    yield f"| {first} | {' | '.join(ROLES)} |"
    yield "|---" * (len(ROLES) + 1) + "|"


def _row(first: tuple[str, ...], roles: Iterable[Role]) -> str:
    cells = ["yes" if role in set(roles) else "" for role in ROLES]
    return f"| {' | '.join((*first, *cells))} |".replace("|  |", "| |").replace("|  |", "| |")


if __name__ == "__main__":
    PATH.write_text(page(), encoding="utf-8")
