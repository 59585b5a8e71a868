"""Everything that stops us, as one small tree: catch `DunningError` and no fault of ours slips through beside it.

A business answer (declined, bounced, already paid) is a value, never one of these.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

MOST_MISTAKES: Final = 100  # of one text; who reads them mends the first ones first


class DunningError(Exception):
    """The root: everything that this product raises on purpose."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in what somebody wrote: where it stands, what was found there and what is allowed.

    `place` is a path such as `steps[2].do[0].notify.by`, empty for the whole; `line` counts from 1.
    """

    place: str
    line: int | None
    found: str
    allowed: str

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}found {self.found}; allowed {self.allowed}"


def capped(found: list[Mistake]) -> list[Mistake]:
    """The first of many mistakes, and that there are more."""
    if len(found) <= MOST_MISTAKES:
        return found
    more = Mistake("", None, f"more mistakes than these {MOST_MISTAKES}", "none; mend these first")
    return [*found[:MOST_MISTAKES], more]


def as_path(parts: Iterable[str | int]) -> str:
    """A path as a `Problem` shows it: ("steps", 2, "do", 0) is `steps[2].do[0]`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).removeprefix(".")


class FileMistake(DunningError):
    """A file, or a text in its stead, that cannot be used; all its problems at once, one a line."""

    def __init__(self, file: str, problems: Iterable[Mistake]) -> None:
        """`file` is the name that its author knows it by."""
        self.file = file
        self.problems: tuple[Mistake, ...] = tuple(problems)
        super().__init__(file, self.problems)

    def __str__(self) -> str:
        return "\n".join(f"{self._at(problem)} {problem}" for problem in self.problems)

    def _at(self, problem: Mistake) -> str:
        return f"{self.file}:" if problem.line is None else f"{self.file}:{problem.line}:"


class PolicyError(FileMistake):
    """A policy that cannot be used, or policies that cannot be used together."""


class ScenarioError(FileMistake):
    """A scenario that cannot be told."""


RefusalReason = tuple[str, str]  # the number of the rule that refuses, and why it does


class Refused(DunningError):
    """A request that the rules do not allow now; nothing was changed."""

    def __init__(self, request: str, reason: str, rule: str) -> None:
        """`rule` is the number of the rule that refuses, such as A1."""
        self.request = request
        self.reason = reason
        self.rule = rule
        super().__init__(request, reason, rule)

    def __str__(self) -> str:
        return f"{self.request} refused: {self.reason} ({self.rule})"


class NotAllowed(DunningError, ValueError):
    """What was found at a place and what is allowed there. A `ValueError` too, so that a model names its field."""

    def __init__(self, place: str, found: str, allowed: str) -> None:
        """`place` is empty where there is none to name."""
        self.place = place
        self.found = found
        self.allowed = allowed
        super().__init__(place, found, allowed)

    def __str__(self) -> str:
        return str(Mistake(self.place, None, self.found, self.allowed))


class MoneyError(NotAllowed):
    """An amount or a currency that is none."""


class NotFound(DunningError):
    """What was asked for is not there."""


class Conflict(DunningError):
    """What was asked for contradicts what is already there."""


class ProviderRefused(DunningError):
    """A payment provider did nothing with a call: a wrong key, a missing right, too many requests, nobody there."""


class NotTaken(DunningError):
    """The channel did not take the notice, and it is certain that it did not: trying again can make no second one.

    `lasting` says that a later try will fail in the same way until somebody changes our settings or the message;
    `for_everybody` that the channel was asked nothing about this notice yet, and would have refused any other.
    """

    def __init__(self, why: str, *, lasting: bool = False, for_everybody: bool = False) -> None:
        """`why` names what was asked of the channel and how it answered."""
        self.why = why
        self.lasting = lasting
        self.for_everybody = for_everybody
        super().__init__(why)


class NotYet(DunningError):
    """A notice may not leave yet, and nothing of it did: something that it has to say is not set by the creditor (M1).

    Trying again soon changes nothing; a person has to.
    """

    def __init__(self, lack: tuple[str, ...]) -> None:
        """`lack` names the settings, such as creditor.address."""
        self.lack = lack
        super().__init__(lack)

    def __str__(self) -> str:
        return f"not set: {', '.join(self.lack)}"


class NotItsTurn(DunningError):
    """A notice of the customer's goes along with another case's message, or after it: in a moment it is known (N5)."""

    def __init__(self, invoice: str, other: str) -> None:
        """`other` is the invoice whose case sends the message."""
        super().__init__(f"{invoice}: the message of {other} goes first")


class FateUnknown(DunningError):
    """The channel may have taken the notice or not: the answer to the last word was lost."""

    def __init__(self, why: str) -> None:
        """`why` names what was asked of the channel and what happened then."""
        self.why = why
        super().__init__(why)
