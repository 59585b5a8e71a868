"""Records the histories that `test_histories` replays: `make histories`, after a change that old runs need not survive.

A history is the contract with every case that runs somewhere: as long as each file here replays, a new build may take
over their work. Before a release that changes what a case does next, guard the change with `workflow.patched` and keep
the old files; record anew only what no running case can have.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from temporalio.client import Client, WorkflowHistory

from adapters.storage.engine.migrate import migrate
from tests.workflows.kept_histories import HISTORIES, history_in, text_of
from tests.workflows.office import Dossier, open_office
from tests.workflows.recorded_cases import LIVES, Recorded
from worker.embedded import QUICK_TIMERS, EmbeddedServer
from worker.exit import end_process
from worker.history_files import given_in
from worker.replaying import differences, watched

NOT_KEPT: Final = {
    "binaryChecksum", "identity", "requestId", "stackTrace", "workerVersion",  # of the machine
    "historySizeBytes", "retryPolicy", "startToCloseTimeout", "taskId", "useWorkflowBuildId",  # of no use to a replay
}  # fmt: skip


async def record_all() -> None:
    """Tell every life to an office of its own, and keep what the server recorded of each run in place of the old."""
    told: dict[str, str] = {}
    with TemporaryDirectory() as folder:
        template = Path(folder) / "migrated.db"
        await migrate(f"sqlite:///{template}")
        for one in LIVES:
            async with EmbeddedServer(None, settings=QUICK_TIMERS) as server:
                told |= await recorded(one, await server.connect(), template, Path(folder))
                await server.kill()
    HISTORIES.mkdir(exist_ok=True)
    for old in HISTORIES.glob("*.json"):
        old.unlink()
    for name, text in told.items():
        (HISTORIES / name).write_text(text)


async def recorded(one: Recorded, client: Client, template: Path, folder: Path) -> dict[str, str]:
    """Every run of one case, by the name of its file."""
    texts = {}
    home = folder / one.name
    home.mkdir()
    async with open_office(client, template, home, *one.policies) as office:
        case = await one.life(office)
        for number, history in enumerate(await runs_of(case), start=1):
            texts[f"{one.name}-{number}.json"] = await kept(history)
    return texts


async def kept(history: WorkflowHistory) -> str:
    """The text to keep of a run that was recorded just now: this build gives each act the same when it is replayed."""
    told = history.to_json_dict()
    for event in told["events"]:
        event.get("workflowTaskScheduledEventAttributes", {}).pop("taskQueue", None)  # named by the machine
    local = (await watched(history)).local
    text = text_of(bare(told), local)
    found = await differences(history_in(text), given_in(text))
    if found:
        raise RuntimeError("\n".join(["a case that was recorded now is not the same when it is replayed:", *found]))
    return text


async def runs_of(case: Dossier) -> list[WorkflowHistory]:
    """The history of each run, the first one first."""
    last = (await case.handle.describe()).run_id
    async with asyncio.timeout(30):
        while True:
            listed = [run async for run in case.office.client.list_workflows(f"WorkflowId = '{case.handle.id}'")]
            if last in {run.run_id for run in listed}:
                break
            await asyncio.sleep(0.1)
    in_order = sorted(listed, key=lambda run: run.start_time)
    return [await case.history(run.run_id) for run in in_order]


def bare(value: Any) -> Any:
    """The same history with what a replay needs, and without the traces of the machine on which it was recorded."""
    if isinstance(value, dict):
        kept = {key: bare(one) for key, one in value.items() if key not in NOT_KEPT}
        return {key: one for key, one in kept.items() if one not in ({}, "0s", "") or key.endswith("Attributes")}
    return [bare(one) for one in value] if isinstance(value, list) else value


if __name__ == "__main__":
    asyncio.run(record_all())
    end_process()
