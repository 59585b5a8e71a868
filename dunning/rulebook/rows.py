"""What the rows of the rule book say: a decline code and what to do about it, and a limit on repeating an attempt.

A row is in force on a day from `valid_from` to the day before `valid_to`. A row that changed is ended and followed by
another one, never edited: what was decided under it stays explainable.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

Scheme = Literal["stripe", "stripe_advice", "mastercard_mac", "visa", "ach", "sepa_dd", "bacs"]
Kind = Literal["try_later", "ask_customer", "never_again", "look_first", "operator"]
Tell = Literal["generic", "new_method", "authenticate", "none"]
Basis = Literal["network", "scheme", "provider", "policy"]
Scope = Literal["method", "amount", "invoice"]  # all attempts are of one merchant: this installation


@dataclass(frozen=True, slots=True)
class Code:
    """A decline, advice or return code of one scheme, and what a dunning system does about it.

    `wait` counts for `try_later` only, and `waits_by_scheme` says that the scheme asks for it. `tell` is what the
    customer may be told, with `mask` never the reason. `review` wants a person's eyes, `updater` the card updater's
    first. `at_most` is our own budget for this code on one method of one invoice. `informational` rows count only
    where nothing else is known. `categories` are Visa's, each from a day on; in some regions it is another one.
    `by_bank_country` is the kind for payers whose bank is in that country, with `wait` if they try later. `verified`
    False: from memory, not seen at the source.
    """

    code: str
    kind: Kind
    meaning: str
    wait: timedelta = timedelta()
    waits_by_scheme: bool = False
    tell: Tell = "none"
    mask: bool = False
    review: bool = False
    updater: bool = False
    informational: bool = False
    terminal_only: bool = False
    at_most: int | None = None
    categories: tuple[tuple[date, int], ...] = ()
    category_in_region: tuple[tuple[str, int], ...] = ()
    by_bank_country: tuple[tuple[str, Kind], ...] = ()
    verified: bool = True
    source: str = ""
    note: str = ""

    def category(self, day: date) -> int | None:
        """Visa's category on that day; None where the code has none."""
        for since, number in reversed(self.categories):
            if since <= day:
                return number
        return None


@dataclass(frozen=True, slots=True)
class CodeTable:
    """All codes of a scheme; `unknown` is how a code is read that it does not list."""

    scheme: Scheme
    name: str
    field: str
    source: str
    unknown: Code
    codes: dict[str, Code]


@dataclass(frozen=True, slots=True)
class Window:
    """The time within which attempts are counted: rolling back from now, or on from the first attempt.

    `months` (1 to 11) makes it end after so many calendar months where that is earlier than `length`.
    """

    length: timedelta
    kind: Literal["rolling", "from_original"] = "rolling"
    months: int | None = None

    def end(self, first: datetime) -> datetime:
        """When a window ends that began with the first attempt; 31 January and a month is the last of February."""
        after = first + self.length
        return after if self.months is None else min(after, _months_on(first, self.months))


def _months_on(first: datetime, months: int) -> datetime:
    years, month = divmod(first.month - 1 + months, 12)
    year = first.year + years
    return first.replace(year=year, month=month + 1, day=min(first.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Limit:
    """How often an attempt may be repeated: at most `most` in the `window`, among those that share the `scope`.

    It applies after a decline whose code is one of `codes`, none of `but_codes` and in one of Visa's `categories`,
    as far as these are given. `most` None: no number is published, only the window binds. `separate` counts attempts
    that a customer started and those that we started apart, also where only ours are limited. `binds` False: kept for
    its source and shown, not enforced; `note` says why. `start_known` False: `valid_from` is from memory.
    """

    id: str
    networks: tuple[str, ...]
    most: int | None
    counts: Literal["reattempts", "declines"]
    scope: tuple[Scope, ...]
    source: str
    valid_from: date
    valid_to: date | None = None
    window: Window | None = None
    codes: tuple[str, ...] = ()
    but_codes: tuple[str, ...] = ()
    categories: tuple[int, ...] = ()
    regions: tuple[str, ...] = ()
    basis: Basis = "network"
    provider: str | None = None
    separate: bool = False
    start_known: bool = True
    binds: bool = True
    fee: str = ""
    fee_source: str = ""
    note: str = ""

    def in_force(self, day: date) -> bool:
        """Whether the row counts on this day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def in_reach(self, attempts: int) -> bool:
        """Whether so few attempts can use it up; a window from the first of them ends whatever their number."""
        if self.window is not None and self.window.kind == "from_original":
            return True
        return attempts >= (self.most or 0)


@dataclass(frozen=True, slots=True)
class TakeBack:
    """How long a payment that looked final can still be taken back, and by whom.

    `within` is a length of time, `without end` or `not at all`. `valid_from` is from memory in every row so far;
    `verified` False: so is the rest.
    """

    id: str
    network: str
    variant: str
    who: str
    reason: str
    within: str
    source: str
    valid_from: date
    verified: bool = True
    note: str = ""
