"""What every carrier of notices keeps, whatever it is asked over: mail servers, Postmark, Twilio, Pingen."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import product

import pytest
from structlog.testing import capture_logs

from activities.notices import Notices
from adapters.correspondence import Correspondent
from adapters.probing import ProbingCourier
from dunning.answers import Answer, Down, Sent, Unreachable
from dunning.channels import FIELD
from dunning.errors import DunningError, FateUnknown, NotTaken
from tests.activities.acts import ACME, REMINDER, done, notice, store_with
from tests.adapters.carriers import CARRIERS, PATIENCE, Stage, Trouble


@pytest.fixture(params=CARRIERS)
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    async with CARRIERS[request.param]() as stage:
        yield stage


# One parcel.


async def test_what_is_taken_has_an_id_and_reaches_whom_it_is_for(stage: Stage) -> None:
    parcel = stage.parcel()
    assert await stage.courier().deliver(parcel)
    [(to, words)] = stage.taken()
    assert to == stage.to
    assert words.split() == parcel.message.text.split()


async def test_two_acts_have_two_ids(stage: Stage) -> None:
    courier = stage.courier()
    ids = [await courier.deliver(stage.parcel(f"case:INV-{number}/step/friendly")) for number in range(2)]
    assert len({*ids}) == 2
    assert len(stage.taken()) == 2


async def test_many_at_once_do_not_get_in_each_others_way(stage: Stage) -> None:
    courier = stage.courier()
    parcels = [stage.parcel(f"case:INV-{number}/step/friendly") for number in range(20)]
    ids = await asyncio.gather(*map(courier.deliver, parcels))
    assert len({*ids}) == len(stage.taken()) == 20


async def test_an_address_that_is_refused_for_good_is_an_answer_not_an_error(stage: Stage) -> None:
    if stage.nowhere is None:
        pytest.skip("it reads addresses later, and tells then")
    assert await stage.courier().deliver(stage.parcel(to=stage.nowhere)) is None
    assert not stage.taken()


async def test_what_is_put_off_surely_did_not_leave_and_leaves_at_the_next_try(stage: Stage) -> None:
    stage.next("put off")
    with pytest.raises(NotTaken) as put_off:
        await stage.courier().deliver(stage.parcel())
    assert not put_off.value.lasting
    assert not stage.taken()
    assert await stage.courier().deliver(stage.parcel())
    assert len(stage.taken()) == 1


async def test_what_somebody_has_to_mend_lasts_and_is_everybodys(stage: Stage) -> None:
    with pytest.raises(NotTaken) as refusal:
        await stage.misconfigured().deliver(stage.parcel())
    assert (refusal.value.lasting, refusal.value.for_everybody) == (True, True)
    assert not stage.taken()


async def test_a_carrier_that_is_not_there_surely_took_nothing(stage: Stage) -> None:
    with pytest.raises(NotTaken) as down:
        await stage.unreachable().deliver(stage.parcel())
    assert (down.value.lasting, down.value.for_everybody) == (False, True)


@pytest.mark.parametrize("trouble", ["answer lost", "no answer"])
async def test_nobody_knows_the_fate_of_what_got_no_answer(stage: Stage, trouble: Trouble) -> None:
    stage.next(*[trouble] * stage.asks)
    with pytest.raises(FateUnknown):
        await stage.courier(timedelta(milliseconds=300)).deliver(stage.parcel())
    assert len(stage.taken()) <= 1


async def test_an_answer_that_is_late_is_waited_for(stage: Stage) -> None:
    stage.next("late answer")
    assert await stage.courier().deliver(stage.parcel())
    assert len(stage.taken()) == 1


async def test_no_error_and_no_log_tells_who_was_written_to(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """O3: neither does a carrier that repeats the address in what it answers."""
    caplog.set_level(logging.INFO)
    lost: list[Trouble] = ["answer lost"] * stage.asks
    stage.next("put off", *lost)
    ends: list[object] = []
    with capture_logs() as logs:
        for courier in (stage.courier(), stage.courier(), stage.misconfigured(), stage.unreachable()):
            ends += await asyncio.gather(courier.deliver(stage.parcel()), return_exceptions=True)
    assert all(isinstance(end, DunningError) and end.__cause__ is None for end in ends)
    for told in (repr(ends), repr(logs), repr(stage.parcel())):
        assert stage.to not in told
        assert stage.to.removeprefix("+") not in told


async def test_while_it_is_down_it_is_probed_not_hammered(stage: Stage) -> None:
    probing = ProbingCourier(stage.unreachable())
    for number in range(3):
        with pytest.raises(NotTaken) as refusal:
            await probing.deliver(stage.parcel(f"case:INV-{number}/step/friendly"))
        assert refusal.value.for_everybody


# One act, as a worker does it: through the correspondence, again and again.


class Office:
    """The activity over the real correspondence and the real courier; `store` is the system of record."""

    def __init__(self, stage: Stage, patience: timedelta = PATIENCE, to: str | None = None) -> None:
        reached = {"email": None, "phone": None, "address": None, FIELD[stage.channel]: to or stage.to}
        store = store_with(ACME.model_copy(update=reached))
        post = Correspondent(stage.composer(), {stage.channel: stage.courier(patience)})
        self.channel = stage.channel
        self._notices = Notices(store, post, post.channels)

    async def send(self, key: str = REMINDER, *, tries: int = 1) -> Answer:
        return (await done(self._notices.send_notice, notice(self.channel, key=key), tries=tries)).answer

    async def send_until_answered(self) -> Answer:
        """As Temporal does: what was raised is tried again."""
        for tries in range(1, 10):
            try:
                return await self.send(tries=tries)
            except NotTaken:
                continue
        raise AssertionError("no answer in ten tries")


async def test_a_notice_leaves_once_however_often_it_is_asked_for(stage: Stage) -> None:
    office = Office(stage)
    assert [await office.send() for _ in range(3)] == [Sent((stage.channel,))] * 3
    assert len(stage.taken()) == 1


@pytest.mark.parametrize("trouble", ["answer lost", "no answer"])
async def test_a_notice_whose_fate_nobody_knows_counts_as_sent_and_is_not_sent_again(
    stage: Stage, trouble: Trouble
) -> None:
    """N3."""
    stage.next(*[trouble] * stage.asks)
    office = Office(stage, patience=timedelta(milliseconds=300))
    assert [await office.send() for _ in range(2)] == [Sent((stage.channel,), (stage.channel,))] * 2
    assert len(stage.taken()) <= 1


@pytest.mark.parametrize("troubles", [*product(("put off", "late answer", "answer lost"), repeat=2)], ids="-".join)
async def test_whatever_goes_wrong_on_the_way_a_notice_leaves_exactly_once(
    stage: Stage, troubles: tuple[Trouble, ...]
) -> None:
    stage.next(*troubles)
    answer = await Office(stage).send_until_answered()
    assert isinstance(answer, Sent)
    assert len(stage.taken()) == 1


async def test_a_carrier_that_puts_off_every_try_is_down_and_the_case_waits(stage: Stage) -> None:
    stage.next("put off", "put off", "put off")
    office = Office(stage)
    assert isinstance(await office.send_until_answered(), Down)
    assert not stage.taken()
    assert await office.send() == Sent((stage.channel,))
    assert len(stage.taken()) == 1


async def test_an_address_that_is_refused_is_not_asked_for_again(stage: Stage) -> None:
    """N2: the next notice has no channel left, so a person is asked."""
    if stage.nowhere is None:
        pytest.skip("it reads addresses later, and tells then")
    office = Office(stage, to=stage.nowhere)
    assert await office.send() == Unreachable("every address was refused")
    assert await office.send("case:INV-1/step/final/0") == Unreachable()
    assert not stage.taken()


async def test_the_words_of_a_notice_arrive_as_they_were_written(stage: Stage) -> None:
    await Office(stage).send()
    [(to, words)] = stage.taken()
    assert to == stage.to
    assert all(word in words for word in ("INV-1", "Northwind", "100.00"))
