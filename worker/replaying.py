"""What a build gives to each act when it lives a recorded history again, held against what was given then.

Temporal's own replay compares which activities are asked for, not what they are given: with another key an act would be
done a second time, and with another line's number the journal would have a gap. Here every input is compared as JSON,
and so is what the run ended with.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Any, Final, NoReturn

from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import (
    ContinueAsNewInput,
    ExecuteWorkflowInput,
    Interceptor,
    Replayer,
    StartActivityInput,
    StartLocalActivityInput,
    UnsandboxedWorkflowRunner,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.workflow import ActivityHandle

from worker.history_files import LOCAL
from worker.workers import BUILD
from workflows.case import DunningCase

RESULT: Final = "the run's result"
NEXT_RUN: Final = "the next run"
MOST_SHOWN: Final = 20  # one mistake is often in every act; the first differences tell it
LONGEST: Final = 160  # characters of a value that is shown


@dataclass(frozen=True, slots=True)
class Given:
    """What one act, the next run or the result of a run is made of, as JSON values; None: nobody recorded it."""

    to: str
    values: Sequence[Any] | None


async def differences(
    history: WorkflowHistory, local: Iterable[Sequence[Any]] = (), build: type = DunningCase
) -> list[str]:
    """What a build gives to acts otherwise than the history says; none: it goes on where the old build was.

    `local` is what the local activities were given then, which no history tells: without it only their names are
    compared. Raises what the SDK raises, such as `NondeterminismError`, where the build would ask for other acts.
    """
    watching = await watched(history, build)
    return list(islice(_compared(list(recorded(history, local)), watching.given), MOST_SHOWN))


async def watched(history: WorkflowHistory, build: type = DunningCase) -> Watching:
    """What a build gives to whom when it lives the history again. Raises what the SDK raises."""
    watching = Watching()
    replayer = Replayer(
        workflows=[build], workflow_runner=UnsandboxedWorkflowRunner(), data_converter=pydantic_data_converter,
        interceptors=[watching], build_id=BUILD,
    )  # fmt: skip
    await replayer.replay_workflow(history)
    return watching


class Watching(Interceptor):
    """Remembers what a workflow gives to whom, in order. `local` are the inputs of local activities alone."""

    def __init__(self) -> None:
        """Nothing was given yet."""
        self.given: list[Given] = []
        self.local: list[Sequence[Any]] = []

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:  # noqa: A002, ARG002 - the SDK's own name
        """Watch what goes out, and what comes back at the end."""
        watching = self

        class Inbound(WorkflowInboundInterceptor):
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                """Watch what the workflow asks for."""
                super().init(Outbound(outbound))

            async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:  # noqa: A002 - the SDK's own name
                result = await super().execute_workflow(input)
                watching.given.append(Given(RESULT, _json([result])))
                return result

        class Outbound(WorkflowOutboundInterceptor):
            def start_activity(self, input: StartActivityInput) -> ActivityHandle[Any]:  # noqa: A002
                handle = super().start_activity(input)  # raises where the replay is over and the case is thrown away
                watching.given.append(Given(input.activity, _json(input.args)))
                return handle

            def start_local_activity(self, input: StartLocalActivityInput) -> ActivityHandle[Any]:  # noqa: A002
                handle, given = super().start_local_activity(input), _json(input.args)
                watching.given.append(Given(input.activity, given))
                watching.local.append(given)
                return handle

            def continue_as_new(self, input: ContinueAsNewInput) -> NoReturn:  # noqa: A002
                watching.given.append(Given(NEXT_RUN, _json(input.args)))
                super().continue_as_new(input)

        return Inbound


def recorded(history: WorkflowHistory, local: Iterable[Sequence[Any]] = ()) -> Iterator[Given]:
    """What a history says was given to whom; `local` is what the local activities were given, in order."""
    rest = iter(local)
    found = (_given_in(event, rest) for event in history.events)
    return (given for given in found if given is not None)


def _given_in(event: HistoryEvent, local: Iterator[Sequence[Any]]) -> Given | None:
    match event.WhichOneof("attributes"):
        case "activity_task_scheduled_event_attributes":
            act = event.activity_task_scheduled_event_attributes
            return Given(act.activity_type.name, _values(act.input.payloads))
        case "marker_recorded_event_attributes" if event.marker_recorded_event_attributes.marker_name == LOCAL:
            return Given(_local_name(event), next(local, None))
        case "workflow_execution_completed_event_attributes":
            done = event.workflow_execution_completed_event_attributes
            return Given(RESULT, _values(done.result.payloads))
        case "workflow_execution_continued_as_new_event_attributes":
            went_on = event.workflow_execution_continued_as_new_event_attributes
            return Given(NEXT_RUN, _values(went_on.input.payloads))
        case _:
            return None


def _local_name(event: HistoryEvent) -> str:
    told = event.marker_recorded_event_attributes.details["data"].payloads[0]
    name: str = json.loads(told.data)["activity_type"]
    return name


def _json(values: Sequence[Any]) -> list[Any]:
    return _values(pydantic_data_converter.payload_converter.to_payloads(values))


def _values(payloads: Iterable[Payload]) -> list[Any]:
    """What payloads carry; the SDK writes None as no bytes at all."""
    return [json.loads(payload.data) if payload.data else None for payload in payloads]


def _compared(then: Sequence[Given], now: Sequence[Given]) -> Iterator[str]:
    for number, (was, given) in enumerate(zip_longest(then, now), start=1):
        if was is None or given is None or was.to != given.to:
            yield f"act {number}: {was.to if was else 'nothing'} then, {given.to if given else 'nothing'} now"
            return  # what comes after it is something else altogether
        if was.values is not None:
            yield from (f"act {number}, {was.to}: {found}" for found in unlike(was.values, given.values, "input"))


def unlike(then: Any, now: Any, place: str) -> Iterator[str]:
    """Each place at which two JSON values are not the same, in words: `input[0].effect.key: "a" then, "b" now`.

    A whole case that travels as text is looked into.
    """
    match _looked_into(then), _looked_into(now):
        case dict(old), dict(new):
            for key in [*old, *(key for key in new if key not in old)]:
                yield from _unlike_part(old, new, key, f"{place}.{key}")
        case list(old), list(new):
            for index in range(max(len(old), len(new))):
                yield from _unlike_part(dict(enumerate(old)), dict(enumerate(new)), index, f"{place}[{index}]")
        case old, new if type(old) is not type(new) or old != new:
            yield f"{place}: {_shown(old)} then, {_shown(new)} now"


def _unlike_part(old: dict[Any, Any], new: dict[Any, Any], key: Any, place: str) -> Iterator[str]:
    if key not in new:
        yield f"{place}: {_shown(old[key])} then, nothing now"
    elif key not in old:
        yield f"{place}: nothing then, {_shown(new[key])} now"
    else:
        yield from unlike(old[key], new[key], place)


def _looked_into(value: Any) -> Any:
    if not (isinstance(value, str) and value.startswith("{")):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."
