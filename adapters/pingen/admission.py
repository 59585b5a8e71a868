"""How Pingen lets us in: a token for our client, asked for once and used until it runs out (OAuth 2.0)."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Final

from adapters.http_carrier import CarrierLine
from adapters.pingen.account import PingenAccount
from dunning.errors import FateUnknown, NotTaken

SCOPE: Final = "letter organisation_read"
_EARLIER: Final = 60  # seconds before its end: a token must not run out on the way
_BAD, _FAULT = 400, 500


class Admission:
    """The token of one account, shared by all that ask at once."""

    def __init__(self, account: PingenAccount, line: CarrierLine) -> None:
        """`line` leads to Pingen."""
        self._account, self._line = account, line
        self._token, self._until = "", 0.0
        self._turn = asyncio.Lock()

    async def token(self, *, instead_of: str | None = None) -> str:
        """A token that is good now; another one than `instead_of`, which was not taken. Raises `NotTaken`."""
        async with self._turn:
            if self._token == instead_of or self._until <= monotonic():
                self._token, self._until = await self._asked()
            return self._token

    async def _asked(self) -> tuple[str, float]:
        said = {
            "grant_type": "client_credentials",
            "client_id": self._account.client_id,
            "client_secret": self._account.client_secret,
            "scope": SCOPE,
        }
        at = monotonic()
        try:
            answer = await self._line.ask("POST", "/auth/access-tokens", form=said)
        except FateUnknown as lost:
            raise NotTaken(lost.why, for_everybody=True) from None
        token, seconds = answer.word("access_token"), answer.number("expires_in")
        if not answer.is_success or token is None:
            why = f"pingen access: answered {answer.status}"
            raise NotTaken(why, lasting=_BAD <= answer.status < _FAULT and answer.status != 429, for_everybody=True)  # noqa: PLR2004 - too many requests
        return token, at + max((seconds or 0) - _EARLIER, 0)
