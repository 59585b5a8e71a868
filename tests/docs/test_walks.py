"""How to follow a payment, a notice and a broken promise: walked for real, they go where the page says, and no further.

A walk is every call of a function of the rules, in order. What it stands on, the case and the floors under it, is in
every walk, so the page names the rooms above only.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from types import FrameType
from typing import Any, Final

import pytest

from dunning.case import Case
from dunning.effects import Perform, Wait
from dunning.engine import ask, tell
from dunning.messages import Promise
from dunning.ports import Acted
from dunning.session import CaseSession
from dunning.simulation.world import World
from tests.docs.pages import ROOT, Page, page
from tests.dunning.cases import DUE, OPENS, a_case, at, customer, policy

RULES: Final = ROOT / "dunning"
HOUSE: Final = page("docs/why/house.md")
PROMISES: Final = {"at_most": "10 days", "broken": "last-notice"}
_LINK: Final = re.compile(r"\]\(\.\./\.\./(dunning/[\w/]+\.py)\)")
_NUMBERS: Final = re.compile(r"^\| \[[^|]+\]\(#([\w-]+)\) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)


def floors() -> list[str]:
    """The floors of the rules from the top, as the contract has them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    [contract] = [one for one in settings["tool"]["importlinter"]["contracts"] if one["type"] == "layers"]
    layers: list[str] = contract["layers"]
    return layers


def rooms_above_the_case() -> set[str]:
    every = floors()
    case = next(number for number, floor in enumerate(every) if "case" in re.split(r"\W+", floor))
    return {room for floor in every[:case] for room in re.split(r"\W+", floor)}


ABOVE: Final = rooms_above_the_case()


@dataclass(frozen=True)
class Walk:
    """The files of the functions that were called, one for each call."""

    calls: tuple[str, ...]

    @property
    def rooms(self) -> list[str]:
        """The files above the case, in the order of the first visit."""
        return list(dict.fromkeys(file for file in self.calls if _is_above(file)))

    @property
    def changes(self) -> int:
        """How often the next call is in another file."""
        return _changes(self.calls)

    @property
    def changes_of_room(self) -> int:
        """As `changes`, without the calls of the case and what is under it."""
        return _changes(tuple(file for file in self.calls if _is_above(file)))


def _is_above(file: str) -> bool:
    return file.split("/")[1].removesuffix(".py") in ABOVE


def _changes(calls: tuple[str, ...]) -> int:
    return sum(one != other for one, other in pairwise(calls))


def walked(go: Callable[[], object]) -> Walk:
    """What was called. Comprehensions and lambdas are part of the function they stand in."""
    calls: list[str] = []

    def see(frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(str(RULES)) and not code.co_name.startswith("<"):
            calls.append(code.co_filename.removeprefix(f"{ROOT}/"))

    before = sys.getprofile()
    sys.setprofile(see)
    try:
        go()
    finally:
        sys.setprofile(before)
    return Walk(tuple(calls))


def lived(session: CaseSession, now: datetime) -> Wait:
    """The case has done what is due, in a world where all goes well, and waits."""
    world = World(customer())
    while True:
        decision = session.next(now)
        if isinstance(decision, Perform):
            session.answered(decision.effect, world.perform(session.case, decision.effect, (session.case,)), now)
            continue
        if session.has_to_record:
            session.written()
        assert isinstance(decision, Wait)
        return decision


def a_session() -> CaseSession:
    return CaseSession(a_case(policy(promise=PROMISES)))


def a_payment() -> Walk:
    """A part of the invoice is paid after the first reminder."""
    session, now = a_session(), at(5)
    lived(session, OPENS)
    lived(session, at(3))
    body = {"id": "pay-1", "amount": "40.00", "currency": "EUR"}

    def paid(case: Case) -> Case:
        return tell(case, "payment_received", body, now)

    def is_told() -> None:
        session.take(paid, ("payment_received", body))
        session.next(now)

    walk = walked(is_told)
    assert session.case.paid == 4_000
    return walk


def a_notice() -> Walk:
    """The first reminder leaves."""
    session = a_session()
    until = lived(session, OPENS).until
    assert until is not None

    def is_sent() -> None:
        decision = session.next(until)
        assert isinstance(decision, Perform)
        act = session.act(decision.effect, until)
        assert act.assumed is not None
        session.acted(Acted(act.assumed, 0, written=True))
        session.next(until)

    walk = walked(is_sent)
    assert [notice.step for notice in session.case.notices] == ["reminder"]
    return walk


def a_broken_promise() -> Walk:
    """A promise is made after the first reminder, and no money comes."""
    session, now = a_session(), at(4)
    lived(session, OPENS)
    lived(session, at(3))
    session.take(lambda case: ask(case, Promise(id="p1", on=DUE + timedelta(days=7)), now))
    lapse = lived(session, now).until
    assert lapse is not None
    walk = walked(lambda: session.next(lapse))
    assert session.case.broken_promises == 1
    return walk


WALKS: Final = {
    "How to follow a payment": a_payment,
    "How to follow a notice": a_notice,
    "How to follow a broken promise": a_broken_promise,
}


def shown(heading: str) -> list[str]:
    """The files of the rules that a walk on the page names, in its order."""
    return list(dict.fromkeys(_LINK.findall(section(heading).text)))


def section(heading: str) -> Page:
    return HOUSE.section(heading)


def numbers(heading: str) -> tuple[int, int, int]:
    """What the page says of a walk: calls, changes of file, changes among the rooms above the case."""
    found = {
        anchor: (int(calls), int(every), int(rooms)) for anchor, calls, every, rooms in _NUMBERS.findall(HOUSE.text)
    }
    return found[heading.lower().replace(" ", "-")]


@pytest.mark.parametrize("heading", WALKS)
def test_a_walk_visits_the_files_that_the_page_names_in_their_order(heading: str) -> None:
    assert shown(heading) == WALKS[heading]().rooms


@pytest.mark.parametrize("heading", WALKS)
def test_a_walk_changes_file_no_oftener_than_the_page_says(heading: str) -> None:
    walk, (calls, changes, rooms) = WALKS[heading](), numbers(heading)
    assert len(walk.calls) <= calls
    assert walk.changes <= changes
    assert walk.changes_of_room <= rooms


def test_the_floors_on_the_page_are_those_of_the_contract() -> None:
    rows = re.findall(r"^\| (`[^|]+`) \| ", section("The floors of the rules").text, re.MULTILINE)
    named = [set(re.findall(r"`(\w+)(?:/|\.py)`", row)) for row in rows]
    assert named == [set(re.findall(r"\w+", floor)) for floor in floors()]
