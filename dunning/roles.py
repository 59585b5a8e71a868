"""Who may do what (R2): each role, and what it lets somebody see and do. One table, asked by every door.

What is asked of a case, or told to it, is named as its message is; what is no message has a name of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, get_args

Role = Literal["reader", "agent", "manager", "finance", "billing", "admin"]
Action = Literal[
    # Seen: all that people work with; or only what a billing system registers, and how its cases stand.
    "see", "look_up",
    # Talking with debtors, and what they say.
    "note", "call", "promise", "plan", "dispute", "hold", "release", "escalate", "dispose", "resend", "send_now",
    "attempt", "replied", "away", "complained", "opted_out", "contact", "customer_stop", "delivered", "bounced",
    "consent_withdrawn", "assign", "snooze",
    # Deciding.
    "resolve_dispute", "skip", "approve", "waive", "hand_off", "recall", "withdraw", "policy", "customer_release",
    "bulk",
    # Money.
    "payment_received", "payment_pending", "payment_failed", "payment_reversed", "reversal_lifted", "credit",
    "write_off",
    # Registering.
    "register", "open", "invoice_changed", "void", "method_added", "method_removed",
    # The product itself.
    "people", "keys", "system",
    # A demonstration.
    "move_time",
]  # fmt: skip

ROLES: Final[tuple[Role, ...]] = get_args(Role)
ACTIONS: Final[tuple[Action, ...]] = get_args(Action)

_SEES: Final[frozenset[Action]] = frozenset({"see", "look_up"})
_TALKS: Final[frozenset[Action]] = frozenset(
    {
        "note", "call", "promise", "plan", "dispute", "hold", "release", "escalate", "dispose", "resend", "send_now",
        "attempt", "replied", "away", "complained", "opted_out", "contact", "customer_stop", "delivered", "bounced",
        "consent_withdrawn", "assign", "snooze", "move_time",
    }
)  # fmt: skip
_DECIDES: Final[frozenset[Action]] = frozenset(
    {
        "resolve_dispute", "skip", "approve", "waive", "hand_off", "recall", "withdraw", "policy", "customer_release",
        "bulk",
    }
)  # fmt: skip
_BOOKS: Final[frozenset[Action]] = frozenset(
    {
        "payment_received", "payment_pending", "payment_failed", "payment_reversed", "reversal_lifted", "credit",
        "write_off", "dispose",
    }
)  # fmt: skip
_REGISTERS: Final[frozenset[Action]] = frozenset(
    {
        "look_up", "register", "open", "invoice_changed", "void", "contact", "method_added", "method_removed",
        "consent_withdrawn", "payment_received", "payment_pending", "payment_failed", "delivered", "bounced",
    }
)  # fmt: skip

MAY: Final[Mapping[Role, frozenset[Action]]] = {
    "reader": _SEES,
    "agent": _SEES | _TALKS,
    "manager": _SEES | _TALKS | _DECIDES,
    "finance": _SEES | _BOOKS,
    "billing": _REGISTERS,
    "admin": frozenset(ACTIONS),
}


def may(roles: Iterable[Role], action: Action) -> bool:
    """Whether one of these roles lets somebody do it (R2)."""
    return any(action in MAY[role] for role in roles)


def who_may(action: Action) -> tuple[Role, ...]:
    """The roles that let somebody do it, in their order."""
    return tuple(role for role in ROLES if action in MAY[role])


def roles_of(names: Iterable[str]) -> tuple[Role, ...]:
    """The roles of these names, each once and in their order. Raises `ValueError` that says what is allowed."""
    wanted = frozenset(names)
    unknown = sorted(wanted - frozenset(ROLES))
    if unknown or not wanted:
        found = ", ".join(unknown) or "none"
        raise ValueError(f"role: found {found}; allowed {', '.join(ROLES)}")
    return tuple(role for role in ROLES if role in wanted)
