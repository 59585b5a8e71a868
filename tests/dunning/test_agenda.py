"""The days that a case looks forward to, as calendars show them: each while it stands."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dunning.agenda import agenda
from dunning.case import Case
from dunning.requests import Hold, Plan, Promise
from tests.dunning.cases import DUE, OPENS, Story, a_case, asked, at, invoice, notify, policy, step, told

TERMS = policy(
    step("final", 3, notify("final", deadline="7 days")),
    step("ask", 20, {"task": {"kind": "call"}}, requires="final"),
    promise={"at_most": "14 days"}, plan={"instalments": 3, "longest": "90 days"},
    dispute={"answer_within": "5 workdays"},
)  # fmt: skip


def day(number: int) -> date:
    return DUE + timedelta(days=number)


def dates_of(case: Case) -> list[tuple[Any, ...]]:
    return [(one.kind, one.about, one.on, one.amount) for one in agenda(case)]


def test_a_promise_stands_until_it_is_kept() -> None:
    case = asked(a_case(TERMS), Promise(id="p1", on=day(5), amount=Decimal("60.00")), at(1))
    assert dates_of(case) == [("promise", "p1", day(5), 60_00)]
    assert dates_of(told(case, "payment_received", at(2), id="pay-1", amount="60.00")) == []


def test_each_part_of_a_plan_stands_while_something_of_it_is_open() -> None:
    parts = [{"on": day(5), "amount": "40.00"}, {"on": day(20), "amount": "60.00"}]
    case = asked(a_case(TERMS), Plan.model_validate({"id": "plan", "instalments": parts}), at(1))
    assert dates_of(case) == [("instalment", "1", day(5), 40_00), ("instalment", "2", day(20), 60_00)]
    assert dates_of(told(case, "payment_received", at(2), id="pay-1", amount="45.00")) == [
        ("instalment", "2", day(20), 55_00)
    ]


def test_a_dispute_is_answered_by_the_last_day_of_its_task_and_a_hold_ends_on_its_own() -> None:
    case = told(a_case(TERMS), "dispute", at(1), id="d1", amount="30.00", reason="damaged")
    assert dates_of(case) == [("dispute", "d1", day(8), 30_00)]
    held = asked(case, Hold(id="h1", reason="asked for copies", until=day(4)), at(1))
    assert [one.note for one in agenda(held) if one.kind == "hold"] == ["asked for copies"]
    assert dates_of(held)[1:] == [("hold", "h1", day(4), 70_00)]
    without_a_term = told(a_case(), "dispute", at(1), id="d1", reason="damaged")
    assert [one.on for one in agenda(without_a_term)] == [None]


def test_a_served_notice_has_a_deadline_and_a_debtor_is_called_back_at_the_moment_they_named() -> None:
    case = Story(TERMS).told(at(4)).case
    assert dates_of(case) == [("deadline", "final", day(10), 100_00)]
    later = Story(TERMS).told(at(21)).case
    back = told(later, "call", at(21), result="call_back", again_at=at(23, "14:30").isoformat())
    [call] = [one for one in agenda(back) if one.kind == "call-back"]
    assert (call.on, call.at, call.amount) == (day(23), at(23, "14:30"), 100_00)


def test_money_under_way_is_expected_by_its_day_and_a_closed_case_looks_forward_to_nothing() -> None:
    case = told(a_case(TERMS), "payment_pending", at(1), id="sepa-1", amount="100.00", until=day(6))
    assert dates_of(case) == [("payment", "sepa-1", day(6), 100_00)]
    assert dates_of(case.evolve(closed="paid")) == []


def test_a_discount_is_offered_to_its_last_day_if_the_case_knows_of_it_in_time() -> None:
    granted = invoice(discount={"percent": "2.00", "until": day(-5)})
    early = OPENS - timedelta(days=20)
    assert dates_of(a_case(TERMS, of=granted, opens=early)) == [("discount", "", day(-5), 2_00)]
    assert dates_of(a_case(TERMS, of=granted)) == []
