"""The ranking as a manager would tell it: who comes first, why, and when time alone changes that."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from dunning.worklist.assignment import Assigned, AssignmentRule, Features, assigned
from dunning.worklist.facts import Broken, Debtor, OpenCase, Question
from dunning.worklist.ranking import NEVER, Ranked, overdue, rank, workdays_since
from dunning.worklist.reasons import KINDS, POINTS

MONDAY = date(2026, 11, 30)
FRIDAY = MONDAY - timedelta(days=3)


def is_workday(day: date) -> bool:
    return day.weekday() < 5


def a_case(**more: Any) -> OpenCase:
    """One that goes on by itself: overdue since Sunday, the next notice in ten days."""
    known = {
        "invoice_id": "INV-1", "currency": "EUR", "due_on": MONDAY - timedelta(days=1), "demandable": 50_00,
        "next_on": MONDAY + timedelta(days=10), "next_does": "notice",
    }  # fmt: skip
    return OpenCase(**{**known, **more})


def ranked(*cases: OpenCase, today: date = MONDAY, **more: Any) -> Ranked:
    return rank(Debtor(cases or (a_case(),), **more), today, is_workday)


def kinds(found: Ranked) -> list[str]:
    return [reason.kind for reason in found.reasons]


def test_a_case_that_goes_on_by_itself_is_no_reason_to_look() -> None:
    assert ranked().score == 0


def test_a_reply_goes_before_a_broken_promise_and_that_before_a_call() -> None:
    reply = ranked(a_case(questions=(Question("reply", FRIDAY, MONDAY + timedelta(days=3)),)))
    broken = ranked(a_case(broken=Broken(FRIDAY, 50_00, 1)))
    call = ranked(a_case(questions=(Question("call", FRIDAY, MONDAY + timedelta(days=3)),)))
    assert reply.score > broken.score > call.score > ranked().score


def test_a_promise_broken_for_the_third_time_weighs_more_until_somebody_talks_with_them() -> None:
    first, third = (ranked(a_case(broken=Broken(FRIDAY, 4_310_00, times))) for times in (1, 3))
    assert third.score == first.score + 10
    assert (third.reasons[0].day, third.reasons[0].amount, third.reasons[0].times) == (FRIDAY, 4_310_00, 3)
    assert ranked(a_case(broken=Broken(FRIDAY, 50_00, 3)), talked_on=MONDAY).score == 15
    assert ranked(a_case(broken=Broken(FRIDAY, 50_00, 3)), talked_on=FRIDAY - timedelta(days=1)).score == third.score


def test_a_broken_promise_of_what_is_not_demanded_any_more_is_none() -> None:
    assert ranked(a_case(broken=Broken(FRIDAY, 50_00, 1), demandable=0)).score == 0


BEFORE = {
    "final": "before-final", "suspend": "before-suspension", "hand_off": "before-hand-off",
    "write_off": "before-write-off",
}  # fmt: skip


@pytest.mark.parametrize("does", BEFORE)
def test_somebody_may_call_in_the_five_days_before_what_is_hard_to_take_back(does: str) -> None:
    kind = BEFORE[does]
    case = a_case(next_does=does, next_on=MONDAY + timedelta(days=6))
    early = ranked(case)
    assert (kinds(early), early.turns_on) == ([], MONDAY + timedelta(days=1))
    assert kinds(ranked(case, today=early.turns_on)) == [kind]
    assert kinds(ranked(a_case(next_does=does, next_on=MONDAY, is_held=True))) == []


def test_a_plain_notice_needs_nobody() -> None:
    assert kinds(ranked(a_case(next_does="notice", next_on=MONDAY))) == []


def test_a_dispute_weighs_more_with_each_workday_and_not_at_the_weekend() -> None:
    case = a_case(disputed=200_00, disputed_on=FRIDAY)
    scores = [ranked(case, today=FRIDAY + timedelta(days=days)).score for days in range(4)]
    assert scores == [20, 20, 20, 23]
    long_ago = a_case(disputed=200_00, disputed_on=MONDAY - timedelta(days=90))
    assert ranked(long_ago).score == 50
    assert workdays_since(FRIDAY - timedelta(days=7), MONDAY, is_workday) == 6


def test_the_question_about_a_dispute_is_the_dispute_and_no_second_reason() -> None:
    asked = (Question("dispute", FRIDAY, FRIDAY),)
    assert kinds(ranked(a_case(disputed=1, disputed_on=FRIDAY, questions=asked))) == ["dispute"]


def test_a_question_presses_on_its_last_day_and_more_after_it_and_each_time_it_was_escalated() -> None:
    case = a_case(questions=(Question("call", FRIDAY, MONDAY),))
    days = (MONDAY - timedelta(days=1), MONDAY, MONDAY + timedelta(days=1))
    assert [ranked(case, today=day).score for day in days] == [40, 50, 60]
    assert ranked(case, today=days[0]).turns_on == days[1]
    assert ranked(case, today=days[1]).turns_on == days[2]
    escalated = [ranked(a_case(questions=(Question("call", FRIDAY, NEVER, times),))).score for times in range(4)]
    assert escalated == [40, 50, 60, 60]


def test_a_channel_that_is_down_is_no_debtors_fault() -> None:
    assert kinds(ranked(a_case(questions=(Question("channel-down", FRIDAY, MONDAY),)))) == []


def test_overdue_and_nothing_planned_is_found_by_nobody_but_the_ranking() -> None:
    assert kinds(ranked(a_case(next_on=None))) == ["idle"]
    assert kinds(ranked(a_case(next_on=None, is_held=True))) == []
    not_yet = ranked(a_case(next_on=None, due_on=MONDAY))
    assert (kinds(not_yet), not_yet.turns_on) == ([], MONDAY + timedelta(days=1))


def test_a_decline_is_worth_a_look_for_thirty_days() -> None:
    case = a_case(declines=(MONDAY,))
    assert kinds(ranked(case)) == ["decline"]
    last = MONDAY + timedelta(days=30)
    assert "decline" in kinds(ranked(case, today=last))
    assert ranked(case).turns_on <= last + timedelta(days=1)
    assert "decline" not in kinds(ranked(case, today=last + timedelta(days=1)))


def test_much_goes_before_little_and_old_before_new() -> None:
    scores = [ranked(a_case(demandable=amount)).score for amount in (99_99, 100_00, 1_000_00, 10_000_00, 100_000_00)]
    assert scores == [0, 5, 10, 15, 20]
    ages = [ranked(a_case(due_on=MONDAY - timedelta(days=days))).score for days in (29, 30, 60, 90)]
    assert ages == [0, 5, 10, 15]
    assert ranked(a_case(due_on=MONDAY - timedelta(days=29))).turns_on == MONDAY + timedelta(days=1)


def test_currencies_are_not_added_up() -> None:
    debtor = Debtor((a_case(demandable=600_00), a_case(currency="USD", demandable=700_00), a_case(due_on=MONDAY)))
    assert overdue(debtor, MONDAY) == {"EUR": 600_00, "USD": 700_00}
    [reason] = rank(debtor, MONDAY, is_workday).reasons
    assert (reason.points, reason.amount, reason.currency) == (5, 700_00, "USD")


def test_two_replies_are_one_reason_and_a_score_is_the_sum_of_its_reasons() -> None:
    asked = (Question("reply", FRIDAY, NEVER),)
    both = ranked(a_case(questions=asked), a_case(invoice_id="INV-2", questions=asked), a_case(next_on=None))
    assert kinds(both) == ["reply", "idle", "amount"]
    assert both.score == sum(reason.points for reason in both.reasons) == 95


def test_the_same_facts_in_another_order_rank_the_same() -> None:
    cases = [a_case(invoice_id=f"INV-{n}", next_on=None, declines=(FRIDAY,)) for n in range(3)]
    assert ranked(*cases) == ranked(*reversed(cases))


def test_between_two_days_on_which_it_says_that_it_turns_nothing_changes() -> None:
    """The rows of the queue are ranked anew on these days alone."""
    case = a_case(
        due_on=MONDAY - timedelta(days=20), next_does="final", next_on=MONDAY + timedelta(days=17),
        questions=(Question("call", FRIDAY, MONDAY + timedelta(days=4)), Question("dispute", FRIDAY, MONDAY)),
        declines=(MONDAY - timedelta(days=12),), disputed=1_00, disputed_on=FRIDAY, broken=Broken(FRIDAY, 1_00, 2),
    )  # fmt: skip
    today, known = MONDAY, ranked(case)
    for _ in range(120):
        today += timedelta(days=1)
        now = ranked(case, today=today)
        if today < known.turns_on:
            assert now.score == known.score, today
        else:
            known = now


def test_every_kind_of_reason_has_its_points() -> None:
    assert sorted(POINTS) == sorted(KINDS)


def test_a_customer_is_whose_the_first_rule_says_that_fits() -> None:
    rules = (
        AssignmentRule(person="ann", countries=frozenset({"BE"}), above={"EUR": 10_000_00}),
        AssignmentRule(queue="key-accounts", tags=frozenset({"vip"})),
        AssignmentRule(to_account_manager=True),
        AssignmentRule(person="ben", languages=frozenset({"nl", "fr"})),
    )

    def of(**more: Any) -> Assigned:
        return assigned(rules, Features(**{"country": "BE", "language": "nl", **more}))

    assert of(overdue={"EUR": 10_000_01}) == Assigned("ann")
    assert of(overdue={"EUR": 10_000_00}) == Assigned("ben"), "more than this"
    assert of(tags=frozenset({"vip", "new"})) == Assigned(queue="key-accounts")
    assert of(account_manager="cas") == Assigned("cas")
    assert of(language="de") == Assigned()
