"""What is foreseen, what is left out, and what a forecast takes for granted (O4)."""

from __future__ import annotations

from datetime import timedelta

from dunning.forecast import forecast
from dunning.journal import TURNING_POINTS, Line
from dunning.messages import Promise
from dunning.recipients import Reach
from dunning.records import ContactPerson, Customer
from tests.dunning.cases import CALENDAR, OPENS, a_case, asked, notify, policy, step, told


def foreseen(lines: tuple[Line, ...]) -> list[tuple[str, str, str]]:
    shown = [line for line in lines if line.kind in TURNING_POINTS]
    return [(CALENDAR.day(line.at).isoformat(), line.kind, line.value) for line in shown]


def test_steps_fees_and_the_end_are_foreseen() -> None:
    assert foreseen(forecast(a_case(), OPENS)) == [
        ("2026-10-01", "notice", "friendly"),
        ("2026-10-08", "fee", "5.00"),
        ("2026-10-08", "notice", "firm"),
        ("2026-10-15", "notice", "final"),
        ("2026-11-14", "closed", "exhausted"),
    ]


def test_attempts_are_foreseen_as_declined() -> None:
    terms = policy(charging={"schedule": ["0 days", "2 days"], "attempts": 2, "within": "9 days"})
    lines = forecast(a_case(terms, methods=["m1"]), OPENS)
    assert foreseen(lines)[:2] == [("2026-09-29", "charge", "foreseen"), ("2026-10-01", "charge", "foreseen")]


def test_a_promise_is_foreseen_as_broken_and_a_question_as_asked_once() -> None:
    terms = policy(
        step("word", 3, notify("friendly")),
        step("call", 10, {"task": {"kind": "call", "within": "1 day"}}),
        promise={"at_most": "9 days"},
    )
    case = asked(a_case(terms), Promise.model_validate({"id": "pr1", "on": "2026-10-01"}), OPENS)
    assert foreseen(forecast(case, OPENS)) == [
        ("2026-10-02", "promise", "broken"),
        ("2026-10-02", "release", "promise"),
        ("2026-10-02", "notice", "friendly"),
        ("2026-10-09", "task", "call"),
        ("2026-11-08", "closed", "exhausted"),
    ]


def test_a_step_that_wants_an_approval_is_as_far_as_anybody_can_see() -> None:
    terms = policy(step("word", 3, notify("friendly"), approval=True), step("more", 10, notify("firm")))
    assert foreseen(forecast(a_case(terms), OPENS)) == [("2026-10-01", "task", "approval")]


def test_of_a_case_that_a_person_holds_only_the_question_is_foreseen_whether_it_still_has_to_be() -> None:
    """O4, H7."""
    foreseen = forecast(told(a_case(), "customer_stop", OPENS, reason="lawyer"), OPENS)
    assert [(line.kind, line.value) for line in foreseen] == [("task", "hold-review")]


def test_a_forecast_ends_at_its_horizon() -> None:
    assert len(foreseen(forecast(a_case(), OPENS, horizon=timedelta(days=5)))) == 1


def test_a_notice_that_no_channel_can_take_is_foreseen_as_a_question() -> None:
    lines = forecast(a_case(), OPENS, Reach(Customer(id="acme", address="Kade 2")).channels)
    assert foreseen(lines)[0] == ("2026-10-01", "task", "unreachable")


def test_a_notice_is_foreseen_where_those_it_goes_to_are_reached() -> None:
    bo = ContactPerson(id="bo", role="management", email="bo@x.example")
    terms = policy(step("word", 3, {"notify": {"message": "firm", "by": ["email"], "to": ["management"]}}))
    lines = forecast(a_case(terms), OPENS, Reach(Customer(id="acme", contacts=(bo,))).channels)
    assert foreseen(lines)[0] == ("2026-10-01", "notice", "firm")


def test_the_contact_limit_is_foreseen_as_far_as_the_case_knows() -> None:
    terms = policy(
        step("one", 3, notify("friendly")),
        step("two", 4, {"fee": "5.00"}, notify("firm")),
        spacing={"per_customer": {"notices": 1, "within": "7 days"}},
    )
    assert foreseen(forecast(a_case(terms), OPENS))[:3] == [
        ("2026-10-01", "notice", "friendly"),
        ("2026-10-08", "fee", "5.00"),
        ("2026-10-08", "notice", "firm"),
    ]


def test_asking_leaves_the_case_and_its_journal_alone() -> None:
    case = a_case()
    forecast(case, OPENS)
    assert case == a_case()


def test_what_is_asked_once_is_foreseen_once() -> None:
    """H7: of a case that demands too little for a year, and of a question that stays open."""
    foreseen = forecast(a_case(policy(minimum="500")), OPENS, horizon=timedelta(days=600))
    assert [(line.kind, line.value) for line in foreseen] == [("task", "hold-review")]
