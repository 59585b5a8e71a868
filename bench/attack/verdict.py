"""How an attack says that its sentence does not hold."""

from __future__ import annotations

from typing import Final

_LONGEST: Final = 600


class Broken(Exception):
    """The sentence does not hold; the exception says what was found instead."""


def must(holds: object, found: object) -> None:
    """Raise `Broken` with what was found unless it holds."""
    if not holds:
        raise Broken(str(found)[:_LONGEST])


def must_be(found: object, wanted: object, about: str) -> None:
    """Raise `Broken` unless the two are equal."""
    must(found == wanted, f"{about}: found {found!r}, not {wanted!r}")
