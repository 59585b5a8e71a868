"""What a command's exit code says, and the errors that carry one."""

from __future__ import annotations

import os
from collections.abc import Callable
from enum import IntEnum
from typing import Final

from dunning.errors import Conflict, DunningError, NotFound, Refused


class Exit(IntEnum):
    """The exit codes of every command."""

    DONE = 0
    NEGATIVE = 1  # the command worked, and its answer is no: a scenario failed, a policy has mistakes
    BAD_INPUT = 2
    MISSING = 3  # something that is needed is not there: a server, a database, a program
    FAULT = 70  # a mistake of ours
    INTERRUPTED = 130


class BadInput(DunningError):
    """What the user wrote cannot be used; nothing was changed."""


class Missing(DunningError):
    """Something that the command needs is not there; says what, and how to get it."""


class Failed(DunningError):
    """The process that was asked says that it failed, and with which exit code."""

    def __init__(self, why: str, code: Exit) -> None:
        """`why` as that process says it."""
        self.code = code
        super().__init__(why)


# By the name of the class, so that telling an error's code imports none of the modules that raise it.
_MISSING: Final = frozenset(
    {"ServerMissing", "ServerFailed", "FileInUse", "StorageError", "SearchAttributeConflict", "TemporalUnreachable",
     "Unanswered", "NeverAtRest", "LettersMissing"}
)  # fmt: skip
_GONE: Final = frozenset({"RPCError", "OperationalError"})  # a server that was there is not any more
DEBUG: Final = "DUNNING_LOG_LEVEL"
_ALL: Final = 100  # places of a fault


def code_of(error: DunningError) -> Exit:
    """The exit code that an error ends a command with."""
    if isinstance(error, Failed):
        return error.code
    names = {kind.__name__ for kind in type(error).__mro__}
    if isinstance(error, Missing) or names & _MISSING:
        return Exit.MISSING
    if isinstance(error, NotFound | Conflict | Refused) or "TimeIsReal" in names:
        return Exit.NEGATIVE
    return Exit.BAD_INPUT


def report_fault(fault: Exception, complain: Callable[[str], None]) -> Exit:
    """Tell of an exception that nobody meant to raise: its kind and its place, and each place where debugging is asked
    for. What it says may quote a debtor's data, and a service's stderr is its log.
    """
    from cli.log_discretion import kinds_of, places_of

    if type(fault).__name__ in _GONE:
        complain(f"{type(fault).__name__}: {' '.join(str(getattr(fault, 'orig', None) or fault).split())[:300]}")
        return Exit.MISSING
    if os.environ.get(DEBUG, "").lower() == "debug":
        complain(f"a fault of ours: {kinds_of(fault)} at {' > '.join(places_of(fault, _ALL))}")
    else:
        complain(f"a fault of ours: {kinds_of(fault)} at {places_of(fault)[-1]} ({DEBUG}=debug shows the way there)")
    return Exit.FAULT
