"""What a notice may say of its case: what follows it up to the next one, and the facts of the moment (M1)."""

from __future__ import annotations

from datetime import date

from dunning.case import Case
from dunning.case_facts import Ahead, CaseFacts, DisputeSaid
from dunning.effects import Charge, SendNotice
from dunning.engine import answer
from dunning.forecast import futures
from dunning.messages import Plan, Promise, ResolveDispute
from dunning.outlook import case_facts
from dunning.policy import Policy
from tests.dunning.cases import DUE, OPENS, a_case, a_decline, asked, at, notify, policy, step, told


def told_by_each_notice(terms: Policy, **more: object) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Each notice's message, and what it announces: kind, day, whether a person has to approve."""
    found: list[tuple[str, list[tuple[str, str, bool]]]] = []
    for case, effect in futures(a_case(terms, **more), OPENS):  # type: ignore[arg-type]
        if isinstance(effect, SendNotice):
            facts = case_facts(case, effect, case.now)
            found.append((effect.message, [(one.kind, one.on.isoformat(), one.asked) for one in facts.ahead]))
    return found


def test_a_notice_announces_what_comes_up_to_the_next_and_that_one() -> None:
    terms = policy(
        step("reminder", 3, notify("friendly")),
        step("call", 6, {"task": {"kind": "call"}}),
        step("dunning", 10, {"fee": "5.00"}, notify("firm")),
        step("last-notice", 17, notify("final", deadline="7 days")),
        step("stop", 30, {"suspend": {}}, requires="last-notice"),
    )
    assert told_by_each_notice(terms) == [
        ("friendly", [("call", "2026-10-05", False), ("fee", "2026-10-08", False), ("notice", "2026-10-08", False)]),
        ("firm", [("notice", "2026-10-15", False)]),
        ("final", [("suspend", "2026-10-28", False)]),
    ]


def test_what_a_person_has_to_approve_is_announced_as_a_decision_and_so_is_what_follows_it() -> None:
    terms = policy(
        step("last-notice", 3, notify("final", deadline="7 days")),
        step("stop", 20, {"suspend": {}}, requires="last-notice", approval=True),
        step("away", 40, {"hand_off": {"agency": "default"}}, requires="last-notice"),
    )
    [(_, announced)] = told_by_each_notice(terms)
    assert [(kind, asked) for kind, _, asked in announced] == [("suspend", True), ("hand_off", True)]


def test_a_fee_is_announced_with_its_amount() -> None:
    for case, effect in futures(a_case(), OPENS):
        if isinstance(effect, SendNotice):
            [fee] = [one for one in case_facts(case, effect, case.now).ahead if one.kind == "fee"]
            assert fee == Ahead("fee", date(2026, 10, 8), amount=5_00)
            break


def facts_of(case: object, effect: SendNotice | None = None) -> CaseFacts:
    notice = effect or SendNotice("k", "statement", "statement", ("email",), first=True, demands=100_00)
    return case_facts(case, notice, case.now)  # type: ignore[arg-type, attr-defined]


def test_a_plan_and_a_promise_are_told_with_what_is_open() -> None:
    terms = policy(promise={"at_most": "20 days"}, plan={"instalments": 2, "longest": "90 days", "grace": "2 days"})
    parts = [{"on": "2026-10-10", "amount": "40.00"}, {"on": "2026-11-10", "amount": "60.00"}]
    planned = facts_of(asked(a_case(terms), Plan.model_validate({"id": "pl", "instalments": parts}), OPENS))
    assert [(part.on.isoformat(), part.open) for part in planned.plan] == [("2026-10-10", 40_00), ("2026-11-10", 60_00)]
    assert planned.plan_ends_on == date(2026, 10, 13)  # 10 October, two days of grace, and the day after
    promised = facts_of(asked(a_case(terms), Promise.model_validate({"id": "pr", "on": "2026-10-05"}), OPENS))
    assert promised.promise is not None
    assert (promised.promise.amount, promised.promise.on) == (100_00, date(2026, 10, 5))
    assert promised.principal == 100_00


def test_an_attempt_that_failed_is_told_until_its_method_is_renewed() -> None:
    terms = policy(charging={"schedule": ["0 days"], "attempts": 1, "within": "9 days"})
    case = a_case(terms, methods=["visa"])
    (case, charge), *_ = futures(case, OPENS)
    assert isinstance(charge, Charge)
    declined = answer(case, charge, a_decline(charge, "expired_card"), case.now)
    failed = facts_of(declined).failed
    assert failed is not None
    assert (failed.method, failed.network, failed.codes.code) == ("visa", "visa", "expired_card")
    assert failed.on == DUE.replace(day=29)
    renewed = told(declined, "method_added", at(3), id="visa", network="visa")
    assert facts_of(renewed).failed is None


def thanked(case: Case, message: str) -> CaseFacts:
    notice = SendNotice("k", message, message, ("email",), first=True, demands=case.demandable, purpose="thanks")
    return case_facts(case, notice, case.now)


THANKS = ["payment-received", "promise-broken", "dispute-received", "dispute-answered"]


def test_thanks_name_the_payments_that_they_thank_for() -> None:
    """M2: several that wait leave as one."""
    case = a_case(policy(thanks=THANKS))
    for number, amount in enumerate(("10.00", "20.00")):
        case = told(case, "payment_received", at(2), id=f"p{number}", amount=amount)
    assert thanked(case, "payment-received").received == 30_00


def test_a_broken_promise_is_named_by_its_day() -> None:
    terms = policy(promise={"at_most": "20 days"}, thanks=THANKS)
    case = asked(a_case(terms), Promise.model_validate({"id": "pr", "on": "2026-10-01"}), at(1))
    broken = next(thanked(one, "promise-broken").promise for one, _ in futures(case, at(1)) if one.lapsed)
    assert broken is not None
    assert (broken.amount, broken.on, broken.received) == (100_00, date(2026, 10, 1), 0)
    paid = told(case, "payment_received", at(2), id="p", amount="30.00")
    begun = next(thanked(one, "promise-broken").promise for one, _ in futures(paid, at(2)) if one.lapsed)
    assert begun is not None
    assert begun.received == 30_00


def test_an_answer_to_a_dispute_names_what_was_credited() -> None:
    terms = policy(thanks=THANKS)
    objected = told(a_case(terms), "dispute", at(2), id="d1", amount="40.00", reason="broken")
    assert thanked(objected, "dispute-received").dispute == DisputeSaid(40_00)
    for said_of_it, credited in (({"accepted": True}, 40_00), ({"accepted": "15.00"}, 15_00), ({"rejected": True}, 0)):
        case = asked(objected, ResolveDispute.model_validate({"id": "d1", **said_of_it}), at(3))
        assert thanked(case, "dispute-answered").dispute == DisputeSaid(40_00, credited)


def test_what_is_disputed_overpaid_and_how_the_case_ended_is_told() -> None:
    """S4, P3, D1."""
    case = told(a_case(policy(thanks=THANKS)), "dispute", at(2), id="d1", amount="40.00", reason="broken")
    open_still = facts_of(case)
    assert (open_still.disputed, open_still.overpaid, open_still.ended) == (40_00, 0, None)
    *_, (over, _) = futures(told(case, "payment_received", at(3), id="p", amount="150.00"), at(3))
    ended = facts_of(over)
    assert (ended.overpaid, ended.ended) == (50_00, "paid")
