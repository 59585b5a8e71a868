"""Two policies of equal priority that could take the same invoice are found before that invoice comes (O2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.stories.policies import TESTS, conditions
from dunning.errors import PolicyError
from dunning.policy import Policy
from dunning.policy.choose import choose
from dunning.policy.overlap import Overlap, check_together, overlaps
from tests.dunning.cases import policy
from tests.dunning.ladders import Thrown

# An invoice of which nothing more is known.
PLAIN: dict[str, Any] = {
    **dict.fromkeys(TESTS), "invoice.amount": Decimal(100), "invoice.balance": Decimal(100), "invoice.currency": "EUR",
    "invoice.tags": (), "invoice.overdue_days": 0, "customer.kind": "business", "customer.locale": "en",
    "customer.tags": (), "account.overdue_total": Decimal(0), "account.open_cases": 0,
    "account.oldest_overdue_days": 0, "account.broken_promises": 0, "case.attempts": 0,
}  # fmt: skip


def taking(name: str, facts: dict[str, Any] | None, priority: int = 0) -> Policy:
    return policy(name=name, priority=priority, **({} if facts is None else {"for": facts}))


def met(one: dict[str, Any] | None, other: dict[str, Any] | None, *above: dict[str, Any] | None) -> list[Overlap]:
    higher = [taking(f"above-{number}", facts, 9) for number, facts in enumerate(above)]
    return [one for one in overlaps([taking("a", one), taking("b", other), *higher]) if one.first.name == "a"]


NL = {"customer.country": "NL"}
MEET: list[tuple[Any, Any, str]] = [
    (None, None, "any invoice"),
    (NL, None, "customer.country=NL"),
    (NL, {"customer.country": ["NL", "BE"]}, "customer.country=NL"),
    ({"customer.country": {"not": "NL"}}, {"customer.country": {"not": ["DE", "BE"]}}, "customer.country=US"),
    ({"customer.kind": "consumer"}, NL, "customer.kind=consumer customer.country=NL"),
    ({"invoice.amount": {"max": 500}}, {"invoice.amount": {"min": 500}}, "invoice.amount=500.00 invoice.currency=EUR"),
    ({"invoice.amount": {"min": 5, "max": 6, "not": 5}}, {"invoice.amount": {"max": "5.01"}}, "invoice.amount=5.01"),
    ({"invoice.amount": {"min": "0.005", "max": "0.009"}}, None, "invoice.currency=KWD"),
    ({"invoice.balance": {"min": 300}}, {"invoice.amount": {"max": 300}}, "invoice.balance=300.00"),
    ({"invoice.tags": "vip"}, {"invoice.tags": ["old", "new"]}, "invoice.tags=vip,old"),
    ({"invoice.tags": ["vip", "old"]}, {"invoice.tags": {"not": "vip"}}, "invoice.tags=old"),
    (
        {"account.overdue_total": {"min": 5}},
        {"account.open_cases": {"max": 1}},
        "account.overdue_total=100.00 account.open_cases=1",
    ),
    ({"case.last_decline": "expired_card"}, {"case.attempts": {"max": 1}}, "case.attempts=1 case.last_decline=exp"),
    ({"case.attempts": {"min": 2, "not": [2, 3]}}, {"case.last_decline": {"not": "expired_card"}}, "case.attempts=4"),
]
NEVER: list[tuple[Any, Any]] = [
    (NL, {"customer.country": ["BE", "DE"]}),
    (NL, {"customer.country": {"not": ["NL", "BE"]}}),
    ({"customer.kind": {"not": ["business", "consumer"]}}, {"customer.kind": {"not": ["sole_trader", "public_body"]}}),
    ({"invoice.amount": {"max": "499.99"}}, {"invoice.amount": {"min": 500}}),
    (
        {"invoice.amount": {"min": 5, "max": "5.01", "not": 5}},
        {"invoice.amount": {"not": "5.01"}, "invoice.currency": "EUR"},
    ),
    ({"invoice.amount": {"min": "0.10", "max": "0.90"}}, {"invoice.currency": "JPY"}),
    ({"invoice.amount": {"max": 300}}, {"invoice.balance": {"min": "300.01"}}),
    ({"invoice.tags": "vip"}, {"invoice.tags": {"not": "vip"}}),
    ({"invoice.tags": ["vip", "old"]}, {"invoice.tags": {"not": ["vip", "old"]}}),
    ({"invoice.overdue_days": {"max": 5}}, {"invoice.overdue_days": {"min": 6}}),
    ({"account.open_cases": 0}, {"account.overdue_total": {"min": "0.01"}}),
    ({"account.oldest_overdue_days": 0}, {"account.overdue_total": {"min": "0.01"}}),
    ({"case.attempts": 0}, {"case.last_decline": "expired_card"}),
]


@pytest.mark.parametrize("one, other, example", MEET)
def test_two_that_can_meet_are_told_with_an_invoice(one: Any, other: Any, example: str) -> None:
    (found,) = met(one, other)
    assert example in str(found)


@pytest.mark.parametrize("one, other", NEVER)
def test_two_that_never_meet_are_not_told(one: Any, other: Any) -> None:
    assert met(one, other) == []


def test_what_a_higher_policy_takes_is_no_mistake() -> None:
    assert met(NL, {"customer.country": ["NL", "BE"]}, NL) == []
    assert met(NL, None, None) == []
    (found,) = met({"customer.country": ["NL", "BE"]}, None, NL, {"customer.kind": "consumer"})
    assert found.example | {"customer.kind": "business"} == {"customer.country": "BE", "customer.kind": "business"}


def test_policies_of_different_priority_may_meet() -> None:
    assert list(overlaps([taking("a", None, 1), taking("b", None, 2)])) == []


def test_each_pair_is_a_mistake() -> None:
    with pytest.raises(PolicyError) as caught:
        check_together([taking(name, NL) for name in "cab"], "policies")
    assert [problem.found.partition(",")[0] for problem in caught.value.problems] == [
        "0 in a and b", "0 in a and c", "0 in b and c",
    ]  # fmt: skip


@st.composite
def three(draw: st.DrawFn) -> list[Policy]:
    """Two of one priority and one above them."""
    dice = Thrown(draw)
    return [taking(name, conditions(dice), priority) for name, priority in (("a", 0), ("b", 0), ("above", 1))]


@given(three())
def test_an_invoice_that_is_named_makes_the_choice_fail(policies: list[Policy]) -> None:
    for found in overlaps(policies):
        with pytest.raises(PolicyError, match="both match"):
            choose(policies, {**PLAIN, **found.example}.__getitem__)


FACTS = st.fixed_dictionaries(
    {
        "invoice.amount": st.sampled_from([Decimal(1), Decimal(60), Decimal(100), Decimal(300), Decimal("57.13")]),
        "invoice.tags": st.sampled_from([(), ("vip",), ("gold",), ("vip", "gold")]),
        "invoice.overdue_days": st.integers(0, 40),
        "customer.kind": st.sampled_from(["business", "consumer"]),
        "customer.country": st.sampled_from([None, "NL", "US", "DE"]),
        "customer.segment": st.sampled_from([None, "gold", "silver"]),
        "customer.locale": st.sampled_from(["en", "nl"]),
        "customer.tags": st.sampled_from([(), ("vip",), ("late",)]),
        "case.attempts": st.integers(1, 3),
        "case.last_decline": st.sampled_from([None, "expired_card", "stolen_card"]),
    }
)


@given(three(), FACTS)
def test_where_a_choice_fails_the_two_were_told(policies: list[Policy], facts: dict[str, Any]) -> None:
    facts = {**PLAIN, **facts, "invoice.balance": facts["invoice.amount"]}
    try:
        choose(policies, facts.__getitem__)
    except PolicyError:
        assert list(overlaps(policies))
