"""How often an attempt may be repeated: the dated limits of networks, schemes and providers, counted over all cases."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from dunning.rulebook.asked import Verdict, Wanted
from dunning.rulebook.decline import Codes
from dunning.rulebook.history import Tried, since_the_last_success
from dunning.rulebook.limits import LIMITS
from dunning.rulebook.networks import Network, family, is_debit
from dunning.rulebook.reading import every_row
from dunning.rulebook.rows import Limit, Window


def spent(wanted: Wanted, history: list[Tried]) -> Verdict | None:
    """The verdict of the first limit that is used up, by the rows in force on the day of the attempt."""
    for limit in binding(family(wanted.network), wanted.provider, wanted.country, wanted.day):
        verdict = _spent(limit, wanted, history) if limit.in_reach(len(history)) else None
        if verdict is not None:
            return verdict
    return None


def _spent(limit: Limit, wanted: Wanted, history: list[Tried]) -> Verdict | None:
    said = {one.codes for one in history if one.state == "declined"}
    about = {codes for codes in said if _is_about(limit, wanted, codes)}
    if not about:
        return None
    chain = since_the_last_success([one for one in history if _counts_together(limit, wanted, one)])
    # Once a decline was of that kind, a later one of another kind frees nothing.
    told = any(one.state == "declined" and one.codes in about for one in chain)
    return _verdict(limit, wanted, chain) if told else None


def _says_its_code(limit: Limit) -> bool:
    """Whether it only repeats that a code is *never again*, which is asked before any budget."""
    return limit.most == 0 and not limit.but_codes


@lru_cache(maxsize=1024)
def binding(network: Network, provider: str | None, country: str | None, day: date) -> tuple[Limit, ...]:
    """The rows in force that bind an attempt of this kind; a bank scheme is in one region by itself."""
    debit = is_debit(network)
    names = {network} if debit else {network, "card"}
    return tuple(
        limit
        for limit in LIMITS
        if limit.binds
        and limit.in_force(day)
        and not _says_its_code(limit)
        and not names.isdisjoint(limit.networks)
        and limit.provider in {None, provider}
        and (not limit.regions or debit or country in limit.regions)
    )


def _counts_together(limit: Limit, wanted: Wanted, one: Tried) -> bool:
    """Whether an attempt shares the row's scope with the one that is wanted."""
    if "method" in limit.scope and one.method != wanted.method:
        return False
    if "amount" in limit.scope and (one.amount != wanted.amount or one.currency != wanted.currency):
        return False
    if "invoice" in limit.scope and one.invoice != wanted.invoice:
        return False
    return not (limit.separate and one.by_customer != wanted.by_customer)


def _is_about(limit: Limit, wanted: Wanted, codes: Codes | None) -> bool:
    """Whether a decline with these codes is of those that the row is about; None: nobody told why."""
    rows = every_row(wanted.network, codes) if codes is not None else ()
    names = {found.code.code for found in rows}
    if limit.categories:
        return next((n for found in rows if (n := found.code.category(wanted.day))), 4) in limit.categories
    if limit.codes:
        return not names.isdisjoint(limit.codes)
    return not limit.but_codes or (codes is not None and names.isdisjoint(limit.but_codes))


def _verdict(limit: Limit, wanted: Wanted, chain: list[Tried]) -> Verdict | None:
    first = next(number for number, one in enumerate(chain) if one.state == "declined")
    counted = [one for one in chain if one.state == "declined"] if limit.counts == "declines" else chain[first + 1 :]
    window = limit.window
    if window is not None and window.kind == "from_original":
        return _from_the_first(limit, window, wanted, chain[0], len(counted))
    if window is not None and limit.most:
        counted = [one for one in counted if one.at + window.length > wanted.at]
    if limit.most is None or len(counted) < limit.most:
        return None
    why = f"{len(counted)} of {limit.most} {limit.counts} are used" if limit.most else "no reattempt is allowed"
    if window is None or not limit.most:
        return Verdict("never", limit.id, why)
    until = counted[len(counted) - limit.most].at + window.length
    return Verdict("later", limit.id, f"{why} within {_days(window.length)}", until=until)


def _from_the_first(limit: Limit, window: Window, wanted: Wanted, first: Tried, used: int) -> Verdict | None:
    """Counted from the first presentation: after that time a scheme takes it no more, but a provider's cap ends."""
    ends = window.end(first.at)
    over, full = wanted.at >= ends, limit.most is not None and used >= limit.most
    if limit.basis == "provider":
        if full and not over:
            why = f"{used} of {limit.most} {limit.counts} are used within {_days(window.length)} of the first attempt"
            return Verdict("later", limit.id, why, until=ends)
    elif over:
        return Verdict("never", limit.id, f"{_days(window.length)} after the first attempt have passed")
    elif full:
        return Verdict("never", limit.id, f"{used} of {limit.most} {limit.counts} are used")
    return None


def _days(length: timedelta) -> str:
    return f"{length.days} days" if length.days > 1 else f"{length // timedelta(hours=1)} hours"
