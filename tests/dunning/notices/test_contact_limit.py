"""The contact limit, whoever asks for it: what counts, what waits and until when (T7)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dunning.answers import Answer, Deferred, Sent, Unreachable
from dunning.channels import CHANNELS
from dunning.effects import BookFee, Effect, OpenTask, SendNotice
from dunning.notices.contact_limit import deferral, limit, messages, messages_sent
from dunning.policy import PerCustomer
from dunning.records import Channel
from dunning.span import Span

MONDAY = date(2026, 3, 2)
TWICE_A_WEEK = PerCustomer(notices=2, within=Span(7, "days"))
NOTICE = SendNotice("k", "firm", "firm", ("email", "sms"), first=False, demands=100_00, cap=TWICE_A_WEEK)
FIRST = SendNotice("k", "firm", "firm", ("email", "sms"), first=True, demands=100_00, cap=TWICE_A_WEEK)
COPY = SendNotice("k", "firm", "firm", ("email",), first=False, demands=100_00, purpose="copy", cap=TWICE_A_WEEK)
AGAIN = SendNotice("k", "firm", "firm", ("sms",), first=True, demands=100_00, purpose="next_channel", cap=TWICE_A_WEEK)
FEE = BookFee("k", "firm", 15_00)
TASK = OpenTask("k", "call-1", "call", "collections", MONDAY)


def waits(effect: Effect, *sent: date, usable: tuple[Channel, ...] = CHANNELS, today: date = MONDAY) -> Deferred | None:
    return deferral(effect, usable, today, lambda _: sent)


def days_before(days: int) -> date:
    return MONDAY - timedelta(days=days)


def test_a_notice_within_the_limit_goes() -> None:
    assert waits(NOTICE) is None
    assert waits(FIRST, days_before(1)) is None


def test_a_notice_over_the_limit_waits_for_the_day_on_which_the_first_of_them_is_out_of_the_window() -> None:
    why = "2 messages since 2026-02-24, 2 within 7 days are allowed"
    assert waits(FIRST, days_before(6), days_before(1)) == Deferred(date(2026, 3, 3), why)
    assert waits(FIRST, days_before(7), days_before(1)) is None


def test_a_message_counts_for_each_channel_that_can_be_used() -> None:
    assert waits(NOTICE, days_before(1)) is not None
    assert waits(NOTICE, days_before(1), usable=("email",)) is None


@pytest.mark.parametrize("effect", [COPY, AGAIN, TASK, FEE])
def test_the_same_notice_again_and_what_is_no_contact_are_free(effect: Effect) -> None:
    assert limit(effect) is None
    assert deferral(effect, CHANNELS, MONDAY, lambda _: pytest.fail("asked for messages")) is None


def test_a_notice_that_no_channel_can_take_waits_for_nothing() -> None:
    assert waits(NOTICE, days_before(1), days_before(1), usable=()) is None


@pytest.mark.parametrize("effect, counts", [(NOTICE, 2), (FIRST, 1), (COPY, 0), (AGAIN, 0), (FEE, 0), (TASK, 0)])
def test_until_its_outcome_is_known_a_notice_counts_for_what_it_would_be(effect: Effect, counts: int) -> None:
    assert messages(effect, CHANNELS) == counts


@pytest.mark.parametrize(
    "effect, answer, counts",
    [
        (NOTICE, Sent(("email", "sms"), unsure=("sms",)), 2),
        (FIRST, Sent(("sms",)), 1),
        (NOTICE, Unreachable(), 0),
        (COPY, Sent(("email",)), 0),
        (AGAIN, Sent(("sms",)), 0),
    ],
)
def test_afterwards_what_was_sent_counts_and_a_fate_unknown_too(effect: Effect, answer: Answer, counts: int) -> None:
    assert messages_sent(effect, answer) == counts
