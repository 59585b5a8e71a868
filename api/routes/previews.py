"""A message as its debtor would get it, of a made-up case or of one that is there. Nothing is sent."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final, cast

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request

from adapters.letters.picture import as_one_sheet, png_of
from adapters.messages.composer import Composer
from adapters.messages.preview import Form, Preview, of_made_up_case
from api.message_previews import MessagePreviews
from api.printed import as_pdf, expect_pdf
from api.problems import RequestMistake, invalid
from api.routes.parts import TheCaseService
from api.shapes.messages import FormShown, PreviewIn, PreviewOut
from dunning.policy import Policy

_PRINTED: Final = frozenset({"pdf", "png"})
_AS: Final[Mapping[FormShown, Form]] = {"html": "html", "text": "text", "sms": "sms", "letter": "letter"}

router = APIRouter(prefix="/v1/messages", tags=["mailbox"])


@router.post("/preview")
async def preview_message(request: Request, service: TheCaseService, body: PreviewIn) -> PreviewOut:
    """Show a message as its debtor would get it. Nothing is sent, and nothing is kept.

    With `case` it is that case's next notice, in the words of `message`; else that of a made-up case under `policy`.
    As `pdf` it is the letter as it is printed, as `png` the first page of that; `by` email both show the e-mail.
    """
    state, is_printed = request.app.state, body.form in _PRINTED
    composer = cast("Composer", state.composer)
    if is_printed:
        expect_pdf()
        composer = composer.printing(state.pages.settings.window)
    form = _AS.get(body.form, "html" if body.by == "email" else "letter")
    if body.case is not None:
        preview = await MessagePreviews(service, composer).of_case(body.case, body.message, body.locale, form)
    else:
        make = partial(
            of_made_up_case, composer, _policy(state.policies, body.policy), body.message, locale=body.locale or "en",
            form=form, today=(await service.clock.now()).date(), calendar_for=state.calendar_for,
        )  # fmt: skip
        preview = await to_thread.run_sync(make, limiter=state.checking)
    return PreviewOut.of(preview, body.form, await _file(preview, body, state.checking) if is_printed else None)


async def _file(preview: Preview, body: PreviewIn, limiter: CapacityLimiter) -> bytes:
    is_mail = body.by == "email"
    pdf = await as_pdf(as_one_sheet(preview.body) if is_mail else preview.page or "", preview.message, limiter)
    draw = partial(png_of, pdf, cropped=is_mail)
    return await to_thread.run_sync(draw, limiter=limiter) if body.form == "png" else pdf


def _policy(policies: Mapping[str, Policy], name: str | None) -> Policy:
    """The policy of that name; where none is named, the first in the order of asking."""
    if name is None:
        return max(policies.values(), key=lambda policy: policy.priority)
    if name not in policies:
        raise invalid(
            [RequestMistake("a policy that is not in force", ", ".join(sorted(policies)), pointer="#/policy")]
        )
    return policies[name]
