"""What a decline means on a day: the one row that decides among all that were sent with it, and what follows (C2).

The order of precedence: a code that is *never again* for the method, whoever says it; a duplicate, which is looked up
first; an advice of the network, then one of the provider; the provider's own code; the network's; at last the row for
codes that the table does not list, which is vague or a fault of ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal

from dunning.rulebook.decline import FORESEEN, NEVER_ARRIVED, Codes, Reading
from dunning.rulebook.networks import family, is_debit
from dunning.rulebook.rows import Code, Kind, Scheme
from dunning.rulebook.scheme_codes import scheme_code
from dunning.rulebook.tables import TABLES
from dunning.value import value

PATIENCE: Final = timedelta(hours=72)  # after a code that wants a person of ours: nothing is tried blindly meanwhile
NEVER_CATEGORY: Final = 1  # Visa's: no further attempt
OURS: Final = {
    NEVER_ARRIVED: Code(NEVER_ARRIVED, "try_later", "the provider never saw it"),
    FORESEEN: Code(FORESEEN, "try_later", "foreseen to fail"),
}


@value
class Found:
    """A row and the table that it stands in."""

    scheme: Scheme | Literal["ours"]
    code: Code
    known: bool = True

    @property
    def name(self) -> str:
        """The row's name for ever: the table's and the code's."""
        return f"{self.scheme} {self.code.code}"


@lru_cache(maxsize=4096)
def read(network: str | None, codes: Codes, day: date) -> Reading:
    """Read a decline by the tables in force on `day`."""
    found = deciding(network, codes, day)
    row = found.code
    never = row.category(day) == NEVER_CATEGORY
    kind: Kind = "never_again" if never else row.kind
    wait = row.wait if kind == "try_later" else PATIENCE if kind == "operator" else timedelta()
    return Reading(kind, wait, found.name, row.meaning, review=row.review, known=found.known)


@lru_cache(maxsize=4096)
def deciding(network: str | None, codes: Codes, day: date) -> Found:
    """The row that decides."""
    if codes.code in OURS:
        return Found("ours", OURS[codes.code])
    said = list(_codes(network, codes))
    advised = list(_advice(codes))
    every = [*advised, *said]
    finished = next((one for one in every if is_never(one.code, day)), None)
    if finished is not None:
        return finished
    duplicate = next((one for one in said if one.code.kind == "look_first"), None)
    if duplicate is not None:
        return duplicate
    telling = [one for one in advised if not one.code.informational]
    return next(iter([*telling, *said, *advised]), _unknown(network))


@lru_cache(maxsize=4096)
def every_row(network: str | None, codes: Codes) -> tuple[Found, ...]:
    """All rows that a decline names, the deciding one among them."""
    return (*_advice(codes), *_codes(network, codes))


def is_never(row: Code, day: date) -> bool:
    """Whether the row forbids any further attempt by this method."""
    return row.kind == "never_again" or row.category(day) == NEVER_CATEGORY


def _advice(codes: Codes) -> Iterator[Found]:
    """The network's advice before the provider's; either may come in the one field that a provider has."""
    for advice in (codes.network_advice, codes.advice):
        if advice:
            digits = advice.isdigit()
            yield from _listed("mastercard_mac" if digits else "stripe_advice", advice.zfill(2) if digits else advice)


def _codes(network: str | None, codes: Codes) -> Iterator[Found]:
    """What was said, by the tables in which it can stand: a bank debit's scheme, the provider, the card network."""
    which = family(network)
    if is_debit(which):
        for code in (codes.network_code, codes.code):
            yield from _listed(which, scheme_code(which, code) if code else None)
    yield from _listed("stripe", codes.code)
    if which == "visa":
        for code in (codes.network_code, codes.code):
            yield from _listed("visa", code)


def _listed(scheme: Scheme, code: str | None) -> Iterator[Found]:
    row = TABLES[scheme].codes.get(code or "")
    if row is not None:
        yield Found(scheme, row)


def _unknown(network: str | None) -> Found:
    """The row for what no table lists: vague by a card, a fault of ours by a bank debit."""
    which = family(network)
    scheme: Scheme = which if is_debit(which) else "stripe"
    return Found(scheme, TABLES[scheme].unknown, known=False)
