"""Principal, costs and interest: what each entry was used for, and no order of the news changes the whole (K1, K8)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import accumulate
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.ledger.parts import CREDITED, PAID, Order, Parts, used
from dunning.parts import Posting, PostingKind
from tests.dunning.cases import OPENS

AMOUNTS = st.integers(1, 200)


def day_of(entry: Posting) -> date:
    return (entry.as_of or entry.at).date()


def entry(
    kind: PostingKind, id_: str, amount: int, day: int = 0, of: str | None = None, valued: int | None = None
) -> Posting:
    as_of = None if valued is None else OPENS + timedelta(days=valued)
    return Posting(kind, id_, amount, OPENS + timedelta(days=day), of, as_of)


FEE, LATER = entry("fee", "f1", 10, 3), entry("fee", "f2", 20, 9)
PAYMENT = entry("payment", "p1", -60, 5)


@pytest.mark.parametrize(
    "entries, owed",
    [
        ([], Parts(100)),
        ([FEE], Parts(100, 10)),
        ([FEE, PAYMENT], Parts(50)),
        ([FEE, entry("credit", "c1", -60, 5)], Parts(40, 10)),
        ([FEE, entry("interest", "i1", 7, 4), entry("payment", "p", -12, 5)], Parts(100, 0, 5)),
        ([FEE, entry("credit", "c1", -105, 5)], Parts(0, 5)),
        ([FEE, entry("payment", "p1", -130, 5)], Parts(-20)),
        ([FEE, entry("payment", "p1", -130, 5), LATER], Parts(0)),  # what was too much pays what comes later
        ([FEE, PAYMENT, LATER], Parts(50, 20)),
        ([FEE, LATER, entry("payment", "p1", -60, 10, valued=5)], Parts(50, 20)),  # used on its value day
        ([FEE, entry("payment", "p1", -10, 9, valued=3)], Parts(100)),  # the day's own fee stays, and is paid first
        ([FEE, PAYMENT, entry("reversal", "r1", 60, 6, of="p1")], Parts(100, 10)),
        ([FEE, entry("fee", "back", -10, 8, of="f1"), PAYMENT], Parts(40)),
        ([FEE, entry("payment", "p1", -100, 5), entry("write_off", "w", -10, 8)], Parts(0)),
        ([FEE, entry("write_off", "w", -10, 8), PAYMENT, entry("reversal", "r", 60, 9, of="p1")], Parts(100)),
        ([entry("write_off", "w", -100, 8), entry("payment", "p", -30, 9), entry("write_off", "x", 30, 9)], Parts(0)),
        ([FEE, entry("costs_waived", "w", -4, 5)], Parts(100, 6)),
        ([FEE, entry("interest", "i", 7, 4), entry("interest_waived", "w", -7, 5), PAYMENT], Parts(50)),
        ([FEE, entry("costs_waived", "w", -10, 5), PAYMENT], Parts(40)),  # of one day the waiver comes before money
        ([FEE, entry("costs_waived", "w", -10, 8), entry("payment", "p1", -60, 9, valued=5)], Parts(40)),
        ([FEE, PAYMENT, LATER, entry("costs_waived", "w", -20, 10), entry("reversal", "r", 60, 12, of="p1")],
         Parts(100, 10)),
    ],
)  # fmt: skip
def test_k1_each_entry_has_its_part(entries: list[Posting], owed: Parts) -> None:
    assert used(100, entries, day_of).owed == owed


def test_k8_a_reversal_undoes_a_use_and_the_later_payments_are_used_anew() -> None:
    first, second = entry("payment", "p1", -30, 4), entry("payment", "p2", -50, 6)
    before = dict(used(100, [FEE, first, second], day_of).payments)
    assert before == {"p1": Parts(20, 10), "p2": Parts(50)}
    after = dict(used(100, [FEE, first, second, entry("reversal", "r", 30, 8, of="p1")], day_of).payments)
    assert after == {"p1": Parts(0), "p2": Parts(40, 10)}


@st.composite
def ledgers(draw: st.DrawFn) -> list[Posting]:
    """Any entries that the rules can book: nothing is taken back beyond what it takes back."""
    found: list[Posting] = []
    for number in range(draw(st.integers(0, 9))):
        kind: PostingKind = draw(
            st.sampled_from(
                ["fee", "interest", "payment", "payment", "credit", "discount", "write_off", "costs_waived"]
            )
        )
        sign = 1 if kind in {"fee", "interest"} else -1
        one = entry(
            kind,
            f"{kind}{number}",
            sign * draw(AMOUNTS),
            draw(st.integers(0, 12)),
            valued=draw(st.none() | st.integers(0, 12)),
        )
        found.append(one)
        back = draw(st.integers(0, abs(one.amount)))
        if back and draw(st.booleans()):
            later = draw(st.integers(0, 15))
            if kind == "payment":
                found.append(entry("reversal", f"r{number}", back, later, of=one.id))
            elif kind in {"fee", "interest"}:
                found.append(entry(kind, f"b{number}", -back, later, of=one.id))
            else:
                found.append(entry(kind, f"b{number}", back, later))
    return found


@given(st.integers(0, 300), ledgers(), st.sampled_from([PAID, CREDITED, ("interest", "costs", "principal")]))
def test_k1_the_parts_are_the_balance_and_only_a_credit_is_below_nought(
    amount: int, entries: list[Posting], order: Order
) -> None:
    uses = used(amount, entries, day_of, order)
    owed = uses.owed
    assert owed.principal + owed.costs + owed.interest == amount + sum(one.amount for one in entries)
    assert owed.costs >= 0
    assert owed.interest >= 0
    if owed.principal < 0:
        assert (owed.costs, owed.interest) == (0, 0)
    for id_, use in uses.payments:
        came = -sum(one.amount for one in entries if id_ in {one.id, one.of} and one.kind in {"payment", "reversal"})
        assert 0 <= use.principal + use.costs + use.interest <= came


@given(st.integers(0, 300), ledgers(), st.randoms())
def test_k8_the_order_of_the_news_changes_nothing_of_the_whole(
    amount: int, entries: list[Posting], random: Random
) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)
    before, after = used(amount, entries, day_of).owed, used(amount, shuffled, day_of).owed
    assert before.principal + before.costs + before.interest == after.principal + after.costs + after.interest


@given(st.integers(0, 300), ledgers())
def test_k1_what_is_charged_only_raises_and_what_is_paid_only_lowers(amount: int, entries: list[Posting]) -> None:
    charged = [one for one in entries if one.kind in {"fee", "interest"} and one.of is None]
    totals = [sum(vars(used(amount, charged[:n], day_of).owed).values()) for n in range(len(charged) + 1)]
    assert totals == list(accumulate([amount, *(one.amount for one in charged)]))
