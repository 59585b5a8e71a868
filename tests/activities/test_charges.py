"""Charges: one attempt is one charge, whatever crashes, and an unknown outcome is settled before anything else (C5)."""

from datetime import date

import pytest

from activities.charges import Charges
from dunning.answers import Approved, Declined, Stale, Underway, Unknown
from dunning.errors import ProviderRefused
from dunning.rulebook.decline import NEVER_ARRIVED, Codes
from dunning.rulebook.reading import read
from tests.activities.acts import ATTEMPT, charge, done, done_again_after_death, settle, store_with
from tests.fakes.companies import FakeGateway
from tests.fakes.receivables import Booking, FakeReceivables

PAYMENT = Booking("payment", ATTEMPT, 10_000)


def declined(method: str, code: str) -> Declined:
    """A decline as the rule book read it."""
    return Declined(method, code, read=read(None, Codes(code), date(2026, 3, 10)))


@pytest.fixture
def store() -> FakeReceivables:
    return store_with()


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def charges(store: FakeReceivables, gateway: FakeGateway) -> Charges:
    return Charges(store, gateway)


async def test_an_approved_charge_is_a_payment_whose_id_is_the_charges_key(
    charges: Charges, store: FakeReceivables
) -> None:
    acted = await done(charges.charge, charge())
    assert acted.answer == Approved("pm_card_ok")
    assert store.bookings == [PAYMENT]


async def test_a_decline_is_an_answer(charges: Charges, store: FakeReceivables) -> None:
    acted = await done(charges.charge, charge("pm_card_stolen_card"))
    assert acted.answer == declined("pm_card_stolen_card", "stolen_card")
    assert store.bookings == []


async def test_a_bank_debit_is_under_way(charges: Charges) -> None:
    acted = await done(charges.charge, charge("pm_sepa_pending_settles"))
    assert acted.answer == Underway("pm_sepa_pending_settles", date(2026, 3, 15))


@pytest.mark.parametrize("moment", ["store.begin", "gateway.charge", "store.finish"])
@pytest.mark.parametrize("method", ["pm_card_ok", "pm_card_insufficient_funds", "pm_sepa_pending_fails"])
async def test_an_attempt_is_one_charge_whenever_the_process_dies(
    charges: Charges, store: FakeReceivables, gateway: FakeGateway, moment: str, method: str
) -> None:
    whose, _, call = moment.partition(".")
    (store if whose == "store" else gateway).dies_after = call
    acted = await done_again_after_death(charges.charge, charge(method))
    assert gateway.calls == [ATTEMPT]
    assert store.outcomes == {ATTEMPT: acted.answer}
    assert store.bookings == ([PAYMENT] if method == "pm_card_ok" else [])


async def test_who_pays_while_the_process_is_dead_is_not_charged(
    charges: Charges, store: FakeReceivables, gateway: FakeGateway
) -> None:
    store.dies_after = "begin"
    with pytest.raises(BaseException, match="begin"):
        await done(charges.charge, charge())
    store.tell("INV-1", "payment_received", id="p1", amount="100.00")
    acted = await done(charges.charge, charge())
    assert isinstance(acted.answer, Stale)
    assert gateway.calls == []


async def test_a_charge_that_arrived_before_the_process_died_is_settled_even_if_other_money_came(
    charges: Charges, store: FakeReceivables, gateway: FakeGateway
) -> None:
    gateway.dies_after = "charge"
    with pytest.raises(BaseException, match="charge"):
        await done(charges.charge, charge())
    store.tell("INV-1", "payment_received", id="p1", amount="100.00")
    acted = await done(charges.charge, charge())
    assert acted.answer == Approved("pm_card_ok")
    assert store.bookings == [PAYMENT]


async def test_a_provider_that_refuses_us_did_nothing_and_is_asked_again_once_the_facts_are_read(
    charges: Charges, store: FakeReceivables, gateway: FakeGateway
) -> None:
    gateway.refuses = True
    for _ in range(2):
        with pytest.raises(ProviderRefused):
            await done(charges.charge, charge())
    assert (store.outcomes, store.intents) == ({}, {})
    gateway.refuses = False
    acted = await done(charges.charge, charge())
    assert acted.answer == Approved("pm_card_ok")
    assert gateway.calls == [ATTEMPT]


async def test_who_pays_while_a_provider_refuses_us_is_not_charged(
    charges: Charges, store: FakeReceivables, gateway: FakeGateway
) -> None:
    gateway.refuses = True
    with pytest.raises(ProviderRefused):
        await done(charges.charge, charge())
    gateway.refuses = False
    store.tell("INV-1", "payment_received", id="p1", amount="100.00")
    acted = await done(charges.charge, charge())
    assert isinstance(acted.answer, Stale)
    assert gateway.calls == []


@pytest.mark.parametrize(
    "method, outcome",
    [
        ("pm_card_timeout_approved", Approved("pm_card_timeout_approved")),
        ("pm_card_timeout_declined", declined("pm_card_timeout_declined", "generic_decline")),
    ],
)
async def test_an_unknown_outcome_is_settled_by_asking_the_provider(
    charges: Charges, store: FakeReceivables, gateway: FakeGateway, method: str, outcome: Approved | Declined
) -> None:
    acted = await done(charges.charge, charge(method))
    assert (acted.answer, acted.written) == (Unknown(), False)
    assert store.outcomes == {}
    settled = await done(charges.settle_charge, settle(method))
    assert settled.answer == outcome
    assert store.outcomes == {ATTEMPT: outcome}
    assert gateway.calls == [ATTEMPT]


async def test_a_charge_that_never_arrived_is_over_and_the_rules_say_whether_to_make_another(
    charges: Charges, store: FakeReceivables, gateway: FakeGateway
) -> None:
    await done(charges.charge, charge("pm_card_timeout_lost"))
    settled = await done(charges.settle_charge, settle("pm_card_timeout_lost"))
    assert settled.answer == declined("pm_card_timeout_lost", NEVER_ARRIVED)
    assert gateway.calls == [ATTEMPT]
    assert store.bookings == []


@pytest.mark.parametrize("call", ["begin", "finish"])
async def test_settling_is_safe_to_repeat(
    charges: Charges, store: FakeReceivables, gateway: FakeGateway, call: str
) -> None:
    await done(charges.charge, charge("pm_card_timeout_approved"))
    store.dies_after = call
    await done_again_after_death(charges.settle_charge, settle("pm_card_timeout_approved"))
    assert store.bookings == [PAYMENT]
    assert gateway.calls == [ATTEMPT]


async def test_a_duplicate_is_looked_at_before_it_counts(charges: Charges, store: FakeReceivables) -> None:
    method = "pm_card_duplicate_transaction"
    acted = await done(charges.charge, charge(method))
    assert acted.answer == declined(method, "duplicate_transaction")
    assert store.outcomes == {}
    await done(charges.settle_charge, settle(method))
    assert store.outcomes == {ATTEMPT: declined(method, "duplicate_transaction")}
