"""Who is behind a line of the journal: who told the message, or asked for the act, that it comes from (F6)."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic_core import to_json

from dunning import snapshot
from dunning.answers import Done
from dunning.case import Case
from dunning.decide import advance
from dunning.effects import HandOffDebt, Perform
from dunning.engine import answer, ask, tell
from dunning.journal import Line
from dunning.messages import REQUESTS, HandOff, identity
from tests.dunning.cases import a_case, at, policy

KEY = "key desk"


def asked(case: Case, name: str, day: int = 1, **body: Any) -> Case:
    return ask(case, REQUESTS[name].model_validate(body), at(day))


def behind(case: Case, kind: str) -> tuple[str | None, str | None]:
    [line] = [line for line in case.lines if line.kind == kind]
    return line.by, line.authenticated


def test_a_request_is_by_who_was_let_in_unless_it_says_by_whom_it_is() -> None:
    assert behind(asked(a_case(), "withdraw", authenticated=KEY), "withdraw") == (KEY, KEY)
    assert behind(asked(a_case(), "withdraw", authenticated=KEY, by="clerk-7"), "withdraw") == ("clerk-7", KEY)
    assert behind(asked(a_case(), "withdraw", by="clerk-7"), "withdraw") == ("clerk-7", None)
    assert behind(asked(a_case(), "withdraw"), "withdraw") == (None, None)


def test_a_refusal_names_who_was_refused() -> None:
    assert behind(asked(a_case(), "release", id="h-1", authenticated=KEY), "refused") == (KEY, KEY)


def test_a_fact_names_who_told_it_and_is_nobodys_wish() -> None:
    told = {"id": "d-1", "reason": "wet", "authenticated": KEY}
    assert behind(tell(a_case(), "dispute", told, at(1)), "dispute") == (None, KEY)
    assert behind(tell(a_case(), "nonsense", {"authenticated": KEY}, at(1)), "unapplied") == (None, KEY)


def test_what_time_alone_did_before_a_message_is_not_its_tellers() -> None:
    case = asked(a_case(policy(promise={"at_most": "14 days"})), "promise", id="p-1", on=at(3).date())
    case = tell(case, "credit", {"id": "c-1", "amount": "1.00", "authenticated": KEY}, at(9))
    [broken] = [line for line in case.lines if (line.kind, line.value) == ("promise", "broken")]
    assert (broken.by, broken.authenticated) == (None, None)
    assert behind(case, "credit") == (None, KEY)


@pytest.mark.parametrize("carried", [False, True])
def test_what_was_asked_for_and_is_done_later_names_who_asked_for_it(*, carried: bool) -> None:
    case = ask(a_case(), HandOff(by="clerk-7", authenticated=KEY), at(5))
    case, decision = advance(snapshot.load(snapshot.dump(case)) if carried else case, at(5))
    assert isinstance(decision, Perform)
    assert isinstance(decision.effect, HandOffDebt)
    case = answer(case, decision.effect, Done(), at(5))
    assert behind(case, "hand_off") == ("clerk-7", KEY)
    assert case.askers == ()


def test_the_same_message_by_somebody_else_is_the_same_message() -> None:
    told = {"reason": "fraud", "at": at(1).isoformat()}
    assert identity("customer_stop", told) == identity("customer_stop", told | {"authenticated": KEY})
    case = tell(a_case(), "dispute", {"id": "d-1", "reason": "wet", "authenticated": KEY}, at(1))
    assert tell(case, "dispute", {"id": "d-1", "reason": "wet", "authenticated": "key bank"}, at(2)) is case


def test_a_line_that_names_nobody_is_written_as_by_a_build_that_knew_no_names() -> None:
    line = Line(1, at(1), "opened", "plain", "O2", "the policy is pinned")
    assert not {b"authenticated", b"about", b"code"} & set(to_json(line).replace(b'"', b" ").split())
    assert b'"about":"r-1"' in to_json(Line(2, at(1), "reversal", "p-1", "P5", "taken back", about="r-1"))
