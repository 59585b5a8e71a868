"""The link of a message to get no more e-mail. Opening it changes nothing, for scanners open links; the button, and the
button of a mail program, send a POST that does (M3, RFC 8058). However often it comes, it is one.
"""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Header, Request
from starlette.responses import Response

from adapters.incoming.addresses import Signatures
from adapters.incoming.return_paths import UNSUBSCRIBE
from adapters.storage.provider.mail_recipients import MailRecipient, MailRecipients
from api.case_service import CaseService
from api.from_mail.opt_out import AddressCloser
from api.limits import id_in_path
from api.pages.opt_out_words import words_in
from api.pages.sign_in import ThePages

router = APIRouter(include_in_schema=False)
Languages = Annotated[str, Header(alias="accept-language")]


class OptOuts:
    """Knows whom a link is for, and takes their wish."""

    def __init__(self, case_service: CaseService) -> None:
        """`case_service` speaks for the mail."""
        database = case_service.store.database
        self._case_service, self._recipients = case_service, MailRecipients(database)
        self._signatures, self._closer = Signatures(database.fingerprint_key), AddressCloser(case_service)

    async def recipient(self, text: str) -> MailRecipient | None:
        """Whose link it is; None for one that we did not sign, which the store is not even asked about."""
        signed = self._signatures.read(text)
        if signed is None or signed.purpose != "unsubscribe":
            return None
        return await self._recipients.of(signed.token)

    async def take(self, recipient: MailRecipient) -> None:
        """They want no more."""
        await self._closer.close(recipient, await self._case_service.clock.now())


def _opt_outs(request: Request) -> OptOuts:
    return cast("OptOuts", request.app.state.opt_outs)


TheOptOuts = Annotated[OptOuts, Depends(_opt_outs)]


@router.get(f"{UNSUBSCRIBE}{{token}}")
async def ask_about_opt_out(
    request: Request, pages: ThePages, opt_outs: TheOptOuts, token: str, languages: Languages = ""
) -> Response:
    """Ask whether they mean it."""
    recipient = await opt_outs.recipient(id_in_path(token))
    if recipient is None:
        return _void(request, pages, languages)
    return _page(request, pages, "ask" if recipient.is_open else "done", recipient.locale)


@router.post(f"{UNSUBSCRIBE}{{token}}")
async def take_opt_out(
    request: Request, pages: ThePages, opt_outs: TheOptOuts, token: str, languages: Languages = ""
) -> Response:
    """Take the wish, whatever the body says: who sends anything there means it."""
    recipient = await opt_outs.recipient(id_in_path(token))
    if recipient is None:
        return _void(request, pages, languages)
    await opt_outs.take(recipient)
    return _page(request, pages, "done", recipient.locale)


def _void(request: Request, pages: ThePages, languages: str) -> Response:
    """A kind word, in a language that the browser asks for: we do not know whose it is."""
    wanted = [one.partition(";")[0].strip() for one in languages.split(",")[:10]]
    return _page(request, pages, "void", *wanted, status=404)


def _page(request: Request, pages: ThePages, what: str, *locales: str, status: int = 200) -> Response:
    answer = pages.bare(request, "opt_out.html", status, what=what, words=words_in(*locales))
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"  # the link is theirs alone
    return answer
