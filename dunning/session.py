"""A case in the hands of a shell: ask the rules, act, catch up, record.

The shell keeps time and reaches the world; the session keeps the case, and what was told to it meanwhile. The workflow,
the simulator and the clerk of the tests drive this one loop, so that what is proved of one of them holds for all.

    decision = session.next(now)
    session.has_to_record   first ask for `record`, have it written down, hand the answer to `recorded`, ask again
    Perform                 ask for `act`, have it done, hand the answer to `acted`
    Wait                    nothing to do before a moment, or before something is told
    Ended                   nothing to do for ever, unless something is told
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from dunning import snapshot
from dunning.agenda import agenda
from dunning.answers import Answer, Approved, Done, Sent, Stale
from dunning.case import Case
from dunning.decide import advance, follow
from dunning.due import Due
from dunning.effects import (
    Charge,
    Decision,
    Effect,
    ExtendCalendar,
    LoadPolicy,
    LookUpAccount,
    Perform,
    SendNotice,
    SettleCharge,
    Wait,
)
from dunning.engine import answer, open_case, tell
from dunning.journal import Line
from dunning.messages import REQUESTS
from dunning.ports import Act, Acted, CaseDate, NamedBody, Opening, Written
from dunning.value import value
from dunning.views import projection

Change = Callable[[Case], Case]


@value
class Recording:
    """What is to be written down: the messages that reached the case directly, its journal and its projection."""

    told: tuple[NamedBody, ...]
    written: Written
    seen: int
    at: datetime


class CaseSession:
    """One case, from its opening to its end. Whatever a shell asks of it is quick and touches nothing else."""

    case: Case
    """The case; there is none before it `is_open`, and only the session changes it."""

    def __init__(self, case: Case | None = None, seen: int = 0) -> None:
        """`case` is None before the opening; `seen` is the number of the newest message of the store that it knows."""
        self.is_open = case is not None
        if case is not None:
            self.case = case
        self._seen = seen
        self._news: list[Change] = []  # told while an act is under way: its answer comes first
        self._unrecorded: list[NamedBody] = []
        self._before: Case | None = None  # the case as it was when what is under way was asked for
        self._after: Case | None = None  # the case if the answer to the act under way is the assumed one
        self._act: Act | None = None  # the act under way
        self.has_to_record = False  # whether what was told or decided is to be written down before anything else
        self._awaited: Due | None = None  # what the case waits for: spares a second look at its moment
        self._dates: tuple[CaseDate, ...] | None = None if case else ()  # as written last; None: nobody knows

    @property
    def seen(self) -> int:
        """The number of the newest message of the store that the case knows."""
        return self._seen

    @property
    def has_news(self) -> bool:
        """Whether something was told while an act is under way."""
        return bool(self._news)

    # What is told

    def opened(self, opening: Opening, at: datetime, authenticated: str | None = None) -> None:
        """The case opens, as who was `authenticated` wished, or goes on where it stood when it ended (P5)."""
        of, self._seen = opening, opening.seen
        if of.state is not None:
            case = snapshot.load(of.state)
        else:
            case = open_case(of.invoice, of.customer, of.methods, of.policy, of.calendar, at, of.why, authenticated)
        self._go_on(caught_up(case, of.told, at))

    def take(self, change: Change, told: NamedBody | None = None) -> bool:
        """Change the case, and have `told` kept in the store; whether anything changed.

        What was told before changes nothing and costs no act.
        """
        if not self.is_open:
            self._news.append(change)
        else:
            changed = change(self.case)
            if changed is self.case:
                return False
            self.case, self._awaited = changed, None
            if self._before is not None:
                self._news.append(change)
        if told is not None:
            self._unrecorded.append(told)
        return True

    # What to do

    def next(self, now: datetime) -> Decision:
        """What to do at `now`, unless there is something to write down first."""
        self.case, decision, self._awaited = follow(self.case, now, self._awaited)
        self.has_to_record = bool(self._unrecorded or (self.case.lines and not isinstance(decision, Perform)))
        return decision

    def act(self, effect: Effect, at: datetime) -> Act:
        """The act to be done, with what to write in one transaction with its outcome if that is the assumed one."""
        case = self._before = self.case
        assumed, expected = _assumed(effect), None
        if assumed is not None:
            self._after, decision = advance(answer(case, effect, assumed, at), at)
            expected = self._to_write(self._after, decision, case)
        day = case.calendar.day(at)
        self._act = Act(case.invoice.id, effect, at, day, self._seen, case.lines, case.changes, assumed, expected)
        return self._act

    def acted(self, acted: Acted) -> None:
        """The case after the world's answer to the act, and then after what was told meanwhile."""
        act, before, after = self._act, self._before, self._after
        assert act is not None  # noqa: S101 - it was asked for
        assert before is not None  # noqa: S101 - as before
        self._seen = acted.seen
        if isinstance(acted.answer, Stale):
            self._go_on(caught_up(before, acted.answer.facts, act.at))
        elif acted.written and after is not None:
            self._dates = agenda(after)
            self._go_on(after.written())
        else:
            self._go_on(answer(before, act.effect, acted.answer, act.at))

    def answered(self, effect: Effect, said: Answer, at: datetime) -> None:
        """The case after an answer that came at once, so that nothing was told meanwhile and nothing is foreseen."""
        self.case, self._awaited = answer(self.case, effect, said, at), None

    def record(self, at: datetime) -> Recording:
        """What is to be written down now."""
        case, told = self.case, tuple(self._unrecorded)
        self._unrecorded, self._before = [], case
        _, decision = advance(case, case.now)
        return Recording(told, self._to_write(case, decision), self._seen, at)

    def recorded(self, newest: int, missed: Sequence[NamedBody]) -> None:
        """The case after its lines were written down, and after facts of the store that it had `missed`."""
        case = self.case if self._before is None else self._before
        self._seen, self._dates = newest, agenda(case)
        self._go_on(caught_up(case.written(), missed, case.now))

    def written(self) -> tuple[Line, ...]:
        """The lines of the journal that are not written down yet; from now on they count as written."""
        lines = self.case.lines
        self.case = self.case.written()
        return lines

    def _to_write(self, case: Case, decision: Decision, before: Case | None = None) -> Written:
        """What `_written` says, with the days that the case looks forward to where these have changed."""
        dates = agenda(case)
        return _written(case, decision, before, None if dates == self._dates else dates)

    def _go_on(self, case: Case) -> None:
        """The case as an act has left it, and then what was told while the act was under way."""
        news, self._news = self._news, []
        for change in news:
            case = change(case)
        self.case, self.is_open = case, True
        self._before, self._after, self._act = None, None, None
        self._awaited = None


def _written(case: Case, decision: Decision, before: Case | None, dates: tuple[CaseDate, ...] | None) -> Written:
    """Lines and changes since `before`, what lists show, and the whole case: at its end, for what comes after the end
    changes it too (P5), and where others of the customer may take its notices along (N5).
    """
    shown = projection(case, decision if isinstance(decision, Wait) else None)
    state = snapshot.dump(case.written()) if case.closed or case.rules.consolidates else None
    lines, changes = (len(before.lines), len(before.changes)) if before else (0, 0)
    return Written(case.lines[lines:], shown, state, case.changes[changes:], dates)


def caught_up(case: Case, messages: Sequence[NamedBody], at: datetime) -> Case:
    """The case after facts that the store knew and it did not (F1); requests were asked of the case itself."""
    for name, body in messages:
        case = case if name in REQUESTS else tell(case, name, body, at)
    return case


def _assumed(effect: Effect) -> Answer | None:
    """The answer that most effects get; None where none is likely. Writing another takes an activity more."""
    match effect:
        case SendNotice():
            return Sent(effect.by[:1] if effect.first else effect.by)
        case Charge():
            return Approved(effect.method)
        case SettleCharge() | LookUpAccount() | LoadPolicy() | ExtendCalendar():
            return None
        case _:
            return Done()
