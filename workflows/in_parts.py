"""What a case has to write down, in parts that an activity can carry: Temporal fails one whose input is too big."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final, TypeVar

from pydantic_core import to_json

from dunning.session import Recording
from dunning.value import altered

MOST: Final = 256 * 1024  # bytes; the server warns from there on, and fails at 2 MB
ROOM: Final = 64 * 1024  # of these for what goes with every part
Item = TypeVar("Item")


def in_parts(one: Recording) -> tuple[Recording, ...]:
    """The same in one part, or in several: the messages, the journal, and last how the case then stands."""
    told, lines = list(_shared_out(one.told)), list(_shared_out(one.written.lines))
    changes = list(_shared_out(one.written.changes))
    if max(len(told), len(lines), len(changes)) <= 1 and _size((told, lines, changes)) <= MOST - ROOM:
        return (one,)
    first = [altered(one, told=some, written=replace(one.written, lines=(), changes=(), state=None)) for some in told]
    then = [altered(one, told=(), written=replace(one.written, lines=some, changes=(), state=None)) for some in lines]
    more = [altered(one, told=(), written=replace(one.written, lines=(), changes=some, state=None)) for some in changes]
    last = altered(one, told=(), written=replace(one.written, lines=(), changes=()))
    return (*first, *then, *more, last)


def _shared_out(items: Iterable[Item]) -> Iterator[tuple[Item, ...]]:
    """The items in their order, as many at a time as have room."""
    some: list[Item] = []
    size = 0
    for item in items:
        more = _size(item)
        if some and size + more > MOST - ROOM:
            yield tuple(some)
            some, size = [], 0
        some.append(item)
        size += more
    if some:
        yield tuple(some)


def _size(item: Any) -> int:
    return len(to_json(item, fallback=str))
