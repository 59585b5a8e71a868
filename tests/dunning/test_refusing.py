"""Every refusal with the rule that forbids it, and that a refusal changes nothing but the journal (A1, A3, H1, ...)."""

from __future__ import annotations

from typing import Any

import pytest

from dunning.case import Case
from dunning.messages import REQUESTS
from dunning.opening import ask, refusal
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


def test_a_second_attempt_waits_for_the_outcome_of_the_first() -> None:
    attempt = REQUESTS["attempt"].model_validate({"by": "customer"})
    case = ask(a_case(methods=["m1"]), attempt, OPENS)
    refused = refusal(case, attempt, OPENS)
    assert refused is not None
    assert (refused.rule, refused.reason) == ("C5", "an attempt is in flight")


def test_a_request_that_was_applied_is_answered_the_same_when_it_comes_again() -> None:
    promise = REQUESTS["promise"].model_validate({"id": "pr1", "on": "2026-10-05"})
    case = ask(a_case(TERMS), promise, OPENS)
    assert refusal(case, promise, OPENS) is None
    assert ask(case, promise, OPENS) == case


def test_opening_an_open_case_again_leaves_a_line_and_nothing_else() -> None:
    case = ask(a_case(), REQUESTS["open"].model_validate({}), OPENS)
    assert [line.kind for line in case.lines] == ["opened", "open"]
    assert told(case, "contact", OPENS).holds == ()
