"""Each property of the search sees what it is there to see: a good story, and the same with one thing wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import pytest

from bench.stories.properties import NO_EXCEPTION, PROPERTIES, findings, retold
from bench.stories.telling import DrawnStory, Performed, Rest, WatchedSimulation
from bench.stories.told import ToldStory
from dunning.effects import Charge, HandOffDebt, Outcome
from dunning.journal import Line
from dunning.parts import Posting

STORY: Final[dict[str, Any]] = {
    "scenario": "a story in which all is well",
    "policy": {
        "name": "plain",
        "calendar": {"holidays": "none"},
        "spacing": {"minimum": "2 days", "per_customer": {"notices": 1, "within": "2 days"}},
        "steps": [
            {"name": "reminder", "after": "3 days", "do": [{"notify": {"message": "friendly", "by": ["email"]}}]},
            {
                "name": "dunning",
                "after": "10 days",
                "do": [{"fee": "5.00"}, {"notify": {"message": "final", "by": ["letter"], "deadline": "7 days"}}],
            },
            {"name": "stop", "after": "18 days", "requires": "dunning", "do": [{"suspend": {}}]},
        ],
        "charging": {"schedule": ["0 days"], "attempts": 1, "within": "5 days"},
    },
    "customer": {
        "id": "c1",
        "country": "NL",
        "timezone": "Europe/Amsterdam",
        "email": "a@b.example",
        "address": "here",
    },
    "invoices": [{"id": "INV-1", "currency": "EUR", "amount": "100.00", "due_on": "2026-09-28"}],
    "methods": ["m1"],
    "gateway": [{"decline": "insufficient_funds"}],
    "events": [
        {"at": "2026-10-30T10:00", "payment_received": {"id": "a", "amount": "40.00"}},
        {"at": "2026-10-30T10:00", "credit": {"id": "b", "amount": "25.00"}},
        {"at": "2026-10-30T10:00", "payment_received": {"id": "c", "amount": "40.00"}},
    ],
    "until": "2026-12-01",
}
Spoils = Callable[[WatchedSimulation], object]


def lines(simulation: WatchedSimulation) -> list[Line]:
    return simulation.lines["INV-1"]


def at(simulation: WatchedSimulation, kind: str) -> int:
    return next(number for number, line in enumerate(lines(simulation)) if line.kind == kind)


def change(kind: str, **fields: Any) -> Spoils:
    def spoil(simulation: WatchedSimulation) -> None:
        number = at(simulation, kind)
        lines(simulation)[number] = replace(lines(simulation)[number], **fields)

    return spoil


def again(kind: str) -> Spoils:
    """At the end, once more."""
    return lambda simulation: lines(simulation).append(lines(simulation)[at(simulation, kind)])


def act(of: Callable[[Performed], Performed], effect: str) -> Spoils:
    def spoil(simulation: WatchedSimulation) -> None:
        done = simulation.world.performed
        done.append(of(next(one for one in done if one.effect.kind == effect)))

    return spoil


def moved(by: timedelta) -> Callable[[Performed], Performed]:
    return lambda one: replace(one, case=one.case.evolve(now=one.case.now + by))


def rest(closed: Outcome | None = None, *, again_at: datetime | None = None) -> Spoils:
    def spoil(simulation: WatchedSimulation) -> None:
        case = simulation.cases["INV-1"]
        simulation.rests.append(Rest(case.now, case.evolve(closed=closed), again_at))

    return spoil


def earlier(simulation: WatchedSimulation) -> None:
    """The suspension comes while the deadline runs."""
    done = simulation.world.performed
    number = next(number for number, one in enumerate(done) if one.effect.kind == "suspend_service")
    done[number] = moved(-timedelta(days=3))(done[number])


def waived_twice(simulation: WatchedSimulation) -> None:
    """More of the costs is given up than the fee was."""
    session = simulation.sessions["INV-1"]
    waiver = Posting("costs_waived", "w", -6_00, session.case.now)
    session.case = session.case.evolve(ledger=(*session.case.ledger, waiver))


def another_step(one: Performed) -> Performed:
    return replace(one, effect=HandOffDebt("case:INV-1/step/dunning/9", "default", 1))


def too_much(one: Performed) -> Performed:
    return replace(one, effect=Charge("case:INV-1/attempt/9", 9, "m1", 1_000_000, "ladder"))


FRIDAY: Final = datetime.fromisoformat("2026-10-09T10:00:00+02:00")
SPOILT: Final[list[tuple[str, Spoils]]] = [
    ("spacing", change("notice", at=FRIDAY - timedelta(days=1))),
    ("caps", change("notice", at=FRIDAY - timedelta(days=1))),
    ("hours", change("notice", at=FRIDAY.replace(hour=3))),
    ("hours", act(moved(timedelta(hours=14)), "suspend_service")),
    ("steps_once", again("notice")),
    ("steps_once", again("fee")),
    ("steps_once", act(lambda one: one, "suspend_service")),
    ("fees_with_notices", change("fee", at=FRIDAY)),
    ("announced", earlier),
    ("one_consequence_a_day", act(another_step, "suspend_service")),
    ("ledger", change("fee", amount=501)),
    ("parts_are_the_whole", waived_twice),
    ("payments_once", again("payment")),
    ("payments_once", change("payment", amount=4_001)),
    ("settled", rest(again_at=FRIDAY.replace(year=2027))),
    ("one_attempt", act(too_much, "charge")),
    ("never_silent", rest()),
    ("at_rest", rest("paid", again_at=FRIDAY)),
    ("quiet_when_closed", again("notice")),
    ("repeats", lambda simulation: lines(simulation).pop(at(simulation, "fee"))),
    ("shuffles", lambda simulation: lines(simulation).pop(at(simulation, "fee"))),
]


def told() -> ToldStory:
    story = DrawnStory("plain", STORY)
    return ToldStory(story, story.told())


def test_nothing_is_wrong_with_a_good_story() -> None:
    assert findings(DrawnStory("plain", STORY)) == []


@pytest.mark.parametrize("name, spoil", SPOILT)
def test_a_property_sees_what_is_wrong(name: str, spoil: Spoils) -> None:
    story = told()
    spoil(story.simulation)
    assert list(PROPERTIES[name](story)) != []


def test_what_was_not_foreseen_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retold, "forecast", lambda *_: ())
    assert list(PROPERTIES["foreseen"](told())) != []


def test_an_exception_is_seen() -> None:
    def breaks(_: ToldStory) -> Any:
        raise LookupError("nothing there")

    assert findings(DrawnStory("plain", STORY), {"breaks": breaks}) == [(NO_EXCEPTION, "LookupError: nothing there")]


def test_there_is_a_spoilt_story_for_every_property() -> None:
    assert {name for name, _ in SPOILT} | {"foreseen"} == PROPERTIES.keys()
