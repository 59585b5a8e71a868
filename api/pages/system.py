"""The system, for who keeps it running: workers and what waits for them, failed runs, and what the doctor finds."""

from __future__ import annotations

import asyncio
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from api.case_client import FailedRun, Machinery
from api.case_service import CaseService
from api.configuration import Finding
from api.description import VERSION
from api.pages.rendering import Pages
from api.pages.sign_in import ThePages
from api.routes.parts import TheCaseService
from workflows.contract import workflow_id

router = APIRouter(include_in_schema=False)

PATH: Final = "/system"
_SECONDS: Final = 40.0  # for all looks of the doctor, each of which ends within seconds
_ONE_LOOK: Final = asyncio.Lock()  # each asks mail servers and carriers: one at a time is enough


@dataclass(frozen=True, slots=True)
class SystemView:
    """All of it; `findings` is None where nobody asked for the doctor, or it cannot look from here."""

    versions: dict[str, str]
    machinery: Machinery | None
    without_case: dict[str, int]
    findings: Sequence[Finding] | None


@router.get(PATH)
async def system_page(request: Request, service: TheCaseService, pages: ThePages, examine: bool = False) -> Response:  # noqa: FBT001, FBT002 - a parameter of the URL
    """How the machinery is; with `examine` all that the doctor finds, which takes seconds."""
    view = await _view(service, pages, examine=examine)
    return await pages.show(
        request, "system.html",
        view=view, examined=examine, can_examine=pages.settings.examine is not None,
        ui=pages.settings.temporal_ui, link=lambda run: _link(pages.settings.temporal_ui, run),
    )  # fmt: skip


@router.get(f"{PATH}.json")
async def system_as_json(service: TheCaseService, pages: ThePages, examine: bool = False) -> Response:  # noqa: FBT001, FBT002 - a parameter of the URL
    """The same for programs."""
    view = await _view(service, pages, examine=examine)
    machinery = view.machinery
    return JSONResponse({
        "versions": view.versions,
        "temporal_answers": machinery is not None,
        "queues": [] if machinery is None else [
            {"name": one.name, "kind": one.kind, "pollers": one.pollers, "waiting": one.waiting,
             "oldest_seconds": round(one.oldest.total_seconds())}
            for one in machinery.queues
        ],
        "failed_runs": [] if machinery is None else [
            {"invoice_id": one.invoice_id, "run": one.run, "ended_at": one.ended_at and one.ended_at.isoformat()}
            for one in machinery.failed
        ],
        "invoices_without_case": view.without_case,
        "checks": None if view.findings is None else [_as_json(one) for one in view.findings],
    })  # fmt: skip


async def _view(service: CaseService, pages: Pages, *, examine: bool) -> SystemView:
    machinery, without = await asyncio.gather(service.client.machinery(), service.store.unopened.count())
    database = service.store.database
    versions = {
        "Dunning API": VERSION,
        "Python": platform.python_version(),
        "Database": f"SQLite {sqlite3.sqlite_version}" if database.dialect == "sqlite" else "PostgreSQL",
        "Temporal server": machinery.server if machinery else "does not answer",
    }
    return SystemView(versions, machinery, dict(without), await _findings(pages) if examine else None)


async def _findings(pages: Pages) -> Sequence[Finding] | None:
    """What the doctor finds, if it can look from here and does so in time."""
    look = pages.settings.examine
    if look is None:
        return None
    try:
        async with asyncio.timeout(_SECONDS), _ONE_LOOK:
            return await look()
    except TimeoutError:
        return None


def _link(ui: str | None, run: FailedRun) -> str | None:
    """Where Temporal's own pages show it."""
    return f"{ui}/{quote(workflow_id(run.invoice_id), safe='')}/{quote(run.run, safe='')}" if ui else None


def _as_json(one: Finding) -> dict[str, Any]:
    return {"check": one.what, "ok": one.well, "warning": one.warns, "found": one.found, "fix": one.fix}
