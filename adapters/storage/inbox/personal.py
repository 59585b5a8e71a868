"""What of a message is about a person: addresses and free text, which go some time after a case has ended.

A reference to free text stays: it says nothing once the words are gone, and the case knows the message by it (P1).
"""

from __future__ import annotations

from typing import Any, Final

from dunning.free_text import FREE_TEXT, GONE, is_reference
from dunning.messages import ADDRESSES, Message

_PERSONAL: Final = ADDRESSES | FREE_TEXT
_PLAIN: Final = frozenset({"id", "at"})  # of a message that is not understood


def is_personal(body: dict[str, Any], message: Message | None) -> bool:
    """Whether there is something to take out. `message` is None where the body is not understood."""
    return without_the_personal(body, message) != body


def without_the_personal(body: dict[str, Any], message: Message | None) -> dict[str, Any]:
    """The body with `GONE` in the place of each; of one that is not understood its id and its moment stay."""
    if message is None:
        return {name: value if name in _PLAIN else GONE for name, value in body.items()}
    return {name: _without(name, value) for name, value in body.items()}


def as_far_as_kept(body: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
    """The body with `GONE` wherever what was kept of it has that, so that the two can be compared."""
    return {name: _as_kept(value, kept.get(name)) for name, value in body.items()}


def _without(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {inner: _without(inner, one) for inner, one in value.items()}
    return GONE if name in _PERSONAL and value and not (isinstance(value, str) and is_reference(value)) else value


def _as_kept(value: Any, kept: Any) -> Any:
    if isinstance(value, dict) and isinstance(kept, dict):
        return as_far_as_kept(value, kept)
    return GONE if kept == GONE else value
