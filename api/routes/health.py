"""Whether this process lives, and whether it can do its work. Open to everybody; neither tells more than that."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy import text

from api.problems import Problem
from api.routes.parts import TheCaseService
from api.shapes.values import Shape

router = APIRouter(tags=["health"])


class Health(Shape):
    """All is well."""

    status: str = "ok"


@router.get("/healthz")
async def healthz() -> Health:
    """The process lives."""
    return Health()


@router.get("/readyz")
async def readyz(service: TheCaseService) -> Health:
    """The store and the server that keeps the cases' time can be reached."""
    missing = [
        name
        for name, there in (("store", await _store(service)), ("temporal", await service.client.is_up()))
        if not there
    ]
    if missing:
        raise Problem("unavailable", f"cannot be reached: {', '.join(missing)}", headers={"Retry-After": "5"})
    return Health()


async def _store(service: TheCaseService) -> bool:
    try:
        await service.store.database.read(lambda tx: tx.value(text("SELECT 1")))
    except Exception:  # noqa: BLE001 - whatever it is, the store cannot be reached
        return False
    return True
