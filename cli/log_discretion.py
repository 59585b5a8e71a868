"""What may stand on a log: what happened and where, and nothing that names or reaches a person.

Libraries quote what they were given, in warnings and in the words of exceptions: of these the kind and the place stay.
"""

from __future__ import annotations

import re
import sys
import traceback
import warnings
from collections.abc import MutableMapping
from pathlib import PurePath
from typing import Any, Final

import structlog

_LOG: Final = structlog.get_logger("dunning")
_LONGEST: Final = 300  # characters of what a library says
_FRAMES: Final = 4
_ADDRESS: Final = re.compile(r"[^\s@<>\"'(),;:=\[\]]+@[^\s@<>\"'(),;:=\[\]]+")
_NUMBER: Final = re.compile(
    r"\+[0-9][0-9 ()./-]{6,}[0-9]|\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){3,}(?: ?[A-Z0-9]{1,3})?\b"
)

Event = MutableMapping[str, Any]


def without_the_words_of_errors(_logger: object, _method: str, event: Event) -> Event:
    """An exception as its kind, what caused it, and the place where it was raised."""
    found = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["error"] = kinds_of(error)
        event["at"] = places_of(error)
    return event


def cut_short(_logger: object, _method: str, event: Event) -> Event:
    """What a library says: its first line, for what follows repeats what it was given."""
    event["event"] = str(event["event"]).partition("\n")[0][:_LONGEST]
    return event


def without_addresses(_logger: object, _method: str, event: Event) -> Event:
    """The last guard: e-mail addresses, telephone numbers and IBANs go, whoever put them there."""
    return {name: _hidden(value) for name, value in event.items()}


def tell_warnings_of_python() -> None:
    """Let warnings of Python go to the log, by their kind and their place."""
    warnings.showwarning = _told


def _told(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: object = None,
    line: str | None = None,
) -> None:
    del message, file, line  # it quotes values
    _LOG.warning("a warning of Python", kind=category.__name__, at=f"{PurePath(filename).name}:{lineno}")


def _hidden(value: object) -> object:
    match value:
        case str():
            return _NUMBER.sub("[number]", _ADDRESS.sub("[address]", value))
        case list() | tuple():
            return [_hidden(one) for one in value]
        case dict():
            return {key: _hidden(one) for key, one in value.items()}
        case _:
            return value


def kinds_of(error: BaseException) -> str:
    """What kind of exception it is, and what caused it, without their words."""
    return " from ".join(type(one).__name__ for one in _chain(error))


def places_of(error: BaseException, most: int = _FRAMES) -> list[str]:
    """The last places that it passed, the innermost last, as `file.py:12`."""
    frames = traceback.extract_tb(error.__traceback__)[-most:]
    return [f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in frames]


def _chain(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    now: BaseException | None = error
    while now is not None and now not in found:
        found.append(now)
        now = now.__cause__ or (None if now.__suppress_context__ else now.__context__)
    return found
