"""Service and agency: told once in effect, and never told what is already untrue (F1, S1, S3, P7)."""

import pytest

from activities.agencies import Agencies
from activities.intents import BrokenOff
from activities.service import Service
from adapters.agency import AgencyDebt
from dunning.answers import Done, Stale
from dunning.effects import HandOffDebt, ReportToAgency, RestoreService, SuspendService
from dunning.errors import NotTaken
from tests.activities.acts import act, done, done_again_after_death, store_with
from tests.fakes.companies import FakeAgency, FakeService

SUSPEND = SuspendService("case:INV-1/step/suspension/0")
RESTORE = RestoreService("case:INV-1/restore/9")
HAND_OFF = HandOffDebt("case:INV-1/step/hand-off/0", "default", 10_000)


async def test_a_suspended_service_is_given_back() -> None:
    control = FakeService()
    service = Service(store_with(), control)
    assert (await done(service.service, act(SUSPEND))).answer == Done()
    assert await control.suspended_for("c1") == {"INV-1"}
    await done(service.service, act(RESTORE))
    assert await control.suspended_for("c1") == frozenset()


@pytest.mark.parametrize("moment", ["store.begin", "service.suspend", "store.finish"])
async def test_a_suspension_is_safe_to_repeat(moment: str) -> None:
    store, control = store_with(), FakeService()
    whose, _, call = moment.partition(".")
    (store if whose == "store" else control).dies_after = call
    acted = await done_again_after_death(Service(store, control).service, act(SUSPEND))
    assert acted.answer == Done()
    assert await control.suspended_for("c1") == {"INV-1"}


async def test_who_pays_while_the_service_cannot_be_reached_is_not_suspended() -> None:
    store, control = store_with(), FakeService()
    service, control.down = Service(store, control), True
    with pytest.raises(NotTaken):
        await done(service.service, act(SUSPEND))
    store.tell("INV-1", "payment_received", id="p1", amount="100.00")
    control.down = False
    assert isinstance((await done(service.service, act(SUSPEND))).answer, Stale)
    assert await control.suspended_for("c1") == frozenset()


@pytest.mark.parametrize("moment", ["store.begin", "agency.hand_off", "store.finish"])
async def test_a_debt_is_handed_off_once(moment: str) -> None:
    store, agency = store_with(), FakeAgency()
    whose, _, call = moment.partition(".")
    (store if whose == "store" else agency).dies_after = call
    acted = await done_again_after_death(Agencies(store, agency).agency, act(HAND_OFF))
    assert acted.answer == Done()
    assert await agency.debt("INV-1") == AgencyDebt("default", "INV-1", 10_000, "EUR")


async def test_the_agency_hears_what_is_left_and_of_a_recall() -> None:
    agency = FakeAgency()
    agencies = Agencies(store_with(), agency)
    await done(agencies.agency, act(HAND_OFF))
    await done(agencies.agency, act(ReportToAgency("case:INV-1/report/12", "default", 4_000)))
    assert await agency.debt("INV-1") == AgencyDebt("default", "INV-1", 4_000, "EUR")
    await done(agencies.agency, act(ReportToAgency("case:INV-1/recall/13", "default", 4_000, recalled=True)))
    assert await agency.debt("INV-1") == AgencyDebt("default", "INV-1", 4_000, "EUR", recalled=True)


async def test_what_an_agency_says_of_the_debtor_stays_out_of_the_error() -> None:
    agency = FakeAgency()
    agency.breaking = True
    with pytest.raises(BrokenOff) as broken:
        await done(Agencies(store_with(), agency).agency, act(HAND_OFF))
    assert str(broken.value) == "case:INV-1/step/hand-off/0: broke off with RuntimeError"
    assert broken.value.__suppress_context__
