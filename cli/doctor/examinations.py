"""What the doctor looks at, one after the other; each look changes nothing and ends within seconds."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from google.protobuf.field_mask_pb2 import FieldMask
from sqlalchemy.exc import SQLAlchemyError
from temporalio.api.common.v1 import TimeSkippingConfig, WorkflowExecution
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflow.v1 import WorkflowExecutionOptions
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, UpdateWorkflowExecutionOptionsRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from adapters.settings import Settings
from adapters.settings_reading import SettingsMistake
from adapters.storage.engine.database import Database
from adapters.storage.engine.migrate import require_current
from cli.doctor.access_examination import examine_public_url, examine_sign_ins
from cli.doctor.carrier_examination import examine_mail, examine_text_messages
from cli.doctor.clock_examination import examine_clock
from cli.doctor.creditor_examination import examine_creditor
from cli.doctor.diagnosis import Diagnosis
from cli.doctor.disk_examination import examine_disk
from cli.doctor.event_examination import examine_events
from cli.doctor.incoming_examination import examine_incoming_mail, examine_mailbox
from cli.doctor.letter_examination import examine_letters
from cli.doctor.openings_examination import examine_openings
from cli.doctor.payment_examination import examine_gateway
from cli.doctor.privacy_examination import examine_data_folder, examine_labels
from cli.doctor.queue_examination import examine_queues
from cli.installation.connections import connect_to_temporal
from cli.installation.running_note import read_note, settings_here
from cli.installation.store import policies_of
from cli.wording import count
from dunning.errors import DunningError
from worker.embedded import ServerMissing, find_temporal
from workflows.contract import TASK_QUEUE

OLDEST_PYTHON: Final = (3, 11)
PATIENCE: Final = timedelta(seconds=5)


async def examine() -> list[Diagnosis]:
    """Every look."""
    findings = [examine_python(), examine_temporal_program()]
    try:
        settings = settings_here()
    except SettingsMistake as mistake:
        return [*findings, Diagnosis("settings", well=False, found=str(mistake), fix="see docs/reference/settings.md")]
    return [*findings, *await examine_settings(settings)]


async def examine_settings(settings: Settings) -> list[Diagnosis]:
    """Every look at what these settings name."""
    looks: tuple[Callable[[Settings], Awaitable[Diagnosis]], ...] = (
        examine_policies, examine_database, examine_openings, examine_temporal_server, examine_mail,
        examine_text_messages, examine_letters, examine_gateway, examine_events, examine_incoming_mail, examine_mailbox,
        examine_creditor, examine_queues, examine_sign_ins, examine_labels, examine_clock,
    )  # fmt: skip
    return [
        Diagnosis("settings", well=True, found="readable"),
        *[await look(settings) for look in looks],
        examine_public_url(settings),
        examine_data_folder(settings),
        examine_disk(settings),
        *examine_ports(settings),
    ]


def examine_python(version: tuple[int, ...] = sys.version_info[:3]) -> Diagnosis:
    """The interpreter."""
    shown = ".".join(map(str, version))
    well = version >= OLDEST_PYTHON
    return Diagnosis("Python", well, shown, "" if well else "install 3.11 or newer")


def examine_temporal_program() -> Diagnosis:
    """The program that `up`, `demo` and `test --engine temporal` run."""
    try:
        return Diagnosis("temporal program", well=True, found=str(find_temporal()))
    except ServerMissing as missing:
        return Diagnosis("temporal program", well=False, found="none", fix=str(missing))


async def examine_policies(settings: Settings) -> Diagnosis:
    """The policies in force."""
    try:
        names = sorted(policy.name for policy in policies_of(settings))
    except DunningError as error:
        return Diagnosis("policies", well=False, found=str(error), fix="dunning policy check")
    return Diagnosis("policies", well=True, found=", ".join(names))


async def examine_database(settings: Settings) -> Diagnosis:
    """The store: there, reachable and of this version's schema. One of our own that is not there yet will be made."""
    if settings.database is None and not settings.store_file.exists():
        return Diagnosis("database", well=True, found=f"none yet; `dunning up` makes {settings.store_file}")
    try:
        opened = Database(settings.database_url)
    except DunningError as error:
        return Diagnosis("database", well=False, found=str(error), fix="correct database (DUNNING_DATABASE)")
    try:
        await asyncio.wait_for(require_current(opened), PATIENCE.total_seconds())
    except DunningError as error:
        return Diagnosis("database", well=False, found=str(error), fix="dunning migrate")
    except (SQLAlchemyError, TimeoutError) as error:
        why = " ".join(str(getattr(error, "orig", None) or "no answer in time").split())
        return Diagnosis(
            "database", well=False, found=why[:200], fix="start it, or correct database (DUNNING_DATABASE)"
        )
    finally:
        await opened.close()
    return Diagnosis("database", well=True, found=f"{opened.dialect}, of this version's schema")


async def examine_temporal_server(settings: Settings) -> Diagnosis:
    """The server that the settings name, or that runs here; whether a worker polls, and whether time can be moved."""
    what = "Temporal server"
    if "address" not in settings.temporal.model_fields_set and read_note(settings.data) is None:
        return Diagnosis(what, well=True, found="none runs here and none is named; `dunning up` brings its own")
    try:
        client = await connect_to_temporal(settings.temporal)
        polling, skipping = await _pollers(client), await _skips_time(client)
    except (DunningError, RPCError) as error:
        return Diagnosis(what, well=False, found=str(error), fix="dunning up, or correct temporal.address")
    found = f"{settings.temporal.address}, {count(polling, 'poller')}, time {'can' if skipping else 'cannot'} be moved"
    if settings.virtual_time and not skipping:
        return Diagnosis(what, well=False, found=found, fix="frontend.WorkflowTimeSkippingEnabled=true, or real time")
    return Diagnosis(what, well=True, found=found, fix="" if polling else "no worker is there: dunning worker")


async def _pollers(client: Client) -> int:
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=TASK_QUEUE),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    answer = await client.workflow_service.describe_task_queue(request, timeout=PATIENCE)
    return len(answer.pollers)


async def _skips_time(client: Client) -> bool:
    """Ask to skip the time of a workflow that is not there: a server that does not allow it says so first."""
    request = UpdateWorkflowExecutionOptionsRequest(
        namespace=client.namespace,
        workflow_execution=WorkflowExecution(workflow_id="dunning-doctor"),
        workflow_execution_options=WorkflowExecutionOptions(time_skipping_config=TimeSkippingConfig(enabled=True)),
        update_mask=FieldMask(paths=["time_skipping_config"]),
    )
    try:
        await client.workflow_service.update_workflow_execution_options(request, timeout=PATIENCE)
    except RPCError as error:
        return error.status is RPCStatusCode.NOT_FOUND
    return True


def examine_ports(settings: Settings) -> list[Diagnosis]:
    """Those that `up` listens on; taken by our own, they are well."""
    own = read_note(settings.data) is not None
    wanted = {
        "api.port": settings.api.port,
        "embedded.port": settings.embedded.port,
        "embedded.ui_port": settings.embedded.ui_port,
    }
    if settings.incoming.port:
        wanted["incoming.port"] = settings.incoming.port
    return [_port(name, port, own=own) for name, port in wanted.items()]


def _port(name: str, port: int, *, own: bool) -> Diagnosis:
    free = _is_free(port)
    if free or own:
        return Diagnosis(f"port {port}", well=True, found="free" if free else "ours")
    return Diagnosis(f"port {port}", well=False, found="taken by another program", fix=f"another one in {name}")


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
