"""An act was done and nobody heard of it, and before it is asked again there is news: the journal keeps both (F6)."""

from __future__ import annotations

import pytest

from dunning.records import Method
from tests.workflows.conftest import Opener
from tests.workflows.office import LADDER, Dossier, Office, notify, policy, step

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Lost(Exception):
    """The process was killed here, as far as the workflow can tell."""


async def interrupted(office: Office, case: Dossier, call: str, *, amount: str) -> None:
    """Let this call be lost while a payment comes in."""

    async def payment_comes_and_the_answer_is_lost() -> None:
        await case.handle.signal("payment_received", {"id": "p1", "amount": amount})
        raise Lost

    office.reception.after[call] = payment_comes_and_the_answer_is_lost
    await case.until("2026-03-05T12:00")


@pytest.mark.parametrize("call, by", [("sent_channel", ("email", "sms")), ("finish", ("email",))])
async def test_a_notice_that_left_is_on_the_journal_before_the_payment_that_came_meanwhile(
    office_with: Opener, call: str, by: tuple[str, ...]
) -> None:
    office = await office_with(policy(step("reminder", 3, notify("friendly", *by))))
    case = await office.open()
    await interrupted(office, case, call, amount="40.00")
    assert office.post.letters == [("case:INV-1/step/reminder/0", "email")]
    assert await case.kinds() == ["opened", "notice", "payment"]
    assert (await case.acts())[-3:] == ["send_notice", "send_notice", "record"]
    assert await case.balance() == 60_00


async def test_a_notice_that_left_is_on_the_journal_of_the_case_that_the_payment_closed(office: Office) -> None:
    case = await office.open()
    await interrupted(office, case, "finish", amount="100.00")
    assert office.post.letters == [("case:INV-1/step/reminder/0", "email")]
    assert await case.turning_points() == ["2026-03-04 notice friendly", "2026-03-04 closed paid"]


async def test_a_notice_that_had_not_left_is_not_sent_to_who_has_paid_meanwhile(office: Office) -> None:
    case = await office.open()
    office.post.down.add("email")  # the channel does not take it, so the intent is taken back
    await interrupted(office, case, "unbegin", amount="100.00")
    assert office.post.letters == []
    assert await case.turning_points() == ["2026-03-04 closed paid"]


async def test_a_notice_that_may_have_left_counts_as_sent_and_does_not_leave_again(office: Office) -> None:
    case = await office.open()
    await interrupted(office, case, "begin", amount="100.00")
    assert office.post.letters == []
    assert await case.turning_points() == ["2026-03-04 notice friendly", "2026-03-04 closed paid"]


@pytest.mark.parametrize("call, lines", [("begin", ["closed paid"]), ("finish", ["charge approved", "closed paid"])])
async def test_nobody_who_has_paid_is_charged_by_a_second_try(office_with: Opener, call: str, lines: list[str]) -> None:
    office = await office_with(policy(*LADDER, charging={"schedule": ["1 day"], "attempts": 1, "within": "9 days"}))
    case = await office.open(None, None, Method(id="pm_card_ok"))
    await interrupted(office, case, call, amount="100.00")
    assert [point.removeprefix("2026-03-03 ") for point in await case.turning_points()] == lines
    assert len(office.gateway.calls) == len(lines) - 1
    assert await case.balance() == -100_00 * (len(lines) - 1)
