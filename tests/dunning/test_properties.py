"""What holds for every case, whatever is told to it, in whatever order and however often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dunning import messages, snapshot
from dunning.answers import Deferred, Forbidden
from dunning.case import Case
from dunning.decide import advance
from dunning.effects import ExtendCalendar, LoadPolicy, LookUpAccount, Perform, SettleCharge, Wait
from dunning.engine import ask, refusal, tell
from dunning.forecast import forecast
from dunning.journal import TURNING_POINTS, Line
from dunning.notices.channel_answers import WHY
from dunning.notices.contact_limit import first_fit
from dunning.policy import Policy
from dunning.rulebook.decline import FORESEEN
from dunning.session import CaseSession
from dunning.simulation.simulate import Event
from dunning.simulation.world import Script
from dunning.thanks import AFTER_THE_END
from tests.dunning.cases import CALENDAR, DUE, OPENS, Story, a_case, invoice
from tests.dunning.ladders import policies
from tests.dunning.streams import AMOUNTS, END, IDS, happenings, stories

LOOKS = (LookUpAccount, LoadPolicy, ExtendCalendar, SettleCharge)

AN_ODD_MINUTE = timedelta(minutes=1)
AGAIN = {WHY["copy"], WHY["next_channel"], WHY["thanks"]}


class Watched(Story):
    """A simulation that looks at the case before every act, and may carry it through JSON in between."""

    carried = False
    acts = 0
    silent = False

    def _act(self, name: str, when: datetime) -> None:
        case = self.cases[name]
        if self.carried:
            assert snapshot.load(snapshot.dump(case)) == case
            self.sessions[name] = CaseSession(snapshot.load(snapshot.dump(case)))
        flying = [attempt for attempt in case.attempts if attempt.state in {"unknown", "underway"}]
        assert len(flying) <= 1, "one attempt in flight, ever (C5)"
        self.acts += 1
        super()._act(name, when)
        self.silent = self.silent or (self.cases[name].closed is None and self.wakes[name] is None)


class Late(Story):
    """A simulation whose cases wake some seconds after their moments, as a process does that has much to do."""

    def _act(self, name: str, when: datetime) -> None:
        super()._act(name, when + timedelta(seconds=7))


def played(story: dict[str, Any], *, carried: bool = False, until: datetime = END) -> Watched:
    told = Watched(**story)
    told.carried = carried
    told.told(until)
    return told


# T7, T5


@given(stories())
def test_no_two_notices_of_a_case_are_closer_than_the_spacing(story: dict[str, Any]) -> None:
    """T7: the next channel after a bounce and a marked copy are the same notice; thanks are not counted (M2)."""
    told = played(story)
    sent = [line for line in told.journal if line.kind == "notice" and line.why != WHY["thanks"]]
    last: Line | None = None
    for line in sent:
        fresh = line.why not in AGAIN and (
            last is None or (last.value, last.step, last.at) != (line.value, line.step, line.at)
        )
        if fresh and last is not None:
            apart = CALENDAR.day(line.at) - CALENDAR.day(last.at)
            assert apart >= timedelta(days=story["terms"].spacing.minimum.count), (last, line)
        last = line


@given(stories(), st.integers(-4, 9))
def test_a_customer_never_gets_more_messages_than_the_policy_says(story: dict[str, Any], later: int) -> None:
    """T7: over all his cases and channels; more than the limit at once only into an empty window."""
    other = invoice(id="INV-2", due_on=DUE + timedelta(days=later))
    told, cap = played({**story, "invoices": [invoice(), other]}), story["terms"].spacing.per_customer
    messages = {
        (line.at, line.by) if line.rule == "N5" else (invoice_id, line.number): line.at  # one for several invoices
        for invoice_id, journal in told.lines.items()
        for line in journal
        if line.kind == "notice" and line.why not in AGAIN
    }
    days = [CALENDAR.day(at) for at in messages.values()]
    for day, sent in Counter(days).items() if cap else ():
        before = [earlier for earlier in days if earlier < day]
        assert first_fit(before, cap, sent, day) == day


# T4


@given(stories())
def test_no_act_is_done_twice(story: dict[str, Any]) -> None:
    """What was put off is no act, nor is a look at the world."""
    done = [act.effect for act in played(story).performed if not isinstance(act.answer, Deferred | Forbidden)]
    counts = Counter((effect.kind, effect.key) for effect in done if not isinstance(effect, LOOKS))
    assert [key for key, count in counts.items() if count > 1] == []


@given(stories())
def test_no_step_is_done_twice(story: dict[str, Any]) -> None:
    """But for one that comes back, once for each of its times (T8)."""
    told, terms = played(story), story["terms"]
    most = {step.name: 1 if step.every is None else step.times or 1_000 for step in terms.steps}
    left = Counter(
        (line.step, line.by, line.why) for line in told.journal if line.kind == "notice" and line.step in most
    )
    assert all(count <= most[step] for (step, _, why), count in left.items() if why not in AGAIN)
    fees = Counter(line.step for line in told.journal if line.kind == "fee")
    assert all(fees[step.name] <= most[step.name] * len(step.fees) for step in terms.steps)
    assert sum(line.kind == "hand_off" and bool(line.step) for line in told.journal) <= 1


# F3


@given(stories())
def test_nothing_leaves_between_a_closing_and_a_reopening(story: dict[str, Any]) -> None:
    told, closed = played(story), False
    for line in told.journal:
        if line.kind in {"closed", "reopened"}:
            closed = line.kind == "closed"
        living = line.kind in {"notice", "fee", "suspend", "hold", "promise", "plan"}
        assert not (closed and living and line.value not in AFTER_THE_END), line


# F2


@given(stories())
def test_the_balance_is_what_the_journal_says(story: dict[str, Any]) -> None:
    told = played(story)
    signs = {"fee": 1, "reversal": 1, "payment": -1, "recovery": -1, "credit": -1, "write_off": -1, "given_up": 1}
    signs |= {"charge": -1, "lifted": -1, "taken_back": -1}  # of a fee: these invoices have no discount (P9)
    booked = [
        signs[line.kind] * (line.amount or 0)
        for line in told.journal
        if line.kind in signs and (line.kind != "charge" or line.value == "approved")
    ]
    assert told.case.balance == told.case.invoice.amount + sum(booked)
    assert told.case.balance == told.case.invoice.amount + sum(entry.amount for entry in told.case.ledger)


# P1


@given(stories(), st.lists(st.tuples(st.integers(0, 30), st.integers(1, 2_000)), max_size=8))
def test_facts_that_are_told_twice_change_nothing(story: dict[str, Any], again: list[tuple[int, int]]) -> None:
    """However late they come again; `at` says when they reached us first."""
    facts = [event for event in story["events"] if event.name in messages.FACTS]
    twice = [
        replace(event, at=event.at + timedelta(minutes=later), body={**event.body, "at": event.at})
        for number, later in again
        if facts and (event := facts[number % len(facts)])
    ]
    once = played(story)
    many = played({**story, "events": sorted(story["events"] + twice, key=lambda event: event.at)})
    assert many.journal == once.journal
    assert many.case.evolve(now=END) == once.case.evolve(now=END)


# O4


@given(stories(), st.integers(0, 80))
def test_what_is_foreseen_is_what_then_happens(story: dict[str, Any], days: int) -> None:
    """No new facts, attempts declined as foreseen. That nobody answers a task is not shown."""
    until = max(story["opens"], OPENS + timedelta(days=days))
    story = {
        **story,
        "events": [event for event in story["events"] if event.at <= until and event.name not in {"outage", "crash"}],
        "channels": (),
        "gateway": [Script(FORESEEN)] * 60,
    }
    told = played(story, until=until)
    foreseen = forecast(told.case, until, told.world.usable)
    known = len(told.journal)
    told.run(until + timedelta(days=400))
    assert _shown(told.journal[known:]) == _shown(foreseen)


def _shown(lines: Iterable[Line]) -> list[tuple[Any, ...]]:
    return [
        (line.at, line.kind, line.value, line.step, line.demands, line.by, line.method, line.amount, line.queue)
        for line in lines
        if line.kind in TURNING_POINTS and not line.escalated
    ]


# Carried through JSON


@given(stories())
def test_a_case_goes_through_json_unchanged_and_goes_on_the_same(story: dict[str, Any]) -> None:
    straight, carried = played(story), played(story, carried=True)
    assert carried.journal == straight.journal
    assert carried.case == straight.case


# Nothing breaks it

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | AMOUNTS | IDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)
KINDS = st.sampled_from([*messages.FACTS, "nonsense"])
FIELDS = st.sampled_from(["id", "amount", "currency", "until", "on", "due_on", "at", "as_of", "notice", "channel", "x"])


@st.composite
def stories_and_more(draw: st.DrawFn) -> tuple[dict[str, Any], list[Event]]:
    """A story, and messages of its policy that may come at any time."""
    story = draw(stories())
    return story, draw(st.lists(happenings(story["terms"]), max_size=4))


@given(
    stories_and_more(),
    st.lists(st.tuples(KINDS, st.dictionaries(FIELDS, ANYTHING, max_size=5)), max_size=4),
    st.integers(-3, 100),
)  # fmt: skip
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_no_message_in_any_state_is_an_exception(
    told: tuple[dict[str, Any], list[Event]], facts: list[tuple[str, dict[str, Any]]], days: int
) -> None:
    story, more = told
    calm = {**story, "events": [event for event in story["events"] if event.name != "outage"]}
    case = played(calm, until=max(story["opens"], OPENS + timedelta(days=days))).case
    for name, said in facts:
        case = _settled(tell(case, name, said, case.now))
    for event in more:
        if event.name in messages.FACTS:
            case = tell(case, event.name, event.body, event.at)
        else:
            request = messages.REQUESTS[event.name].model_validate(event.body)
            refused = refusal(case, request, event.at)
            before, case = case, ask(case, request, event.at)
            assert refused is None or case.lines[len(before.lines) :][-1].kind == "refused"
        case = _settled(case)


def _settled(case: Case) -> Case:
    """What the case would do next is asked, not done."""
    case, decision = advance(case, case.now)
    assert not isinstance(decision, Wait) or decision.until is None or decision.until > case.now
    return case


@given(stories())
def test_every_story_comes_to_rest(story: dict[str, Any]) -> None:
    """A case that waits has nothing due, and a day of its life is a handful of wakings."""
    told = played(story)
    case, decision = advance(told.case, told.case.now)
    assert not isinstance(decision, Perform), decision
    assert told.acts < 1_500
    assert not case.closed or not (case.holds or case.promise or case.plan)
    assert not case.closed or {task.kind for task in case.tasks} <= {"currency", "message", "overpayment", "reply"}


# H6, H7


@given(stories())
def test_an_open_case_is_never_silent(story: dict[str, Any]) -> None:
    """It has a next moment: a person's task is escalated, and a hold or too little to demand is looked at again."""
    assert not played(story).silent


@given(policies())
def test_asking_what_comes_next_changes_nothing(terms: Policy) -> None:
    case = a_case(terms)
    assert forecast(case, OPENS) == forecast(case, OPENS)
    assert case == a_case(terms)


# T3: what is due at one moment goes by its own moments, not by how late the case wakes


@given(stories())
def test_a_case_that_wakes_late_does_the_same_in_the_same_order(story: dict[str, Any]) -> None:
    """Without methods: what a provider answered is waited for from the moment of the answer. What comes back comes
    some time after its message left, here at no moment at which something else falls due.
    """
    events = [event for event in story["events"] if event.name not in messages.METHODS]
    channels = [replace(one, bounces_after=one.bounces_after + AN_ODD_MINUTE) for one in story["channels"]]
    same = {**story, "methods": (), "events": events, "channels": channels}
    told = [kind(**same).told(END) for kind in (Story, Late)]
    in_time, late = ([_to_the_minute(line) for line in one.journal] for one in told)
    assert late == in_time


def _to_the_minute(line: Line) -> Line:
    return replace(line, at=line.at.replace(second=0))
