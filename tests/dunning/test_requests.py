"""Every refusal with the rule that forbids it, and that a refusal changes nothing but the journal (A1, A3, H1, ...)."""

from __future__ import annotations

from typing import Any

import pytest

from dunning.case import Case
from dunning.engine import ask, refusal, tell
from dunning.messages import REQUESTS
from dunning.simulation.simulate import Event
from tests.dunning.cases import LADDER, OPENS, Story, a_case, at, notify, policy, step, told

TERMS = policy(
    *LADDER,
    step("signed", 24, notify("final"), approval=True),
    promise={"at_most": "10 days", "times": 1},
    plan={"instalments": 2, "longest": "30 days"},
)
PLAIN = policy()


def told_case(terms: Any = TERMS, *messages: tuple[str, dict[str, Any]], methods: tuple[str, ...] = ()) -> Case:
    events = [Event(at(1), name, body, "INV-1") for name, body in messages]
    return Story(terms, events, methods=methods).told(at(2)).case


PROMISED = ("promise", {"id": "pr0", "on": "2026-10-05"})
PLANNED = ("plan", {"id": "pl0", "instalments": [{"on": "2026-10-05", "amount": "100.00"}]})
DISPUTED = ("dispute", {"id": "d0", "reason": "no"})
HELD = ("hold", {"id": "h0", "reason": "why"})
STOPPED = ("customer_stop", {"reason": "lawyer"})
PAID = ("payment_received", {"id": "p0", "amount": "100.00"})
ASKED = {"by": "ann", "reason": "lost"}
NO_CONSENT: tuple[str, dict[str, Any]] = ("consent_withdrawn", {})


def parts(*days_and_amounts: tuple[str, str]) -> dict[str, Any]:
    return {"id": "pl1", "instalments": [{"on": on, "amount": amount} for on, amount in days_and_amounts]}


@pytest.mark.parametrize(
    "case, name, body, rule, reason",
    [
        (told_case(PLAIN), "promise", {"id": "x", "on": "2026-10-01"}, "O5", "takes no promises"),
        (told_case(PLAIN), "plan", parts(("2026-10-01", "100.00")), "O5", "takes no plans"),
        (told_case(TERMS, PROMISED), "promise", {"id": "x", "on": "2026-10-01"}, "A1", "a promise stands already"),
        (told_case(TERMS, PLANNED), "promise", {"id": "x", "on": "2026-10-01"}, "A1", "a plan stands already"),
        (told_case(TERMS, DISPUTED), "promise", {"id": "x", "on": "2026-10-01"}, "A1", "disputed in full"),
        (told_case(), "promise", {"id": "x", "on": "2026-09-29"}, "A1", "2026-09-29 is past"),
        (told_case(), "promise", {"id": "x", "on": "2026-10-11"}, "A1", "later than 2026-10-10"),
        (told_case(), "promise", {"id": "x", "on": "2026-10-01", "amount": "100.01"}, "A1", "100.00 is demandable"),
        (told_case(), "promise", {"id": "x", "on": "2026-10-01", "amount": "1.005"}, "F2", "at most 2 decimals"),
        (told_case(TERMS, PLANNED), "plan", parts(("2026-10-01", "100.00")), "A3", "a plan stands already"),
        (told_case(TERMS, DISPUTED), "plan", parts(("2026-10-01", "100.00")), "A3", "disputed in full"),
        (told_case(), "plan", parts(*[("2026-10-01", "20.00")] * 5), "A3", "5 instalments, 2 are allowed"),
        (told_case(), "plan", parts(("2026-09-29", "100.00")), "A3", "between 2026-09-30 and 2026-10-30"),
        (told_case(), "plan", parts(("2026-10-31", "100.00")), "A3", "between 2026-09-30 and 2026-10-30"),
        (told_case(), "plan", parts(("2026-10-01", "99.99")), "A3", "add up to 99.99, 100.00 is demandable"),
        (told_case(TERMS, PROMISED), "hold", {"id": "promise", "reason": "x"}, "H1", "promise stands already"),
        (told_case(), "hold", {"id": "h1", "reason": "why", "until": "2026-09-29"}, "H1", "2026-09-29 is past"),
        (told_case(), "release", {"id": "h1"}, "H1", "no hold h1 stands"),
        (told_case(TERMS, PROMISED), "release", {"id": "promise"}, "H1", "that a person made"),
        (told_case(), "resolve_dispute", {"id": "d1", "accepted": True}, "D3", "no dispute d1 is open"),
        (told_case(), "dispose", {"task": "call", "resume": True}, "H3", "no task call is open; open: none"),
        (told_case(), "approve", {"step": "signed", "by": "me"}, "H4", "no approval is asked for step signed"),
        (told_case(), "skip", {"step": "nowhere"}, "H3", "no step nowhere; the policy's steps: reminder, dunning"),
        (told_case(), "resend", {"step": "nowhere", **ASKED}, "N3", "no step nowhere; the steps that send one"),
        (told_case(), "resend", {"step": "dunning", **ASKED}, "N3", "dunning was not sent yet"),
        (told_case(), "send_now", {"step": "nowhere", **ASKED}, "N3", "no step nowhere; the steps that send one"),
        (told_case(TERMS, HELD), "send_now", {"step": "reminder", **ASKED}, "H1", "a hold stands: why"),
        (told_case(TERMS, DISPUTED), "send_now", {"step": "reminder", **ASKED}, "H1", "a hold stands"),
        (told_case(TERMS, PAID), "resend", {"step": "reminder", **ASKED}, "S4", "closed as paid"),
        (told_case(), "attempt", {"by": "me"}, "C2", "no method is known"),
        (told_case(methods=("m1",)), "attempt", {"by": "me", "method": "m2"}, "C2", "m1 is usable"),
        (told_case(TERMS, HELD, methods=("m1",)), "attempt", {"by": "me"}, "C6", "a hold stands: why"),
        (told_case(TERMS, NO_CONSENT, methods=("m1",)), "attempt", {"by": "me"}, "C6", "withdrew consent"),
        (told_case(TERMS, DISPUTED, methods=("m1",)), "attempt", {"by": "customer"}, "F4", "nothing is demandable"),
        (told_case(TERMS, STOPPED), "hand_off", {}, "H2", "a customer stop stands"),
        (told_case(TERMS, DISPUTED), "hand_off", {}, "F4", "nothing is demandable"),
        (told_case(), "recall", {}, "S3", "only a case that was handed off"),
        (told_case(TERMS, PAID), "write_off", {"by": "me", "reason": "late"}, "S4", "closed as paid"),
        (told_case(TERMS, PAID), "withdraw", {}, "S4", "closed as paid"),
        (told_case(TERMS, PAID), "policy", {"name": "other"}, "S4", "closed as paid"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_refusal_names_its_rule_and_changes_nothing(
    case: Case, name: str, body: dict[str, Any], rule: str, reason: str
) -> None:
    request = REQUESTS[name].model_validate(body)
    refused = refusal(case, request, at(2))
    assert refused is not None
    assert refused.rule == rule
    assert reason in refused.reason
    after = ask(case, request, at(2))
    assert (after.lines[-1].kind, after.lines[-1].value, after.lines[-1].rule) == ("refused", name, rule)
    assert after.evolve(lines=case.lines, line_count=case.line_count, now=case.now) == case


def test_a_step_that_was_done_cannot_be_skipped_or_gone_to() -> None:
    case = Story(TERMS, [Event(at(4), "escalate", {"queue": "q", "reason": "angry"}, "INV-1")]).told(at(5)).case
    for name, body in (("skip", {"step": "reminder"}), ("dispose", {"task": "escalation", "go_to": "reminder"})):
        refused = refusal(case, REQUESTS[name].model_validate(body), at(5))
        assert refused is not None
        assert refused.rule == "T4"


@pytest.mark.parametrize("name", ["resend", "send_now"])
def test_n3_the_same_asking_is_answered_as_the_first_time_whatever_came_of_it(name: str) -> None:
    step_name = "reminder" if name == "resend" else "dunning"
    request = REQUESTS[name].model_validate({"step": step_name, **ASKED})
    case = ask(Story(TERMS).told(at(9)).case, request, at(9), "u-1")
    assert case.lines[-1].kind == name
    assert ask(case, request, at(9), "u-1") is case
    other = request.model_copy(update={"reason": "lost, as they say"})
    assert ask(case, request, at(9), "u-2").lines == case.lines, "it stands, word for word"
    assert ask(case, other, at(9), "u-3").lines[-1].why == "lost, as they say"


def test_a_second_attempt_waits_for_the_outcome_of_the_first() -> None:
    attempt = REQUESTS["attempt"].model_validate({"by": "customer"})
    case = ask(a_case(methods=["m1"]), attempt, OPENS)
    refused = refusal(case, attempt, OPENS)
    assert refused is not None
    assert (refused.rule, refused.reason) == ("C5", "an attempt is in flight")


HOLD = ("hold", {"id": "x1", "reason": "why", "until": "2026-09-30", "by": "me"})
PROMISE = ("promise", {"id": "x1", "on": "2026-10-01", "amount": "40.00"})
PROMISE_OF_ALL = ("promise", {"id": "x1", "on": "2026-10-01"})
PLAN = ("plan", parts(("2026-10-01", "60.00"), ("2026-10-08", "40.00")))
MAKING = pytest.mark.parametrize("name, body", [HOLD, PROMISE, PROMISE_OF_ALL, PLAN], ids=str)
GENEROUS = policy(*LADDER, promise={"at_most": "60 days", "times": 5}, plan={"instalments": 3, "longest": "90 days"})


def put(case: Case, name: str, body: dict[str, Any], under: str | None = None, on: Any = OPENS) -> Case:
    return ask(case, REQUESTS[name].model_validate(body), on, under)


@MAKING
def test_what_stands_with_the_same_content_is_the_same_answer(name: str, body: dict[str, Any]) -> None:
    case = put(a_case(GENEROUS), name, body, "first")
    assert refusal(case, REQUESTS[name].model_validate(body), OPENS, "second") is None
    assert put(case, name, body) == case
    assert put(case, name, body, "second").lines == case.lines
    turned = {**body, "instalments": body["instalments"][::-1]} if name == "plan" else body
    assert put(case, name, turned) == case


@pytest.mark.parametrize(
    "name, body, other, known",
    [
        (*HOLD, {"until": "2026-10-09"}, "x1 stands already with other content: reason why, until 2026-09-30, by me"),
        (*HOLD, {"reason": "else"}, "reason why"),
        (*HOLD, {"by": "you"}, "by me"),
        (*PROMISE, {"on": "2026-10-02"}, "x1 stands already with other content: 40.00 by 2026-10-01"),
        (*PROMISE, {"amount": "41.00"}, "40.00 by 2026-10-01"),
        (*PROMISE, {"amount": None}, "40.00 by 2026-10-01"),
        (*PLAN, parts(("2026-10-01", "100.00")), "x1 stands"),
    ],
)
def test_what_stands_with_other_content_is_refused_and_told(
    name: str, body: dict[str, Any], other: dict[str, Any], known: str
) -> None:
    body = {**body, "id": "x1"}
    case = put(a_case(GENEROUS), name, body, "first")
    refused = refusal(case, REQUESTS[name].model_validate({**body, **other, "id": "x1"}), OPENS, "second")
    assert refused is not None
    assert known in refused.reason


@MAKING
def test_what_has_ended_is_made_anew_under_its_id(name: str, body: dict[str, Any]) -> None:
    case = Story(GENEROUS, [Event(at(1), name, body, "INV-1")]).told(at(25)).case
    assert not case.holds
    moved = {"until": "2026-10-29"} if name == "hold" else {"on": "2026-10-29"}
    later = parts(("2026-10-29", case.amount(case.demandable))) if name == "plan" else {**body, **moved}
    assert refusal(case, REQUESTS[name].model_validate(later), at(25)) is None
    again = put(case, name, later, "second", at(25))
    assert [hold.made_by for hold in again.holds] == ["person" if name == "hold" else name]


@MAKING
def test_one_asking_is_one_request_whatever_has_become_of_it_for_30_days(name: str, body: dict[str, Any]) -> None:
    request = REQUESTS[name].model_validate(body)
    case = put(a_case(GENEROUS), name, body, "first").evolve(holds=(), promise=None, plan=None)
    assert refusal(case, request, at(29), "first") is None
    assert put(case, name, body, "first", at(29)) is case
    other = put(case, "hold", {"id": "h9", "reason": "y"}, "other", at(40))
    assert [len(one.asked) for one in (case, other)] == [1, 1]


def test_a_release_that_was_refused_is_right_once_the_hold_stands_and_wrong_once_it_is_gone() -> None:
    release = REQUESTS["release"].model_validate({"id": "h1"})
    case = put(a_case(GENEROUS), "release", {"id": "h1"}, "r1")
    assert case.lines[-1].kind == "refused"
    case = put(case, "hold", {"id": "h1", "reason": "why"}, "h1")
    assert refusal(case, release, OPENS, "r2") is None
    case = put(case, "release", {"id": "h1"}, "r2")
    assert case.holds == ()
    refused = refusal(case, release, OPENS, "r3")
    assert refused is not None
    assert refused.rule == "H1"
    assert refusal(case, release, OPENS, "r2") is None


def test_a_resolution_that_was_refused_is_right_once_the_dispute_is_open() -> None:
    case = put(a_case(GENEROUS), "resolve_dispute", {"id": "d1", "rejected": True}, "r1")
    case = tell(case, "dispute", {"id": "d1", "amount": "10.00", "reason": "no"}, OPENS)
    case = put(case, "resolve_dispute", {"id": "d1", "rejected": True}, "r2")
    assert case.disputes == ()


def test_a_promise_that_was_refused_may_be_corrected_under_its_id() -> None:
    case = put(a_case(GENEROUS), "promise", {"id": "pr1", "on": "2027-10-05"}, "k1")
    assert case.promise is None
    case = put(case, "promise", {"id": "pr1", "on": "2026-10-05"}, "k2")
    assert case.promise is not None


FACT_AND_OTHER: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("payment_received", {"id": "x", "amount": "10.00"}, {"amount": "11.00"}),
    ("payment_received", {"id": "x", "amount": "10.00"}, {"as_of": "2026-09-28T10:00:00Z"}),
    ("payment_pending", {"id": "x", "amount": "10.00", "until": "2026-10-05"}, {"until": "2026-10-06"}),
    ("payment_failed", {"id": "x"}, {"code": "AM04"}),
    ("payment_reversed", {"id": "x", "payment_id": "p", "amount": "10.00"}, {"payment_id": "q"}),
    ("reversal_lifted", {"id": "x", "payment_id": "p", "amount": "10.00"}, {"amount": "1.00"}),
    ("credit", {"id": "x", "amount": "5.00"}, {"amount": "50.00"}),
    ("dispute", {"id": "x", "amount": "5.00", "reason": "broken"}, {"reason": "late"}),
    ("dispute", {"id": "x", "reason": "broken"}, {"amount": "5.00"}),
]


@pytest.mark.parametrize("name, body, other", FACT_AND_OTHER, ids=str)
def test_p1_an_id_that_is_known_with_other_content_goes_to_a_person_once_and_changes_nothing(
    name: str, body: dict[str, Any], other: dict[str, Any]
) -> None:
    case = tell(a_case(GENEROUS), name, body, OPENS)
    written = {"amount": "5.0"} if body.get("amount") == "5.00" else {"currency": "EUR"} if "amount" in body else {}
    assert tell(case, name, {**body, **written, "at": at(3)}, at(4)) is case
    after = tell(case, name, {**body, **other}, OPENS)
    assert [(line.kind, line.value, line.rule) for line in after.lines[len(case.lines) :]][:1] == [
        ("unapplied", name, "P1")
    ]
    assert [task.kind for task in after.tasks if task not in case.tasks] == ["message"]
    assert (after.balance, after.disputes, after.holds) == (case.balance, case.disputes, case.holds)
    assert tell(after, name, {**body, **other}, at(4)) is after
    assert tell(after, name, body, at(4)) is after


def test_opening_an_open_case_again_leaves_a_line_and_nothing_else() -> None:
    case = ask(a_case(), REQUESTS["open"].model_validate({}), OPENS)
    assert [line.kind for line in case.lines] == ["opened", "open"]
    assert told(case, "contact", OPENS).holds == ()
