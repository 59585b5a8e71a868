"""Nobody is dunned while we hold their money: a customer's credit is set against what they owe elsewhere (P8).

What is to be moved is a pure function of how the customer's invoices stand; the simulator asks it of the cases, the
store of its rows. Both tell the two cases, as a fact that nobody can refuse.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Final

from dunning.case import Case
from dunning.facts import CreditKept, CreditMoved
from dunning.ledger import booking, moments
from dunning.money import decimal_string, minor
from dunning.parts import Posting
from dunning.value import altered, value

GIVES: Final = "used"  # the entry of the invoice that had the credit
TAKES: Final = "set_off"  # the entry of the invoice that it was set against


@value
class CreditUse:
    """So much of the credit of one invoice that was set against another at a moment, under one id.

    It is what is left after its `backs`, which took back `lately` so much in the moment that is looked at.
    """

    id: str
    giver: str
    taker: str
    amount: int
    at: datetime
    backs: int = 0
    lately: int = 0


@value
class Account:
    """How an invoice of the customer stands, in minor units. `given` are the uses of its credit, the oldest first."""

    invoice: str
    currency: str
    due_on: date
    balance: int
    disputed: int = 0
    is_open: bool = False
    given: tuple[CreditUse, ...] = ()

    @property
    def demandable(self) -> int:
        """What its case demands; nothing where none is open."""
        return max(self.balance - self.disputed, 0) if self.is_open else 0


Pair = tuple[str, str]  # of the invoice that gives and the one that takes


def moves(accounts: Iterable[Account], at: datetime) -> Iterator[tuple[CreditUse, bool]]:
    """What is to be moved so that no case demands what the customer has paid; True: so much of a use is taken back.

    An invoice that owes again takes back what it gave, the latest first; then each credit is used, the oldest invoice's
    first, against the oldest demandable case in its currency. In which order the facts of a moment come does not matter
    (T3): what the whole moment asks for is compared with what was moved in it.
    """
    known = {one.invoice: one for one in sorted(accounts, key=attrgetter("due_on", "invoice"))}
    stand = dict(known)
    made = _undone(stand, at)
    missing = _recalled(stand)
    for giver in known:
        missing.update(_used(stand, giver))
    missing.subtract(made)
    for (giver, taker), amount in missing.items():
        yield from ((use, True) for use in _taken_back(known[giver], taker, -amount))
    number = {name: len(one.given) for name, one in known.items()}
    for (giver, taker), amount in missing.items():
        if amount > 0:
            number[giver] += 1
            yield CreditUse(f"credit/{giver}/{number[giver]}", giver, taker, amount, at), False


def _undone(stand: dict[str, Account], at: datetime) -> Counter[Pair]:
    """What was moved in this moment, less what was taken back in it; the invoices then stand as before it.

    What a case was given that has ended since stays: it has ended by that.
    """
    made: Counter[Pair] = Counter()
    uses = [use for one in stand.values() for use in one.given]
    for use in uses:
        made[use.giver, use.taker] += use.amount if use.at == at else -use.lately
    for pair in [pair for pair, amount in made.items() if amount > 0 and not stand[pair[1]].is_open]:
        del made[pair]
    for use in uses:
        if (use.giver, use.taker) in made:
            _shift(stand, use, -use.amount if use.at == at else use.lately)
    return made


def _recalled(stand: dict[str, Account]) -> Counter[Pair]:
    """What is taken back: who gets less may owe again himself, and have given."""
    back: Counter[Pair] = Counter()
    while found := next(_owed_again(stand), None):
        use, amount = found
        back[use.giver, use.taker] -= amount
        _shift(stand, use, -amount)
    return back


def _owed_again(stand: dict[str, Account]) -> Iterator[tuple[CreditUse, int]]:
    for giver in stand.values():
        for use in reversed(giver.given):
            if use.amount > 0 and giver.balance > 0:
                yield use, min(use.amount, giver.balance)


def _used(stand: dict[str, Account], giver: str) -> dict[Pair, int]:
    """For whom the credit of this invoice is used, and how much of it."""
    used: dict[Pair, int] = {}
    for taker, owes in list(stand.items()):
        amount = min(-stand[giver].balance, owes.demandable)
        if amount > 0 and owes.currency == stand[giver].currency and taker != giver:
            used[giver, taker] = amount
            _move(stand, giver, taker, amount)
    return used


def _shift(stand: dict[str, Account], use: CreditUse, amount: int) -> None:
    """So much more of a use, or so much less of it."""
    giver = stand[use.giver]
    given = [altered(one, amount=one.amount + amount) if one.id == use.id else one for one in giver.given]
    stand[use.giver] = altered(giver, given=tuple(given))
    _move(stand, use.giver, use.taker, amount)


def _move(stand: dict[str, Account], giver: str, taker: str, amount: int) -> None:
    stand[giver] = altered(stand[giver], balance=stand[giver].balance + amount)
    stand[taker] = altered(stand[taker], balance=stand[taker].balance - amount)


def _taken_back(giver: Account, taker: str, amount: int) -> Iterator[CreditUse]:
    """What is taken back of which uses, the latest first."""
    for use in reversed(giver.given):
        part = min(use.amount, amount) if use.taker == taker else 0
        if part > 0:
            amount -= part
            yield altered(use, amount=part)


def told(use: CreditUse, currency: str, at: datetime, *, back: bool) -> list[tuple[str, dict[str, Any]]]:
    """What the two invoices are told of a move: the amount with its sign, that raises or lowers the balance of each."""
    id_ = f"{use.id}/back/{use.backs + 1}" if back else use.id
    both = (use.giver, use.amount, use.taker, GIVES), (use.taker, -use.amount, use.giver, TAKES)
    return [
        (
            invoice,
            {
                "id": id_, "amount": decimal_string(-amount if back else amount, currency), "currency": currency,
                "invoice": other, "at": at.isoformat(), "side": side, **({"of": use.id} if back else {}),
            },
        )
        for invoice, amount, other, side in both
    ]  # fmt: skip


def moved(case: Case, fact: CreditMoved, at: datetime) -> Case:
    """The case after its own credit was used elsewhere, or one from elsewhere set against it, or that taken back."""
    amount = minor(fact.amount, case.invoice.currency)
    taken_back = fact.of if fact.side == TAKES else None
    entry = Posting(fact.side, fact.id, amount, at, of=fact.of, other=fact.invoice)
    case = booking.booked(moments.money_moves(case, at, taken_back), entry)
    where = f"with {fact.invoice}"
    why = f"set off {where}" if fact.of is None else f"taken back {where}"
    return case.note("credit_moved", fact.id, "P8", f"the customer's credit was {why}", amount=amount)


def kept(case: Case, fact: CreditKept) -> Case:
    """The case that knows of a credit that the creditor keeps: a person is asked before the first notice."""
    amount = minor(fact.amount, case.invoice.currency)
    case = case.evolve(credit_kept=amount)
    return case.note(
        "credit_kept", case.amount(amount), "P8", "the creditor keeps the customer's credit", amount=amount
    )


def kept_for(account: Account, accounts: Iterable[Account]) -> int:
    """How much credit of the customer the creditor keeps in the currency of a case; nothing where none is open."""
    return sum([max(-one.balance, 0) for one in accounts if one.currency == account.currency]) if account.is_open else 0


def account_of(case: Case, at: datetime) -> Account:
    """How a case stands at this moment. One that is about to close takes nothing any more."""
    is_open, of = case.closed is None and case.closing is None, case.invoice
    given = given_by(of.id, (entry for entry in case.ledger if entry.kind == GIVES), at)
    return Account(of.id, of.currency, of.due_on, case.balance, case.disputed, is_open, given)


def gives(case: Case) -> bool:
    """Whether something of its credit was used elsewhere."""
    return any(entry.kind == GIVES for entry in case.ledger)


def given_by(invoice: str, entries: Iterable[Posting], at: datetime) -> tuple[CreditUse, ...]:
    """The uses of an invoice's credit, with what is left of each at this moment."""
    known = list(entries)
    found = []
    for entry in known:
        if entry.of is None:
            backs = [one for one in known if one.of == entry.id]
            lately = -sum(one.amount for one in backs if one.at == at)
            left = entry.amount + sum(one.amount for one in backs)
            found.append(CreditUse(entry.id, invoice, entry.other or "", left, entry.at, len(backs), lately))
    return tuple(found)
