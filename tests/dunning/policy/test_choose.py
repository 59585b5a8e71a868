"""Which policy takes an invoice, and what is said about the others."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import permutations

import pytest

from dunning.errors import PolicyError
from dunning.policy import Policy
from dunning.policy.choose import Choice, choose

FACTS: Mapping[str, object] = {
    "invoice.amount": Decimal("80.00"),
    "invoice.tags": frozenset({"yearly", "seats"}),
    "customer.kind": "business",
    "customer.country": "FR",
    "customer.segment": None,
}


def policy(name: str, priority: int = 0, **wanted: object) -> Policy:
    """`customer__kind` is customer.kind; nothing wanted: takes every invoice."""
    step = {"name": "a", "after": "3 days", "do": [{"notify": {"message": "friendly", "by": ["email"]}}]}
    conditions = {field.replace("__", "."): test for field, test in wanted.items()} or None
    return Policy.model_validate({"name": name, "priority": priority, "for": conditions, "steps": [step]})


def ask(*policies: Policy) -> Choice:
    return choose(policies, FACTS.__getitem__)


def test_the_highest_priority_that_matches_takes_the_invoice_whatever_the_order() -> None:
    policies = (
        policy("consumers", 30, customer__kind="consumer"),
        policy("business", 20, customer__kind="business"),
        policy("everything"),
    )
    for order in permutations(policies):
        choice = ask(*order)
        assert choice.policy is not None
        assert choice.policy.name == "business"
        assert [reason.policy for reason in choice.reasons] == ["consumers", "business", "everything"]


def test_every_policy_says_why_it_did_or_did_not_take_it() -> None:
    choice = ask(
        policy("dach", 30, customer__country=["DE", "AT"], invoice__amount={"min": 100}),
        policy("partners", 25, customer__segment="partner", invoice__tags="trial"),
        policy("business", 20, customer__kind="business"),
        policy("everything"),
    )
    assert [str(reason) for reason in choice.reasons] == [
        "dach: invoice.amount: found 80.00; allowed at least 100; customer.country: found FR; allowed DE or AT",
        "partners: invoice.tags: found seats, yearly; allowed trial; customer.segment: found nothing; allowed partner",
        "business: matches",
        "everything: matches too, but its priority is lower",
    ]
    assert [(reason.matches, reason.chosen) for reason in choice.reasons] == [
        (False, False),
        (False, False),
        (True, True),
        (True, False),
    ]


def test_no_policy_takes_an_invoice_that_none_is_for() -> None:
    choice = ask(policy("consumers", customer__kind="consumer"))
    assert choice.policy is None
    assert [reason.chosen for reason in choice.reasons] == [False]
    assert ask() == Choice(None, ())


def test_two_of_one_priority_that_both_match_are_an_error() -> None:
    with pytest.raises(PolicyError) as refused:
        ask(policy("small", 10, invoice__amount={"max": 100}), policy("business", 10, customer__kind="business"))
    assert str(refused.value) == (
        "policies: priority: found 10 in business and small, which both match; "
        "allowed one policy that matches for each priority"
    )


def test_two_of_one_priority_may_stand_below_the_one_that_is_chosen() -> None:
    choice = ask(policy("a", 1), policy("b", 1), policy("top", 2, customer__kind="business"))
    assert choice.policy is not None
    assert choice.policy.name == "top"
