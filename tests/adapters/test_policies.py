"""Policies from files: the shipped ones, those of a creditor, and what is said about a wrong one."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import combinations, product
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from adapters.messages.catalogue import catalogue
from adapters.policies import SHIPPED, parse_policy, policy_schema, read_policies, shipped_policies
from adapters.yaml import read_documents
from dunning.errors import PolicyError
from dunning.policy import Policy, check_messages
from dunning.policy.actions import Fee
from dunning.policy.choose import choose
from dunning.policy.conditions import AmountTest
from dunning.span import Span

TONES = frozenset({"friendly", "firm", "final"})
MINIMAL = "name: p\nsteps:\n  - {name: a, after: 3 days, do: [{notify: {message: friendly, by: [email]}}]}\n"

CATALOGUE_OF_MISTAKES = """\
name: B2B net
colour: red
priority: "10"
for:
  customer.kind: company
  customer.county: NL
  invoice.amount: {least: 100.00}
minimum: {EUR: 5.00, eur: 6}
calendar:
  timezone: Europe/Amsterdm
  holidays: [NL, XX]
consolidate: 3 workdays
charging: {schedule: [3 days, 1 day], attempts: 0}
steps:
  - name: first
    after: 3 dayz
    do:
      - notfy: {message: friendly}
      - fee: statutory
      - task: {queue: collections}
  - {name: second, after: 10 days, do: [{notify: {message: kindly, by: [email, fax]}}]}
  - {name: third, after: 17 days, do: [{notify: {message: kindly, by: {first: [email]}}}]}
  - {name: fourth, after: 9 days, aproval: true, do: []}
  - {name: third, after: 9 days, requires: second, do: [{suspend: {}}]}
  - {name: last, after: {days: 3, since: nobody}, when: , do: [{hand_off: {}}]}
promise: {at_most: 14, broken: nowhere}
"""

WHAT_IS_SAID = """\
p.yaml:1: name: found B2B net; allowed a name of a-z, 0-9 and hyphens, such as final-notice
p.yaml:2: found the unknown name colour; allowed name, description, priority, for, calendar, spacing, consolidate, \
entry, minimum, tolerance, costs_alone, steps, charging, promise, plan, dispute, end, thanks
p.yaml:3: priority: found "10"; allowed a whole number
p.yaml:5: for.customer.kind: found company; allowed business, consumer, sole_trader or public_body
p.yaml:6: for: found the unknown name customer.county; allowed invoice.amount, invoice.balance, invoice.currency, \
invoice.tags, invoice.overdue_days, customer.kind, customer.country, customer.segment, customer.locale, customer.tags, \
account.overdue_total, account.open_cases, account.oldest_overdue_days, account.broken_promises, case.attempts, \
case.last_decline (perhaps customer.country)
p.yaml:7: for.invoice.amount: found the unknown name least; allowed min, max, not, equals, any_of
p.yaml:8: minimum.eur: found eur; allowed an ISO 4217 currency in capitals, such as EUR
p.yaml:10: calendar.timezone: found Europe/Amsterdm; allowed customer, creditor or an IANA time zone
p.yaml:11: calendar.holidays[1]: found XX; allowed a country or one of its parts, such as NL or DE-BY
p.yaml:12: consolidate: found 3 workdays; allowed days, such as 3 days; at least 0
p.yaml:13: charging.schedule: found 3 days, 1 day; allowed offsets that each come after the one before
p.yaml:13: charging.attempts: found 0; allowed 1 or more
p.yaml:13: charging.within: found nothing; allowed within, which is required
p.yaml:16: steps[0].after: found 3 dayz; allowed days or workdays, such as 3 days
p.yaml:18: steps[0].do[0]: found a mapping of notfy; allowed one action each: notify, fee, task, suspend, hand_off, \
write_off
p.yaml:19: steps[0].do[1].fee: found statutory; allowed an amount above 0 such as 15.00, one for each currency \
such as {EUR: 15.00, JPY: 2500}, or a percentage of the invoice such as {percent: 1.5}
p.yaml:20: steps[0].do[2].task.kind: found nothing; allowed kind, which is required
p.yaml:21: steps[1].do[0].notify.by[1]: found fax; allowed email, sms or letter
p.yaml:22: steps[2].do[0].notify.message: found kindly, which is missing in en; allowed final, firm, friendly
p.yaml:23: steps[3].do: found an empty list; allowed 1 or more
p.yaml:23: steps[3]: found the unknown name aproval; allowed name, after, every, times, when, requires, approval, do \
(perhaps approval)
p.yaml:24: steps[4].name: found third; allowed a name that no earlier step has
p.yaml:24: steps[4].after: found 9 days after the due date; allowed a day that is not before step third's (T4)
p.yaml:25: steps[5].when: found nothing; allowed a value, or leave the name out
p.yaml:25: steps[5].after.since: found nobody; allowed the name of a step: first, second, third, fourth, third
p.yaml:25: steps[5].do[0].hand_off: found hand_off in a step without requires; allowed a step that requires an earlier \
notice with a deadline (N4)
p.yaml:26: promise.at_most: found 14; allowed days or workdays, such as 3 days; at least 0
p.yaml:26: promise.broken: found nowhere; allowed the name of a step: first, second, third, fourth, third, last (A2)"""


def refused(source: str | Mapping[str, Any], messages: Mapping[str, frozenset[str]] | None = None) -> list[str]:
    with pytest.raises(PolicyError) as mistake:
        parse_policy(source, "p.yaml", messages)
    return str(mistake.value).splitlines()


# ---------------------------------------------------------------------------------------------------------------------
# The shipped ones


def invoice(
    kind: str = "business", country: str = "NL", amount: str = "500.00", tags: frozenset[str] = frozenset()
) -> dict[str, object]:
    money = {"invoice.amount": Decimal(amount), "invoice.currency": "EUR"}
    return {"customer.kind": kind, "customer.country": country, "invoice.tags": tags, **money}


def test_there_is_a_policy_for_each_business_that_the_product_is_first_for() -> None:
    assert set(shipped_policies()) == {"subscriptions", "consultancy", "agency", "b2b-net30", "consumer"}


@pytest.mark.parametrize(
    "facts, name",
    [
        (invoice(kind="consumer", tags=frozenset({"subscription"})), "subscriptions"),
        (invoice(tags=frozenset({"subscription", "consultancy", "agency"})), "subscriptions"),
        (invoice(tags=frozenset({"consultancy"})), "consultancy"),
        (invoice(tags=frozenset({"agency"})), "agency"),
        (invoice(), "b2b-net30"),
        (invoice(amount="100.00"), "b2b-net30"),
        (invoice(amount="99.99"), None),
        (invoice(country="FR"), None),
        (invoice(kind="consumer"), "consumer"),
    ],
)
def test_the_tags_and_the_customer_select_among_them(facts: dict[str, object], name: str | None) -> None:
    chosen = choose(shipped_policies().values(), facts.__getitem__).policy
    assert (chosen.name if chosen else None) == name


def test_no_invoice_is_claimed_by_two_of_them() -> None:
    sets = [
        frozenset(tags) for size in range(4) for tags in combinations(("subscription", "consultancy", "agency"), size)
    ]
    for kind, country, amount, tags in product(("business", "consumer"), ("NL", "FR"), ("5.00", "500.00"), sets):
        choose(shipped_policies().values(), invoice(kind, country, amount, tags).__getitem__)


def test_they_say_only_what_every_locale_can_say() -> None:
    for policy in shipped_policies().values():
        check_messages(policy, catalogue())


def test_the_net30_example_is_as_the_format_describes_it() -> None:
    ladder = shipped_policies()["b2b-net30"]
    assert [(step.name, str(step.after)) for step in ladder.steps] == [
        ("friendly-reminder", "3 days"),
        ("first-dunning", "10 days"),
        ("call", "17 days"),
        ("final-notice", "24 days"),
        ("suspension", "39 days"),
        ("hand-off", "14 days"),
    ]
    assert (ladder.minimum.minor("EUR"), ladder.tolerance.minor("EUR")) == (500, 50)
    assert ladder.step_named("hand-off").since == "suspension"
    assert ladder.end.after == Span(30, "days")


@pytest.mark.parametrize("name", sorted(shipped_policies()))
def test_f8_no_shipped_policy_asks_fifteen_kuwaiti_dinars_where_it_means_fifteen_euros(name: str) -> None:
    policy = shipped_policies()[name]
    kuwaiti = [amounts.minor("KWD") for amounts in (policy.minimum, policy.tolerance)]
    assert kuwaiti == [0, 0]
    fees = [action for step in policy.steps for action in step.do if isinstance(action, Fee)]
    assert all(fee.amount is None for fee in fees)
    asked = [one for one in (policy.for_, *(step.when for step in policy.steps)) if one is not None]
    limits = [test for one in asked for _, test in one.tests if isinstance(test, AmountTest)]
    assert all((test.equals, test.any_of, test.min, test.max) == (None,) * 4 for test in limits)


def test_the_gentle_ones_take_nothing_away_without_a_person() -> None:
    consequences = {"suspend", "hand_off", "write_off"}
    for name in ("consumer", "consultancy"):
        assert not {action.word for step in shipped_policies()[name].steps for action in step.do} & consequences
    assert all(
        step.approval
        for step in shipped_policies()["subscriptions"].steps
        for act in step.do
        if act.word in consequences
    )


# ---------------------------------------------------------------------------------------------------------------------
# A creditor's own


def test_a_file_holds_one_or_more_policies_and_a_folder_one_or_more_files(tmp_path: Path) -> None:
    (tmp_path / "two.yaml").write_text(MINIMAL + "---\n" + MINIMAL.replace("name: p", "name: q"), encoding="utf-8")
    (tmp_path / "one.yml").write_text(MINIMAL.replace("name: p", "name: r"), encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no policy", encoding="utf-8")
    assert [policy.name for policy in read_policies(tmp_path)] == ["r", "p", "q"]
    assert [policy.name for policy in read_policies(tmp_path / "two.yaml")] == ["p", "q"]


def test_two_policies_cannot_have_one_name_in_a_file_or_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"{MINIMAL}---\n{MINIMAL}", encoding="utf-8")
    with pytest.raises(PolicyError, match=r"a\.yaml:5: name: found p; allowed a name that no other policy has"):
        read_policies(tmp_path / "a.yaml")
    (tmp_path / "a.yaml").write_text(MINIMAL, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(MINIMAL, encoding="utf-8")
    with pytest.raises(PolicyError, match=r"b\.yaml:1: name: found p; allowed a name that no other policy has"):
        read_policies(tmp_path)


def test_nothing_to_read_is_a_mistake_and_not_an_empty_answer(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="a folder without policies"):
        read_policies(tmp_path)
    (tmp_path / "empty.yaml").write_text("# later\n", encoding="utf-8")
    with pytest.raises(PolicyError, match="found nothing; allowed a policy"):
        read_policies(tmp_path)
    with pytest.raises(PolicyError, match=r"nowhere\.yaml: found No such file"):
        read_policies(tmp_path / "nowhere.yaml")
    assert refused(f"{MINIMAL}---\n{MINIMAL.replace('name: p', 'name: q')}") == [
        "p.yaml:5: found 2 policies; allowed one policy"
    ]


def test_every_mistake_of_a_file_is_told_at_once_with_its_line_and_what_is_allowed() -> None:
    assert refused(CATALOGUE_OF_MISTAKES, {"en": TONES, "nl": TONES | {"kindly"}}) == WHAT_IS_SAID.splitlines()


def test_a_message_that_a_locale_lacks_is_told_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(MINIMAL, encoding="utf-8")
    assert len(read_policies(tmp_path, {"en": TONES, "nl": TONES})) == 1
    with pytest.raises(
        PolicyError, match=r"p\.yaml:3: steps\[0\]\.do\[0\]\.notify\.message: found friendly, which is missing in nl"
    ):
        read_policies(tmp_path, {"en": TONES, "nl": frozenset()})


def test_a_mapping_has_no_lines_and_the_same_mistakes() -> None:
    (document,) = read_documents(CATALOGUE_OF_MISTAKES, "p.yaml", PolicyError)
    assert isinstance(document.value, dict)
    without_lines = [line.split(": ", 1)[1] for line in WHAT_IS_SAID.splitlines()]
    told = refused(document.value, {"en": TONES, "nl": TONES | {"kindly"}})
    assert sorted(line.removeprefix("p.yaml: ") for line in told) == sorted(without_lines)


def test_a_policy_may_be_read_from_the_json_that_it_was_pinned_as() -> None:
    for policy in shipped_policies().values():
        assert parse_policy(policy.model_dump_json(), "pinned") == policy


@pytest.mark.parametrize("text", ["a word", "- a\n- b", "3"])
def test_what_is_no_mapping_is_no_policy(text: str) -> None:
    (told,) = refused(text)
    assert "allowed a mapping of name, description, priority" in told


def test_amounts_come_from_the_file_exactly() -> None:
    policy = parse_policy(f"{MINIMAL}tolerance: 123456789012.34\nminimum: {{EUR: 0.10}}\n", "p.yaml")
    assert policy.tolerance.minor("EUR") == 12345678901234
    assert policy.minimum.minor("EUR") == 10


def test_a_file_uses_the_documented_names_and_not_those_of_the_model() -> None:
    assert "found the unknown name for_" in refused(f"{MINIMAL}for_: {{customer.kind: business}}\n")[0]
    assert "found the unknown name invoice_amount" in refused(f"{MINIMAL}for: {{invoice_amount: 3}}\n")[0]


# ---------------------------------------------------------------------------------------------------------------------
# The schema for editors


def in_json(value: Any) -> Any:
    """As an editor sees it, to whom a number is a number."""
    if isinstance(value, dict):
        return {key: in_json(part) for key, part in value.items()}
    if isinstance(value, list):
        return [in_json(part) for part in value]
    return float(value) if isinstance(value, Decimal) else value


def is_fine(text: str) -> bool:
    (document,) = read_documents(text, "p.yaml", PolicyError)
    return jsonschema_rs.validator_for(policy_schema()).is_valid(in_json(document.value))


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*.yaml")), ids=lambda file: file.stem)
def test_an_editor_finds_nothing_wrong_with_the_shipped_policies(file: Path) -> None:
    assert is_fine(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        MINIMAL,
        MINIMAL + "for: {invoice.tags: {not: [test, demo]}, invoice.amount: {min: 5, max: 9.5}}\n",
        MINIMAL + "minimum: {EUR: 5, USD: 6.10}\ncalendar: {holidays: [NL, DE-BY], timezone: creditor}\n",
        MINIMAL.replace("3 days", "{workdays: 3, since: b}").replace("[email]", "{first: [sms, letter]}"),
        MINIMAL.replace("notify: {message: friendly, by: [email]}", "fee: {percent: 1.5}"),
        MINIMAL.replace("notify: {message: friendly, by: [email]}", "fee: {EUR: 15.50, JPY: 2500}"),
        MINIMAL + "for: {invoice.amount: {min: {EUR: 5, JPY: 800}, max: 900}}\n",
    ],
)
def test_an_editor_accepts_every_short_form(text: str) -> None:
    assert is_fine(text)


@pytest.mark.parametrize(
    "text",
    [
        MINIMAL + "colour: red\n",
        MINIMAL + "for:\n",
        MINIMAL + "for: {customer.county: NL}\n",
        MINIMAL + "for: {customer.country: nl}\n",
        MINIMAL + "entry: oldest\n",
        MINIMAL.replace("3 days", "3 dayz"),
        MINIMAL.replace("3 days", "2 hours"),
        MINIMAL.replace("3 days", "{days: 3, workdays: 4}"),
        MINIMAL.replace("[email]", "[fax]"),
        MINIMAL.replace("notify", "notfy"),
        MINIMAL.replace("notify: {message: friendly, by: [email]}", "fee: statutory"),
        MINIMAL.replace("notify: {message: friendly, by: [email]}", "task: {task: call}"),
        "name: p\n",
    ],
)
def test_an_editor_sees_a_misspelling_at_once(text: str) -> None:
    assert not is_fine(text)


def test_the_schema_describes_what_is_written_and_not_what_is_kept() -> None:
    schema = policy_schema()
    assert schema["title"] == "Dunning policy"
    assert set(schema["required"]) == {"name", "steps"}
    assert "for" in schema["properties"]
    assert schema["properties"]["consolidate"]["default"] == "0 days"
    assert isinstance(parse_policy(MINIMAL, "p.yaml"), Policy)


def test_an_offer_of_parts_needs_a_policy_that_makes_a_plan() -> None:
    """A3: the debtor who takes the offer would be refused. A policy that runs already is not looked at for it."""
    text = MINIMAL.replace("friendly", "offer-parts")
    names = {"en": TONES | {"offer-parts"}}
    assert refused(text, names) == [
        (
            "p.yaml:3: steps[0].do[0].notify.message: found offer-parts in a policy without a plan; "
            "allowed a policy with plan (A3)"
        )
    ]
    assert parse_policy(f"{text}plan: {{instalments: 3, longest: 90 days}}\n", "p.yaml", names).plan
    assert parse_policy(text, "p.yaml").plan is None


AFTER_THE_LAST = """\
name: p
steps:
  - name: a
    after: 3 days
    do: [{notify: {message: final, by: [email]}}]
  - name: b
    after: 9 days
    do: [{task: {kind: call}}]
  - name: c
    after: 20 days
    do: [{notify: {message: firm, by: [email]}}]
"""


@pytest.mark.parametrize(
    "change, goes_on",
    [
        (("x", "x"), "step c writes"),
        (("  - name: a\n", "  - name: a\n    when: {customer.kind: consumer}\n"), "step c writes"),
        (("  - name: a\n", "  - name: a\n    every: 2 days\n    times: 2\n"), "it comes again"),
    ],
)
def test_the_last_notice_is_the_last(change: tuple[str, str], goes_on: str) -> None:
    """M1: a debtor who is told so must not hear from the ladder again."""
    line = 6 if "when" in change[1] else 7 if "every" in change[1] else 5
    assert refused(AFTER_THE_LAST.replace(*change), {"en": TONES}) == [
        (
            f"p.yaml:{line}: steps[0].do[0].notify.message: found final, and after it {goes_on}; "
            "allowed a message that does not call itself the last one, such as firm or formal (M1)"
        )
    ]


def test_two_steps_for_different_cases_may_each_be_the_last() -> None:
    text = AFTER_THE_LAST.replace("  - name: a\n", "  - name: a\n    when: {customer.kind: consumer}\n")
    text = text.replace("  - name: c\n", "  - name: c\n    when: {customer.kind: business}\n")
    assert parse_policy(text, "p.yaml", {"en": TONES}).steps
