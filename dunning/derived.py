"""What is worked out from a case: once, and again only when a field that it comes from has changed.

A case is asked the same questions many times in a turn: what is left to pay, which day it is, when the next step is
ready. Each answer says from which fields it comes; a copy of the case with other fields changed keeps it. What every
turn asks is worked out at once and stands beside the fields (`kept_from`), anything else at the first look.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any, Final, Generic, TypeVar, overload

Value = TypeVar("Value")
Owner = TypeVar("Owner")
Kept = tuple[str, Callable[[Any], Any]]  # an answer's name, and what works it out

OUTDATED_BY: Final[dict[str, list[str]]] = {}
"""For each field the names of the answers that come from it."""

KEPT: Final[dict[str, Callable[[Any], Any]]] = {}
"""The answers that are worked out at once, in their order: each may look at those before it."""


class Derived(Generic[Owner, Value]):
    """An attribute worked out at the first look. Its answer stands there from then on: the next look calls nothing."""

    def __init__(self, make: Callable[[Owner], Value]) -> None:
        """`make` works it out; its docstring is the attribute's."""
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, owner: None, kind: type[Owner]) -> Derived[Owner, Value]: ...
    @overload
    def __get__(self, owner: Owner, kind: type[Owner]) -> Value: ...
    def __get__(self, owner: Any, kind: Any = None) -> Any:
        """The answer, kept in the owner's own dictionary, where Python looks first from now on."""
        if owner is None:
            return self
        value = owner.__dict__[self._name] = self._make(owner)
        return value


def derived_from(*names: str) -> Callable[[Callable[[Owner], Value]], Derived[Owner, Value]]:
    """Mark a method as an attribute that is worked out from these fields alone."""

    def mark(make: Callable[[Owner], Value]) -> Derived[Owner, Value]:
        _note(make.__name__, names)
        return Derived(make)

    return mark


def kept_from(*names: str) -> Callable[[Callable[[Owner], Value]], Derived[Owner, Value]]:
    """Mark a method as an attribute that is worked out from these fields alone, as soon as they are known."""

    def mark(make: Callable[[Owner], Value]) -> Derived[Owner, Value]:
        KEPT[make.__name__] = make
        return derived_from(*names)(make)

    return mark


def keeps(kind: type[Owner]) -> type[Owner]:
    """Take what its values keep off the class: Python reads an attribute far quicker that its class does not have."""
    for name in KEPT:
        delattr(kind, name)
    return kind


def remembered(*names: str) -> Callable[[Callable[[Owner], Value]], Callable[[Owner], Value]]:
    """Mark a function of a case as one whose answer comes from these fields alone."""

    def mark(make: Callable[[Owner], Value]) -> Callable[[Owner], Value]:
        name = f"{make.__module__}.{make.__qualname__}"
        _note(name, names)

        @wraps(make)
        def remembering(owner: Owner) -> Value:
            known: dict[str, Value] = owner.__dict__
            if name not in known:
                known[name] = make(owner)
            return known[name]

        return remembering

    return mark


def _note(answer: str, names: tuple[str, ...]) -> None:
    outdated.cache_clear()
    for name in names:
        OUTDATED_BY.setdefault(name, []).append(answer)


@cache
def outdated(*names: str) -> tuple[tuple[str, ...], tuple[Kept, ...]]:
    """What a change of these fields makes untrue: answers to be forgotten, and those to be worked out anew.

    Raises `TypeError` for a name that is no field.
    """
    unknown = ", ".join(name for name in names if name not in OUTDATED_BY)
    if unknown:
        msg = f"Case: found {unknown}; allowed {', '.join(sorted(OUTDATED_BY))}"
        raise TypeError(msg)
    every = {answer for name in names for answer in OUTDATED_BY[name]}
    return tuple(every - KEPT.keys()), tuple((name, make) for name, make in KEPT.items() if name in every)
