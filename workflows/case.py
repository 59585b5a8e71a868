"""`DunningCase`: one overdue invoice, from its opening to its end. Ask the rules, wait or act, ask again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from dunning import snapshot
    from dunning.case import Case
    from dunning.effects import Ended, Perform, Wait
    from dunning.engine import ask, refusal, tell
    from dunning.forecast import forecast
    from dunning.journal import Line
    from dunning.messages import Call, Withdraw
    from dunning.outlook import with_facts
    from dunning.ports import NamedBody
    from dunning.session import CaseSession, Change
    from dunning.views import details, view
    from workflows.acts import Acts
    from workflows.case_clock import CaseClock
    from workflows.contract import WORKFLOW, CaseInput, CaseResult
    from workflows.incoming import (
        answer_to,
        body_of,
        fact_of,
        refused_for_good,
        request_of,
        request_sent_as_signal,
        stamped,
        update_id,
    )
    from workflows.leaving import Leaving
    from workflows.starts import NO_START, input_of


@workflow.defn(name=WORKFLOW)
class DunningCase:
    """The case keeps time and names effects; the rules decide, the activities act."""

    @workflow.init
    def __init__(self, given: RawValue = NO_START) -> None:
        start, self._mistake = input_of(given)
        self._start, self._awake = start, False
        self._session = CaseSession(snapshot.load(start.carried) if start.carried else None, start.seen)
        self._clock, self._leaving = CaseClock(start, self._session), Leaving(start.most_events)
        self._acts = Acts(has_news=lambda: self._session.has_news, withdraw=self._withdraw)

    @workflow.run
    async def run(self, _: RawValue = NO_START) -> CaseResult:
        """Run the case of a `CaseInput` to its end."""
        if self._mistake is not None:
            raise self._mistake
        if not self._session.is_open:
            at = self._clock.opens()
            self._session.opened(await self._acts.open(self._start, at), at, self._start.authenticated)
        while True:
            try:
                return await self._go_on()
            except asyncio.CancelledError:
                self._withdraw()

    async def _go_on(self) -> CaseResult:
        while True:
            await self._clock.quiet()
            self._awake = False
            now = self._clock.now()
            decision = self._session.next(now)
            if self._session.has_to_record:
                recording = self._session.record(now)
                self._session.recorded(*await self._acts.record(self.case.invoice.id, recording))
                continue
            match decision:
                case Perform():
                    act = with_facts(self._session.act(decision.effect, now), self.case)
                    self._session.acted(await self._acts.perform(act, self.case.policy))
                case Wait():
                    await self._wait(decision)
                case Ended():
                    await self._leaving.quiet()
                    if not self._awake:
                        return CaseResult(self.case.invoice.id, decision.outcome, self.case.closed_at or self.case.now)

    async def _wait(self, wait: Wait) -> None:
        workflow.set_current_details(details(self.case, wait))
        if self._leaving.is_due:
            await self._leaving.quiet()
            if not self._awake:
                self._clock.stop()
                workflow.continue_as_new(self._next_run())
        self._clock.set(wait)
        await workflow.wait_condition(lambda: self._awake or self._clock.struck)

    def _next_run(self) -> CaseInput:
        carried, start = snapshot.dump(self.case), replace(self._start, invoice=None, customer=None, methods=())
        return replace(start, clock=self._clock.shift, carried=carried, seen=self._session.seen)

    @property
    def case(self) -> Case:
        """The case, once it is open."""
        return self._session.case

    def _withdraw(self) -> None:
        """To cancel the workflow is to withdraw the demand: the service is given back, the case ends by its rules."""
        at = self._clock.now()
        self._take(lambda case: ask(case, Withdraw(), at))

    @workflow.signal(dynamic=True)
    def fact(self, name: str, args: Sequence[RawValue]) -> None:
        """Any fact, by its public name, with one JSON object; what cannot be read goes to the journal and a person."""
        name, body = fact_of(name, args)
        if self._clock.moved(name, body):
            self._awake = True
            return self._clock.told()
        at, wanted = self._clock.moment(body), request_sent_as_signal(name, body)
        if wanted is not None:
            self._take(lambda case: ask(case, wanted, at), (name, stamped(body, at)))
        else:
            # Without an id of its own, the moment tells it from the next.
            told = body if body.get("id") and name != Call.name else stamped(body, at)
            self._take(lambda case: tell(case, name, told, at), (name, told))
        return None

    @workflow.update(dynamic=True)
    async def request(self, name: str, args: Sequence[RawValue]) -> dict[str, Any]:
        """Any request, by its public name. Refused, it fails with the rule's reason, and the journal keeps it (F6)."""
        await workflow.wait_condition(lambda: self._session.is_open)
        self._leaving.answers()
        body = body_of(args)
        wanted, at, under = request_of(name, body), self._clock.moment(body), update_id()
        refused = refusal(self.case, wanted, at, under)
        if refused is None:
            self._take(lambda case: ask(case, wanted, at, under), (name, stamped(body, at)))
        else:
            self._take(lambda case: refused_for_good(case, wanted, refused, at, under))
            raise ApplicationError(
                refused.reason, {"request": name, "rule": refused.rule}, type="Refused", non_retryable=True
            )
        return answer_to(wanted)

    @request.validator
    def _check(self, name: str, args: Sequence[RawValue]) -> None:
        request_of(name, body_of(args))

    @workflow.query(name="case")
    def view(self) -> dict[str, Any]:
        """The case as it stood at the last task, in JSON; before the opening only its invoice."""
        return view(self.case) if self._session.is_open else {"invoice_id": self._start.invoice_id, "stage": "opening"}

    @workflow.query(name="state")
    def state(self) -> str | None:
        """The whole case as JSON, for tools of ours; its shape is no contract."""
        return snapshot.dump(self.case) if self._session.is_open else None

    @workflow.query(name="forecast")
    def future(self) -> tuple[Line, ...]:
        """Everything that is to come if nobody pays, answers or objects (O4)."""
        return forecast(self.case, self.case.now) if self._session.is_open and self.case.closed is None else ()

    def _take(self, change: Change, told: NamedBody | None = None) -> None:
        """Change the case, and have `told` kept in the store; what changes nothing wakes nobody."""
        self._clock.told()
        self._awake = self._session.take(change, told) or self._awake
