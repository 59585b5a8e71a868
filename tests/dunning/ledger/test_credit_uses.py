"""Nobody is dunned while we hold their money, whatever the customer's invoices are (P8)."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dunning.ledger.credit_uses import Account, CreditUse, moves
from dunning.value import altered
from tests.dunning.cases import DUE

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BEFORE = NOW - timedelta(days=1)


@st.composite
def books(draw: st.DrawFn) -> list[Account]:
    names = [f"I-{number}" for number in range(draw(st.integers(1, 6)))]
    found = []
    for name in names:
        balance, is_open = draw(st.integers(-300, 300)), draw(st.booleans())
        disputed = draw(st.integers(0, 50))
        others = [other for other in names if other != name]
        given_to = draw(st.lists(st.sampled_from(others), max_size=3)) if others else []
        uses = tuple(
            CreditUse(
                f"{name}/{n}", name, other, draw(st.integers(1, 80)), draw(st.sampled_from([BEFORE, BEFORE, NOW]))
            )
            for n, other in enumerate(given_to)
        )
        due_on = DUE + timedelta(days=draw(st.integers(0, 9)))
        currency = draw(st.sampled_from(["EUR", "EUR", "USD"]))
        uses = tuple(use for use in uses if currency == "EUR")
        found.append(Account(name, currency, due_on, balance, disputed, is_open, uses))
    return found


@given(books())
def test_p8_no_credit_lies_idle_beside_a_demand_and_who_owes_has_given_nothing(accounts: list[Account]) -> None:
    balances = {one.invoice: one.balance for one in accounts}
    given_away: dict[str, int] = defaultdict(int)
    for one in accounts:
        given_away[one.invoice] += sum(use.amount for use in one.given)
    for use, back in moves(accounts, NOW):
        signed = -use.amount if back else use.amount
        assert use.amount > 0
        balances[use.giver] += signed
        balances[use.taker] -= signed
        given_away[use.giver] += signed
    assert sum(balances.values()) == sum(one.balance for one in accounts), "it is no new money"
    for giver in accounts:
        if giver.balance > 0:
            assert balances[giver.invoice] <= 0 or not given_away[giver.invoice]
        for taker in accounts:
            if giver.currency == taker.currency and giver is not taker and balances[giver.invoice] < 0:
                assert altered(taker, balance=balances[taker.invoice]).demandable == 0, (giver, taker)


@given(books())
def test_p8_the_oldest_case_has_it_first(accounts: list[Account]) -> None:
    due = {one.invoice: (one.due_on, one.invoice) for one in accounts}
    for giver in accounts:
        taken = [due[use.taker] for use, back in moves(accounts, NOW) if use.giver == giver.invoice and not back]
        assert taken == sorted(taken)


def _told(accounts: list[Account], money: dict[str, int]) -> list[Account]:
    """The invoices after money came in this moment, and after what is moved for that."""
    stand = {one.invoice: altered(one, balance=one.balance + money.get(one.invoice, 0)) for one in accounts}
    for use, back in list(moves(stand.values(), NOW)):
        amount = -use.amount if back else use.amount
        giver, taker = stand[use.giver], stand[use.taker]
        lately = -amount if back and use.at != NOW else 0
        given = tuple(
            altered(one, amount=one.amount + amount, lately=one.lately + lately) if one.id == use.id else one
            for one in giver.given
        )
        stand[use.giver] = altered(giver, balance=giver.balance + amount, given=given if back else (*given, use))
        stand[use.taker] = altered(taker, balance=taker.balance - amount)
    return list(stand.values())


@given(books(), st.data())
def test_t3_money_of_one_moment_comes_to_the_same_in_any_order(accounts: list[Account], data: st.DataObject) -> None:
    names = st.sampled_from([one.invoice for one in accounts])
    money = [{data.draw(names): data.draw(st.integers(-200, 200))} for _ in range(3)]
    before = [altered(one, given=tuple(use for use in one.given if use.at != NOW)) for one in accounts]
    one, other = before, before
    for told in money:
        one = _told(one, told)
    for told in reversed(money):
        other = _told(other, told)
    assert {of.invoice: of.balance for of in one} == {of.invoice: of.balance for of in other}
    assert list(moves(one, NOW)) == [], "what was moved once is not moved again"
