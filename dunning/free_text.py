"""What people write in their own words: where a message has it, and the reference that travels in its place (O3).

A case hears that something was said, and whether the same was said before; the words stand in the store.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from dunning.messages import keyed_fingerprint

FREE_TEXT: Final = frozenset({"reason", "text"})
"""The fields of messages, and of what these hold, in which people write what they like."""
GONE: Final = "[removed]"
"""What is shown in the place of words that are not kept any more."""
_SIGN: Final = "text:"
_REFERENCE: Final = re.compile(f"{_SIGN}[0-9a-f]{{32}}")


def reference(text: str, key: bytes) -> str:
    """The same for the same text; nothing that tells the text to who has not the store's own `key`."""
    return _SIGN + keyed_fingerprint(_SIGN + text, key)


def is_reference(text: str) -> bool:
    """Whether this stands for a text that is kept elsewhere."""
    return _REFERENCE.fullmatch(text) is not None


def with_references(body: Mapping[str, Any], key: bytes) -> tuple[dict[str, Any], dict[str, str]]:
    """A message's body with a reference in the place of each free text, and these texts by their references."""
    texts: dict[str, str] = {}

    def put_aside(text: str) -> str:
        name = reference(text, key)
        texts[name] = text
        return name

    return with_free_text(body, put_aside), texts


def with_free_text(body: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """A message's body with each free text as `change` makes it. What is no text stays, and so does an empty one."""
    return {name: _changed(name, value, change) for name, value in body.items()}


def _changed(name: str, value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return with_free_text(value, change)
    return change(value) if name in FREE_TEXT and isinstance(value, str) and value else value


def references_in(value: Any) -> frozenset[str]:
    """The references in a text, or in the texts of lists and mappings, however deep."""
    match value:
        case str():
            return frozenset(_REFERENCE.findall(value)) if _SIGN in value else frozenset()
        case list() | tuple():
            return frozenset().union(*map(references_in, value))
        case dict():
            return frozenset().union(*map(references_in, value.values()))
        case _:
            return frozenset()


def in_words(value: Any, texts: Mapping[str, str]) -> Any:
    """The same value with the text of each reference in its place, and `GONE` for one that is not among the `texts`."""
    match value:
        case str():
            return _REFERENCE.sub(lambda found: texts.get(found[0], GONE), value) if _SIGN in value else value
        case list():
            return [in_words(one, texts) for one in value]
        case tuple():
            return tuple(in_words(one, texts) for one in value)
        case dict():
            return {name: in_words(one, texts) for name, one in value.items()}
        case _:
            return value
