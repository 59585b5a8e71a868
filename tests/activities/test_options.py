"""The activity options: every effect has its activity, and every activity is registered where its options send it."""

from datetime import timedelta
from typing import get_args

import pytest
from temporalio import activity
from temporalio.contrib.pydantic import pydantic_data_converter

from activities import options
from activities.registry import activities_by_queue
from dunning import errors
from dunning.answers import Approved, Sent
from dunning.effects import Charge, Effect
from dunning.ports import Act, Acted
from tests.activities.acts import ATTEMPT, act, charge, notice, store_with, written
from tests.fakes.companies import FakeAgency, FakeCorrespondence, FakeGateway, FakeService
from workflows import contract

KINDS = {kind.__dataclass_fields__["kind"].default for kind in get_args(get_args(Effect)[0])}


def test_every_kind_of_effect_has_an_activity() -> None:
    assert set(options.BY_KIND) == KINDS


def test_an_effect_finds_its_activity() -> None:
    found = options.options_of(Charge(ATTEMPT, 1, "card", 100, "ladder"))
    assert (found.name, found.queue) == ("charge", "payments")


def test_what_the_debtor_would_feel_gives_way_to_news_between_two_tries() -> None:
    assert {kind for kind, found in options.BY_KIND.items() if found.gives_way} == {"send_notice", "charge"}


def test_every_activity_is_registered_on_its_queue_under_its_public_name() -> None:
    by_queue = activities_by_queue(
        store=store_with(),
        gateway=FakeGateway(),
        correspondence=FakeCorrespondence(),
        control=FakeService(),
        agency=FakeAgency(),
    )
    registered = {
        (activity._Definition.must_from_callable(one).name, queue)  # noqa: SLF001 - the name as the worker reads it
        for queue, activities in by_queue.items()
        for one in activities
    }
    every = [*options.BY_KIND.values(), options.OPEN_CASE, options.RECORD]
    assert registered == {(found.name, found.queue or options.CASES) for found in every}


def test_effects_on_our_own_store_are_done_where_the_case_is_in_hand() -> None:
    assert options.CASES == contract.TASK_QUEUE
    of_the_world = {"send_notice", "charge", "settle_charge", "service", "agency"}
    assert {one.name for one in options.BY_KIND.values() if one.queue is not None} == of_the_world


def test_an_effect_is_tried_for_ever_a_few_minutes_apart_at_most() -> None:
    for found in options.BY_KIND.values():
        assert found.start_to_close == timedelta(seconds=30)
        assert found.retry.maximum_attempts == 0
        assert found.retry.maximum_interval == timedelta(minutes=3)
        assert not found.retry.non_retryable_error_types


def test_an_opening_that_cannot_succeed_is_not_tried_again() -> None:
    names = options.OPEN_CASE.retry.non_retryable_error_types
    assert set(names or ()) == {"Conflict", "MoneyError", "NotFound", "PolicyError"}
    assert all(issubclass(getattr(errors, name), errors.DunningError) for name in names or ())


@pytest.mark.parametrize(
    "one",
    [notice("email", "sms"), charge(), act(charge().effect, assumed=Approved("card"), expected=written("friendly"))],
)
async def test_an_act_survives_the_journey_to_its_activity(one: Act) -> None:
    payloads = await pydantic_data_converter.encode([one])
    assert await pydantic_data_converter.decode(payloads, [Act]) == [one]


async def test_an_answer_survives_the_journey_back() -> None:
    acted = Acted(Sent(("email", "letter"), ("letter",)), 7, written=True)
    payloads = await pydantic_data_converter.encode([acted])
    assert await pydantic_data_converter.decode(payloads, [Acted]) == [acted]
