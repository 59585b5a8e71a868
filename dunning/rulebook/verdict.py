"""The one question of the rule book: may this method be tried now; if not, from when; or never, and why (C4).

Pure and explainable: every answer names the row that decided. What is asked first decides: where the invoice stands,
the consent, what forbids the method for good, what a network asks to wait for, the budgets of networks and schemes,
our own budget for a code, and at last the banks' calendar.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from dunning.rulebook.asked import Verdict, Wanted
from dunning.rulebook.bank_days import next_bank_day
from dunning.rulebook.budgets import spent
from dunning.rulebook.history import Tried, since_the_last_success
from dunning.rulebook.networks import family, is_debit
from dunning.rulebook.reading import Found, deciding, is_never

NOW: Final = Verdict("now")


def may_try(wanted: Wanted, earlier: Iterable[Tried]) -> Verdict:
    """The verdict on an attempt.

    `earlier` are the attempts that are known of the customer, over all his cases and those made elsewhere, since the
    method was added or last renewed; those by other methods for other invoices are of no consequence.
    """
    concerned = (one for one in earlier if one.method == wanted.method or one.invoice == wanted.invoice)
    history = sorted(concerned, key=lambda one: one.at)
    return next(_objections(wanted, history), NOW)


def _objections(wanted: Wanted, history: list[Tried]) -> Iterator[Verdict]:
    """What speaks against it, the weightiest first; what comes later is only worked out if nothing did before."""
    yield from _standing(wanted)
    by_method = since_the_last_success([one for one in history if one.method == wanted.method])
    chain = [(one, deciding(wanted.network, one.codes, one.at.date())) for one in by_method if one.codes is not None]
    yield from _forbidden(wanted, chain)
    yield from _network_waits(wanted, chain)
    yield from spent(wanted, history)
    yield from _own_budget(wanted, chain)
    yield from _bank_day(wanted)


def _standing(wanted: Wanted) -> Iterator[Verdict]:
    if wanted.standing in {"paid", "void"}:
        yield Verdict("never", "F1", f"the invoice is {wanted.standing}")
    elif wanted.standing != "open":
        yield Verdict("later", "C6", f"the invoice is {wanted.standing}")
    if not wanted.consent:
        yield Verdict("never", "C6", "consent or mandate is gone")


def _forbidden(wanted: Wanted, chain: list[tuple[Tried, Found]]) -> Iterator[Verdict]:
    """A card network's or a bank's *never*, also by another case of the customer."""
    for _, found in chain:
        if is_never(found.code, wanted.day):
            yield Verdict("never", found.name, found.code.meaning)


def _network_waits(wanted: Wanted, chain: list[tuple[Tried, Found]]) -> Iterator[Verdict]:
    """A wait that the scheme itself asks for; our own waits are the case's affair (C2)."""
    for one, found in reversed(chain):
        if found.code.waits_by_scheme and one.at + found.code.wait > wanted.at:
            yield Verdict("later", found.name, found.code.meaning, until=one.at + found.code.wait)


def _own_budget(wanted: Wanted, chain: list[tuple[Tried, Found]]) -> Iterator[Verdict]:
    """So often and no oftener by one method for one invoice: what a code is worth trying again."""
    rows = [found for one, found in chain if one.invoice == wanted.invoice and found.code.at_most]
    used = Counter(found.name for found in rows)
    for found in rows:
        budget = found.code.at_most
        if budget is not None and used[found.name] >= budget:
            yield Verdict("never", found.name, f"declined so {used[found.name]} times, {budget} is our budget for it")


def _bank_day(wanted: Wanted) -> Iterator[Verdict]:
    network = family(wanted.network)
    if is_debit(network):
        opens_on = next_bank_day(network, wanted.day)
        if opens_on != wanted.day:
            yield Verdict("later", f"bank days {network}", "the banks are closed", until_on=opens_on)
