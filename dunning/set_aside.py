"""A message that is set aside: why, and how it begins, stand in its place. The case puts it before a person (F6)."""

from __future__ import annotations

from typing import Any, Final

from pydantic_core import to_json

SHORT: Final = 300  # characters of a reason, and of what was sent
NAME: Final = 100  # characters of a message's name
_WHY: Final = "set_aside"


def set_aside(body: dict[str, Any], why: str) -> dict[str, Any]:
    """What is kept of a message that was too long to be kept whole, or that the store could not keep."""
    written = to_json(body, fallback=str, inf_nan_mode="strings")
    begins = written[:SHORT].decode(errors="replace")
    return {_WHY: shortened(why), "begins": begins, "bytes": len(written)}


def why_set_aside(body: dict[str, Any]) -> str | None:
    """Why it was set aside; None for any other message."""
    why = body.get(_WHY)
    return shortened(why) if isinstance(why, str) else None


def storable(value: Any) -> Any:
    """The same JSON value without the one character that a database does not keep."""
    match value:
        case str():
            return value.replace("\x00", "\ufffd")
        case list():
            return [storable(one) for one in value]
        case dict():
            return {storable(key): storable(one) for key, one in value.items()}
        case _:
            return value


def shortened(text: str, to: int = SHORT) -> str:
    """The text, or its beginning."""
    return text if len(text) <= to else f"{text[: to - 1]}…"
