"""How a story is read, and how what came of it is held against what it expected."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from cli.scenarios.stories import story_calendar
from dunning.policy import Policy
from dunning.scenarios.core_engine import play, stage_of_story
from dunning.scenarios.scenario import Scenario
from dunning.scenarios.story import differences
from dunning.validation import in_words

WORD = {"notify": {"message": "final", "by": ["email"], "deadline": "4 days"}}
SUSPENDED: dict[str, Any] = {
    "scenario": "a service is given back",
    "policy": {
        "name": "suspended",
        "calendar": {"holidays": "none"},
        "tolerance": "1.00",
        "steps": [
            {"name": "word", "after": "3 days", "do": [WORD]},
            {"name": "stop", "after": "10 days", "requires": "word", "do": [{"suspend": {}}]},
        ],
        "promise": {"at_most": "20 days"},
        "charging": {"schedule": ["14 days"], "attempts": 1, "within": "20 days"},
        "end": {"after": "5 days", "then": "close"},
    },
    "customer": {"id": "c1", "timezone": "Europe/Amsterdam", "email": "ap@lek.example"},
    "invoice": {"id": "X-1", "currency": "EUR", "amount": "100.00", "due_on": "2026-09-28"},
    "events": [{"at": "2026-10-09T10:00", "payment_received": {"id": "p1", "amount": "99.50"}}],
    "expect": [
        {"on": "2026-10-01", "notice": "final", "demands": "100.00"},
        {"on": "2026-10-08", "suspend": {}},
        {"on": "2026-10-09", "write_off": "0.50"},
        {"on": "2026-10-09", "restore": {}},
        {"on": "2026-10-09", "closed": "paid"},
    ],
    "balance": "0.00",
}  # fmt: skip


def story(**changed: Any) -> dict[str, Any]:
    return {**deepcopy(SUSPENDED), **changed}


def wrong_in(told: dict[str, Any]) -> list[str]:
    """What differs when the story is told on the core."""
    scenario = Scenario.model_validate(told)
    on = stage_of_story(scenario, Policy.model_validate(scenario.policy), story_calendar)
    return differences(scenario, play(on, story_calendar, lambda _: None), on.calendar)


def expecting(*lines: dict[str, Any]) -> dict[str, Any]:
    return story(expect=list(lines))


def expected() -> list[dict[str, Any]]:
    return list(deepcopy(SUSPENDED["expect"]))


def test_a_story_that_ends_as_expected_has_no_differences() -> None:
    assert wrong_in(story()) == []


def test_before_a_closing_the_rules_leave_the_order_open() -> None:
    lines = expected()
    lines[2], lines[3] = lines[3], lines[2]
    assert wrong_in(expecting(*lines)) == []


def test_nothing_comes_after_the_closing() -> None:
    lines = expected()
    lines[3], lines[4] = lines[4], lines[3]
    [first, *_] = wrong_in(expecting(*lines))
    assert first.startswith("expect[3]: expected {on: 2026-10-09, closed: paid}, but then came")


def test_a_line_that_is_missing_is_shown_with_what_came_instead() -> None:
    lines = expected()
    del lines[1]
    found = wrong_in(expecting(*lines))
    assert found[0] == "expect[1]: expected {on: 2026-10-09, write_off: 0.50}, but then came"
    assert found[1].strip() == "- {at: 2026-10-08T08:00, suspend: {}}"


def test_a_line_too_many_is_a_difference() -> None:
    found = wrong_in(expecting(*expected(), {"on": "2026-10-10", "notice": "final"}))
    assert found[:2] == ["expect[5]: expected {on: 2026-10-10, notice: final}, but then came", "    (nothing more)"]


def test_a_line_that_was_not_expected_is_a_difference() -> None:
    found = wrong_in(expecting(*expected()[:-1]))
    assert found[0] == "expect: nothing more was expected, but then came"


@pytest.mark.parametrize(
    "number, key, value",
    [
        (0, "on", "2026-10-02"),
        (0, "at", "2026-10-01T08:01"),
        (0, "demands", "100.01"),
        (0, "by", "sms"),
        (0, "notice", "firm"),
        (2, "write_off", "0.51"),
        (2, "write_off", "half"),
        (4, "closed", "credited"),
    ],
)
def test_every_key_that_a_line_names_is_compared(number: int, key: str, value: str) -> None:
    lines = expected()
    lines[number][key] = value
    assert wrong_in(expecting(*lines))[0].startswith(f"expect[{number}]")


def test_amounts_are_compared_by_value() -> None:
    lines = expected()
    lines[0]["demands"] = 100
    assert wrong_in(story(expect=lines, balance=0)) == []


@pytest.mark.parametrize(
    "key, value", [("balance", "0.50"), ("overdue_days", 3), ("chased_days", 3), ("closed", "credited")]
)
def test_the_final_state_is_compared(key: str, value: object) -> None:
    [found] = wrong_in(story(**{key: value}))
    assert found.startswith(f"{key} of X-1: expected {value}, found ")


def test_a_case_that_never_opened_has_no_final_state() -> None:
    told = story(until="2026-09-28", expect=[], events=[])
    assert wrong_in(told) == ["balance of X-1: expected 0.00, but its case never opened"]


def test_a_charge_and_the_promise_that_it_keeps_may_stand_in_either_order() -> None:
    lines: list[dict[str, Any]] = [
        {"on": "2026-10-01", "notice": "final"},
        {"on": "2026-10-02", "hold": "promise"},
        {"at": "2026-10-03T10:00", "charge": "approved"},
        {"at": "2026-10-03T10:00", "promise": "kept"},
        {"at": "2026-10-03T10:00", "closed": "paid"},
    ]
    events = [
        {"at": "2026-10-02T10:00", "promise": {"id": "pr1", "on": "2026-10-05"}},
        {"at": "2026-10-03T10:00", "attempt": {"by": "customer"}},
    ]
    told = story(events=events, methods=["m1"], expect=lines)
    assert wrong_in(told) == []
    lines[2], lines[3] = lines[3], lines[2]
    assert wrong_in({**told, "expect": lines}) == []


def test_cases_of_one_minute_have_no_order_among_each_other() -> None:
    two = [{**SUSPENDED["invoice"], "id": one} for one in ("X-1", "X-2")]
    lines = [{"on": "2026-10-01", "notice": "final", "invoice": one} for one in ("X-2", "X-1")]
    told = story(invoices=two, events=[], until="2026-10-02", expect=lines, balance={"X-1": "100", "X-2": "100"})
    del told["invoice"]
    assert wrong_in(told) == []


# Reading


def mistakes(told: object) -> str:
    with pytest.raises(ValidationError) as error:
        Scenario.model_validate(told)
    return in_words(error.value)


@pytest.mark.parametrize(
    "told, place, words",
    [
        (story(colour="red"), "colour", "an unknown name; allowed only the names"),
        (story(events=[{"at": "2026-10-09T10:00"}]), "events.0", "found no event; allowed is one of payment_received"),
        (story(events=[{"at": "2026-10-09T10:00", "rain": {}}]), "events.0", "found rain"),
        (story(events=[{"payment_received": {"id": "p1", "amount": 1}}]), "events.0.at", "allowed a"),
        (story(events=[{"at": "2026-10-09T10:00+02:00", "open": {}}]), "events.0.at", "a local time such as 2026"),
        (story(events=[{"at": "2026-10-09", "payment_received": {"id": "p1"}}]), "events.0", "amount"),
        (story(events=[{"at": "2026-10-09", "outage": {}}]), "events.0", "until"),
        (story(events=[{"at": "2026-10-09", "crash": {"after": "lunch"}}]), "events.0", "notice"),
        (story(expect=[{"on": "2026-10-09", "weather": "fine"}]), "expect.0", "a line with one of charge, closed"),
        (story(expect=[{"on": "2026-10-09", "closed": "paid", "colour": 1}]), "expect.0.colour", "an unknown name"),
        (story(expect=[{"on": "2026-10-09", "closed": "paid", "invoice": "Y"}]), "", "found invoice Y; allowed: X-1"),
        (story(invoice=None), "", "one of invoice and invoices is wanted"),
        (story(gateway=["perhaps"]), "gateway.0", "approve, {decline: CODE}"),
        (story(channels=[{"by": "email"}]), "channels.0.bounces_after", "found nothing"),
        (story(until="tomorrow"), "until", "allowed a day such as 2026-03-31"),
    ],
)  # fmt: skip
def test_a_mistake_names_its_place_and_what_is_allowed(told: object, place: str, words: str) -> None:
    found = mistakes(told)
    assert found.startswith(place or "input: ")
    assert words in found


def test_a_line_shows_all_that_could_be_compared() -> None:
    scenario = Scenario.model_validate(story(expect=[{"on": "2026-10-01", "notice": "firm"}]))
    on = stage_of_story(scenario, Policy.model_validate(scenario.policy), story_calendar)
    told = play(on, story_calendar, lambda _: None)
    line = next(line for line in told.lines["X-1"] if line.kind == "notice")
    loud = replace(line, kind="charge", value="stolen_card", method="m1", amount=12, queue="q", escalated=True)
    found = differences(scenario, replace(told, lines={"X-1": (loud,)}), on.calendar)
    shown = "at: 2026-10-01T08:00, charge: {declined: stolen_card}, by: email, method: m1, queue: q"
    assert found[1].strip() == f"- {{{shown}, demands: 100.00, amount: 0.12, escalated: true}}"
