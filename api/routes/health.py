"""Whether this process lives, and whether it can do its work. Open to everybody; neither tells more than that."""

from __future__ import annotations

from typing import Annotated, Literal, cast

from fastapi import APIRouter, Depends, Request

from api.problems import Problem
from api.readiness import Readiness
from api.shapes.values import Shape

router = APIRouter(tags=["health"])


class Health(Shape):
    """All is well."""

    status: Literal["ok"] = "ok"


def _readiness(request: Request) -> Readiness:
    return cast("Readiness", request.app.state.readiness)


@router.get("/healthz")
async def healthz() -> Health:
    """The process lives."""
    return Health()


@router.get("/readyz")
async def readyz(readiness: Annotated[Readiness, Depends(_readiness)]) -> Health:
    """The process can do its work: the store takes what is written to it, and the cases' server can be reached."""
    lacks = await readiness.lacks()
    if lacks:
        raise Problem("unavailable", f"does not work: {', '.join(lacks)}", headers={"Retry-After": "5"})
    return Health()
