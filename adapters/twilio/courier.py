"""Text messages over Twilio's HTTP API: one request each, and never a second one for the same message (N3).

Twilio knows no key by which it would recognise a repeat. So an answer that is lost leaves a fate that nobody knows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from urllib.parse import quote

from adapters.correspondence import Parcel
from adapters.http_carrier import PATIENCE, CarrierAnswer, CarrierLine
from adapters.twilio.codes import refusal
from dunning.errors import FateUnknown

API_BASE: Final = "https://api.twilio.com"
VERSION: Final = "2010-04-01"


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """Who sends: `sender` is a number (E.164) or a name, `messaging_service` chooses among several; one of the two.

    `told_at` is where Twilio tells what became of a message; None: nowhere.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    sender: str | None = None
    messaging_service: str | None = None
    api_base: str = API_BASE
    told_at: str | None = None

    @property
    def path(self) -> str:
        """Where the account stands in the API."""
        return f"/{VERSION}/Accounts/{quote(self.account_sid, safe='')}"

    @property
    def by(self) -> dict[str, str]:
        """The sender, as a message names it."""
        if self.messaging_service is not None:
            return {"MessagingServiceSid": self.messaging_service}
        return {"From": self.sender or ""}


class TwilioCourier:
    """Hands parcels to Twilio; the number of a parcel is in E.164."""

    def __init__(self, account: TwilioAccount, patience: timedelta = PATIENCE) -> None:
        """Every message leaves by `account`."""
        self._account = account
        self._line = CarrierLine("twilio", account.api_base, patience)

    async def deliver(self, parcel: Parcel) -> str | None:
        """The message's sid if Twilio took it, None if this number is refused for good.

        Raises `NotTaken` for every other refusal, `FateUnknown` when no answer came.
        """
        said = {"To": parcel.to, **self._account.by, "Body": parcel.message.text.rstrip("\n")}
        if self._account.told_at is not None:
            said["StatusCallback"] = self._account.told_at
        answer = await self._ask("POST", f"{self._account.path}/Messages.json", said)
        if answer.is_success:
            return _sid(answer)
        why = refusal(answer)
        if why is None:
            return None
        raise why

    async def examine(self) -> CarrierAnswer:
        """Twilio's answer to whether it knows the account, which changes nothing."""
        return await self._ask("GET", f"{self._account.path}.json")

    async def _ask(self, method: str, path: str, form: dict[str, str] | None = None) -> CarrierAnswer:
        return await self._line.ask(
            method, path, basic=(self._account.account_sid, self._account.auth_token), form=form
        )


def _sid(answer: CarrierAnswer) -> str:
    sid = answer.word("sid")
    if sid is None:
        raise FateUnknown(f"twilio: answered {answer.status} without a sid")
    return sid
