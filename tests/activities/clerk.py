"""A clerk who does for one case what the workflow does: asks the rules, has activities tried until one answers.

He forgets nothing, as a workflow does not; whoever tries for him may die at any place.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from activities.catalogue import errand
from activities.roster import roster
from dunning import carry
from dunning.answers import Stale
from dunning.case import Case
from dunning.decide import advance
from dunning.delivery import NotTaken
from dunning.effects import Effect, Ended, Perform, Wait
from dunning.messages import AnyRequest
from dunning.opening import answer, ask, open_case, tell
from dunning.ports import Act, Acted, PaymentGateway, Receivables, Told, Written
from dunning.view import projection
from tests.activities.acts import done
from tests.fakes.companies import FakeAgency, FakeCorrespondence, FakeService
from tests.fakes.process import ProcessDied
from workflows.expectations import assumed
from workflows.incoming import caught_up

Change = Callable[[Case], Case]


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
        self.case: Case
        self.seen = 0
        self.errand: Errand | None = None
        self._news: list[Change] = []
        self._unrecorded: list[Told] = []

    async def open(self, at: datetime) -> None:
        """Open the case, or, where it has ended, go on where it stood."""
        found = await self.store.opening(self.invoice_id, None, None, (), at)
        self.seen = found.seen
        if found.state is not None:
            case = carry.load(found.state)
        else:
            case = open_case(found.invoice, found.customer, found.methods, found.policy, found.calendar, at, found.why)
        self.case = caught_up(case, found.told, at)

    def hears(self, name: str, body: dict[str, Any], at: datetime) -> None:
        self._take(lambda case: tell(case, name, body, at), (name, body))

    def is_asked(self, request: AnyRequest, at: datetime) -> None:
        self._take(lambda case: ask(case, request, at))

    def _take(self, change: Change, told: Told | None = None) -> None:
        self.case = change(self.case)
        if self.errand is not None:
            self._news.append(change)
        if told is not None:
            self._unrecorded.append(told)

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
        except (ProcessDied, ConnectionError, NotTaken):
            self.errand = errand
            return False
        for change in self._news:
            self.case = change(self.case)
        self._news = []
        return True

    def _goes_on(self, now: datetime) -> bool:
        self.case, decision = advance(self.case, now)
        if isinstance(decision, Perform) and not self._unrecorded:
            self._perform(decision.effect, now)
        elif isinstance(decision, Perform) or self._unrecorded or self.case.lines:
            self._record(now)
        return self.errand is not None

    def calls_off(self) -> None:
        """What news do to a charge that waits for its next try: it is only found out what became of it (F1)."""
        late = self.errand
        if late is not None and late.act is not None and errand(late.act.effect).gives_way:
            self.errand = self._asked(replace(late.act, finds_out=True), late.then)

    def _perform(self, effect: Effect, now: datetime) -> None:
        before, said = self.case, assumed(effect)
        after: Case | None = None
        expected: Written | None = None
        if said is not None:
            after, decision = advance(answer(before, effect, said, now), now)
            lines = after.lines[len(before.lines) :]
            expected = Written(lines, _shown(after, decision), carry.dump(after.written()) if after.closed else None)
        day = before.calendar.day(now)
        act = Act(self.invoice_id, effect, now, day, self.seen, before.lines, said, expected)

        def then(acted: Acted) -> None:
            self.seen = acted.seen
            if isinstance(acted.answer, Stale):
                self.case = caught_up(before, acted.answer.facts, now)
            elif acted.written and after is not None:
                self.case = after.written()
            else:
                self.case = answer(before, effect, acted.answer, now)

        self.errand = self._asked(act, then)

    def _asked(self, act: Act, then: Callable[[Any], None]) -> Errand:
        name = errand(act.effect).name
        return Errand(lambda: done(self._staff()[name], act), then, act)

    def _record(self, now: datetime) -> None:
        case, told, seen = self.case, tuple(self._unrecorded), self.seen
        self._unrecorded = []
        _, decision = advance(case, case.now)
        written = Written(case.lines, _shown(case, decision), carry.dump(case.written()) if case.closed else None)

        def then(answered: tuple[int, tuple[Told, ...]]) -> None:
            self.seen, missed = answered
            self.case = caught_up(case.written(), missed, case.now)

        self.errand = Errand(lambda: self.store.record(self.invoice_id, told, written, seen, now), then)

    def _staff(self) -> dict[str, Callable[..., Awaitable[Acted]]]:
        """Every activity by its name, which is its method's."""
        every = roster(
            store=self.store, gateway=self.gateway, correspondence=self.post, control=self.service, agency=self.agency
        )
        return {one.__name__: one for activities in every.values() for one in activities}


def _shown(case: Case, decision: object) -> Any:
    return projection(case, decision if isinstance(decision, Wait) else None)
