"""Signed addresses: each e-mail notice gets some of its own, and what is sent there is about that notice alone.

An address names the message by letters that mean nothing, and nobody but us can make one: no invoice, person or
customer stands in it (M4). It is good for as long as the store knows the message.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, get_args

Purpose = Literal["bounce", "reply", "unsubscribe"]

LENGTH: Final = 33  # a letter for the purpose, 80 bits of the message's name, 80 of the signature
_PART: Final = 16
_BITS: Final = 10  # bytes, which are 16 letters
_LETTERS: Final = {purpose[0]: purpose for purpose in get_args(Purpose)}
_SIGNED: Final = re.compile(r"(?<![a-z2-7])[bru][a-z2-7]{32}(?=@)")


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signed text is for, and the token of the message that it is about."""

    purpose: Purpose
    token: str


class Signatures:
    """Signs and reads; the same for every process that knows the store's own secret."""

    def __init__(self, secret: bytes) -> None:
        """`secret` is the store's `fingerprint_key`; what is signed here fits nothing else that it is used for."""
        self._key = hmac.digest(secret, b"mail that comes back", "sha256")

    def token(self, parcel_id: str) -> str:
        """The name of a message in addresses. Who knows the act cannot work it out."""
        return self._letters(f"message {parcel_id}")

    def signed(self, purpose: Purpose, parcel_id: str) -> str:
        """33 small letters and digits, for the local part of an address or the end of a link."""
        token = self.token(parcel_id)
        return f"{purpose[0]}{token}{self._mark(purpose, token)}"

    def read(self, text: str) -> Signed | None:
        """What a text says that we signed, in small letters or in capitals; None for any other."""
        plain = text.lower()
        purpose = _LETTERS.get(plain[:1])
        if purpose is None or len(plain) != LENGTH or not plain.isascii():
            return None
        token, mark = plain[1 : 1 + _PART], plain[1 + _PART :]
        return Signed(purpose, token) if hmac.compare_digest(mark, self._mark(purpose, token)) else None

    def _mark(self, purpose: Purpose, token: str) -> str:
        return self._letters(f"{purpose} {token}")

    def _letters(self, text: str) -> str:
        return base64.b32encode(hmac.digest(self._key, text.encode(), "sha256")[:_BITS]).decode().lower()


@dataclass(frozen=True, slots=True)
class SignedAddresses:
    """Signed addresses at one place: under a `domain` of their own (`...@reply.firm.example`), or behind the name of
    one mailbox (`accounts+...@firm.example`).
    """

    signatures: Signatures
    domain: str
    mailbox: str | None = None

    def address(self, purpose: Purpose, parcel_id: str) -> str:
        """Where what comes back of this message is sent."""
        signed = self.signatures.signed(purpose, parcel_id)
        return f"{f'{self.mailbox}+' if self.mailbox else ''}{signed}@{self.domain}"

    def read(self, address: str) -> Signed | None:
        """What an address of ours is for; None for any other, also for a signed text at another place."""
        local, _, domain = address.rpartition("@")
        before = f"{self.mailbox}+".lower() if self.mailbox else ""
        if domain.lower() != self.domain.lower() or not local.lower().startswith(before):
            return None
        return self.signatures.read(local[len(before) :])

    def found_in(self, texts: Iterable[str]) -> Iterator[Signed]:
        """Every address of ours in these texts, such as headers, in their order."""
        for text in texts:
            for found in _SIGNED.finditer(text.lower()):
                signed = self.signatures.read(found[0])
                if signed is not None:
                    yield signed
