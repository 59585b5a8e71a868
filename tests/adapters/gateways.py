"""What every payment gateway promises, as tests that each of them runs (C2, C5): subclass, and say how it is played."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dunning.answers import Approved, Underway, Unknown
from dunning.errors import Conflict
from dunning.ports import ChargeRequest, PaymentGateway, UnreadDecline

AT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


def request(method: str, *, key: str = "case:INV-1/attempt/1", amount: int = 10_000) -> ChargeRequest:
    return ChargeRequest(key, "c1", "INV-1", method, amount, "EUR")


class GatewayPromises(ABC):
    """The promises of `dunning.ports.PaymentGateway`. `approved` and the others are methods that are answered so."""

    approved: str
    declined: str
    declined_code: str
    authentication_required: str
    timeout_approved: str
    timeout_declined: str
    debit: str

    @pytest.fixture
    @abstractmethod
    def gateway(self) -> PaymentGateway:
        """The gateway, fresh for each test."""

    @abstractmethod
    async def taken(self, gateway: PaymentGateway, charge: ChargeRequest) -> int:
        """How often money was taken from the method of this charge."""

    async def test_an_approved_charge_takes_the_money(self, gateway: PaymentGateway) -> None:
        charge = request(self.approved)
        assert await gateway.charge(charge, AT) == Approved(self.approved)
        assert await self.taken(gateway, charge) == 1

    async def test_the_same_key_is_the_same_charge(self, gateway: PaymentGateway) -> None:
        charge = request(self.approved)
        answers = {await gateway.charge(charge, AT) for _ in range(3)}
        assert answers == {Approved(self.approved)}
        assert await self.taken(gateway, charge) == 1

    async def test_another_key_is_another_charge(self, gateway: PaymentGateway) -> None:
        await gateway.charge(request(self.approved), AT)
        again = request(self.approved, key="case:INV-1/attempt/2")
        await gateway.charge(again, AT)
        assert await self.taken(gateway, again) == 2

    async def test_another_amount_under_the_same_key_is_refused(self, gateway: PaymentGateway) -> None:
        charge = request(self.approved)
        await gateway.charge(charge, AT)
        with pytest.raises(Conflict, match=charge.key):
            await gateway.charge(replace(charge, amount=5_000), AT)
        assert await self.taken(gateway, charge) == 1

    async def test_a_decline_is_an_answer_and_stays_one(self, gateway: PaymentGateway) -> None:
        charge = request(self.declined)
        for _ in range(2):
            answer = await gateway.charge(charge, AT)
            assert isinstance(answer, UnreadDecline)
            assert (answer.method, answer.code) == (self.declined, self.declined_code)
        assert await self.taken(gateway, charge) == 0

    async def test_a_card_that_wants_its_holder_says_so(self, gateway: PaymentGateway) -> None:
        answer = await gateway.charge(request(self.authentication_required), AT)
        assert isinstance(answer, UnreadDecline)
        assert answer.code == "authentication_required"

    async def test_a_charge_is_found_by_its_key(self, gateway: PaymentGateway) -> None:
        for number, method in enumerate((self.approved, self.declined)):
            charge = request(method, key=f"case:INV-1/attempt/{number}")
            answer = await gateway.charge(charge, AT)
            assert await gateway.find(charge, AT) == answer

    async def test_a_charge_that_was_never_made_is_not_found(self, gateway: PaymentGateway) -> None:
        charge = request(self.approved)
        assert await gateway.find(charge, AT) is None
        assert await self.taken(gateway, charge) == 0

    async def test_no_answer_in_time_is_unknown_and_the_money_is_found_later(self, gateway: PaymentGateway) -> None:
        charge = request(self.timeout_approved)
        assert await gateway.charge(charge, AT) == Unknown()
        later = AT + timedelta(minutes=15)
        assert await gateway.find(charge, later) == Approved(self.timeout_approved)
        assert await gateway.charge(charge, later) == Approved(self.timeout_approved)
        assert await self.taken(gateway, charge) == 1

    async def test_no_answer_in_time_may_turn_out_a_decline(self, gateway: PaymentGateway) -> None:
        charge = request(self.timeout_declined)
        assert await gateway.charge(charge, AT) == Unknown()
        assert isinstance(await gateway.find(charge, AT + timedelta(minutes=15)), UnreadDecline)
        assert await self.taken(gateway, charge) == 0

    async def test_a_bank_debit_is_under_way_until_a_later_day(self, gateway: PaymentGateway) -> None:
        charge = request(self.debit)
        answer = await gateway.charge(charge, AT)
        assert isinstance(answer, Underway)
        assert answer.until > AT.date()
        assert await gateway.find(charge, AT) == answer
