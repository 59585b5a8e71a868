"""The one question of the rule book: may this method be tried now; if not, from when; or never, and why (C4).

Pure and explainable: every answer names the row that decided. What is asked first decides: where the invoice stands,
the consent, what forbids the method for good, what a network asks to wait for, the budgets of networks and schemes,
our own budget for a code, and at last the banks' calendar.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from operator import attrgetter
from typing import Final

from dunning.rulebook.asked import Verdict, Wanted
from dunning.rulebook.bank_days import next_bank_day
from dunning.rulebook.budgets import spent
from dunning.rulebook.history import Tried, since_the_last_success
from dunning.rulebook.networks import family, is_debit
from dunning.rulebook.reading import Found, deciding, is_never

NOW: Final = Verdict("now")
_AT: Final = attrgetter("at")


def may_try(wanted: Wanted, earlier: Iterable[Tried]) -> Verdict:
    """The verdict on an attempt.

    `earlier` are the attempts that are known of the customer, over all their cases and those made elsewhere, since the
    method was added or last renewed; those by other methods for other invoices are of no consequence.
    """
    history = [one for one in earlier if one.method == wanted.method or one.invoice == wanted.invoice]
    history.sort(key=_AT)
    return _standing(wanted) or _past(wanted, history) or _bank_day(wanted) or NOW


def _standing(wanted: Wanted) -> Verdict | None:
    if wanted.standing in {"paid", "void"}:
        return Verdict("never", "F1", f"the invoice is {wanted.standing}")
    if wanted.standing != "open":
        return Verdict("later", "C6", f"the invoice is {wanted.standing}")
    return None if wanted.consent else Verdict("never", "C6", "consent or mandate is gone")


def _past(wanted: Wanted, history: list[Tried]) -> Verdict | None:
    """What speaks against it of what was tried before."""
    if not history:
        return None
    by_method = since_the_last_success([one for one in history if one.method == wanted.method])
    chain = [(one, deciding(wanted.network, one.codes, one.at.date())) for one in by_method if one.codes]
    return (
        _forbidden(wanted, chain)
        or _network_waits(wanted, chain)
        or spent(wanted, history)
        or _own_budget(wanted, chain)
    )


def _forbidden(wanted: Wanted, chain: list[tuple[Tried, Found]]) -> Verdict | None:
    """A card network's or a bank's *never*, also by another case of the customer."""
    for _, found in chain:
        if is_never(found.code, wanted.day):
            return Verdict("never", found.name, found.code.meaning)
    return None


def _network_waits(wanted: Wanted, chain: list[tuple[Tried, Found]]) -> Verdict | None:
    """A wait that the scheme itself asks for; our own waits are the case's affair (C2)."""
    for one, found in reversed(chain):
        if found.code.waits_by_scheme and one.at + found.code.wait > wanted.at:
            return Verdict("later", found.name, found.code.meaning, until=one.at + found.code.wait)
    return None


def _own_budget(wanted: Wanted, chain: list[tuple[Tried, Found]]) -> Verdict | None:
    """So often and no oftener by one method for one invoice: what a code is worth trying again."""
    rows = [found for one, found in chain if found.code.at_most and one.invoice == wanted.invoice]
    used = Counter([found.name for found in rows]) if rows else {}
    for found in rows:
        budget = found.code.at_most
        if budget is not None and used[found.name] >= budget:
            return Verdict("never", found.name, f"declined so {used[found.name]} times, {budget} is our budget for it")
    return None


def _bank_day(wanted: Wanted) -> Verdict | None:
    network = family(wanted.network)
    if not is_debit(network):
        return None
    opens_on = next_bank_day(network, wanted.day)
    if opens_on == wanted.day:
        return None
    return Verdict("later", f"bank days {network}", "the banks are closed", until_on=opens_on)
