"""A clerk who does for one case what the workflow does: drives its session, has activities tried until one answers.

They forget nothing, as a workflow does not; whoever tries for them may die at any place.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from activities.options import options_of
from activities.registry import activities_by_queue
from dunning.case import Case
from dunning.decide import advance
from dunning.effects import Ended, Perform
from dunning.engine import ask, tell
from dunning.errors import NotTaken, ProviderRefused
from dunning.messages import AnyRequest
from dunning.outlook import with_facts
from dunning.ports import Act, Acted, PaymentGateway, Receivables
from dunning.session import CaseSession
from tests.activities.acts import done
from tests.fakes.companies import FakeAgency, FakeCorrespondence, FakeService
from tests.fakes.process import ProcessDied


@dataclass
class Errand:
    """An activity that was asked for and has not answered: whose try it is does not matter."""

    run: Callable[[], Awaitable[Any]]
    then: Callable[[Any], None]
    act: Act | None = None


class Clerk:
    def __init__(self, store: Receivables, gateway: PaymentGateway, invoice_id: str) -> None:
        """Each try of an activity is another worker's: what it may know is in the `store` and at the provider."""
        self.store, self.gateway, self.invoice_id = store, gateway, invoice_id
        self.post, self.service, self.agency = FakeCorrespondence(), FakeService(), FakeAgency()
        self.session = CaseSession()
        self.errand: Errand | None = None

    @property
    def case(self) -> Case:
        return self.session.case

    async def open(self, at: datetime) -> None:
        """Open the case, or, where it has ended, go on where it stood."""
        self.session.opened(await self.store.opening(self.invoice_id, None, None, (), at), at)

    def hears(self, name: str, body: dict[str, Any], at: datetime) -> None:
        self.session.take(lambda case: tell(case, name, body, at), (name, body))

    def is_asked(self, request: AnyRequest, at: datetime) -> None:
        self.session.take(lambda case: ask(case, request, at))

    @property
    def has_ended(self) -> bool:
        """Whether nothing is left to do and the workflow would be over."""
        return self.errand is None and isinstance(advance(self.case, self.case.now)[1], Ended)

    async def works(self, now: datetime) -> None:
        """Do what there is to do, until a try fails or the case waits."""
        now = max(now, self.case.now)
        while await self._tried() and self._goes_on(now):
            pass

    async def _tried(self) -> bool:
        """Whether the errand, if there was one, got its answer."""
        errand, self.errand = self.errand, None
        if errand is None:
            return True
        try:
            errand.then(await errand.run())
        except (ProcessDied, ConnectionError, NotTaken, ProviderRefused):
            self.errand = errand
            return False
        return True

    def _goes_on(self, now: datetime) -> bool:
        decision = self.session.next(now)
        if isinstance(decision, Perform) and not self.session.has_to_record:
            self.errand = self._asked(with_facts(self.session.act(decision.effect, now), self.session.case))
        elif self.session.has_to_record:
            one = self.session.record(now)
            self.errand = Errand(
                lambda: self.store.record(self.invoice_id, one.told, one.written, one.seen, one.at),
                lambda answered: self.session.recorded(*answered),
            )
        return self.errand is not None

    def calls_off(self) -> None:
        """What news do to a charge that waits for its next try: it is only found out what became of it (F1)."""
        late = self.errand
        if late is not None and late.act is not None and options_of(late.act.effect).gives_way:
            self.errand = self._asked(replace(late.act, finds_out=True))

    def _asked(self, act: Act) -> Errand:
        name = options_of(act.effect).name
        return Errand(lambda: done(self._staff()[name], act), self.session.acted, act)

    def _staff(self) -> dict[str, Callable[..., Awaitable[Acted]]]:
        """Every activity by its name, which is its method's."""
        every = activities_by_queue(
            store=self.store, gateway=self.gateway, correspondence=self.post, control=self.service, agency=self.agency
        )
        return {one.__name__: one for activities in every.values() for one in activities}
