"""How a case opens, what it learns then, and that no message is applied twice or lost (O1, O2, P1, H2, F6)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from dunning.engine import learn, tell
from tests.dunning.cases import OPENS, a_case, at, told

STOP: tuple[str, dict[str, Any]] = ("customer_stop", {"reason": "lawyer", "at": "2026-09-01T09:00:00Z"})
LIFTED: tuple[str, dict[str, Any]] = ("customer_release", {"at": "2026-09-02T09:00:00Z"})
STOP_AGAIN: tuple[str, dict[str, Any]] = ("customer_stop", {"reason": "lawyer", "at": "2026-09-03T09:00:00Z"})


def test_the_policy_is_on_the_first_line_of_the_journal() -> None:
    line = a_case().lines[0]
    assert (line.number, line.kind, line.value, line.rule) == (1, "opened", "plain", "O2")


@pytest.mark.parametrize(
    "name, body",
    [
        ("payment_received", {"id": "p1"}),
        ("payment_received", {"id": "p1", "amount": "a lot"}),
        ("payment_received", {"id": "p1", "amount": "-1.00"}),
        ("payment_received", {"id": "p1", "amount": "NaN"}),
        ("payment_received", {"id": ["p1"], "amount": "1.00"}),
        ("payment_received", {"id": "p1", "amount": "1.00", "colour": "red"}),
        ("payment_received", {"id": "p1", "amount": "1.00", "at": "2026-10-01T10:00:00"}),
        ("payment_pending", {"id": "p1", "amount": "1.00", "until": "9999-12-31"}),
        ("invoice_changed", {"due_on": "0001-01-01"}),
        ("customer_stop", {"reason": ""}),
        ("no_such_fact", {}),
        ("dispose", {"task": "call", "resume": True}),
    ],
)
def test_a_fact_that_cannot_be_understood_is_kept_and_put_before_a_person(name: str, body: dict[str, Any]) -> None:
    case = tell(a_case(), name, body, OPENS)
    assert (case.lines[-1].kind, case.lines[-1].value) == ("unapplied", name)
    assert [task.kind for task in case.tasks] == ["message"]
    assert (case.balance, case.holds, case.invoice) == (100_00, (), a_case().invoice)


@pytest.mark.parametrize(
    "name, meant", [("payment_recieved", "perhaps payment_received"), ("no_such_fact", "known: away, bounced, call")]
)
def test_a_misspelt_fact_keeps_its_name_and_goes_to_who_mends_the_programs(name: str, meant: str) -> None:
    [task] = tell(a_case(), name, {"id": "p1"}, OPENS).tasks
    assert task.queue == "system"
    assert task.about.startswith(f"{name}: no such fact; {meant}")


def test_what_was_not_understood_is_asked_about_once() -> None:
    case = told(told(a_case(), "payment_received", OPENS, id="p1"), "payment_received", OPENS, id="p1")
    assert len(case.tasks) == 1


def test_a_corrected_message_with_the_same_id_is_applied() -> None:
    case = told(told(a_case(), "payment_received", OPENS, id="p1"), "payment_received", OPENS, id="p1", amount="40.00")
    assert case.balance == 60_00


def test_the_journal_shows_no_word_of_a_message_that_was_not_understood() -> None:
    """It may hold a name or an address (O3)."""
    case = tell(a_case(), "contact", {"email": {"of": "Jan Jansen"}}, OPENS)
    assert "Jansen" not in case.lines[-1].why


def test_the_same_words_on_another_day_are_another_message() -> None:
    case = told(a_case(), "invoice_changed", OPENS, due_on="2026-10-05", at=OPENS)
    case = told(case, "invoice_changed", at(2), due_on="2026-09-28", at=at(2))
    case = told(case, "invoice_changed", at(3), due_on="2026-10-05", at=at(3))
    assert case.invoice.due_on.isoformat() == "2026-10-05"


def test_a_fact_reached_us_when_it_says_never_before_the_opening_and_never_later_than_now() -> None:
    case = told(a_case(), "customer_stop", at(3), reason="lawyer", at=at(2))
    assert case.holds[0].since == at(2)
    case = told(a_case(), "customer_stop", at(3), reason="lawyer", at=datetime(2020, 1, 1, tzinfo=UTC))
    assert case.holds[0].since == OPENS
    case = told(a_case(), "customer_stop", at(3), reason="lawyer", at=at(9))
    assert case.holds[0].since == at(3)


def test_a_stop_that_was_lifted_before_the_opening_holds_nothing() -> None:
    case = learn(a_case(), [STOP, LIFTED], OPENS)
    assert case.holds == ()
    assert not [line for line in case.lines if line.kind in {"hold", "release"}]
    assert tell(case, *STOP, at(2)).holds == ()


def test_a_stop_that_was_told_anew_since_holds_the_case_from_its_first_moment() -> None:
    case = learn(a_case(), [STOP, LIFTED, STOP_AGAIN, STOP], OPENS)
    assert [hold.since for hold in case.holds] == [OPENS]


def test_a_payment_from_before_the_opening_is_known_at_the_opening() -> None:
    case = learn(a_case(), [("payment_received", {"id": "p1", "amount": "30.00"})], OPENS)
    assert case.balance == 70_00
