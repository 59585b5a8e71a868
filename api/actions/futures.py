"""What would come of an action: the case's own refusal, or its future with it beside its future without it.

Nothing is asked, told or kept. The rules answer on a copy of the case, as they would at this moment (O4).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dunning.answers import PolicyLoaded
from dunning.calendar import Calendar
from dunning.case import Case
from dunning.effects import LoadPolicy, SendNotice
from dunning.engine import answer, ask, refusal, tell
from dunning.errors import Refused
from dunning.forecast import Usable, foresee, futures
from dunning.journal import Line
from dunning.messages import AnyRequest, Message
from dunning.outlook import case_facts
from dunning.policy import Policy
from dunning.ports import Letterbox
from dunning.records import Customer, Invoice


@dataclass(frozen=True, slots=True)
class FutureRow:
    """One thing to come: when it comes without the action and when with it, None where it does not."""

    line: Line
    without: datetime | None
    with_it: datetime | None

    @property
    def change(self) -> str:
        """How the action changes it: the same, later, sooner, new or gone."""
        if self.without is None:
            return "new"
        if self.with_it is None:
            return "gone"
        if self.without == self.with_it:
            return "same"
        return "later" if self.with_it > self.without else "sooner"


@dataclass(frozen=True, slots=True)
class WhatComes:
    """What would come of it. `after` is the case when all that is due at once has been done, `at_once` what it writes
    down of that; `letter` leaves because of it.
    """

    before: Case
    after: Case
    at_once: tuple[Line, ...] = ()
    rows: tuple[FutureRow, ...] = ()
    letter: Letterbox | None = None
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class Debtor:
    """Whom the message would go to: for what it says, and by which channels they can be reached."""

    customer: Customer
    invoice: Invoice
    usable: Usable


def what_comes(
    case: Case, messages: Sequence[Message], now: datetime, debtor: Debtor,
    taking_over: tuple[Policy, Calendar] | None = None,
) -> WhatComes:  # fmt: skip
    """What would come of these messages, told and asked in their order. `taking_over` is the policy that is asked for.

    `now` is not before the case's own newest moment.
    """
    now = max(now, case.now)
    case = case.written()
    after = case
    for message in messages:
        refused = refusal(after, message, now) if isinstance(message, AnyRequest) else None
        if refused is not None:
            return WhatComes(case, case, refused=refused)
        after = _after(after, message, now, taking_over)
    without, left_without = _future(case, now, debtor.usable)
    with_it, left_with = _future(after, now, debtor.usable)
    known = _counted(without)
    at_once = [*after.lines, *(line for line in with_it if line.at <= now and not known[_name(line)])]
    rows = _rows([line for line in without if line.at > now], [line for line in with_it if line.at > now])
    settled = foresee(after, now, debtor.usable, timedelta())
    return WhatComes(case, settled, tuple(at_once), rows, _letter(left_without, left_with, debtor))


def _after(case: Case, message: Message, now: datetime, taking_over: tuple[Policy, Calendar] | None) -> Case:
    if not isinstance(message, AnyRequest):
        return tell(case, message.name, message.model_dump(mode="json", exclude_none=True), now)
    after = ask(case, message, now)
    effect = after.todo[0] if after.todo else None
    if isinstance(effect, LoadPolicy) and taking_over is not None:
        return answer(after, effect, PolicyLoaded(*taking_over), now)
    return after


_Left = list[tuple[Case, SendNotice]]


def _future(case: Case, now: datetime, usable: Usable) -> tuple[tuple[Line, ...], _Left]:
    """The lines to come, and each notice with the case that decides on it."""
    left: _Left = []
    last = case
    for last, effect in futures(case, now, usable):
        if isinstance(effect, SendNotice):
            left.append((last, effect))
    return last.lines, left


_Name = tuple[str, str, str | None, str | None]


def _name(line: Line) -> _Name:
    """What makes a line to come the same thing in both futures, whenever it comes."""
    return line.kind, line.value, line.step, line.by or line.method or line.queue


def _counted(lines: Sequence[Line]) -> Counter[_Name]:
    return Counter(map(_name, lines))


def _rows(without: Sequence[Line], with_it: Sequence[Line]) -> tuple[FutureRow, ...]:
    """Both futures, what is the same thing in one row: the first of its name with the first, and so on."""
    waiting: dict[_Name, list[Line]] = {}
    for line in with_it:
        waiting.setdefault(_name(line), []).append(line)
    rows = []
    for line in without:
        same = waiting.get(_name(line))
        found = same.pop(0) if same else None
        rows.append(FutureRow(found or line, line.at, found.at if found else None))
    rows += [FutureRow(line, None, line.at) for lines in waiting.values() for line in lines]
    return tuple(sorted(rows, key=lambda row: (row.with_it or row.without, row.line.number)))


def _letter(without: _Left, with_it: _Left, debtor: Debtor) -> Letterbox | None:
    """The first message that leaves because of it: one that would not leave without it, or later."""
    leaves: dict[tuple[str, str, str], datetime] = {}
    for case, act in reversed(without):
        leaves[act.notice, act.message, act.purpose] = case.now
    for case, act in with_it:
        known = leaves.get((act.notice, act.message, act.purpose))
        if known is None or case.now < known:
            facts = case_facts(case, act, case.now)
            return Letterbox(act, debtor.customer, debtor.invoice, case.now, case.today, facts=facts)
    return None
