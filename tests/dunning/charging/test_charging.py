"""Where the track of attempts begins, and what a decline, a pause or a new method does to it (C1 to C3, C6)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from dunning.case import Case
from dunning.charging.track import attempt_due, ladder_charge
from dunning.effects import Charge
from dunning.engine import answer
from dunning.messages import Attempt
from dunning.records import EarlierAttempt
from dunning.rulebook.decline import Codes
from dunning.rulebook.reading import read
from tests.dunning.cases import CALENDAR, OPENS, a_case, a_decline, asked, at, charges, invoice, policy, told

TERMS = policy(charging={"schedule": ["1 day", "3 days", "7 days", "12 days"], "attempts": 4, "within": "21 days"})


def tried(*days_before: int) -> Any:
    return invoice(attempts=tuple(EarlierAttempt(at=OPENS - timedelta(days=days)) for days in days_before))


def due(case: Case) -> datetime | None:
    attempt = attempt_due(case)
    return attempt.at if attempt else None


def declined(case: Case, code: str, advice: str | None = None) -> Case:
    moment = due(case)
    assert moment is not None
    case = case.evolve(now=moment)
    charge = ladder_charge(case)
    return answer(case, charge, a_decline(charge, code, advice, CALENDAR.day(moment)), moment)


def test_without_a_failure_before_the_opening_offsets_count_from_the_opening() -> None:
    assert due(a_case(TERMS, methods=["m1"])) == OPENS + timedelta(days=1)


def test_offsets_count_from_the_first_failure_that_is_known_and_attempts_before_count() -> None:
    case = a_case(TERMS, methods=["m1"], of=tried(2, 1))
    assert (case.track.base, case.track.counted) == (OPENS - timedelta(days=2), 2)
    # The offset of one day has passed and was the billing system's to use.
    assert due(case) == OPENS + timedelta(days=1)
    assert due(a_case(TERMS, methods=["m1"], of=tried(4, 3, 2, 1))) is None


def test_a_failure_that_is_told_for_later_than_the_opening_is_none() -> None:
    assert a_case(TERMS, methods=["m1"], of=tried(-1)).track.base == OPENS


def test_a_case_that_opens_before_the_due_date_counts_from_the_start_of_it() -> None:
    case = a_case(TERMS, methods=["m1"], opens=OPENS - timedelta(days=4))
    assert case.track.base == CALENDAR.start(case.invoice.due_on)
    assert due(case) == CALENDAR.start(case.invoice.due_on + timedelta(days=1))


def test_a_due_date_that_moves_leaves_the_base_where_it_was_but_nothing_is_tried_before_it() -> None:
    case = a_case(TERMS, methods=["m1"])
    later = case.invoice.due_on + timedelta(days=4)
    moved = told(case, "invoice_changed", OPENS, due_on=later.isoformat())
    assert (moved.track.base, due(moved)) == (OPENS, CALENDAR.start(later))
    earlier = told(case, "invoice_changed", OPENS, due_on=(case.invoice.due_on - timedelta(days=4)).isoformat())
    assert due(earlier) == OPENS + timedelta(days=1)


@pytest.mark.parametrize(
    "code, advice, then",
    [
        ("insufficient_funds", None, 3),
        ("processing_error", None, 3),
        ("do_not_honor", None, 4),  # vague: 72 hours after the first attempt
        ("insufficient_funds", "27", 5),  # the scheme asks for 96 hours
        ("insufficient_funds", "30", 11),  # for 240
        ("stolen_card", None, None),
        ("insufficient_funds", "03", None),
        ("expired_card", None, None),
    ],
)
def test_a_decline_says_when_the_method_may_be_tried_again(code: str, advice: str | None, then: int | None) -> None:
    case = declined(a_case(TERMS, methods=["m1"]), code, advice)
    assert due(case) == (None if then is None else OPENS + timedelta(days=then))


def test_a_decline_that_is_never_again_outranks_an_advice_to_wait() -> None:
    assert declined(a_case(TERMS, methods=["m1"]), "stolen_card", "24").methods[0].status == "finished"


def test_a_duplicate_is_looked_up_whatever_advice_comes_with_it() -> None:
    assert read(None, Codes("duplicate_transaction", "24"), OPENS.date()).kind == "look_first"


def test_a_finished_method_hands_over_at_the_same_moment_one_that_waits_does_not() -> None:
    first = OPENS + timedelta(days=1)
    assert due(declined(a_case(TERMS, methods=["m1", "m2"]), "stolen_card")) == first
    assert due(declined(a_case(TERMS, methods=["m1", "m2"]), "expired_card")) == OPENS + timedelta(days=3)


def test_the_method_that_was_added_is_tried_not_the_first_of_the_list() -> None:
    case = declined(a_case(TERMS, methods=["m1"]), "processing_error")
    case = told(case, "method_added", at(3), id="m2")
    assert due(case) == at(3)
    assert ladder_charge(case.evolve(now=at(3))).method == "m2"


def test_a_method_that_was_removed_is_tried_no_more_until_it_is_added_again() -> None:
    case = told(a_case(TERMS, methods=["m1", "m2"]), "method_removed", OPENS, id="m1")
    assert ladder_charge(case.evolve(now=at(3))).method == "m2"
    back = told(case, "method_added", at(3), id="m1")
    assert ladder_charge(back.evolve(now=at(3))).method == "m1"
    gone_again = told(back, "method_removed", at(3, "11:00"), id="m1", at=at(3, "11:00"))
    assert due(gone_again) == OPENS + timedelta(days=1)
    assert ladder_charge(gone_again.evolve(now=at(4))).method == "m2"


def test_a_method_that_was_removed_while_it_was_tried_is_not_tried_again() -> None:
    case = a_case(TERMS, methods=["m1", "m2"])
    charge = ladder_charge(case.evolve(now=at(3)))
    case = told(case, "method_removed", at(3), id="m1")
    assert answer(case, charge, a_decline(charge, "processing_error"), at(3)).methods[0].status == "finished"


def test_a_link_to_pay_is_not_sent_to_one_who_acted() -> None:
    case = declined(a_case(TERMS, methods=["m1"]), "expired_card")
    assert case.track.link_due_from is not None
    assert told(case, "method_added", at(3), id="m1").track.link_due_from is None


def test_the_customer_may_use_a_method_that_waits_for_him_and_nobody_a_finished_one() -> None:
    waiting = declined(a_case(TERMS, methods=["m1"]), "expired_card")
    by_customer, by_agent = Attempt(by="customer"), Attempt(by="me")
    assert [effect.kind for effect in asked(waiting, by_customer, at(3)).todo] == ["charge"]
    assert asked(waiting, by_agent, at(3)).lines[-1].kind == "refused"
    finished = declined(a_case(TERMS, methods=["m1"]), "stolen_card")
    assert asked(finished, by_customer, at(3)).lines[-1].kind == "refused"


def test_an_agent_keeps_the_wait_that_a_decline_asked_for() -> None:
    case = declined(a_case(TERMS, methods=["m1", "m2"]), "insufficient_funds")
    soon = case.now + timedelta(hours=23)
    assert asked(case, Attempt(by="me", method="m1"), soon).lines[-1].kind == "refused"
    [charge] = asked(case, Attempt(by="me"), soon).todo
    assert isinstance(charge, Charge)
    assert charge.method == "m2"


def test_an_attempt_under_a_hold_moves_by_whole_days_and_keeps_its_time() -> None:
    case = declined(a_case(TERMS, methods=["m1"]), "processing_error")
    case = told(case, "customer_stop", at(2, "18:00"), reason="lawyer")
    case = told(case, "customer_release", at(6, "18:00"))
    # The offset of three days fell into the hold: seven days, and those after it four days later each.
    assert due(case) == OPENS + timedelta(days=6)
    assert due(declined(case, "processing_error")) == OPENS + timedelta(days=10)


@pytest.mark.parametrize("name", ["ladder", "plan", "An"])
def test_an_attempt_by_an_agent_moves_no_track_whatever_they_are_called(name: str) -> None:
    """C3: and nobody sends them a link, an instalment is not charged by it, a hold forbids it (C6)."""
    case = a_case(TERMS, methods=["m1"])
    asking = asked(case, Attempt(by=name), at(2))
    [charge] = charges(asking)
    assert (charge.by, charge.agent, charge.who) == ("agent", name, name)
    after = answer(asking, charge, a_decline(charge, "insufficient_funds"), at(2))
    assert after.track == case.track
    assert after.attempts[0].who == name
    held = told(asking, "customer_stop", at(2), reason="lawyer")
    assert charges(held) == []
