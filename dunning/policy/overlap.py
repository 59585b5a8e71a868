"""Two policies of equal priority that could take the same invoice: found before the first such invoice comes (O2).

Each fact that a `for` names has a few telling values: those that a test names, those beside them, and one that nobody
names. If an invoice exists that two policies take and no policy above them does, one of these values is found in each
of its facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import combinations
from typing import Any, Final, get_args

from dunning.errors import Mistake, PolicyError
from dunning.money import exponent
from dunning.policy import Policy
from dunning.policy.conditions import AmountTest, Conditions, CountTest
from dunning.policy.fact_test import Test
from dunning.records import Customer

Example = dict[str, Any]  # facts of an invoice, by the names that `for` gives them
Tests = Sequence[Test[Any]]

TAGS: Final = frozenset({"invoice.tags", "customer.tags"})
KINDS: Final[tuple[str, ...]] = get_args(Customer.model_fields["kind"].annotation)
# Values that nobody may have named, the usual ones first; None where a fact may be missing.
OTHERS: Final[Mapping[str, Sequence[str | None]]] = {
    "invoice.currency": ("EUR", "USD", "JPY", "KWD", "CLF", "GBP", "CHF", "SEK", "DKK", "NOK", "PLN"),
    "customer.country": ("NL", "DE", "US", "JP", "BR", None),
    "customer.locale": ("en", "nl", "de", "fr", "es", "it", "pt", "pl", "sv", "da"),
}
USUAL: Final = Decimal(100)  # an amount, where it will do
FIELDS: Final = [str(field.alias) for field in Conditions.model_fields.values()]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two policies of equal priority, and an invoice that both would take and none above them."""

    first: Policy
    second: Policy
    example: Example

    def __str__(self) -> str:
        """With the facts as `dunning policy explain` takes them."""
        names = f"{self.first.priority} in {self.first.name} and {self.second.name}"
        told = [(field, self.example[field]) for field in FIELDS if self.example.get(field) not in {None, ()}]
        facts = " ".join(f"{field}={self._written(value)}" for field, value in told)
        return f"{names}, which both take " + (f"an invoice such as {facts}" if facts else "any invoice")

    def _written(self, value: object) -> str:
        if isinstance(value, Decimal):
            return f"{value.quantize(_unit(self.example['invoice.currency']))}"
        return ",".join(value) if isinstance(value, tuple) else str(value)


def check_together(policies: Iterable[Policy], place: str) -> None:
    """Refuse policies of which two could take the same invoice. Raises `PolicyError`, which calls them `place`."""
    allowed = "another priority for one of them, or conditions that no invoice meets twice"
    wrong = [Mistake("priority", None, str(one), allowed) for one in overlaps(policies)]
    if wrong:
        raise PolicyError(place, wrong)


def overlaps(policies: Iterable[Policy]) -> Iterator[Overlap]:
    """Each pair of policies of equal priority that can meet at an invoice, with such an invoice."""
    every = sorted(policies, key=lambda policy: (-policy.priority, policy.name))
    for one, other in combinations(every, 2):
        if one.priority == other.priority:
            above = [policy for policy in every if policy.priority > one.priority]
            example = _taken_by(_conditions(one), _conditions(other), [_conditions(policy) for policy in above])
            if example is not None:
                yield Overlap(one, other, example)


def _conditions(policy: Policy) -> Conditions:
    return policy.for_ or Conditions()


def _taken_by(one: Conditions, other: Conditions, above: Sequence[Conditions]) -> Example | None:
    """Facts that both take and none of those above, if there are any."""
    named = _tests([one, other, *above])
    if any(_are(tests, AmountTest) for tests in named.values()):
        named = {"invoice.currency": named.get("invoice.currency", []), **named}
    both = _tests([one, other])
    choices = {
        field: [value for value in _values(field, named) if all(test.passes(value) for test in both.get(field, ()))]
        for field in named
    }
    return _search({}, list(choices.items()), (one, other), above)


def _search(
    found: Example, open_fields: list[tuple[str, list[Any]]], equals: Sequence[Conditions], above: Sequence[Conditions]
) -> Example | None:
    """Add one fact after another, and go back where they do not go together."""
    if not open_fields:
        return found if all(_takes(conditions, found) for conditions in equals) else None
    (field, values), *rest = open_fields
    for value in values:
        facts = {**found, field: value}
        if _possible(facts) and not any(_takes(conditions, facts) for conditions in above):
            example = _search(facts, rest, equals, above)
            if example is not None:
                return example
    return None


def _takes(conditions: Conditions, facts: Example) -> bool:
    """Whether a policy takes it whatever the facts are that are not known yet."""
    return conditions.fields <= facts.keys() and not conditions.failing(facts.__getitem__)


def _tests(every: Iterable[Conditions]) -> dict[str, list[Test[Any]]]:
    found: dict[str, list[Test[Any]]] = {}
    for conditions in every:
        for field, test in conditions.tests:
            found.setdefault(field, []).append(test)
    return found


def _are(tests: Tests, kind: type[Test[Any]]) -> bool:
    """Whether a fact is of this kind, by what is asked of it."""
    return bool(tests) and isinstance(tests[0], kind)


def _values(field: str, named: Mapping[str, Tests]) -> list[Any]:
    """The telling values of a fact, the usual ones first."""
    tests = named[field]
    mentioned = list(dict.fromkeys(value for test in tests for value in _mentioned(test)))
    if _are(tests, CountTest):
        return sorted({0, *(value + step for value in mentioned for step in (-1, 0, 1) if value + step >= 0)})
    if _are(tests, AmountTest):
        return _amounts(mentioned, [str(code) for code in _values("invoice.currency", named)])
    if field in TAGS:
        clauses = sum((test.equals is not None) + (test.any_of is not None) + (test.not_ is not None) for test in tests)
        return [tags for size in range(clauses + 1) for tags in combinations(mentioned, size)]
    if field == "customer.kind":
        return list(KINDS)
    others = OTHERS.get(field, (None,))
    return [*mentioned, *(value for value in others if value not in mentioned)]


def _mentioned(test: Test[Any]) -> Iterator[Any]:
    """The values that a test names: alone, among several, or one for each currency."""
    for name in type(test).model_fields:
        said = getattr(test, name)
        several = said.values() if isinstance(said, Mapping) else said if isinstance(said, tuple) else (said,)
        yield from (value for value in several if value is not None)


def _amounts(mentioned: Sequence[Decimal], currencies: Iterable[str]) -> list[Decimal]:
    """The amounts at and beside those that are named, in whole minor units of some currency."""
    units = {_unit(code) for code in currencies}
    found = [USUAL, Decimal(0)]
    for unit in sorted(units):
        for value in mentioned:
            low, high = ((value / unit).to_integral_value(way) * unit for way in (ROUND_FLOOR, ROUND_CEILING))
            found += [high, low, high + unit, low - unit]
    return list(dict.fromkeys(amount for amount in found if amount >= 0))


# What goes together in one invoice: of each rule all the facts, and whether they may be so


def _unit(currency: str) -> Decimal:
    return Decimal(1).scaleb(-exponent(currency))


def _whole(amount: Decimal, currency: str) -> bool:
    return amount % _unit(currency) == 0


def _late(total: Decimal, oldest: int) -> bool:
    return (total > 0) == (oldest > 0)


TOGETHER: Final[Sequence[tuple[tuple[str, str], Callable[[Any, Any], bool]]]] = (
    (("invoice.amount", "invoice.currency"), _whole),
    (("invoice.balance", "invoice.currency"), _whole),
    (("account.overdue_total", "invoice.currency"), _whole),
    (("invoice.amount", "invoice.balance"), lambda amount, balance: balance <= amount),  # nothing was added yet
    (("account.overdue_total", "account.oldest_overdue_days"), _late),
    (("account.open_cases", "account.oldest_overdue_days"), lambda cases, oldest: cases > 0 or oldest == 0),
    (("account.open_cases", "account.overdue_total"), lambda cases, total: cases > 0 or total == 0),
    (("case.attempts", "case.last_decline"), lambda attempts, decline: decline is None or attempts > 0),
)


def _possible(facts: Example) -> bool:
    return all(rule(facts[one], facts[other]) for (one, other), rule in TOGETHER if one in facts and other in facts)
