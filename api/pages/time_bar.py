"""The bar that moves time, for demonstrations on a server that allows it: one day, one week, or to the next event."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.clock import Journey, TimeMachine
from api.pages.forms import local_path, our_fields
from api.pages.rendering import Flash
from api.pages.sign_in import ThePages
from api.problems import Problem, RequestMistake, invalid
from dunning.errors import DunningError

router = APIRouter(include_in_schema=False)

MoveTime = Callable[[TimeMachine], Awaitable[Journey]]
MOVES: Final[dict[str, tuple[str, MoveTime]]] = {
    "day": ("One day on", lambda machine: machine.advance(timedelta(days=1))),
    "week": ("One week on", lambda machine: machine.advance(timedelta(weeks=1))),
    "event": ("On to the next event", lambda machine: machine.to_next_event()),
}
_UNCOUNTED: Final = frozenset({"opened", "closed", "reopened", "refused", "interest"})
_NOUNS: Final = {"suspend": "suspension", "restore": "restoration"}


@router.post("/time")
async def move_time(request: Request, pages: ThePages) -> Response:
    """Move the time of every case, then show the page again with what happened."""
    form = await our_fields(request, pages)
    if pages.machine is None:
        raise Problem("not-found", "Time cannot be moved here: it is real")
    if form.get("to") not in MOVES:
        raise invalid([RequestMistake("another word", f"one of {', '.join(MOVES)}", parameter="to")])
    label, move = MOVES[form["to"]]
    answer = RedirectResponse(local_path(form.get("back")), status_code=303)
    pages.say_next(answer, await _moved(request.app.state.moving, label, move, pages.machine))
    return answer


async def _moved(moving: asyncio.Lock, label: str, move: MoveTime, machine: TimeMachine) -> Flash:
    if moving.locked():
        return Flash("Time is on the move already; give it a moment.", good=False)
    async with moving:
        try:
            journey = await move(machine)
        except DunningError as error:
            return Flash(f"Time did not move: {error}", good=False)
    return Flash(f"{label}: {_told(journey)}")


def _counted(kind: str, count: int) -> str:
    plural = "" if count == 1 or kind in _UNCOUNTED else "s"
    return f"{count} {_NOUNS.get(kind, kind).replace('_', '-')}{plural}"


def _told(journey: Journey) -> str:
    acts = ", ".join(_counted(kind, count) for kind, count in journey.acts.items() if count)
    moved = f"{journey.cases} {'case' if journey.cases == 1 else 'cases'} moved"
    return f"{moved}. {acts or 'Nothing fell due'}."
