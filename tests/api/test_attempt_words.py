"""How pages tell of attempts: the method as its owner knows it, the answer, what follows, each in a few words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from adapters.storage.lists.views import ReviewView
from api.attempt_reader import review_of
from api.pages.attempts import AttemptRow, MethodName, attempt_rows, method_name
from api.rule_rows import meaning_of, source_of
from api.shapes.attempts import AttemptOut, MethodInCase
from dunning.records import Method
from dunning.rulebook.decline import NEVER_ARRIVED, Codes
from tests.api.builders import MONDAY

ZONE = "Europe/Amsterdam"


def an_attempt(number: int | None = 1, **more: Any) -> AttemptOut:
    known = {
        "method": "card",
        "amount": None,
        "at": MONDAY,
        "state": "declined",
        "code": "do_not_honor",
        "by": "ladder",
    }
    return AttemptOut.model_validate({"number": number, "meaning": "no reason given", **known, **more})


def a_method(**more: Any) -> MethodInCase:
    known = dict.fromkeys(("network", "brand", "last4", "status", "waits_until", "not_before", "row", "why", "source"))
    return MethodInCase.model_validate({**known, "id": "card", "may": "now", **more})


def shown(*attempts: AttemptOut) -> list[AttemptRow]:
    return list(attempt_rows(attempts, [], ZONE))


@pytest.mark.parametrize(
    "known, name",
    [
        ({}, MethodName("card")),
        ({"network": "visa"}, MethodName("card", None, "Visa")),
        ({"network": "visa", "brand": "visa", "last4": "4242"}, MethodName("Visa", "4242")),
        (
            {"network": "cartes_bancaires", "brand": "Visa", "last4": "4242"},
            MethodName("Visa", "4242", "Cartes bancaires"),
        ),
        ({"network": "sepa_debit", "last4": "3000"}, MethodName("SEPA debit", "3000")),
        ({"last4": "3000"}, MethodName("Method", "3000")),
    ],
)
def test_a_method_is_called_by_its_brand_and_last_four_digits_or_else_by_its_id(
    known: dict[str, str], name: MethodName
) -> None:
    assert method_name(a_method(**known), "card") == name


@pytest.mark.parametrize(
    "told, answer, follows",
    [
        ({"state": "approved", "code": None}, "Approved", None),
        ({"state": "unknown", "code": None}, "Not known yet: the provider is asked", None),
        ({"state": "failed", "code": None}, "Did not come: the provider is asked why", None),
        ({"code": NEVER_ARRIVED}, "Never reached the provider", "Made again"),
        ({"follows": "ask_customer"}, "Declined: no reason given", "The customer is asked"),
        (
            {"follows": "ask_customer", "by": "customer"},
            "Declined: no reason given",
            "The customer saw the answer themselves",
        ),
        (
            {"follows": "ask_customer", "by": "plan"},
            "Declined: no reason given",
            "The plan’s own reminder asks the customer",
        ),
        ({"follows": "never_again"}, "Declined: no reason given", "This method is finished"),
        (
            {"follows": "look_first"},
            "Declined: no reason given",
            "The provider is asked what became of the earlier charge",
        ),
        ({"follows": "operator"}, "Declined: no reason given", "A person must repair our set-up or data"),
        ({"follows": "try_later"}, "Declined: no reason given", "May be tried again"),
        ({"is_known": False}, "Declined with a code that no table lists", None),
        ({"made": "elsewhere", "code": None, "by": None}, "Declined; nobody told why", None),
        ({"made": "elsewhere", "by": None, "follows": "try_later"}, "Declined: no reason given", None),
        (
            {"made": "not", "state": "forbidden", "code": None, "follows": "never_again"},
            "Not made: no reason given",
            "No attempt by it, for good",
        ),
    ],
)
def test_an_answer_and_what_follows_from_it_are_said_in_words(
    told: dict[str, Any], answer: str, follows: str | None
) -> None:
    [one] = shown(an_attempt(**told))
    assert (one.answer, one.follows) == (answer, follows)


def test_days_and_moments_are_those_of_the_cases_zone() -> None:
    waits, under_way = shown(
        an_attempt(1, follows="try_later", not_before=MONDAY + timedelta(days=1)),
        an_attempt(2, state="underway", code=None, settles_by=date(2026, 3, 9)),
    )
    assert "not before <time" in str(waits.follows)
    assert "Tue 3 Mar 2026, 10:00" in str(waits.follows)
    assert "Under way until <time" in str(under_way.answer)
    assert "Mon 9 Mar 2026" in str(under_way.answer)


def test_a_finished_method_is_told_with_the_attempt_by_another_one_that_came_after_it() -> None:
    first, _ = shown(an_attempt(1, follows="never_again"), an_attempt(2, method="other"))
    assert first.follows == "This method is finished; attempt 2 is by another one"


def test_each_code_of_a_decline_is_told_with_whose_it_is() -> None:
    [one] = shown(an_attempt(advice="try_again_later", network_code="05", network_advice="24"))
    assert one.codes == (
        ("code", "do_not_honor"), ("advice", "try_again_later"), ("network’s code", "05"), ("network’s advice", "24"),
    )  # fmt: skip
    assert shown(an_attempt(code=NEVER_ARRIVED))[0].codes == ()


@pytest.mark.parametrize(
    "row, reason", [("stripe unknown", "unknown"), ("ach unknown", "unknown"), ("stripe invalid_amount", "ours"),
                    ("visa 59", "marked")],
)  # fmt: skip
def test_a_decline_is_looked_at_for_a_reason(row: str, reason: str) -> None:
    seen = ReviewView("INV-1", "ada", 1, Method(id="card"), "EUR", 1_00, MONDAY, Codes("x"), row, MONDAY)
    assert review_of(seen).reason == reason


def test_a_row_is_followed_to_the_page_where_it_was_read() -> None:
    assert str(source_of("visa.reattempts.20")).startswith("https://")
    assert str(source_of("stripe unknown")).startswith("https://docs.stripe.com/")
    assert [source_of(row) for row in ("bank days ach", "C6", "", None)] == [None] * 4
    assert (meaning_of("stripe stolen_card"), meaning_of("stripe gone")) == ("card reported stolen", "stripe gone")
