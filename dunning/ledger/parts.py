"""The parts of what is owed: principal, costs and interest, and how each payment was used (K1, K8).

Nothing here is booked. Uses follow from the entries, in the order of their value days: what comes late, or is taken
back, changes what was used for what, and never an entry.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final, Literal

from dunning.case import Case
from dunning.derived import remembered
from dunning.ledger import value_days
from dunning.parts import Posting
from dunning.value import altered, value

Part = Literal["principal", "costs", "interest"]
Order = tuple[Part, Part, Part]
PAID: Final[Order] = ("costs", "interest", "principal")
CREDITED: Final[Order] = ("principal", "interest", "costs")
_ORDER: Final[dict[str, Order]] = {
    "write_off": PAID,
    "credit": CREDITED,
    "discount": CREDITED,
    "costs_waived": ("costs", "interest", "principal"),
    "interest_waived": ("interest", "costs", "principal"),
}
_CHARGED: Final[dict[str, Part]] = {"fee": "costs", "interest": "interest", "used": "principal"}
# Of one day what is charged comes first: the value day's own fee stays owed (P9). Then what was waived of it, which no
# money pays any more.
_RANK: Final = {
    "fee": 0,
    "interest": 0,
    "used": 0,
    "costs_waived": 1,
    "interest_waived": 1,
    "payment": 2,
    "set_off": 2,
    "credit": 3,
    "discount": 3,
    "write_off": 4,
}


@value
class Parts:
    """Amounts by part. Their sum is the balance; principal below nought is the customer's credit, nothing else is."""

    principal: int = 0
    costs: int = 0
    interest: int = 0


@value
class Uses:
    """What is owed, and for each payment what it was used for, in the order of their value days."""

    owed: Parts
    payments: tuple[tuple[str, Parts], ...]


@dataclass(slots=True)
class _Money:
    """What one entry brings, what of it is left, and what it was used for."""

    left: int
    order: Order
    use: dict[Part, int]


def used(amount: int, entries: Iterable[Posting], day: Callable[[Posting], date], order: Order = PAID) -> Uses:
    """How the entries of a ledger are used on an invoice of this amount, payments in this order of the parts."""
    owed: dict[Part, int] = {"principal": amount, "costs": 0, "interest": 0}
    money: list[_Money] = []
    payments: dict[str, dict[Part, int]] = {}
    for entry in sorted(_netted(entries), key=lambda one: (day(one), _RANK[one.kind])):
        charged = _CHARGED.get(entry.kind)
        if charged is not None:
            owed[charged] += entry.amount
        else:
            use: dict[Part, int] = dict.fromkeys(PAID, 0)
            money.append(_Money(-entry.amount, _ORDER.get(entry.kind, order), use))
            if entry.kind == "payment":
                payments[entry.id] = use
        for one in money:
            if one.left:
                _use(owed, one)
    credit = sum([one.left for one in money])
    return Uses(
        Parts(owed["principal"] - credit, owed["costs"], owed["interest"]),
        tuple((id_, Parts(**use)) for id_, use in payments.items()),
    )


def _use(owed: dict[Part, int], money: _Money) -> None:
    for part in money.order:
        taken = min(max(owed[part], 0), money.left)
        owed[part] -= taken
        money.use[part] += taken
        money.left -= taken


def _netted(entries: Iterable[Posting]) -> list[Posting]:
    """The entries that stand, each less what was taken back of it; of a debt given up twice the later is the less."""
    known = list(entries)
    back: dict[tuple[str, str], int] = defaultdict(int)
    for entry in known:
        if entry.kind in {"reversal", "lifted"}:
            back["payment", entry.of or ""] += entry.amount
        elif entry.of is not None:
            back[entry.kind, entry.of] += entry.amount
    stand = [_less(entry, back[entry.kind, entry.id]) for entry in known if entry.kind != "reversal" and not entry.of]
    for kind in ("write_off", "discount", "costs_waived", "interest_waived"):
        stand = _given_up_less(stand, kind)
    return stand


def _less(entry: Posting, back: int) -> Posting:
    return altered(entry, amount=entry.amount + back) if back else entry


def _given_up_less(entries: list[Posting], kind: str) -> list[Posting]:
    """What was given up, the latest of it less by what is not given up any more."""
    left = sum([entry.amount for entry in entries if entry.kind == kind and entry.amount > 0])
    if not left:
        return entries
    stand: list[Posting] = []
    for entry in reversed(entries):
        if entry.kind != kind:
            stand.append(entry)
        elif entry.amount < 0:
            less = min(left, -entry.amount)
            left -= less
            stand.append(altered(entry, amount=entry.amount + less))
    return stand[::-1]


@remembered("invoice", "ledger", "calendar")
def uses_of(case: Case) -> Uses:
    """How the money of a case is used."""
    return used(case.invoice.amount, case.ledger, lambda entry: value_days.value_day(case, entry))


def parts_of(case: Case) -> Parts:
    """What a case owes, by part (K1)."""
    return uses_of(case).owed


def restated(case: Case, entries: int) -> Case:
    """The case whose journal says which earlier payments are used otherwise since it had so many entries (K8, P9)."""
    if len(case.ledger) == entries or not any(entry.kind == "payment" for entry in case.ledger[:entries]):
        return case
    day = partial(value_days.value_day, case)
    before = dict(used(case.invoice.amount, case.ledger[:entries], day).payments)
    for payment, now in uses_of(case).payments:
        was = before.get(payment)
        if was is not None and was != now:
            case = case.note("restated", payment, "K8", f"now {_in_words(case, now)}; before {_in_words(case, was)}")
    return case


def _in_words(case: Case, parts: Parts) -> str:
    said = [f"{case.amount(part)} {name}" for name, part in vars(parts).items() if part]
    return ", ".join(said) or "nothing"
