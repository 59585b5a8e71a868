"""Planned days and distances that no story needs in full: what moves a step, and what does not (T2, T5, T6, A2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dunning.case import Case
from dunning.ladder.dates import nominal_on, planned_on, ready_at
from dunning.ladder.progress import force, skip
from dunning.policy import Policy
from tests.dunning.cases import DUE, OPENS, a_case, at, notify, policy, step

FIVE = policy(*(step(f"s{number}", number * 7, notify("friendly")) for number in range(1, 6)))


def day(number: int) -> date:
    return DUE + timedelta(days=number)


def done(case: Case, index: int, on: int, *, ready: int | None = None, forced: bool = False) -> Case:
    """The case with a step done so many days after the due date; late if it was ready before."""
    state = replace(
        case.steps[index], status="done", left_on=day(on), anchors=forced or (ready is not None and on > ready),
        forced_on=day(on) if forced else None,
    )  # fmt: skip
    return case.with_step(index, state)


def plan(case: Case) -> list[int]:
    return [(planned_on(case, index) - DUE).days for index in range(len(case.steps))]


def test_before_anything_is_done_every_step_is_planned_as_the_policy_says() -> None:
    assert plan(a_case(FIVE)) == [7, 14, 21, 28, 35]


def test_a_late_step_pushes_all_that_follow() -> None:
    assert plan(done(a_case(FIVE), 0, 10, ready=7)) == [7, 17, 24, 31, 38]


def test_a_step_that_the_calendar_moved_pushes_nothing() -> None:
    assert plan(done(a_case(FIVE), 0, 9, ready=9)) == [7, 14, 21, 28, 35]


def test_a_second_late_step_pushes_on_from_where_it_was_done() -> None:
    case = done(done(a_case(FIVE), 0, 10, ready=7), 1, 20, ready=17)
    assert plan(case)[2:] == [27, 34, 41]


def test_a_skipped_step_moves_nothing_and_hides_no_late_one() -> None:
    case = skip(done(a_case(FIVE), 0, 10, ready=7).evolve(now=at(40)), 1, "F5", "a fact")
    assert plan(case)[2:] == [24, 31, 38]


def test_after_a_step_that_was_brought_forward_the_others_come_earlier_too() -> None:
    assert plan(done(a_case(FIVE), 2, 10, forced=True))[3:] == [17, 24]


def test_one_that_is_late_after_it_keeps_its_distance_from_there_not_from_its_own_day() -> None:
    case = done(done(a_case(FIVE), 2, 10, forced=True), 3, 19, ready=17)
    assert plan(case)[4:] == [26]


def test_a_step_that_is_forced_comes_on_that_day_and_the_ones_between_are_skipped() -> None:
    case = force(done(a_case(FIVE), 0, 7), 3, day(9), "A2")
    assert [state.status for state in case.steps] == ["done", "skipped", "skipped", "open", "open"]
    assert planned_on(case, 3) == day(9)


def since_chain() -> Policy:
    return policy(
        step("s1", 7, notify("friendly")),
        {"name": "s2", "after": {"days": 7, "since": "s1"}, "do": [notify("firm")]},
        {"name": "s3", "after": {"workdays": 3, "since": "s2"}, "do": [notify("firm")]},
    )


def test_a_step_may_count_from_one_that_counts_from_another() -> None:
    case = a_case(since_chain())
    # Monday 28 September + 7 + 7 days, and three working days on.
    assert [nominal_on(case, index) for index in range(3)] == [day(7), day(14), day(17)]
    assert [planned_on(done(case, 0, 9, ready=9), index) for index in (1, 2)] == [day(16), day(21)]


@pytest.mark.parametrize("served, ready", [(None, None), (5, at(14, "08:00")), (9, at(17, "08:00"))])
def test_a_step_that_requires_a_notice_is_ready_after_its_deadline(served: int | None, ready: object) -> None:
    terms = policy(
        step("word", 3, notify("final", deadline="7 days")), step("stop", 10, {"suspend": {}}, requires="word")
    )
    case = a_case(terms)
    case = case if served is None else case.evolve(served_by_hand=(("word", day(served)),))
    assert ready_at(case, 1) == ready


@pytest.mark.parametrize(
    "opens_on, skipped", [(1, []), (8, []), (15, ["s1"]), (22, ["s1", "s2"]), (60, ["s1", "s2", "s3", "s4"])]
)
def test_by_age_a_late_case_begins_at_the_latest_step_whose_day_is_before_the_opening(
    opens_on: int, skipped: list[str]
) -> None:
    case = a_case(FIVE.model_copy(update={"entry": "by-age"}), opens=at(opens_on))
    assert [line.step for line in case.lines if line.kind == "skip"] == skipped


def test_a_late_case_that_enters_first_begins_at_the_first_step() -> None:
    assert a_case(FIVE, opens=at(60)).current == 0
    assert a_case(FIVE, opens=OPENS).current == 0
