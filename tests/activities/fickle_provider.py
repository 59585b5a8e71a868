"""A payment provider on a bad day: requests and answers get lost, or arrive when nobody waits for them any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final, Literal, get_args

from adapters.sandbox import SandboxGateway
from adapters.sandbox_book import RememberedBook
from dunning.answers import Approved, Unknown, Unseen
from dunning.errors import NotTaken
from dunning.ports import Calls, ChargeRequest, GatewayAnswer
from tests.fakes.process import ProcessDied

Weather = Literal[
    "answers", "request lost", "answer lost", "in the air", "silent", "hidden", "turned away", "dies", "breaks"
]
Moment = Literal["before", "after"]
WEATHERS: Final[tuple[Weather, ...]] = get_args(Weather)


class FickleProvider(SandboxGateway):
    """Charges as the sandbox does, and counts what arrives.

    `weather` is that of the next call, which may die or break at this `moment` of it. A request `in the air` arrives
    when it lands, or never; one that met `silent` or `hidden` weather has arrived. Of silence the provider can say
    nothing; what is in the air or hidden they do not see yet, and say so.
    """

    def __init__(self, owed: Callable[[str], Awaitable[int]]) -> None:
        """`owed` is what the system of record says is left of an invoice: who asks for more is noted in `too_much`."""
        super().__init__(RememberedBook())
        self._owed = owed
        self.too_much: list[str] = []
        self.weather: Weather = "answers"
        self.moment: Moment = "before"
        self.sent_in_vain: list[str] = []
        self.arrived: Counter[str] = Counter()
        self.requests: dict[str, ChargeRequest] = {}
        self.air: dict[str, ChargeRequest] = {}
        self.silent: set[str] = set()
        self.hidden: set[str] = set()

    async def charge(self, request: ChargeRequest, at: datetime, calls: Calls | None = None) -> GatewayAnswer:
        weather, self.weather = self.weather, "answers"
        if self.moment == "before":
            _fails(weather)
        if request.key in self.arrived and not self.unseen(request.key):
            self.sent_in_vain.append(request.key)
        if weather in {"request lost", "in the air"}:
            self.air |= {request.key: request} if weather == "in the air" else {}
            return Unknown()
        if request.key not in self.arrived and request.amount > await self._owed(request.invoice_id):
            self.too_much.append(request.key)
        answer = await self.arrives(request, at)
        _fails(weather)
        self.silent |= {request.key} if weather == "silent" else set()
        self.hidden |= {request.key} if weather == "hidden" else set()
        return Unknown() if weather in {"silent", "hidden", "answer lost"} else answer

    async def find(self, request: ChargeRequest, at: datetime, calls: Calls | None = None) -> GatewayAnswer | None:
        weather, self.weather = self.weather, "answers"
        _fails(weather)
        if weather != "answers" or request.key in self.silent:
            return Unknown()
        if self.unseen(request.key):
            return Unseen()
        return await super().find(request, at, calls)

    def unseen(self, key: str) -> bool:
        """Whether it may be with the provider, or come to them, and they do not see it."""
        return key in self.air or key in self.hidden

    async def arrives(self, request: ChargeRequest, at: datetime) -> GatewayAnswer:
        self.arrived[request.key] += 1
        self.requests[request.key] = request
        return await super().charge(request, at)

    async def lands(self, key: str, at: datetime) -> None:
        await self.arrives(self.air.pop(key), at)

    async def captured(self, key: str, at: datetime) -> int:
        """What was taken from the payer under this key by now, what was given back included."""
        request = self.requests[key]
        return request.amount if isinstance(await super().find(request, at), Approved) else 0


def _fails(weather: Weather) -> None:
    match weather:
        case "turned away":
            raise NotTaken("too many requests")
        case "dies":
            raise ProcessDied(weather)
        case "breaks":
            raise ConnectionResetError
        case _:
            pass
