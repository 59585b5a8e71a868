"""What the rules ask for is read from the store, and nothing is written for it."""

from datetime import date

import pytest

from activities.intents import Misdirected
from activities.look_ups import LookUps
from dunning.answers import Account, CalendarMade, PolicyLoaded
from dunning.effects import BookFee, ExtendCalendar, LoadPolicy, LookUpAccount
from tests.activities.acts import ACME, CALENDAR, INVOICE, POLICY, act, done, store_with


async def test_the_account_shows_all_open_cases_of_the_customer() -> None:
    store = store_with()
    store.register(INVOICE.model_copy(update={"id": "INV-2", "due_on": date(2026, 2, 1)}), ACME)
    acted = await done(LookUps(store).look_up_account, act(LookUpAccount("case:INV-1/account/3")))
    assert acted.answer == Account(overdue_total=20_000, open_cases=2, oldest_overdue_days=37)
    assert not store.intents
    assert not store.outcomes


async def test_another_policy_comes_with_its_calendar() -> None:
    acted = await done(LookUps(store_with()).load_policy, act(LoadPolicy("case:INV-1/policy/5", "reminders")))
    assert acted.answer == PolicyLoaded(POLICY, CALENDAR)


async def test_a_policy_that_nobody_wrote_is_answered_with_none() -> None:
    acted = await done(LookUps(store_with()).load_policy, act(LoadPolicy("case:INV-1/policy/5", "gentle")))
    assert acted.answer == PolicyLoaded(None, None)


async def test_a_calendar_reaches_as_far_as_it_is_asked_for() -> None:
    effect = ExtendCalendar("case:INV-1/calendar/2026-03-10", date(2029, 1, 1))
    acted = await done(LookUps(store_with()).extend_calendar, act(effect), POLICY)
    assert isinstance(acted.answer, CalendarMade)
    assert acted.answer.calendar.until == date(2029, 1, 1)


async def test_an_effect_that_is_sent_to_the_wrong_activity_is_named() -> None:
    with pytest.raises(Misdirected, match="case:INV-1/step/fee/0: found book_fee"):
        await done(LookUps(store_with()).look_up_account, act(BookFee("case:INV-1/step/fee/0", "fee", 100)))
