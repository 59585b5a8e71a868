"""The companies behind the ports, as fakes that remember: a correspondence, a gateway, a service and an agency."""

from __future__ import annotations

from datetime import datetime

from adapters.agency import SandboxAgency
from adapters.sandbox import SandboxGateway
from adapters.sandbox_book import RememberedBook
from adapters.service import SandboxService
from dunning.errors import FateUnknown, NotTaken, NotYet, ProviderRefused
from dunning.ports import Calls, ChargeRequest, GatewayAnswer, Letterbox
from dunning.records import Channel, Customer, Invoice
from tests.fakes.process import Mortal


class FakeCorrespondence(Mortal):
    """`letters` are those that reached the debtor. Channels may refuse the address, be down, fall silent, or break.

    While the creditor's settings `lack` something nothing leaves.
    """

    def __init__(self) -> None:
        self.letters: list[tuple[str, Channel]] = []
        self.reached: list[tuple[Channel, str]] = []  # the same, by the id of the contact
        self.refusing: set[Channel] = set()
        self.down: set[Channel] = set()
        self.lasting = False  # what is down, is down until somebody mends it
        self.silent: set[Channel] = set()
        self.breaking: set[Channel] = set()
        self.lack: tuple[str, ...] = ()

    async def send(self, letter: Letterbox, channel: Channel) -> str | None:
        if self.lack:
            raise NotYet(self.lack)
        if channel in self.down:
            raise NotTaken(f"{channel}: nobody answers", lasting=self.lasting) from ConnectionError(
                letter.customer.email
            )
        if channel in self.refusing:
            return None
        self.letters.append((letter.act.key, channel))
        self.reached.append((channel, letter.contact))
        if channel in self.silent:
            raise FateUnknown(f"{channel}: the last word was lost")
        if channel in self.breaking:
            raise RuntimeError(f"cannot thank {letter.customer.email}")
        self.survives("send")
        return f"{channel}-{len(self.letters)}"


class FakeGateway(SandboxGateway, Mortal):
    """The sandbox in memory; `calls` counts what reached it. While it `refuses` us it does nothing."""

    def __init__(self) -> None:
        super().__init__(RememberedBook())
        self.calls: list[str] = []
        self.refuses = False

    async def charge(self, request: ChargeRequest, at: datetime, calls: Calls | None = None) -> GatewayAnswer:
        if self.refuses:
            raise ProviderRefused("gateway: found status 401; allowed a key that is known")
        self.calls.append(request.key)
        answer = await super().charge(request, at, calls)
        self.survives("charge")
        return answer


class FakeService(SandboxService, Mortal):
    """The sandbox in memory; while `down` it does nothing."""

    def __init__(self) -> None:
        super().__init__(RememberedBook())
        self.down = False

    async def suspend(self, customer_id: str, invoice_id: str, key: str) -> None:
        if self.down:
            raise NotTaken("service: nobody answers")
        await super().suspend(customer_id, invoice_id, key)
        self.survives("suspend")


class FakeAgency(SandboxAgency, Mortal):
    """The sandbox in memory; `breaking` it fails with the debtor's name on its lips."""

    def __init__(self) -> None:
        super().__init__(RememberedBook())
        self.breaking = False

    async def hand_off(self, agency: str, customer: Customer, invoice: Invoice, amount: int, key: str) -> None:
        await super().hand_off(agency, customer, invoice, amount, key)
        if self.breaking:
            raise RuntimeError(f"no room for {customer.name}")
        self.survives("hand_off")
