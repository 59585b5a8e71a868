"""A channel that takes nothing is tried now and then, the journal says so, after four contact hours a person (N1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from dunning.answers import Answer, Done, Down, Sent
from dunning.case import Case
from dunning.decide import advance
from dunning.effects import OpenTask, Perform, SendNotice, Wait
from dunning.engine import answer, ask
from dunning.messages import Dispose
from tests.dunning.cases import CALENDAR, a_case, at

DOWN = Down("email", "smtp connection: SMTPConnectError")
OPENING = at(3, "09:00")


def lived(case: Case, now: datetime, until: datetime, said: Answer = DOWN) -> tuple[Case, list[datetime]]:
    """The case after every notice until then was answered so, and when each was tried."""
    tried = []
    for moment, effect, live in _acts(case, now, until, said):
        case = live
        tried += [moment] if isinstance(effect, SendNotice) else []
    return case, tried


def _acts(case: Case, now: datetime, until: datetime, said: Answer) -> Iterator[tuple[datetime, object, Case]]:
    while now <= until:
        case, decision = advance(case, now)
        if isinstance(decision, Perform):
            case = answer(case, decision.effect, said if isinstance(decision.effect, SendNotice) else Done(), now)
            yield now, decision.effect, case
        elif isinstance(decision, Wait) and decision.until is not None:
            now = decision.until
        else:
            return


def kinds(case: Case, kind: str) -> list[str]:
    return [line.value for line in case.lines if line.kind == kind]


def test_a_channel_that_is_down_is_tried_less_and_less_often_and_in_contact_hours_alone() -> None:
    _, tried = lived(a_case(), at(3, "08:00"), at(4, "11:00"))
    clocks = [f"{CALENDAR.local(moment):%a %H:%M}" for moment in tried]
    assert clocks[:6] == ["Thu 08:00", "Thu 08:15", "Thu 08:45", "Thu 09:45", "Thu 10:45", "Thu 11:45"]
    assert len(tried) < 20
    assert all(CALENDAR.contact_from(moment) == moment for moment in tried)


def test_the_journal_says_once_that_it_waits() -> None:
    case, _ = lived(a_case(), OPENING, at(4, "11:00"))
    [line] = [line for line in case.lines if line.kind == "waits"]
    assert (line.value, line.by, line.rule) == ("reminder", "email", "N1")
    assert "SMTPConnectError" in line.why


def test_after_four_contact_hours_a_person_is_told_once() -> None:
    case, tried = lived(a_case(), OPENING, at(5, "11:00"))
    assert kinds(case, "task") == ["channel-down"]
    [task] = case.tasks
    told_at = next(line.at for line in case.lines if line.kind == "task")
    assert (task.kind, task.queue) == ("channel-down", "system")
    assert told_at in tried
    assert CALENDAR.contact_time(tried[0], told_at).total_seconds() == 4 * 3600


def test_one_who_was_told_by_another_case_is_not_told_again() -> None:
    case, _ = lived(a_case(), OPENING, at(4, "11:00"), Down("email", "smtp connection: SMTPConnectError", asked=True))
    assert case.tasks == ()


def test_a_channel_that_takes_the_notice_again_needs_nobody() -> None:
    case, _ = lived(a_case(), OPENING, at(4, "11:00"))
    case, tried = lived(case, at(4, "12:00"), at(4, "13:00"), Sent(("email",)))
    assert (len(tried), case.outage, case.tasks) == (1, None, ())
    assert kinds(case, "notice") == ["friendly"]


def test_who_has_seen_to_it_has_it_tried_at_once_and_is_told_again_if_it_stays_down() -> None:
    case, _ = lived(a_case(), OPENING, at(4, "11:00"))
    case = ask(case, Dispose.model_validate({"task": "channel-down", "resume": True}), at(4, "11:01"))
    case, decision = advance(case, at(4, "11:01"))
    assert isinstance(decision, Perform)
    assert isinstance(decision.effect, SendNotice)
    case, _ = lived(case, at(4, "11:01"), at(5, "17:00"))
    assert kinds(case, "task") == ["channel-down", "channel-down"]


def test_the_step_that_waited_pushes_those_after_it() -> None:
    """T5: no two notices in a burst when the channel is back."""
    late, _ = lived(a_case(), OPENING, at(6, "11:00"))
    late, _ = lived(late, at(7, "09:00"), at(20, "12:00"), Sent(("email",)))
    days = [CALENDAR.day(line.at) for line in late.lines if line.kind == "notice"]
    assert (days[1] - days[0]).days == 7


def test_the_question_opens_in_the_queue_of_the_system() -> None:
    case, now = a_case(), OPENING
    asked = [effect for _, effect, _ in _acts(case, now, at(4, "11:00"), DOWN) if isinstance(effect, OpenTask)]
    assert [(one.queue, one.about, one.note) for one in asked] == [
        ("system", "channel-down", "email takes no notice: smtp connection: SMTPConnectError")
    ]
