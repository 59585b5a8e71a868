"""All that the stand-in knows: files that were put there, letters that were asked for, and what goes wrong next."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from adapters.clock import now
from adapters.stand_in import Mishap

ORGANISATION: Final = "0f0f0f0f-0f0f-4f0f-8f0f-0f0f0f0f0f0f"
CLIENT_ID: Final = "PINGENFAKE"
CLIENT_SECRET: Final = "pingen-fake"  # noqa: S105 - opens nothing but the stand-in
SIGNING_KEY: Final = "pingen-fake-webhooks"
_LASTS: Final = timedelta(hours=12)  # a token


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that is given again to the same key."""

    status: int
    body: dict[str, Any]


@dataclass
class Books:
    """`mishaps` happen to the next letters, one each; `files` are the PDF by the place where they were put."""

    organisation: str = ORGANISATION
    client_id: str = CLIENT_ID
    client_secret: str = CLIENT_SECRET
    signing_key: str = SIGNING_KEY
    tokens: set[str] = field(default_factory=set)
    places: dict[str, str] = field(default_factory=dict)  # Pingen's signature over each place
    files: dict[str, bytes] = field(default_factory=dict)
    letters: list[dict[str, Any]] = field(default_factory=list)
    sheets: dict[str, bytes] = field(default_factory=dict)  # the PDF of a letter
    answered: dict[str, Kept] = field(default_factory=dict)  # by Idempotency-Key
    mishaps: list[Mishap] = field(default_factory=list)
    clock: Callable[[], datetime] = now

    def let_in(self) -> dict[str, Any]:
        """A new token."""
        token = secrets.token_hex(20)
        self.tokens.add(token)
        return {"token_type": "Bearer", "expires_in": int(_LASTS.total_seconds()), "access_token": token}

    def offer(self, base: str) -> dict[str, Any]:
        """A place for one file."""
        name, signed = str(uuid.uuid4()), f"$2y$10${secrets.token_urlsafe(24)}"
        url = f"{base}/files/{name}"
        self.places[url] = signed
        until = stamp(self.clock() + timedelta(minutes=15))
        return {"data": {"id": name, "type": "file_uploads",
                         "attributes": {"url": url, "url_signature": signed, "expires_at": until}}}  # fmt: skip

    def take(self, said: dict[str, Any], base: str) -> dict[str, Any]:
        """Keep a letter as Pingen shows it; `said` are its attributes, which were looked at."""
        name, at = str(uuid.uuid4()), stamp(self.clock())
        attributes = {
            "status": "validating", "file_original_name": said["file_original_name"], "file_pages": None,
            "address": None, "address_position": said["address_position"], "country": None,
            "delivery_product": said["delivery_product"], "print_mode": said["print_mode"],
            "print_spectrum": said["print_spectrum"], "price_currency": None, "price_value": None, "paper_types": None,
            "fonts": None, "source": "api", "tracking_number": None, "sender_address": None,
            "submitted_at": None, "created_at": at, "updated_at": at,
        }  # fmt: skip
        place = f"{base}/organisations/{self.organisation}/deliveries/letters/{name}"
        letter = {"id": name, "type": "letters", "attributes": attributes, "links": {"self": place}}
        self.letters.append(letter)
        self.sheets[name] = self.files[said["file_url"]]
        return {"data": letter}


def stamp(at: datetime) -> str:
    """A moment as Pingen writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S%z")
