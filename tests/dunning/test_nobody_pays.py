"""Nobody pays, and a person answers each question in time: whatever the policy, the case comes to its end."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dunning.answers import Sent
from dunning.effects import SendNotice
from dunning.simulation.simulate import Event
from dunning.simulation.world import Script
from tests.dunning.attended import LAST, Attended
from tests.dunning.cases import OPENS
from tests.dunning.ladders import policies
from tests.dunning.streams import BOUNCES, DECLINES, METHODS, OPENINGS, SILENCES

REFUSALS = st.lists(st.builds(Script, DECLINES, st.none(), st.booleans(), SILENCES), max_size=5)
OPTED_OUT = st.sampled_from([[], [], [], [], ["email"], ["sms", "letter"], ["email", "sms", "letter"]])


@st.composite
def unpaid(draw: st.DrawFn) -> Attended:
    """A story to its end. Every attempt is declined, notices may bounce or find no channel."""
    opted_out = Event(OPENS - timedelta(days=10), "contact", {"opted_out": draw(OPTED_OUT)})
    told = Attended(
        draw(policies()), [opted_out], hours=draw(st.integers(1, 200)), methods=draw(METHODS),
        gateway=[*draw(REFUSALS), *[Script("insufficient_funds")] * 30], channels=draw(BOUNCES), opens=draw(OPENINGS),
    )  # fmt: skip
    told.run(LAST)
    return told


@given(unpaid())
def test_a_case_that_nobody_pays_comes_to_its_end(told: Attended) -> None:
    assert told.case.closed


@given(unpaid())
def test_the_end_comes_its_time_after_the_last_step(told: Attended) -> None:
    """S2, unless a step itself ends the case."""
    case = told.case
    if not any(told.ends_by(step) for step in told.terms.steps):
        last = max(state.left_on for state in case.steps if state.left_on)  # of one that comes back its first time (T8)
        assert told.ended_on == case.calendar.add(last, told.terms.end.after)


@given(unpaid())
def test_each_step_is_done_or_skipped_exactly_once(told: Attended) -> None:
    """T4: with each of its actions, and with one line on the journal where it is passed over."""
    skips = Counter(line.step for line in told.journal if line.kind == "skip")
    ended = False
    for step, state in zip(told.terms.steps, told.case.steps, strict=True):
        done, ended = set(told.times(step)), ended or told.ends_by(step)
        assert told.left[step.name] <= 1
        match state.status:
            case "done":
                late = {0} if step.fees and _was_unreachable(told, step.name) else set()  # its task ended with the case
                assert done - late == {1}, step
            case "skipped":
                assert (done, skips[step.name]) == ({0}, 1), step
            case "open":
                assert ended, f"{step.name} was never done"
                assert done <= ({0, 1} if told.ends_by(step) else {0}), step


@given(unpaid())
def test_no_consequence_comes_before_the_deadline_of_its_notice_has_run_out(told: Attended) -> None:
    """N4: from the day on which it left for the debtor, or on which a person said that they had reached them."""
    day, add = told.case.calendar.day, told.case.calendar.add
    by_hand = [line.at for line in told.journal if line.kind == "dispose" and line.value.startswith("unreachable")]
    for step in told.terms.steps:
        begun = [act.at for act in told.performed if act.effect.key == told.case.step_key(step.name, 0)]
        notice = told.terms.step_named(step.requires).notice if step.requires else None
        if notice is not None and notice.deadline is not None and begun:
            served = min(day(at) for at in [*_left(told, step.requires), *by_hand])
            assert day(begun[0]) > add(served, notice.deadline), step


def _was_unreachable(told: Attended, name: str) -> bool:
    return any(line.kind == "unreachable" and line.value == name for line in told.journal)


def _left(told: Attended, name: str | None) -> list[datetime]:
    """When the notice of a step left, the first time and again."""
    sent = [act for act in told.performed if isinstance(act.answer, Sent)]
    return [act.at for act in sent if isinstance(act.effect, SendNotice) and act.effect.notice == name]


@given(unpaid())
def test_no_two_acts_have_the_same_key(told: Attended) -> None:
    """The store would answer the second with what came of the first."""
    kinds: dict[str, set[str]] = {}
    for act in told.performed:
        kinds.setdefault(act.effect.key, set()).add(act.effect.kind.removeprefix("settle_"))
    assert {key: found for key, found in kinds.items() if len(found) > 1} == {}
