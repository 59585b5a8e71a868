"""Everybody who works here or did, as reminders reach them and pages name them."""

from __future__ import annotations

from adapters.escalations.queue import Colleague, Colleagues
from adapters.storage.access.people import PeopleBook


async def colleagues_of(people: PeopleBook) -> Colleagues:
    """By name."""
    return {one.name: Colleague(one.name, one.email, works=one.disabled_at is None) for one in await people.list()}
