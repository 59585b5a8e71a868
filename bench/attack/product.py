"""The product as its users have it: `dunning up` as a process, and its doors. Nothing here looks behind them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

import httpx2
from temporalio.client import Client

from bench.attack.verdict import must
from tests.cli.programs import DUNNING, FREE_PORTS, Program, said, surroundings

STARTS: Final = 3  # a busy machine may be slower than the patience of the product with its own server
KEY_NAME: Final = "attacker"
POLICIES: Final = """\
name: attacked
description: Debtors in the Netherlands
for: {customer.country: NL}
calendar: {contact_hours: "00:00-23:59", contact_days: any, holidays: []}
steps:
  - name: reminder
    after: 3 days
    do: [{notify: {message: friendly, by: [email]}}]
  - name: final
    after: 30 days
    do: [{notify: {message: final, by: [email], deadline: 14 days}}]
charging: {schedule: [0 days], attempts: 1, within: 20 days}
promise: {at_most: 60 days, times: 5}
plan: {instalments: 3, longest: 90 days}
dispute: {answer_within: 5 workdays}
"""
_numbers = count(1)


class NoProduct(Exception):
    """The product did not start, so nothing was attacked."""


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Product:
    """One that runs: where its files are, its links, its HTTP API and its Temporal server."""

    folder: Path
    program: Program
    links: Mapping[str, str]
    http: httpx2.AsyncClient
    temporal: Client
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / ".dunning"

    @property
    def address(self) -> str:
        """Where the API listens, without a slash at the end."""
        return str(self.http.base_url).rstrip("/")

    async def get(self, path: str, **query: Any) -> httpx2.Response:
        """Read `path` below `/v1`."""
        return await self.http.get(f"/v1{path}", params=query)

    async def post(self, path: str, body: object = None, *, under: str | None = None) -> httpx2.Response:
        """Post to `path` below `/v1`, under this Idempotency-Key or a new one."""
        headers = {"Idempotency-Key": under or f"attack-{next(_numbers)}"}
        return await self.http.post(f"/v1{path}", json={} if body is None else body, headers=headers)

    async def dunning(self, *arguments: str) -> Said:
        """Run a command in the product's folder."""
        return await self.dunning_in(self.folder, self.settings, *arguments)

    async def dunning_in(self, folder: Path, settings: Mapping[str, str], *arguments: str) -> Said:
        """Run a command elsewhere."""
        command = await asyncio.create_subprocess_exec(
            str(DUNNING), *arguments, cwd=folder, env=surroundings(**settings),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await command.communicate()
        return Said(command.returncode or 0, out.decode(), err.decode())

    async def advance(self, *step: str) -> None:
        """Move time. Raises `Broken` where that fails."""
        moved = await self.dunning("advance", *step)
        must(moved.code == 0, f"dunning advance: {moved.err}")

    async def doctor(self) -> dict[str, str]:
        """What `dunning doctor` says of each thing, and what to do about it."""
        checks = json.loads((await self.dunning("doctor", "--json")).out)["checks"]
        return {one["check"]: f"{one['found']} {one['fix']}" for one in checks}

    async def tasks(self, invoice_id: str) -> list[dict[str, Any]]:
        """The open tasks about an invoice."""
        return list((await self.get("/tasks", invoice_id=invoice_id)).json()["items"])


@asynccontextmanager
async def running(folder: Path, settings: Mapping[str, str], *, virtual: bool = True) -> AsyncIterator[Product]:
    """`dunning up`, in virtual time or in ours: on free ports, with its own store and one policy, for the Netherlands.

    Raises `NoProduct` where it does not start.
    """
    await asyncio.to_thread(folder.mkdir, parents=True)
    await asyncio.to_thread((folder / "policy.yaml").write_text, POLICIES)
    own = {"DUNNING_POLICIES": str(folder / "policy.yaml"), "DUNNING_SPREAD": "0:00:00", **settings}
    starting = {**FREE_PORTS, "DUNNING_VIRTUAL_TIME": str(virtual).lower(), **own}
    program, links = await asyncio.to_thread(_started, folder, starting)
    try:
        port = links["console"].rstrip("/").rsplit(":", 1)[1] if "DUNNING_API__PUBLIC_URL" not in own else None
        address = f"http://127.0.0.1:{port or own['DUNNING_API__PORT']}"
        key = await asyncio.to_thread(said, "keys", "create", KEY_NAME, "--role", "admin", folder=folder, settings=own)
        temporal = await Client.connect(links["temporal"])
        headers = {"Authorization": f"Bearer {key.strip()}"}
        async with httpx2.AsyncClient(base_url=address, headers=headers, timeout=60) as http:
            yield Product(folder, program, links, http, temporal, own)
    finally:
        await asyncio.to_thread(program.__exit__)


async def until(true: Callable[[], Coroutine[Any, Any, object]], *, pause: float = 0.2) -> None:
    """Wait until it is so; the patience of the attack ends it."""
    while not await true():  # noqa: ASYNC110 - what is waited for is in another process
        await asyncio.sleep(pause)


def _started(folder: Path, settings: Mapping[str, str]) -> tuple[Program, dict[str, str]]:
    """The program and its links. It is started again where something that it needs was not there in time (exit 3)."""
    told = ""
    for _ in range(STARTS):
        program = Program("up", "--json", folder=folder, settings=settings)
        try:
            return program, program.event()
        except AssertionError as error:
            program.__exit__()
            told = str(error)
            if not told.startswith("it ended with 3:"):
                break
    raise NoProduct(told)
