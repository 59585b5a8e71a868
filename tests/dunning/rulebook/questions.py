"""Questions for the rule book, and attempts that were made before: a test names only what it is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from hypothesis import strategies as st

from dunning.rulebook.asked import Wanted
from dunning.rulebook.decline import Codes
from dunning.rulebook.history import Tried
from dunning.rulebook.limits import LIMITS
from dunning.rulebook.rows import Limit
from dunning.rulebook.tables import TABLES

NOON: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)  # a Tuesday on which every bank works
BY_ID: Final = {limit.id: limit for limit in LIMITS}
NETWORKS: Final = ("visa", "mastercard", "amex", "us_bank_account", "sepa_debit", "bacs_debit", None)
COUNTRIES: Final = ("NL", "US", "CA", "BR", "GB", None)


def wanted(at: datetime = NOON, **more: Any) -> Wanted:
    """An attempt on a Visa card, for 100 euros."""
    asked = {"invoice": "INV-1", "method": "m1", "amount": 100_00, "currency": "EUR", "network": "visa", **more}
    return Wanted(at, at.date(), **asked)


def declined(code: str | None = "insufficient_funds", at: datetime = NOON, **more: Any) -> Tried:
    """A decline; `advice`, `network_code` and `network_advice` come with its code."""
    names = ("advice", "network_code", "network_advice")
    said = {name: more.pop(name) for name in names if name in more}
    codes = None if code is None else Codes(code, **said)
    made = {"invoice": "INV-1", "method": "m1", "amount": 100_00, "currency": "EUR", "state": "declined"}
    return Tried(at, **{**made, "codes": codes, **more})


def approved(at: datetime, **more: Any) -> Tried:
    return declined(None, at, state="approved", **more)


def row(name: str) -> Limit:
    return BY_ID[name]


def chain(number: int, code: str | None = "insufficient_funds", *, ends: datetime = NOON, **more: Any) -> list[Tried]:
    """So many declines, a minute apart, the last of them a minute before `ends`."""
    return [declined(code, ends - timedelta(minutes=left), **more) for left in range(number, 0, -1)]


_CODES: Final = sorted({code for table in TABLES.values() for code in table.codes} | {"never_heard_of"})
_ADVICE: Final = sorted({*TABLES["mastercard_mac"].codes, *TABLES["stripe_advice"].codes})
# Every code, and again those that a method may be tried with: a history that goes on is the more telling one.
_SOFT: Final = (
    "insufficient_funds",
    "do_not_honor",
    "never_heard_of",
    "R01",
    "R09",
    "AM04",
    "0",
    "51",
    "try_again_later",
)
_SAID: Final = st.builds(
    Codes,
    st.sampled_from(_SOFT) | st.sampled_from(_CODES),
    advice=st.none() | st.sampled_from(_ADVICE),
    network_code=st.none() | st.sampled_from(_CODES),
    network_advice=st.none() | st.sampled_from(_ADVICE),
)
_AGO: Final = st.builds(timedelta, days=st.sampled_from((0, 0, 1, 9, 14, 30, 42, 200)), minutes=st.integers(0, 3_000))


@st.composite
def questions(draw: st.DrawFn) -> Wanted:
    """An attempt on any day on which a row begins or ends, by any network and in any country."""
    days = {day for limit in LIMITS for day in (limit.valid_from, limit.valid_to) if day is not None}
    day = draw(st.sampled_from(sorted(days))) + timedelta(days=draw(st.sampled_from((0, 1, 20))))
    at = datetime(day.year, day.month, day.day, draw(st.integers(0, 23)), tzinfo=UTC)
    return wanted(
        at, network=draw(st.sampled_from(NETWORKS)), country=draw(st.sampled_from(COUNTRIES)),
        provider=draw(st.sampled_from((None, "stripe"))), by_customer=draw(st.booleans()),
    )  # fmt: skip


@st.composite
def histories(draw: st.DrawFn, before: datetime) -> list[Tried]:
    """Attempts before a moment; some of them in bursts, so that the higher limits are reached as well."""
    made: list[Tried] = []
    for one in draw(st.lists(tried(before), max_size=6)):
        often = draw(st.sampled_from((1, 1, 2, 11, 22, 36)))
        made += [one] * often
    return made


@st.composite
def tried(draw: st.DrawFn, before: datetime, *, declined_only: bool = False) -> Tried:
    states = ("declined",) if declined_only else ("declined", "declined", "declined", "open", "approved")
    state = draw(st.sampled_from(states))
    return declined(
        at=before - draw(_AGO),
        invoice=draw(st.sampled_from(("INV-1", "INV-1", "INV-2"))),
        method=draw(st.sampled_from(("m1", "m1", "m2"))),
        amount=draw(st.sampled_from((100_00, 100_00, 50_00))),
        state=state,
        codes=draw(st.none() | _SAID) if state == "declined" else None,
        by_customer=draw(st.sampled_from((False, False, True))),
    )
