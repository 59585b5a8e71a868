"""Letters over Pingen's API: a PDF is put where Pingen says, then a letter of it is asked for, under a key (N3).

By the key Pingen recognises a question that is asked again: it answers as before and posts nothing twice. So where an
answer is lost the same question is asked once more, and then the fate of the letter is known.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from adapters.correspondence import Parcel
from adapters.http_carrier import CarrierAnswer, CarrierLine
from adapters.letters.pdf import LettersMissing, pdf_of
from adapters.pingen.account import PingenAccount
from adapters.pingen.admission import Admission
from adapters.pingen.codes import UNAUTHORISED, refusal
from dunning.errors import FateUnknown, NotTaken

KEY: Final = "Idempotency-Key"
PATIENCE: Final = timedelta(seconds=5)
MOST_BYTES: Final = 8_000_000  # of one PDF
# For all that comes before the letter, and for the letter: an activity has 30 seconds for one try.
_READY, _ASKED = timedelta(seconds=8), timedelta(seconds=18)
_JSON: Final = {"Content-Type": "application/vnd.api+json", "Accept": "application/vnd.api+json"}
Printer = Callable[[str, str], bytes]  # a page and its identity, to a PDF


class PingenCourier:
    """Hands letters to Pingen, who reads the address off the first page."""

    def __init__(self, account: PingenAccount, patience: timedelta = PATIENCE, printer: Printer = pdf_of) -> None:
        """Every letter is posted by `account`; `printer` makes its PDF."""
        self._account, self._print = account, printer
        self._line = CarrierLine("pingen", account.api_base, patience)
        self._elsewhere = CarrierLine("pingen", "", patience)
        self._admission = Admission(account, self._line)

    async def deliver(self, parcel: Parcel) -> str:
        """The letter's id at Pingen. An address that no letter reaches is told later, by its webhook.

        Raises `NotTaken` for every refusal, `FateUnknown` when twice no answer came.
        """
        if parcel.message.page is None:
            raise NotTaken(f"letter {parcel.id}: found no page to print", lasting=True)
        data = await self._printed(parcel.id, parcel.message.page)
        try:
            async with asyncio.timeout(_READY.total_seconds()):
                url, signed = await self._put(data)
        except (FateUnknown, TimeoutError):  # so far nobody was asked for a letter
            raise NotTaken("pingen upload: no answer", for_everybody=True) from None
        attributes = {
            "file_original_name": f"{parcel.id}.pdf",
            "file_url": url,
            "file_url_signature": signed,
            "address_position": "left",
            "auto_send": True,
            **self._account.form,
        }
        # A question is this letter with this upload: what was refused before is another one.
        key = hashlib.sha256(f"{parcel.id}\n{url}".encode()).hexdigest()
        return await self._asked({"data": {"type": "letters", "attributes": attributes}}, key)

    async def examine(self) -> CarrierAnswer:
        """Pingen's answer to whether it knows the client and its organisation, which changes nothing."""
        return await self._ask("GET", self._account.path)

    async def _printed(self, identity: str, page: str) -> bytes:
        try:
            data = await asyncio.to_thread(self._print, page, identity)
        except LettersMissing as missing:
            raise NotTaken(str(missing), lasting=True) from None
        if len(data) > MOST_BYTES:
            raise NotTaken(f"letter {identity}: found {len(data):,} bytes; allowed {MOST_BYTES:,}", lasting=True)
        return data

    async def _put(self, data: bytes) -> tuple[str, str]:
        """Where the PDF lies now, and Pingen's signature over that place."""
        place = await self._ask("GET", "/file-upload")
        url, signed = (place.within("data", "attributes", name) for name in ("url", "url_signature"))
        if not place.is_success or not url or not signed:
            raise _sure(refusal(place))
        if self._account.api_base.startswith("https:") and not url.startswith("https:"):
            raise NotTaken("pingen upload: found a place that is not https", lasting=True, for_everybody=True)
        put = await self._elsewhere.ask("PUT", url, content=data, headers={"Content-Type": "application/pdf"})
        if not put.is_success:
            raise NotTaken(f"pingen upload: answered {put.status}", for_everybody=put.status >= 500)  # noqa: PLR2004 - theirs
        return url, signed

    async def _asked(self, body: Mapping[str, Any], key: str) -> str:
        """Ask for the letter; where no answer came, once more."""
        try:
            async with asyncio.timeout(_ASKED.total_seconds()):
                try:
                    return await self._ask_for_letter(body, key)
                except FateUnknown as lost:
                    return await self._ask_again(body, key, lost)
        except TimeoutError:
            raise FateUnknown("pingen answer: none in time") from None

    async def _ask_again(self, body: Mapping[str, Any], key: str, lost: FateUnknown) -> str:
        """The same question once more. A refusal now says nothing of what became of it before."""
        try:
            return await self._ask_for_letter(body, key)
        except NotTaken:
            raise lost from None

    async def _ask_for_letter(self, body: Mapping[str, Any], key: str) -> str:
        answer = await self._ask("POST", f"{self._account.path}/deliveries/letters", body, {KEY: key})
        if not answer.is_success:
            raise refusal(answer)
        found = answer.within("data", "id")
        if found is None:
            raise FateUnknown(f"pingen: answered {answer.status} without a letter's id")
        return found

    async def _ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> CarrierAnswer:
        """Ask with a token; who is not let in by it, which says that nothing was done, gets another one once."""
        token = await self._admission.token()
        answer = await self._with(token, method, path, body, headers)
        if answer.status == UNAUTHORISED:
            token = await self._admission.token(instead_of=token)
            answer = await self._with(token, method, path, body, headers)
        return answer

    async def _with(
        self, token: str, method: str, path: str, body: Mapping[str, Any] | None, headers: Mapping[str, str] | None
    ) -> CarrierAnswer:
        said = {"Authorization": f"Bearer {token}", **_JSON, **(headers or {})}
        return await self._line.ask(method, path, json=body, headers=said)


def _sure(why: NotTaken | FateUnknown) -> NotTaken:
    """Before a letter was asked for, nobody can have posted one."""
    return why if isinstance(why, NotTaken) else NotTaken(why.why, for_everybody=True)
