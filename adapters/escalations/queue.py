"""A queue of tasks: who looks after it, and whom an escalation reaches (H6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

MANAGER_FROM: Final = 2  # the first lateness reminds the owner alone


@dataclass(frozen=True, slots=True)
class Queue:
    """People are named as they sign in. The addresses are secrets of ours or of colleagues: no log shows them."""

    name: str
    owner: str | None = None
    stand_in: str | None = None
    manager: str | None = None
    mail: str | None = field(default=None, repr=False)
    webhook: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works here, or did: then `works` is false."""

    name: str
    email: str | None = field(default=None, repr=False)
    works: bool = True


Colleagues = Mapping[str, Colleague]  # by name


def owner_of(queue: Queue | None, colleagues: Colleagues, assigned: str | None = None) -> str | None:
    """Who looks after a task of this queue: whom its customer is assigned to, else the queue's owner.

    Somebody whose account is disabled is passed over, and the stand-in takes their place; None where nobody is named.
    """
    named = (assigned, queue.owner, queue.stand_in) if queue else (assigned,)
    return next((name for name in named if name and _works(colleagues, name)), None)


def reached_by(queue: Queue, colleagues: Colleagues, times: int, assigned: str | None = None) -> tuple[str, ...]:
    """Whom the `times`-th escalation of a task reaches: the owner, from the second time on the manager as well.

    Where there is no owner the manager is told at once.
    """
    owner = owner_of(queue, colleagues, assigned)
    manager = queue.manager if queue.manager and _works(colleagues, queue.manager) else None
    told = (owner, manager) if times >= MANAGER_FROM or owner is None else (owner,)
    return tuple(dict.fromkeys(name for name in told if name))


def _works(colleagues: Colleagues, name: str) -> bool:
    known = colleagues.get(name)
    return known is not None and known.works
