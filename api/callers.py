"""Who asks, once they were let in, and whether they may do what they ask for (R2, R5): one answer for every door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from starlette.types import Scope

from api.problems import Problem
from dunning import roles as known_roles
from dunning.messages import AnyRequest, Dispose, Fact
from dunning.roles import Action, Role, who_may

DISPOSALS: Final[Mapping[str, Action]] = {"go_to": "skip", "hand_off": "hand_off", "write_off": "write_off"}
"""What the answer to a task is beside that."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A program with a key, or a person with a session of theirs, whose token `session` is."""

    name: str
    roles: tuple[Role, ...]
    kind: Literal["key", "person"] = "key"
    session: str | None = None

    @property
    def principal(self) -> str:
        """How the journal names who was let in, whoever a request says it is by (F6, R1)."""
        return f"{self.kind} {self.name}"


def caller_of(scope: Scope) -> Caller | None:
    """Who asks; None where nobody was let in, because the address is open to everybody."""
    found: Caller | None = scope.get("state", {}).get("caller")
    return found


def may(caller: Caller | None, action: Action) -> bool:
    """Whether they may do it. Nobody may do nothing."""
    return caller is not None and known_roles.may(caller.roles, action)


def allow(caller: Caller | None, *actions: Action) -> None:
    """Nothing, where they may do all of it. Raises `Problem`, a 403 that names the roles that may (R5)."""
    for action in actions:
        if not may(caller, action):
            raise not_permitted(caller.roles if caller else (), action)


def not_permitted(roles: tuple[Role, ...], *actions: Action) -> Problem:
    """What is said to somebody whose roles allow none of these actions."""
    wanted = dict.fromkeys(role for action in actions for role in who_may(action))
    found = ", ".join(roles) or "none"
    return Problem("not-permitted", f"role: found {found}; allowed {', '.join(wanted)}")


def asked_by(message: AnyRequest | Fact) -> tuple[Action, ...]:
    """What somebody does who asks a case for this, or tells it: an answer to a task is also what it answers with."""
    own: Action = message.name  # type: ignore[assignment] # each message that comes from outside is an action by its name
    if not isinstance(message, Dispose):
        return (own,)
    return own, *(action for field, action in DISPOSALS.items() if getattr(message, field) is not None)
