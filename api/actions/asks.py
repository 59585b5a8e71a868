"""A field of an action's form: its words, and where what may be chosen comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

from api.actions.widgets import WidgetKind
from dunning.roles import Action as Right

# What stands in the case and may be chosen of it, and what of a customer.
ThingsOfCase = Literal[
    "steps",
    "notices sent",
    "next notice",
    "holds",
    "disputes",
    "tasks",
    "calls",
    "approvals",
    "methods",
    "policies",
    "charges",
    "payments",
]
ThingsOfCustomer = Literal["people", "own methods"]
Things = ThingsOfCase | ThingsOfCustomer
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
NO_RIGHTS: Final[Mapping[str, Right]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Ask:
    """`name` is a field of the body, or of the form alone. `words` are the answers to choose among, each in words;
    `things` are offered to be chosen, `suggests` only proposed.

    `rights` names for some answers what one has to be allowed for them (R2): to nobody else are they offered.

    One that belongs to some answers `only` is asked with them, and has to be filled in with those that are
    `needed_with` it. `kind` is said where the body's shape does not: of a field of the form alone, or of a day for a
    moment. Nobody is asked what the page itself knows.
    """

    name: str
    label: str
    hint: str = ""
    words: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    rights: Mapping[str, Right] = field(default_factory=lambda: NO_RIGHTS)
    things: Things | None = None
    suggests: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    needed_with: tuple[str, ...] = ()
    kind: WidgetKind | None = None
    needed: bool | None = None
    is_asked: bool = True


def chooses(
    name: str, label: str, words: Mapping[str, str], hint: str = "", *, rights: Mapping[str, Right] = NO_RIGHTS
) -> Ask:
    """One of a few answers, on which the other fields of the form may depend."""
    return Ask(name, label, hint, words=MappingProxyType(dict(words)), rights=rights, kind="one-of", needed=True)


BY: Final = Ask("by", "By", needed=True, is_asked=False)
"""Whose wish it is: nobody is asked, for who sends the form has signed in (R1)."""
