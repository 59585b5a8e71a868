"""Who works in the demonstration: the link signs in as the first of them, and each page lets one go on as another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from adapters.storage.access.people import PeopleBook
from dunning.roles import Role

DEMO_PEOPLE: Final[Mapping[str, Role]] = {"ann": "agent", "mark": "manager", "fiona": "finance", "ada": "admin"}


async def add_demo_people(people: PeopleBook, at: datetime) -> None:
    """Add those who are not there; none of them has a password, so nobody else can sign in as one."""
    known = {one.name for one in await people.list()}
    for name, role in DEMO_PEOPLE.items():
        if name not in known:
            await people.add(name, (role,), at, "demo")


def people_in_words() -> str:
    """Who they are, and how one goes on as another."""
    first, *others = (f"{name} ({role})" for name, role in DEMO_PEOPLE.items())
    return f"you are {first}; each page lets you be {', '.join(others[:-1])} or {others[-1]}"
