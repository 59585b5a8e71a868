"""Tells what became of messages, and what people wrote back, signed as Twilio signs it: once, or more often."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

import httpx2

from adapters.opt_out_words import HELP_WORDS, OPT_OUT_WORDS, is_opt_in, is_opt_out
from adapters.twilio.courier import VERSION
from adapters.twilio.fake.books import Books
from adapters.twilio.signature import HEADER, signature

_FORM: Final = "application/x-www-form-urlencoded"
_KEYWORDS: Final = OPT_OUT_WORDS["en"]  # Twilio's own; others where a service is told of them
_AGAIN: Final = frozenset({"start", "unstop", "yes"})


class Callbacks:
    """Posts to the addresses that messages name, and to that of the number that people answer to."""

    def __init__(self, books: Books, client: httpx2.AsyncClient, inbox: str) -> None:
        """`client` reaches the addresses; `inbox` is where messages of other people are told."""
        self._books, self._client, self._inbox = books, client, inbox

    async def becomes(self, message: dict[str, Any], status: str, error: int | None = None) -> httpx2.Response | None:
        """Tell that a message has this status now, and the code of what went wrong; None where nobody wants to know."""
        message |= {"status": status, "error_code": error}
        told_at = self._books.told_at.get(message["sid"])
        if told_at is None:
            return None
        said = self._about(message["sid"], message["to"], message["from"] or "+15005550006")
        said |= {"MessageStatus": status, "SmsStatus": status}
        if error is not None:
            said["ErrorCode"] = str(error)
        if status == "delivered":
            said["RawDlrDoneDate"] = f"{self._books.clock():%y%m%d%H%M}"
        return await self.post(told_at, said)

    async def written_back(
        self, number: str, text: str, *, by_service: bool = False, sid: str | None = None
    ) -> httpx2.Response:
        """The owner of a number writes; who opts out gets nothing more until they opt in. `by_service`: a service reads
        the keywords, in the languages that it was told of.
        """
        said = self._about(sid or self._books.new_sid(), "+15005550006", number)
        said |= {"SmsMessageSid": said["MessageSid"], "SmsStatus": "received", "Body": text, "NumMedia": "0",
                 "NumSegments": "1", "FromCountry": "NL", "FromCity": "", "ToCountry": "US"}  # fmt: skip
        kind = self._keyword(number, text, by_service=by_service)
        if kind and by_service:
            said["OptOutType"] = kind
        return await self.post(self._inbox, said)

    def _keyword(self, number: str, text: str, *, by_service: bool) -> str | None:
        word = text.strip().casefold()
        if word in _KEYWORDS or (by_service and is_opt_out(text)):
            self._books.opted_out.add(number)
            return "STOP"
        if word in _AGAIN or (by_service and is_opt_in(text)):
            self._books.opted_out.discard(number)
            return "START"
        return "HELP" if word in HELP_WORDS else None

    async def post(self, address: str, said: dict[str, str], header: str | None = None) -> httpx2.Response:
        """One callback, well signed unless a header is given; an empty one is left out."""
        signed = signature(address, said.items(), self._books.auth_token) if header is None else header
        headers = {"Content-Type": _FORM, "I-Twilio-Idempotency-Token": said.get("MessageSid", "")}
        if signed:
            headers[HEADER] = signed
        return await self._client.post(address, content=urlencode(said), headers=headers)

    def _about(self, sid: str, to: str, sender: str) -> dict[str, str]:
        about = {"AccountSid": self._books.account_sid, "ApiVersion": VERSION, "To": to, "From": sender}
        return {**about, "MessageSid": sid, "SmsSid": sid}
