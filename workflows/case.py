"""`DunningCase`: one overdue invoice, from its opening to its end. Ask the rules, wait or act, ask again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.catalogue import OPEN_CASE, RECORD, Errand, errand
    from dunning import carry
    from dunning.answers import Answer, Stale
    from dunning.case import Case
    from dunning.decide import advance
    from dunning.effects import Effect, Ended, ExtendCalendar, Perform, Wait
    from dunning.journal import Line
    from dunning.messages import Withdraw
    from dunning.opening import answer, ask, open_case, refusal, tell
    from dunning.ports import Act, Acted, Opening, Told, Written
    from dunning.simulation.forecast import forecast
    from dunning.view import details, projection, view
    from workflows.alarm import Alarm
    from workflows.contract import WORKFLOW, CaseInput, CaseResult, queue_beside
    from workflows.expectations import assumed, gave_up, summary
    from workflows.incoming import asks, body_of, caught_up, input_of, refused_for_good, request_of, said_at, stamped

Change = Callable[[Case], Case]


@workflow.defn(name=WORKFLOW)
class DunningCase:
    """The case keeps time and names effects; the rules decide, the activities act."""

    @workflow.init
    def __init__(self, given: RawValue) -> None:
        start, self._mistake = input_of(given, workflow.info().workflow_id)
        self._start = start
        self._clock = start.clock
        self._case = carry.load(start.carried) if start.carried else None
        self._seen = start.seen
        self._news: list[Change] = []  # told while an activity is under way, or before the opening
        self._unrecorded: list[Told] = []
        self._awake = self._busy = False
        self._alarm = Alarm()
        self._told_at: datetime | None = None

    @workflow.run
    async def run(self, _: RawValue) -> CaseResult:
        """Run the case of a `CaseInput` to its end."""
        if self._mistake is not None:
            raise self._mistake
        if self._case is None:
            await self._open()
        while True:
            try:
                return await self._go_on()
            except asyncio.CancelledError:
                self._withdraw()

    async def _go_on(self) -> CaseResult:
        while True:
            await self._quiet()
            self._awake = False
            self._case, decision = advance(self.case, self._now())
            if isinstance(decision, Perform):
                if self._unrecorded:
                    await self._record()
                else:
                    await self._perform(decision.effect)
            elif self._unrecorded or self.case.lines:
                await self._record()
            elif isinstance(decision, Wait):
                await self._wait(decision)
            else:
                await workflow.wait_condition(workflow.all_handlers_finished)
                if not self._awake:
                    return self._result(decision)

    def _result(self, ended: Ended) -> CaseResult:
        return CaseResult(self.case.invoice.id, ended.outcome, self.case.closed_at or self.case.now)

    async def _open(self) -> None:
        start, at = self._start, self._told_now()
        opening: Opening = await self._act(
            OPEN_CASE,
            "open the case",
            start.invoice_id,
            start.invoice,
            start.customer,
            start.methods,
            at,
            result=Opening,
        )
        self._seen = opening.seen
        if opening.state is not None:
            case = carry.load(opening.state)
        else:
            case = open_case(
                opening.invoice, opening.customer, opening.methods, opening.policy, opening.calendar, at, opening.why
            )
        self._case = self._with_news(caught_up(case, opening.told, at))

    async def _perform(self, effect: Effect) -> None:
        before, at = self.case, self._now()
        expected = assumed(effect)
        after = None if expected is None else self._foreseen(effect, expected, at)
        act = Act(
            invoice_id=before.invoice.id, effect=effect, at=at, day=before.calendar.day(at), seen=self._seen,
            lines=before.lines, assumed=expected, expected=after and after[1],
        )  # fmt: skip
        more = (before.policy,) if isinstance(effect, ExtendCalendar) else ()
        acted = await self._acted(act, *more)
        self._seen = acted.seen
        if isinstance(acted.answer, Stale):
            case = caught_up(before, acted.answer.facts, at)
        elif acted.written and after is not None:
            case = after[0].written()
        else:
            case = answer(before, effect, acted.answer, at)
        self._case = self._with_news(case)

    async def _acted(self, act: Act, *more: Any) -> Acted:
        """The answer to an act; where it was given up, whatever it had come to: the rules then decide anew (F1, T3)."""
        what, about = errand(act.effect), summary(act.effect)
        try:
            acted: Acted = await self._act(what, about, act, *more, result=Acted)
        except ActivityError as error:
            if not gave_up(error):
                raise
            patient, look = replace(what, schedule_to_close=None, gives_way=False), replace(act, finds_out=True)
            acted = await self._act(patient, f"what became of {about}", look, *more, result=Acted)
        return acted

    def _foreseen(self, effect: Effect, said: Answer, at: datetime) -> tuple[Case, Written]:
        """The case if the answer is as assumed, and what to write then in one transaction with the outcome."""
        after, decision = advance(answer(self.case, effect, said, at), at)
        state = carry.dump(after.written()) if after.closed else None  # what comes after the end changes it too
        shown = projection(after, decision if isinstance(decision, Wait) else None)
        return after, Written(after.lines[len(self.case.lines) :], shown, state)

    async def _record(self) -> None:
        case, told = self.case, tuple(self._unrecorded)
        self._unrecorded = []
        _, decision = advance(case, case.now)
        state = carry.dump(case.written()) if case.closed else None
        written = Written(case.lines, projection(case, decision if isinstance(decision, Wait) else None), state)
        self._seen, missed = await self._act(
            RECORD, "keep the journal", case.invoice.id, told, written, self._seen, self._now(),
            result=tuple[int, tuple[Told, ...]],
        )  # fmt: skip
        self._case = self._with_news(caught_up(case.written(), missed, case.now))

    async def _act(self, what: Errand, about: str, *args: Any, result: Any) -> Any:
        self._busy = True
        act: asyncio.Task[Any] = workflow.start_activity(
            what.name, args=args, task_queue=queue_beside(workflow.info().task_queue, what.queue),
            start_to_close_timeout=what.start_to_close, schedule_to_close_timeout=what.schedule_to_close,
            retry_policy=what.retry, summary=about, result_type=result,
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        )  # fmt: skip
        try:
            return await self._end_of(act, gives_way=what.gives_way)
        finally:
            self._busy = False

    async def _end_of(self, act: asyncio.Task[Any], *, gives_way: bool) -> Any:
        """What an act came to, also when the workflow is cancelled: money may be on its way.

        One that `gives_way` is called off by news while it waits for its next try, for they may forbid it (F1).
        """
        await self._until(lambda: act.done() or (gives_way and bool(self._news)))
        if not act.done():
            act.cancel()
            await self._until(act.done)
        return act.result()

    async def _until(self, true: Callable[[], bool]) -> None:
        while not true():
            try:
                await workflow.wait_condition(true)
            except asyncio.CancelledError:
                self._withdraw()

    def _with_news(self, case: Case) -> Case:
        """The case after what was told while an activity was under way: its answer came first."""
        news, self._news = self._news, []
        for change in news:
            case = change(case)
        return case

    async def _wait(self, wait: Wait) -> None:
        workflow.set_current_details(details(self.case, wait.until))
        if self._is_long():
            await workflow.wait_condition(workflow.all_handlers_finished)
            if not self._awake:
                self._alarm.drop()
                workflow.continue_as_new(self._next_run())
        if wait.until is None:
            self._alarm.drop()
        else:
            due = wait.until + self._start.settle + self._jitter(wait.until)
            self._alarm.set(due, self._actual(), wait.why)
        await workflow.wait_condition(lambda: self._awake or self._alarm.rang)

    def _is_long(self) -> bool:
        info = workflow.info()
        return info.is_continue_as_new_suggested() or info.get_current_history_length() > self._start.most_events

    def _next_run(self) -> CaseInput:
        start = self._start
        return CaseInput(
            start.invoice_id, spread=start.spread, clock=self._clock, settle=start.settle,
            most_events=start.most_events, carried=carry.dump(self.case), seen=self._seen,
        )  # fmt: skip

    def _jitter(self, until: datetime) -> timedelta:
        """Cases that are due at one moment spread over a while, each by its own id; a near moment is kept."""
        spread = self._start.spread
        if not spread or until - self._actual() < spread:
            return timedelta()
        return spread * (crc32(self.case.invoice.id.encode()) % 1000) / 1000

    async def _quiet(self) -> None:
        """In virtual time, act some seconds after the last message, so that all facts of a moment come first (T3)."""
        while self._told_at is not None and self._start.settle:
            left = self._told_at + self._start.settle - workflow.now()
            if left <= timedelta():
                break
            await workflow.sleep(left, summary="facts of one moment come first")

    def _actual(self) -> datetime:
        return workflow.now() + self._clock

    def _now(self) -> datetime:
        """The case's moment: the server's, shifted for stories, and behind it by what their acts are delayed."""
        now = self._actual() - self._start.settle
        return now if self._case is None else max(now, self._case.now)

    @property
    def case(self) -> Case:
        """The case, once it is open."""
        assert self._case is not None  # noqa: S101 - `run` opens it before anything asks
        return self._case

    def _withdraw(self) -> None:
        """To cancel the workflow is to withdraw the demand: the service is given back, the case ends by its rules."""
        at = self._now()
        self._take(lambda case: ask(case, Withdraw(), at))

    @workflow.signal(dynamic=True)
    def fact(self, name: str, args: Sequence[RawValue]) -> None:
        """Any fact, by its public name, with one JSON object; what cannot be read goes to the journal and a person."""
        body = body_of(args)
        if name == "clock" and self._start.settle:
            self._clock += timedelta(seconds=float(body["ahead_seconds"]))
            self._alarm.drop()  # it would ring by the old clock
            self._awake, self._told_at = True, workflow.now()
            return
        at, wanted = self._moment(body), asks(name, body)
        if wanted is not None:
            self._take(lambda case: ask(case, wanted, at), (name, stamped(body, at)))
        else:
            told = body if body.get("id") else stamped(body, at)  # without an id, the moment tells it from the next
            self._take(lambda case: tell(case, name, told, at), (name, told))

    @workflow.update(dynamic=True)
    async def request(self, name: str, args: Sequence[RawValue]) -> dict[str, Any]:
        """Any request, by its public name. Refused, it fails with the rule's reason, and the journal keeps it (F6)."""
        await workflow.wait_condition(lambda: self._case is not None)
        body = body_of(args)
        wanted, at = request_of(name, body), self._moment(body)
        refused = refusal(self.case, wanted, at)
        if refused is None:
            self._take(lambda case: ask(case, wanted, at), (name, stamped(body, at)))
        else:
            self._take(lambda case: refused_for_good(case, wanted, refused, at))
            raise ApplicationError(
                refused.reason, {"request": name, "rule": refused.rule}, type="Refused", non_retryable=True
            )
        return {"applied": True}

    @request.validator
    def _check(self, name: str, args: Sequence[RawValue]) -> None:
        request_of(name, body_of(args))

    @workflow.query(name="case")
    def view(self) -> dict[str, Any]:
        """The case as it stood at the last task, in JSON; before the opening only its invoice."""
        return (
            view(self._case) if self._case is not None else {"invoice_id": self._start.invoice_id, "stage": "opening"}
        )

    @workflow.query(name="state")
    def state(self) -> str | None:
        """The whole case as JSON, for tools of ours; its shape is no contract."""
        return carry.dump(self._case) if self._case is not None else None

    @workflow.query(name="forecast")
    def future(self) -> tuple[Line, ...]:
        """Everything that is to come if nobody pays, answers or objects (O4)."""
        return forecast(self._case, self._case.now) if self._case is not None and self._case.closed is None else ()

    def _take(self, change: Change, told: Told | None = None) -> None:
        """Change the case, and have `told` kept in the store; what was told before changes nothing and costs no act."""
        before, self._told_at = self._case, workflow.now()
        if before is not None:
            self._case = change(before)
        if before is None or self._case is not before:
            self._awake = True
            if before is None or self._busy:
                self._news.append(change)
            if told is not None:
                self._unrecorded.append(told)

    def _moment(self, body: dict[str, Any]) -> datetime:
        """When a message is taken; in a story not before the moment that it names itself."""
        now, said = self._told_now(), said_at(body)
        return now if said is None or not self._start.settle else max(now, said)

    def _told_now(self) -> datetime:
        """The moment as far as the outside world is concerned: it tells its stories to the minute."""
        return self._now().replace(second=0, microsecond=0) if self._start.settle else self._now()
