"""Earlier attempts, as the rule book is told of them by whoever asks (C4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dunning.attempts.history import End, by_method, counted, ended, made_elsewhere, ours
from dunning.records import EarlierAttempt, Invoice
from dunning.rulebook.decline import Codes
from dunning.rulebook.history import Tried

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
STOLEN = Codes("stolen_card")
TRIED = Tried(AT, "INV-1", "m1", 100_00, "EUR", "declined", STOLEN)


@pytest.mark.parametrize(
    "state, end",
    [
        ("approved", "approved"),
        ("declined", "declined"),
        ("failed", "declined"),
        ("begun", "open"),
        ("unknown", "open"),
        ("underway", "open"),
    ],
)
def test_an_attempt_of_ours_counts_by_its_state_and_without_an_end_as_open(state: str, end: End) -> None:
    assert ours(AT, "INV-1", "m1", 100_00, "EUR", state, STOLEN, "ladder") == replace(TRIED, state=end)


def test_what_the_customer_tried_is_told_apart() -> None:
    assert ours(AT, "INV-1", "m1", 100_00, "EUR", "declined", STOLEN, "customer").by_customer
    assert not ours(AT, "INV-1", "m1", 100_00, "EUR", "declined", STOLEN, "plan").by_customer


def test_a_debit_that_comes_back_was_declined_when_it_was_made() -> None:
    assert ended(replace(TRIED, state="approved", codes=None), "failed", STOLEN) == TRIED


def test_what_was_before_the_method_was_renewed_is_forgotten_and_other_methods_are_not() -> None:
    other = replace(TRIED, method="m2")
    assert counted([TRIED, other], "m1", None) == [TRIED, other]
    assert counted([TRIED, other], "m1", AT) == [TRIED, other]
    assert counted([TRIED, other], "m1", AT + timedelta(seconds=1)) == [other]


def test_an_attempt_that_names_no_method_was_by_the_only_one_there_is() -> None:
    assert by_method("m1", ["m1", "m2"]) == "m1"
    assert by_method(None, ["m1"]) == "m1"
    assert by_method(None, ["m1", "m2"]) is None
    assert by_method(None, []) is None


def test_failures_of_the_billing_system_count_by_their_method() -> None:
    failed = (EarlierAttempt(at=AT, declined="stolen_card"), EarlierAttempt(at=AT, method="m2"))
    invoice = Invoice.model_validate({
        "id": "INV-1", "currency": "EUR", "amount": "100.00", "due_on": "2026-03-01", "attempts": failed,
    })  # fmt: skip
    assert list(made_elsewhere(invoice, ["m1"])) == [TRIED, replace(TRIED, method="m2", codes=None)]
    assert list(made_elsewhere(invoice, ["m1", "m2"])) == [replace(TRIED, method="m2", codes=None)]
