"""What a policy may say, what it says when it says nothing, and what it may not say."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from dunning.errors import MoneyError, NotFound, PolicyError
from dunning.policy import (
    Amounts,
    CalendarRules,
    ContactHours,
    DisputeTerms,
    End,
    Fee,
    HandOffAction,
    Notify,
    PerCustomer,
    Policy,
    Spacing,
    Step,
    Suspend,
    Task,
    WriteOffAction,
    check_messages,
)
from dunning.span import Span

FRIENDLY = {"notify": {"message": "friendly", "by": ["email"]}}
FINAL = {"notify": {"message": "final", "by": ["letter", "email"], "deadline": "14 days"}}
FEE = {"fee": Decimal("15.00")}


def step(name: str = "reminder", after: object = "3 days", *do: object, **more: Any) -> dict[str, Any]:
    return {"name": name, "after": after, "do": list(do) or [FRIENDLY], **more}


def written(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "p", "steps": list(steps) or [step()], **{key.rstrip("_"): value for key, value in more.items()}}


def policy(*steps: dict[str, Any], **more: Any) -> Policy:
    return Policy.model_validate(written(*steps, **more))


def act(action: dict[str, object]) -> Any:
    """The first action of a step, beside a notice where it is none itself."""
    beside = [] if "notify" in action else [FRIENDLY]
    return policy(step("a", "1 day", action, *beside)).steps[0].do[0]


def refusals(*steps: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    """Where a policy is refused, and what would be allowed there."""
    with pytest.raises(ValidationError) as refused:
        policy(*steps, **more)
    # That a list is too short without its wrong entries says nothing new.
    errors = [error for error in refused.value.errors() if error["type"] != "too_short" or not error["input"]]
    return [(".".join(map(str, error["loc"])), error["msg"]) for error in errors]


def places(*steps: dict[str, Any], **more: Any) -> list[str]:
    return [place for place, _ in refusals(*steps, **more)]


# ---------------------------------------------------------------------------------------------------------------------
# What is left out (O5)


def test_a_policy_that_says_only_its_steps_is_as_careful_as_the_rules_say() -> None:
    plain = policy()
    assert plain.entry == "first"
    assert plain.priority == 0
    assert plain.for_ is None
    assert plain.calendar == CalendarRules(
        timezone="customer",
        contact_hours=ContactHours(opens=time(8), closes=time(20)),
        contact_days="workdays",
        holidays="customer",
    )
    assert plain.spacing == Spacing(minimum=Span(1, "days"), per_customer=None)
    assert plain.consolidate == Span(0, "days")
    assert (plain.minimum.minor("EUR"), plain.tolerance.minor("EUR")) == (0, 0)
    assert (plain.charging, plain.promise, plain.plan) == (None, None, None)
    assert plain.dispute == DisputeTerms(answer_within=None)
    assert plain.end == End(after=Span(30, "days"), then="task")


def test_a_step_that_says_only_what_it_does_waits_for_nobody() -> None:
    only = policy().steps[0]
    assert (only.since, only.when, only.requires, only.approval) == (None, None, None, False)


# ---------------------------------------------------------------------------------------------------------------------
# Short forms


def test_a_notice_goes_by_every_channel_listed_or_by_the_first_that_works() -> None:
    every = act({"notify": {"message": "firm", "by": ["letter", "email"]}})
    assert every == Notify(message="firm", by=("letter", "email"), first=False, deadline=None)
    first = act({"notify": {"message": "firm", "by": {"first": ["sms", "email"]}}})
    assert first == Notify(message="firm", by=("sms", "email"), first=True)


def test_every_action_has_a_short_form() -> None:
    assert act({"fee": Decimal("15.00")}) == Fee(amount=Decimal("15.00"))
    assert act({"fee": 15}) == Fee(amount=Decimal(15))
    assert act({"fee": {"percent": Decimal("1.5")}}) == Fee(percent=Decimal("1.5"))
    assert act({"fee": {"EUR": Decimal("15.50"), "JPY": 2500}}) == Fee(
        named={"EUR": Decimal("15.50"), "JPY": Decimal(2500)}
    )
    assert act({"task": {"kind": "call"}}) == Task(task="call", queue="collections", within=Span(5, "workdays"))
    assert act({"task": {"kind": "call", "queue": "a", "within": "2 days"}}).within == Span(2, "days")
    assert act({"write_off": {}}) == WriteOffAction()
    announced = step("b", "20 days", {"suspend": {"restore_on": ["plan"]}}, {"hand_off": {}}, requires="a")
    assert policy(step("a", "1 day", FINAL), announced).steps[1].do == (Suspend(restore_on=("plan",)), HandOffAction())


@pytest.mark.parametrize(
    "after, span, since",
    [
        ("-3 days", Span(-3, "days"), None),
        ("5 workdays", Span(5, "workdays"), None),
        ({"days": 14}, Span(14, "days"), None),
        ({"days": 14, "since": "reminder"}, Span(14, "days"), "reminder"),
        ({"workdays": 2, "since": "reminder"}, Span(2, "workdays"), "reminder"),
        ({"days": 0, "since": "reminder"}, Span(0, "days"), "reminder"),
    ],
)
def test_a_step_counts_from_the_due_date_or_from_another_step(after: object, span: Span, since: str | None) -> None:
    ladder = [step("next", after)] if since is None else [step("reminder", "3 days"), step("next", after)]
    last = policy(*ladder).steps[-1]
    assert (last.after, last.since) == (span, since)


TO_FRIDAY_29_MAY = {"from": "2026-01-01", "to": "2026-05-29"}


def test_t8_one_open_weekday_between_closed_days_is_enough() -> None:
    closed = [TO_FRIDAY_29_MAY, "2026-02-03", "2026-05-31", {"from": "2026-06-02", "to": "2026-07-15"}]
    assert len(policy(calendar={"closed": closed}).calendar.closed) == 4


def test_t8_closed_days_are_written_as_days_and_spans() -> None:
    days = policy(calendar={"closed": ["2026-12-28", {"from": "2026-12-30", "to": "2026-12-31"}]}).calendar
    assert days.closed_days == {date(2026, 12, 28), date(2026, 12, 30), date(2026, 12, 31)}
    assert to_json(days.closed) == b'["2026-12-28",{"from":"2026-12-30","to":"2026-12-31"}]'


def test_t8_a_step_comes_back_after_days_or_workdays_some_times_or_without_end() -> None:
    weekly = policy(step("a", "1 day", FEE, FRIENDLY, every="7 days")).steps[0]
    assert (weekly.every, weekly.times) == (Span(7, "days"), None)
    thrice = policy(step("a", "1 day", every="2 workdays", times=3)).steps[0]
    assert (thrice.every, thrice.times) == (Span(2, "workdays"), 3)


def test_contact_hours_are_written_as_on_a_shop_door() -> None:
    hours = policy(calendar={"contact_hours": "09:00-17:30"}).calendar.contact_hours
    assert hours == ContactHours(opens=time(9), closes=time(17, 30))
    assert str(hours) == "09:00-17:30"


# ---------------------------------------------------------------------------------------------------------------------
# Amounts are exact


def test_one_amount_is_meant_in_the_currency_of_each_invoice() -> None:
    tolerance = policy(tolerance=Decimal("5.50")).tolerance
    assert [tolerance.minor(currency) for currency in ("EUR", "JPY", "KWD")] == [550, 5, 5500]


def test_amounts_by_currency_are_nought_in_every_other() -> None:
    minimum = policy(minimum={"EUR": 5, "USD": Decimal("6.25")}).minimum
    assert [minimum.minor(currency) for currency in ("EUR", "USD", "GBP")] == [500, 625, 0]


def test_an_amount_in_a_currency_that_does_not_exist_is_no_amount() -> None:
    with pytest.raises(MoneyError):
        Amounts(every=Decimal(5)).minor("QQQ")


def test_an_amount_keeps_its_last_digit() -> None:
    exact = policy(tolerance="123456789012.34").tolerance
    assert exact.minor("EUR") == 12345678901234
    assert to_json(exact) == b'"123456789012.34"'


@pytest.mark.parametrize("amount", [0.1, 15.0, True, "1,50", "1e3", "", "NaN", Decimal("Infinity"), 10**20, -1, None])
def test_a_float_and_whatever_else_is_no_exact_amount_is_refused(amount: object) -> None:
    assert places(tolerance=amount) in (["tolerance.every"], ["tolerance"])


@pytest.mark.parametrize("amounts", [{"eur": 5}, {"QQQ": 5}, {"EUR": "5.005"}, {"JPY": "0.5"}, {"EUR": -5}])
def test_an_amount_that_a_currency_does_not_have_is_refused(amounts: object) -> None:
    assert len(refusals(minimum=amounts)) == 1


@pytest.mark.parametrize("fee", [0, -1, 1.5, "statutory", None, {}, {"percent": 0}, {"percent": 1, "amount": 1}])
def test_a_fee_is_an_amount_above_nought_or_a_percentage_and_nothing_else_yet(fee: object) -> None:
    assert len(refusals(step("a", "1 day", {"fee": fee}, FRIENDLY))) == 1


@pytest.mark.parametrize("fee", [{"eur": 5}, {"QQQ": 5}, {"EUR": "5.005"}, {"JPY": "0.5"}, {"EUR": 0}, {"EUR": -5}])
def test_f8_a_fee_that_a_currency_does_not_have_is_refused(fee: object) -> None:
    assert len(refusals(step("a", "1 day", {"fee": fee}, FRIENDLY))) == 1


# ---------------------------------------------------------------------------------------------------------------------
# One policy travels as its own JSON (O2)


def everything() -> Policy:
    return policy(
        step("friendly-reminder", "-2 days", every="1 workday", times=2),
        step("first-dunning", "5 workdays", {"fee": {"percent": Decimal("1.50")}}, FRIENDLY),
        step("call", {"days": 9}, {"task": {"kind": "call"}}, when={"invoice.balance": {"min": Decimal("250.00")}}),
        step("final-notice", {"days": 20, "since": "first-dunning"}, {"fee": {"EUR": 5, "JPY": 800}}, FINAL),
        step("stop", "40 days", {"suspend": {"restore_on": ["promise"]}}, requires="final-notice", approval=True),
        step("hand-off", {"workdays": 3, "since": "stop"}, {"hand_off": {"agency": "x"}}, requires="final-notice"),
        step("give-up", "300 days", {"write_off": {}}),
        description="all of it",
        priority=-3,
        for_={"customer.country": ["NL", "BE"], "invoice.tags": {"not": "test"}, "invoice.amount": {"max": 10}},
        calendar={
            "timezone": "Europe/Amsterdam",
            "contact_hours": "09:00-17:00",
            "holidays": ["NL", "DE-BY"],
            "closed": ["2026-12-28", {"from": "2026-12-30", "to": "2026-12-31"}],
        },
        spacing={"minimum": "2 days", "per_customer": {"notices": 3, "within": "7 days"}},
        entry="by-age",
        minimum={"EUR": 5, "USD": Decimal("6.10")},
        tolerance=Decimal("0.50"),
        charging={"schedule": ["0 days", "6 hours", "3 days"], "attempts": 4, "within": "21 days"},
        promise={"at_most": "14 days", "grace": "1 day", "times": 2, "broken": "final-notice"},
        plan={"instalments": 6, "longest": "180 days"},
        dispute={"answer_within": "5 workdays"},
        end={"after": "10 workdays", "then": "close"},
    )


class Input(BaseModel):
    """As a workflow's input carries it."""

    policy: Policy


def test_a_pinned_policy_comes_back_from_its_json_as_it_was() -> None:
    pinned = everything()
    assert Policy.model_validate_json(pinned.model_dump_json()) == pinned
    assert Policy.model_validate(pinned.model_dump()) == pinned
    assert Policy.model_validate(pinned.model_dump(mode="json")) == pinned
    assert Input.model_validate_json(to_json(Input(policy=pinned))).policy == pinned
    assert Policy.model_validate_json(pinned.model_dump_json(by_alias=False)) == pinned


def test_the_same_policy_has_the_same_json_twice() -> None:
    once = everything().model_dump_json()
    assert Policy.model_validate_json(once).model_dump_json() == once


def test_what_a_policy_leaves_out_does_not_travel() -> None:
    assert b"null" not in to_json(everything())


def test_a_policy_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        everything().priority = 5  # type: ignore[misc] # the type check refuses it too


# ---------------------------------------------------------------------------------------------------------------------
# What the engine asks


def test_a_step_only_notifies_when_it_costs_nothing_and_stops_nothing() -> None:
    ladder = policy(
        step("a", "1 day"), step("b", "2 days", FEE, FRIENDLY), step("c", "3 days", {"task": {"kind": "call"}})
    )
    assert [rung.notifies_only for rung in ladder.steps] == [True, False, False]
    assert [rung.notice is not None for rung in ladder.steps] == [True, True, False]


def test_a_step_is_found_by_its_name() -> None:
    ladder = everything()
    assert ladder.index("call") == 2
    assert ladder.step_named("call") is ladder.steps[2]
    with pytest.raises(NotFound, match="step nowhere of policy p"):
        ladder.index("nowhere")


def test_a_changed_copy_forgets_what_was_worked_out_for_the_first() -> None:
    first = policy(step("a"), step("b"))
    assert first.index("b") == 1
    second = first.model_copy(update={"steps": first.steps[1:]})
    assert second.index("b") == 0
    assert first.index("b") == 1


# ---------------------------------------------------------------------------------------------------------------------
# What holds a policy together


def test_two_steps_cannot_have_one_name() -> None:
    assert places(step("a"), step("b"), step("a")) == ["steps.2.name"]


def test_planned_days_do_not_run_backwards() -> None:
    assert refusals(step("a", "10 days"), step("b", "3 days")) == [
        ("steps.1.after", "allowed a day that is not before step a's (T4)")
    ]
    assert places(step("a", "10 days"), step("b", "11 days"), step("c", {"days": 0, "since": "a"})) == ["steps.2.after"]
    assert places(step("a", "1 day"), step("b", "-1 days")) == ["steps.1.after"]
    assert places(step("a", "30 days"), step("b", "3 workdays")) == ["steps.1.after"]
    assert places(step("a", "20 days"), step("b", "10 workdays"), step("c", "12 days")) == ["steps.2.after"]


def test_two_steps_on_one_day_run_in_their_order() -> None:
    assert len(policy(step("a", "3 days"), step("b", "3 days")).steps) == 2


@pytest.mark.parametrize(
    "first, second", [("10 days", "7 workdays"), ("5 workdays", "6 days"), ("-2 workdays", "-3 days")]
)
def test_workdays_are_refused_only_where_no_calendar_makes_them_right(first: str, second: str) -> None:
    assert len(policy(step("a", first), step("b", second)).steps) == 2


@given(st.lists(st.integers(-20, 90), min_size=1, max_size=8).map(sorted))
def test_no_ladder_in_order_is_refused(days: list[int]) -> None:
    ladder = [step(f"s{number}", f"{day} days") for number, day in enumerate(days)]
    assert [rung.after.count for rung in policy(*ladder).steps] == days


def test_a_step_counts_only_from_an_earlier_one_and_forward() -> None:
    assert places(step("a", {"days": 3, "since": "b"}), step("b")) == ["steps.0.after.since"]
    assert places(step("a", {"days": 3, "since": "a"})) == ["steps.0.after.since"]
    assert places(step("a", "9 days"), step("b", {"days": -2, "since": "a"})) == ["steps.1.after", "steps.1.after"]


def test_n4_a_step_requires_an_earlier_notice_that_gives_time() -> None:
    stop = step("stop", "40 days", {"suspend": {}}, requires="final")
    assert policy(step("final", "3 days", FINAL), stop).steps[1].requires == "final"
    assert places(step("final", "3 days"), stop) == ["steps.1.requires"]
    assert places(step("other", "3 days", FINAL), stop) == ["steps.1.requires"]
    assert places(stop, step("final", "50 days", FINAL)) == ["steps.0.requires"]
    assert places(step("final", "3 days", {"task": {"kind": "call"}}), stop) == ["steps.1.requires"]
    (place, message), *none = refusals(step("a", "3 days", FINAL), step("b", "4 days"), stop)
    assert (place, none) == ("steps.2.requires", [])
    assert message == "allowed the name of a step: a whose notice has a deadline (N4)"


@pytest.mark.parametrize("consequence", ["suspend", "hand_off"])
def test_n4_a_consequence_that_nothing_announced_is_refused(consequence: str) -> None:
    assert places(step("final", "3 days", FINAL), step("b", "40 days", {consequence: {}})) == [
        f"steps.1.do.0.{consequence}"
    ]


def test_n4_a_fee_comes_with_a_notice_or_not_at_all() -> None:
    assert places(step("a", "3 days", FEE)) == ["steps.0.do.0.fee"]
    assert places(step("a", "3 days", {"task": {"kind": "call"}}, FEE)) == ["steps.0.do.1.fee"]
    assert policy(step("a", "3 days", FRIENDLY, FEE)).steps[0].notice is not None


@pytest.mark.parametrize("beside", [{"task": {"kind": "call"}}, {"write_off": {}}])
def test_t8_only_a_step_that_writes_and_does_nothing_else_comes_back(beside: dict[str, Any]) -> None:
    assert places(step("a", "1 day", beside, every="7 days")) == ["steps.0.every"]
    assert places(step("a", "1 day", FRIENDLY, beside, every="7 days")) == ["steps.0.every"]
    assert places(step("a", "1 day", times=3)) == ["steps.0.times"]


def test_a2_a_broken_promise_leads_to_a_step_that_exists() -> None:
    terms = {"at_most": "14 days", "broken": "b"}
    assert policy(step("a"), step("b"), promise=terms).promise is not None
    assert places(step("a"), promise=terms) == ["promise.broken"]


@pytest.mark.parametrize("action", [FRIENDLY, {"write_off": {}}])
def test_a_step_does_a_thing_once(action: object) -> None:
    assert places(step("a", "3 days", action, action)) == ["steps.0.do"]
    assert len(policy(step("a", "3 days", FEE, FEE, FRIENDLY)).steps[0].do) == 3


def test_everything_that_is_wrong_is_said_at_once() -> None:
    wrong = [step("a", "9 days", FEE), step("a", "3 days", {"suspend": {}})]
    assert sorted(places(*wrong, promise={"at_most": "3 days", "broken": "x"})) == [
        "promise.broken",
        "steps.0.do.0.fee",
        "steps.1.after",
        "steps.1.do.0.suspend",
        "steps.1.name",
    ]


# ---------------------------------------------------------------------------------------------------------------------
# What no part may say


MISSPELT: tuple[tuple[str, dict[str, Any]], ...] = (
    ("name", written(name="B2B net")),
    ("name", written(name="-b2b")),
    ("name", written(name="x" * 65)),
    ("colour", written(colour="red")),
    ("priority", written(priority="10")),
    ("priority", written(priority=True)),
    ("entry", written(entry="oldest")),
    ("consolidate", written(consolidate="3 workdays")),
    ("calendar.timezone", written(calendar={"timezone": "Europe/ Amsterdam"})),
    ("calendar.contact_hours", written(calendar={"contact_hours": "9-17"})),
    ("calendar.contact_hours", written(calendar={"contact_hours": "17:00-09:00"})),
    ("calendar.contact_hours", written(calendar={"contact_hours": "09:00-09:00"})),
    ("calendar.contact_hours", written(calendar={"contact_hours": "09:00-24:00"})),
    ("calendar.contact_days", written(calendar={"contact_days": "weekdays"})),
    ("calendar.holidays.one", written(calendar={"holidays": "NL"})),
    ("calendar.holidays.several.1", written(calendar={"holidays": ["NL", "by"]})),
    ("calendar.closed.0", written(calendar={"closed": ["28 December"]})),
    ("calendar.closed.0", written(calendar={"closed": [20261228]})),
    ("calendar.closed.0.to", written(calendar={"closed": [{"from": "2026-12-28"}]})),
    ("calendar.closed.0", written(calendar={"closed": [{"from": "2026-12-31", "to": "2026-12-28"}]})),
    ("calendar.closed", written(calendar={"closed": [{"from": "2026-01-01", "to": "2026-09-30"}]})),
    ("calendar.closed", written(calendar={"closed": [{"from": "2026-06-01", "to": "2026-07-15"}, TO_FRIDAY_29_MAY]})),
    (
        "calendar.closed",
        written(
            calendar={
                "closed": [{"from": "2026-01-01", "to": "2026-05-01"}, {"from": "2026-05-04", "to": "2026-09-30"}]
            }
        ),
    ),
    ("steps.0.every", written(step(every="0 days"))),
    ("steps.0.every", written(step(every="2 hours"))),
    ("steps.0.times", written(step(every="2 days", times=0))),
    ("spacing.minimum", written(spacing={"minimum": "2 workdays"})),
    ("spacing.minimum", written(spacing={"minimum": "-1 days"})),
    ("spacing.per_customer.notices", written(spacing={"per_customer": {"notices": 0, "within": "7 days"}})),
    ("spacing.per_customer.within", written(spacing={"per_customer": {"notices": 1, "within": "0 days"}})),
    ("charging.schedule", written(charging={"schedule": [], "attempts": 1, "within": "9 days"})),
    ("charging.schedule", written(charging={"schedule": ["3 days", "1 day"], "attempts": 1, "within": "9 days"})),
    ("charging.schedule", written(charging={"schedule": ["1 day", "1 day"], "attempts": 1, "within": "9 days"})),
    ("charging.schedule.0", written(charging={"schedule": ["-1 days"], "attempts": 1, "within": "9 days"})),
    ("charging.attempts", written(charging={"schedule": ["1 day"], "attempts": 0, "within": "9 days"})),
    ("charging.within", written(charging={"schedule": ["1 day"], "attempts": 1, "within": "9 hours"})),
    ("promise.at_most", written(promise={"at_most": "-1 days"})),
    ("promise.times", written(promise={"at_most": "3 days", "times": 0})),
    ("promise.at_most", written(promise={})),
    ("plan.instalments", written(plan={"instalments": Decimal("2.5"), "longest": "90 days"})),
    ("plan.longest", written(plan={"instalments": 2, "longest": "0 days"})),
    ("dispute.answer_within", written(dispute={"answer_within": "0 days"})),
    ("end.then", written(end={"then": "forget"})),
    ("steps.0.name", written(step("Friendly"))),
    ("steps.0.after", written(step("a", "2 hours"))),
    ("steps.0.after", written(step("a", 3))),
    ("steps.0.after", written(step("a", {"days": 3, "workdays": 2}))),
    ("steps.0.after", written(step("a", {"days": "3"}))),
    ("steps.0.after", written(step("a", {"since": "b"}))),
    ("steps.0.approval", written(step(approval="yes"))),
    ("steps.0.do.0", written(step("a", "1 day", {"notfy": {}}))),
    ("steps.0.do.0", written(step("a", "1 day", {**FRIENDLY, **FEE}))),
    ("steps.0.do.0", written(step("a", "1 day", "suspend"))),
    ("steps.0.do.0.notify.by", written(step("a", "1 day", {"notify": {"message": "firm", "by": []}}))),
    ("steps.0.do.0.notify.by", written(step("a", "1 day", {"notify": {"message": "firm", "by": "email"}}))),
    ("steps.0.do.0.notify.by", written(step("a", "1 day", {"notify": {"message": "firm", "by": ["sms", "sms"]}}))),
    ("steps.0.do.0.notify.by.0", written(step("a", "1 day", {"notify": {"message": "firm", "by": ["fax"]}}))),
    ("steps.0.do.0.notify.message", written(step("a", "1 day", {"notify": {"message": "../firm", "by": ["sms"]}}))),
    (
        "steps.0.do.0.notify.deadline",
        written(step("a", "1 day", {"notify": {"message": "firm", "by": ["sms"], "deadline": "0 days"}})),
    ),
    ("steps.0.do.0.task.task", written(step("a", "1 day", {"task": {}}))),
    ("steps.0.do.0.task.within", written(step("a", "1 day", {"task": {"kind": "call", "within": "0 days"}}))),
    ("steps.0.do.0.suspend.restore_on.0", written(step("a", "1 day", {"suspend": {"restore_on": ["tears"]}}))),
)


@pytest.mark.parametrize("place, raw", MISSPELT)
def test_a_mistake_is_refused_where_it_stands(place: str, raw: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        Policy.model_validate(raw)
    assert place in {".".join(map(str, error["loc"])) for error in refused.value.errors()}


def test_a_policy_without_a_step_or_a_step_without_an_act_is_none() -> None:
    with pytest.raises(ValidationError, match="steps"):
        Policy.model_validate({"name": "p", "steps": []})
    with pytest.raises(ValidationError, match="do"):
        Step.model_validate({"name": "a", "after": "3 days", "do": []})


# ---------------------------------------------------------------------------------------------------------------------
# Messages


def test_every_message_is_there_in_every_locale_that_is_shipped() -> None:
    ladder = policy(step("a", "3 days"), step("b", "9 days", FINAL))
    check_messages(ladder, {"en": frozenset({"friendly", "final"}), "nl": frozenset({"friendly", "final", "extra"})})
    with pytest.raises(PolicyError) as refused:
        check_messages(ladder, {"en": frozenset({"friendly", "final"}), "nl": frozenset({"friendly"})})
    assert str(refused.value) == (
        "p: steps[1].do[0].notify.message: found final, which is missing in nl; allowed friendly"
    )


def test_the_cap_of_a_customer_is_a_count_and_a_window() -> None:
    spacing = policy(spacing={"per_customer": {"notices": 3, "within": "7 days"}}).spacing
    assert spacing.per_customer == PerCustomer(notices=3, within=Span(7, "days"))
