"""A message as its debtor would get it, of a made-up case or of one that is there. Nothing is sent."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import cast

from anyio import to_thread
from fastapi import APIRouter, Request

from adapters.messages.composer import Composer
from adapters.messages.preview import of_made_up_case
from api.message_previews import MessagePreviews
from api.problems import RequestMistake, invalid
from api.routes.parts import TheCaseService
from api.shapes.messages import PreviewIn, PreviewOut
from dunning.policy import Policy

router = APIRouter(prefix="/v1/messages", tags=["mailbox"])


@router.post("/preview")
async def preview_message(request: Request, service: TheCaseService, body: PreviewIn) -> PreviewOut:
    """Show a message as its debtor would get it. Nothing is sent, and nothing is kept.

    With `case` it is that case's next notice, in the words of `message`; else that of a made-up case under `policy`.
    """
    composer = cast("Composer", request.app.state.composer)
    if body.case is not None:
        previews = MessagePreviews(service, composer)
        return PreviewOut.of(await previews.of_case(body.case, body.message, body.locale, body.form))
    policy = _policy(request.app.state.policies, body.policy)
    today = (await service.clock.now()).date()
    make = partial(
        of_made_up_case, composer, policy, body.message, locale=body.locale or "en", form=body.form, today=today,
        calendar_for=request.app.state.calendar_for,
    )  # fmt: skip
    return PreviewOut.of(await to_thread.run_sync(make, limiter=request.app.state.checking))


def _policy(policies: Mapping[str, Policy], name: str | None) -> Policy:
    """The policy of that name; where none is named, the first in the order of asking."""
    if name is None:
        return max(policies.values(), key=lambda policy: policy.priority)
    if name not in policies:
        raise invalid(
            [RequestMistake("a policy that is not in force", ", ".join(sorted(policies)), pointer="#/policy")]
        )
    return policies[name]
