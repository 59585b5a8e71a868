"""The adaptive strategy: what was said of the last attempt decides when the next one comes; the journal says how."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dunning.charging.adaptive import next_payday
from dunning.records import EarlierAttempt
from dunning.simulation.world import Script
from tests.dunning.cases import CALENDAR, OPENS, Story, a_case, at, invoice, policy

ADAPTIVE: dict[str, Any] = {"strategy": "adaptive", "attempts": 4, "within": "30 days", "paydays": [25, "last"]}
TERMS = policy(charging=ADAPTIVE)


def planned(*answers: str | None, until: int = 60) -> list[tuple[str, str]]:
    """What the strategy chose after each of these declines: the local minute and the reason."""
    story = Story(TERMS, methods=["m1"], gateway=[Script(answer) for answer in answers]).told(at(until))
    return [(line.value, line.why) for line in story.journal if line.kind == "planned"]


def test_the_first_attempt_is_made_at_the_opening() -> None:
    assert a_case(TERMS, methods=["m1"]).track.chosen == OPENS


def test_after_a_failure_elsewhere_the_first_attempt_waits_three_days_from_it() -> None:
    failed = invoice(attempts=(EarlierAttempt(at=at(0, "15:00")),))
    assert a_case(TERMS, methods=["m1"], of=failed).track.chosen == at(3, "15:00")


def test_a_failure_long_ago_delays_nothing() -> None:
    failed = invoice(attempts=(EarlierAttempt(at=at(-9)),))
    assert a_case(TERMS, methods=["m1"], of=failed).track.chosen == OPENS


def test_missing_money_comes_with_the_next_payday() -> None:
    # Opens on Tuesday 29 September: 24 hours at least, then the last working day of the month.
    [(moment, why), *_] = planned("insufficient_funds", None)
    assert moment == "2026-09-30T09:00"
    assert why == "not enough money or credit: the payday 2026-09-30; 3 left until 2026-10-29"


def test_a_payday_that_comes_too_soon_is_passed_over() -> None:
    moments = [moment for moment, _ in planned("insufficient_funds", "insufficient_funds", None)]
    assert moments == ["2026-09-30T09:00", "2026-10-23T09:00"]  # the 25th is a Sunday


def test_an_issuer_that_was_away_is_back_within_the_hour() -> None:
    [(moment, why), *_] = planned("issuer_not_available", None)
    assert moment == "2026-09-29T01:00"
    assert "1 hour on" in why


def test_what_nobody_explains_is_spread_over_the_days_that_are_left() -> None:
    [(moment, why), *_] = planned("do_not_honor", None)
    assert moment == "2026-10-09T18:00"  # a third of thirty days, and in the evening after a failure at night
    assert "10 days on, at another time of day" in why


def test_the_last_attempt_is_followed_by_none_and_says_so() -> None:
    assert planned(*["insufficient_funds"] * 4)[-1] == ("none", "all 4 attempts are used")


def test_no_attempt_comes_after_the_last_day() -> None:
    chosen = [moment for moment, _ in planned(*["do_not_honor"] * 4) if moment != "none"]
    assert max(chosen) < "2026-10-30"


@pytest.mark.parametrize(
    "earliest, paydays, found",
    [
        (date(2026, 10, 23), (25,), date(2026, 10, 23)),  # the 25th is a Sunday: the Friday before it
        (date(2026, 10, 24), (25,), date(2026, 11, 25)),
        (date(2026, 2, 1), (31,), date(2026, 2, 27)),  # the 28th is a Saturday
        (date(2026, 12, 30), ("last",), date(2026, 12, 31)),
        (date(2026, 12, 31), (1,), date(2027, 1, 1)),  # a Friday, and no holidays are kept here
    ],
)
def test_a_payday_on_a_day_off_is_the_working_day_before_it(
    earliest: date, paydays: tuple[int | str, ...], found: date
) -> None:
    assert next_payday(CALENDAR, paydays, earliest) == found
