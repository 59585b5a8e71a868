"""The arithmetic of a ledger, whoever keeps it: the case or the store (P1, P5, P7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from dunning.ledger.postings import TakenBack, knows, lost_again, netted, recovered, taken_back
from dunning.parts import Posting

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
BEFORE, AFTER = AT - timedelta(hours=1), AT + timedelta(hours=1)
PAID = Posting("payment", "p1", -100_00, AT, as_of=AT)
BACK = Posting("reversal", "r1", 30_00, AT, of="p1", as_of=AT, told=30_00)
AGAIN = Posting("lifted", "l1", -40_00, AT, of="p1", as_of=AT, told=-40_00)
GIVEN_UP = Posting("write_off", "w1", -60_00, AT)


def test_a_payment_is_known_by_its_own_id_alone() -> None:
    assert knows([PAID], "p1")
    assert not knows([Posting("credit", "p1", -100_00, AT), BACK], "p1")


def test_a_reversal_takes_back_what_it_says_and_never_more_than_is_left() -> None:
    assert taken_back(BACK, [PAID], []) == TakenBack(30_00)
    assert taken_back(replace(BACK, id="r2", told=90_00), [PAID, BACK], []) == TakenBack(70_00)
    assert taken_back(replace(BACK, id="r2"), [PAID, replace(BACK, told=100_00)], []) == TakenBack(0)


def test_a_reversal_waits_for_a_payment_that_is_not_known() -> None:
    other = replace(PAID, id="p2")
    assert taken_back(BACK, [other], []) == TakenBack(0, waits=True)


def test_a_reversal_older_than_what_is_known_of_its_payment_is_no_news() -> None:
    assert taken_back(replace(BACK, as_of=BEFORE), [PAID], []) is None
    assert taken_back(replace(BACK, id="r2", as_of=BEFORE), [], [BACK]) is None
    assert taken_back(replace(BACK, id="r2", as_of=AT), [replace(PAID, as_of=BEFORE), BACK], []) == TakenBack(30_00)
    assert taken_back(replace(BACK, as_of=None), [PAID], []) == TakenBack(30_00)


def test_what_is_known_of_another_payment_makes_no_reversal_old() -> None:
    assert taken_back(BACK, [PAID, replace(PAID, id="p2", as_of=AFTER)], []) == TakenBack(30_00)


def test_what_came_again_is_no_more_than_was_taken_back_and_can_be_taken_back_anew() -> None:
    all_of_it = replace(BACK, amount=100_00, told=100_00)
    assert taken_back(AGAIN, [PAID, all_of_it], []) == TakenBack(-40_00)
    assert taken_back(AGAIN, [PAID, BACK], []) == TakenBack(-30_00)
    assert taken_back(replace(BACK, id="r2"), [PAID, all_of_it, AGAIN], []) == TakenBack(30_00)


def test_what_came_again_before_it_was_taken_back_counts_when_that_is_told() -> None:
    assert taken_back(AGAIN, [PAID], []) == TakenBack(0)
    early = replace(AGAIN, amount=0)
    assert taken_back(BACK, [PAID, early], []) == TakenBack(0)
    assert taken_back(replace(BACK, told=90_00), [PAID, early], []) == TakenBack(50_00)


def test_reversals_that_waited_take_their_payment_and_no_more() -> None:
    second = replace(BACK, id="r2", told=90_00)
    waiting = [BACK, second, replace(AGAIN, amount=0), replace(BACK, id="r3", of="p2")]
    assert netted(PAID, waiting) == [BACK, replace(second, amount=70_00), replace(AGAIN, amount=-20_00)]


def test_a_reversal_that_waited_and_is_older_than_its_payment_takes_nothing() -> None:
    assert netted(PAID, [replace(BACK, as_of=BEFORE)]) == [replace(BACK, as_of=BEFORE, amount=0, told=0)]


def test_what_comes_in_of_a_debt_that_was_given_up_takes_back_as_much_of_the_write_off() -> None:
    assert recovered(0, [GIVEN_UP]) == 0
    assert recovered(-40_00, [GIVEN_UP]) == 40_00
    assert recovered(-75_00, [GIVEN_UP]) == 60_00  # more than was given up is credit
    assert recovered(-40_00, [GIVEN_UP, replace(GIVEN_UP, id="w2", amount=60_00)]) == 0


def test_what_was_recovered_and_is_taken_back_is_given_up_again() -> None:
    assert lost_again(40_00, []) == 40_00
    assert lost_again(-15_00, []) == 0
    used = Posting("used", "credit/A/1", 17_00, AT), Posting("used", "credit/A/1/back/1", -7_00, AT, of="credit/A/1")
    assert lost_again(40_00, used) == 30_00, "what was set against another invoice is taken back from there"
