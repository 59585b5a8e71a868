"""The sandbox gateway: every kind of answer, each charge once, remembered also by a process that starts again."""

import asyncio
from datetime import date, timedelta
from pathlib import Path

import pytest

from adapters.sandbox import ProviderNews, RememberingGateway, SandboxGateway, ScriptedGateway
from adapters.sandbox_book import FileBook, RememberedBook, SandboxBook, SandboxCall
from dunning.answers import Approved, Underway, Unknown
from dunning.errors import Conflict
from dunning.messages import FACTS
from dunning.ports import ChargeRequest, PaymentGateway, UnreadDecline
from dunning.rulebook.tables import TABLES
from dunning.simulation.world import Script
from tests.adapters.gateways import AT, GatewayPromises, request

KEY = "case:INV-1/attempt/1"


class SandboxPromises(GatewayPromises):
    approved = "pm_card_ok"
    declined, declined_code = "pm_card_insufficient_funds", "insufficient_funds"
    authentication_required = "pm_card_authentication_required"
    timeout_approved, timeout_declined = "pm_card_timeout_approved", "pm_card_timeout_declined"
    debit = "pm_sepa_pending_settles"

    async def taken(self, gateway: PaymentGateway, charge: ChargeRequest) -> int:
        """Ask the book: an entry is a charge that arrived."""
        assert isinstance(gateway, RememberingGateway)
        found = [
            await gateway.find(ChargeRequest(key, "c1", "INV-1", charge.method, charge.amount, "EUR"), AT)
            for key in (KEY, "case:INV-1/attempt/2")
        ]
        return sum(isinstance(answer, Approved) for answer in found)


class TestSandboxInMemory(SandboxPromises):
    @pytest.fixture
    def gateway(self) -> PaymentGateway:
        return SandboxGateway(RememberedBook())


class TestSandboxInAFile(SandboxPromises):
    @pytest.fixture
    def gateway(self, tmp_path: Path) -> PaymentGateway:
        return SandboxGateway(FileBook(tmp_path / "sandbox.db"))


@pytest.fixture(params=["memory", "file"])
def book(request: pytest.FixtureRequest, tmp_path: Path) -> SandboxBook:
    return RememberedBook() if request.param == "memory" else FileBook(tmp_path / "sandbox.db")


@pytest.mark.parametrize("code", [*TABLES["stripe"].codes, "generic_decline"])
async def test_every_decline_code_has_a_test_method(code: str) -> None:
    gateway = SandboxGateway(RememberedBook())
    assert await gateway.charge(request(f"pm_card_{code}"), AT) == UnreadDecline(f"pm_card_{code}", code)


async def test_a_method_with_any_other_id_is_approved() -> None:
    assert await SandboxGateway(RememberedBook()).charge(request("card_main"), AT) == Approved("card_main")


async def test_a_card_may_work_at_the_second_try(book: SandboxBook) -> None:
    gateway, method = SandboxGateway(book), "pm_card_ok_at_second_try"
    first, second = request(method), request(method, key="case:INV-1/attempt/2")
    assert await gateway.charge(first, AT) == UnreadDecline(method, "insufficient_funds")
    assert await gateway.charge(first, AT) == UnreadDecline(method, "insufficient_funds")
    assert await gateway.charge(second, AT) == Approved(method)


async def test_a_charge_that_was_lost_arrives_when_it_is_made_again(book: SandboxBook) -> None:
    gateway, charge = SandboxGateway(book), request("pm_card_timeout_lost")
    assert await gateway.charge(charge, AT) == Unknown()
    assert await gateway.find(charge, AT) is None
    assert await gateway.charge(charge, AT) == Approved("pm_card_timeout_lost")


async def test_a_process_that_starts_again_still_knows_its_charges(tmp_path: Path) -> None:
    charge = request("pm_card_timeout_approved")
    assert await SandboxGateway(FileBook(tmp_path / "sandbox.db")).charge(charge, AT) == Unknown()
    again = SandboxGateway(FileBook(tmp_path / "sandbox.db"))
    assert await again.find(charge, AT) == Approved("pm_card_timeout_approved")
    with pytest.raises(Conflict):
        await again.find(request("pm_card_timeout_approved", amount=1), AT)


async def test_two_processes_that_charge_at_the_same_moment_make_one_charge(tmp_path: Path) -> None:
    gateways = [SandboxGateway(FileBook(tmp_path / "sandbox.db")) for _ in range(8)]
    charge = request("pm_card_ok_at_second_try")
    answers = await asyncio.gather(*(gateway.charge(charge, AT) for gateway in gateways))
    assert set(answers) == {UnreadDecline("pm_card_ok_at_second_try", "insufficient_funds")}


async def test_a_debit_that_settles_is_a_payment_three_days_later(book: SandboxBook) -> None:
    gateway, charge = SandboxGateway(book), request("pm_sepa_pending_settles", amount=3_900)
    assert await gateway.charge(charge, AT) == Underway("pm_sepa_pending_settles", date(2026, 3, 15))
    settled_at = AT + timedelta(days=3)
    assert await gateway.due_facts(settled_at - timedelta(seconds=1)) == []
    said = {"id": KEY, "at": "2026-03-13T09:00:00+00:00", "amount": "39.00", "currency": "EUR"}
    assert await gateway.due_facts(settled_at) == [ProviderNews("INV-1", KEY, "payment_received", said)]
    assert await gateway.find(charge, settled_at) == Approved("pm_sepa_pending_settles")


async def test_a_debit_that_fails_is_a_failed_payment_three_days_later(book: SandboxBook) -> None:
    gateway, charge = SandboxGateway(book), request("pm_sepa_pending_fails")
    await gateway.charge(charge, AT)
    [news] = await gateway.due_facts(AT + timedelta(days=30))
    assert (news.name, news.body["id"]) == ("payment_failed", KEY)
    assert await gateway.find(charge, AT + timedelta(days=3)) == UnreadDecline(
        "pm_sepa_pending_fails", "insufficient_funds"
    )


@pytest.mark.parametrize("method", ["pm_sepa_pending_settles", "pm_sepa_pending_fails"])
async def test_the_news_of_a_debit_is_a_fact_that_a_case_understands(method: str) -> None:
    gateway = SandboxGateway(RememberedBook())
    await gateway.charge(request(method), AT)
    [news] = await gateway.due_facts(AT + timedelta(days=3))
    assert FACTS[news.name].model_validate(news.body).at == AT + timedelta(days=3)


async def test_news_is_told_again_until_it_was_heard(book: SandboxBook) -> None:
    gateway, later = SandboxGateway(book), AT + timedelta(days=9)
    for number, days in ((2, 1), (1, 0)):
        key = f"case:INV-1/attempt/{number}"
        await gateway.charge(request("pm_sepa_pending_settles", key=key), AT + timedelta(days=days))
    assert [news.key[-1] for news in await gateway.due_facts(later)] == ["1", "2"]
    assert [news.key[-1] for news in await gateway.due_facts(later)] == ["1", "2"]
    await gateway.mark_told((await gateway.due_facts(later))[0])
    assert [news.key[-1] for news in await gateway.due_facts(later)] == ["2"]


async def test_a_book_keeps_the_first_entry_of_a_key(book: SandboxBook) -> None:
    first = SandboxCall("agency", "k1", "INV-1", "{}", AT)
    assert await book.keep(first) == first
    assert await book.keep(SandboxCall("agency", "k1", "INV-2", "[]")) == first
    assert await book.find("agency", "k1") == first
    assert await book.find("service", "k1") is None
    assert await book.about("agency", "INV-2") == []


async def test_a_scenarios_answers_come_in_their_order_and_then_all_is_approved() -> None:
    gateway = ScriptedGateway([Script("do_not_honor", "27"), Script()])
    keys = [f"case:INV-1/attempt/{number}" for number in (1, 1, 2, 3)]
    answers = [await gateway.charge(request("card_main", key=key), AT) for key in keys]
    declined = UnreadDecline("card_main", "do_not_honor", "27")
    assert answers == [declined, declined, Approved("card_main"), Approved("card_main")]


async def test_a_scenarios_unknown_outcome_is_known_when_it_says() -> None:
    answers = [Script(unknown=True), Script("stolen_card", unknown=True, lasts=timedelta(hours=3))]
    gateway, first, second = (
        ScriptedGateway(answers),
        request("card_main"),
        request("card_main", key="case:INV-1/attempt/2"),
    )
    assert await gateway.charge(first, AT) == Unknown()
    assert await gateway.find(first, AT) == Approved("card_main")
    assert await gateway.charge(second, AT) == Unknown()
    assert await gateway.find(second, AT + timedelta(hours=2, minutes=59)) == Unknown()
    assert await gateway.find(second, AT + timedelta(hours=3)) == UnreadDecline("card_main", "stolen_card")
