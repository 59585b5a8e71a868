"""Who works in the demonstration: the link signs in as the first of them, and each page lets one go on as another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from adapters.settings.queues import QueueSettings
from adapters.storage.access.people import PeopleBook
from dunning.roles import Role

DEMO_PEOPLE: Final[Mapping[str, Role]] = {"ann": "agent", "mark": "manager", "fiona": "finance", "ada": "admin"}

_LOOKED_AFTER: Final = QueueSettings(owner="ann", manager="mark")
DEMO_QUEUES: Final[Mapping[str, QueueSettings]] = {
    "approvals": QueueSettings(owner="mark", manager="ada"),
    "finance": QueueSettings(owner="fiona", manager="mark"),
    "system": QueueSettings(owner="ada"),
    **dict.fromkeys(
        (
            "account-managers", "collections", "customer-care", "customer-success", "disputes", "project-leads",
        ),
        _LOOKED_AFTER,
    ),
}  # fmt: skip
"""Who looks after which tasks there."""


async def add_demo_people(people: PeopleBook, at: datetime) -> None:
    """Add those who are not there; none of them has a password, so nobody else can sign in as one."""
    known = {one.name for one in await people.list()}
    for name, role in DEMO_PEOPLE.items():
        if name not in known:
            await people.add(name, (role,), at, "demo", email=f"{name}@northwind.example")


def people_in_words() -> str:
    """Who they are, and how one goes on as another."""
    first, *others = (f"{name} ({role})" for name, role in DEMO_PEOPLE.items())
    return f"you are {first}; each page lets you be {', '.join(others[:-1])} or {others[-1]}"
