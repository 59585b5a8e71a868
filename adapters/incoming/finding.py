"""Which message of ours a mail is about that came to no address of its own: by whom it names, what it answers, what it
encloses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.utils import parseaddr
from itertools import chain
from typing import Final

from adapters.incoming.addresses import Purpose, SignedAddresses
from adapters.incoming.mail import Part, header, headers, opened
from adapters.incoming.reports import enclosed

_SENT_TO: Final = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To")
_OURS: Final = ("Return-Path", "Reply-To", "List-Unsubscribe")
_ANSWERS: Final = ("In-Reply-To", "References")
_MESSAGE_ID: Final = re.compile(r"<([a-z2-7]{16})@[^<>@\s]{1,255}>", re.IGNORECASE)
_MOST: Final = 50  # ids of one header
_NOBODY: Final = "<>"


@dataclass(frozen=True, slots=True)
class Found:
    """A message that a mail may be about. The `purpose` is known where an address that we signed was used."""

    token: str
    purpose: Purpose | None


@dataclass(frozen=True, slots=True)
class Findings:
    """The messages that a mail may be about, the likeliest first; whether its sender takes no answer; and the domain of
    who wrote it.
    """

    messages: tuple[Found, ...]
    from_nobody: bool
    writer: str


class Finder:
    """Finds messages by what we signed and by their Message-IDs."""

    def __init__(self, addresses: SignedAddresses | None) -> None:
        """`addresses` are those that messages have of their own, if any."""
        self._addresses = addresses

    def is_worth_reading(self, head: bytes) -> bool:
        """Whether a mail with these headers may be about a message of ours: the others are not even fetched."""
        mail = opened(head)
        if mail.get_content_type() == "multipart/report" or header(mail, "Return-Path") == _NOBODY:
            return True
        return any(True for _ in chain(self._signed(_of(mail, _SENT_TO)), self._tokens(_of(mail, _ANSWERS))))

    def found(self, content: bytes) -> Findings:
        """What a mail may be about. Raises `Unreadable`."""
        mail = opened(content)
        from_nobody = header(mail, "Return-Path") == _NOBODY
        writer = parseaddr(header(mail, "From"))[1].lower().rpartition("@")[2]
        signed = list(self._signed(_of(mail, _SENT_TO)))
        if signed:
            return Findings(tuple(dict.fromkeys(signed)), from_nobody, writer)
        about = enclosed(mail)
        original = [] if about is None else [*_of(about, ("Message-ID",)), *_of(about, _ANSWERS)]
        tokens = chain(
            (one.token for one in self._signed(_of(about, _OURS) if about is not None else ())),
            self._tokens(_of(mail, _ANSWERS)),
            self._tokens(original),
        )
        return Findings(tuple(Found(token, None) for token in dict.fromkeys(tokens)), from_nobody, writer)

    def _signed(self, texts: Iterable[str]) -> Iterator[Found]:
        for one in self._addresses.found_in(texts) if self._addresses else ():
            yield Found(one.token, one.purpose)

    def _tokens(self, texts: Iterable[str]) -> Iterator[str]:
        """What Message-IDs like ours call messages; the newest of each header stands last."""
        for text in texts:
            for found in reversed(_MESSAGE_ID.findall(text)[-_MOST:]):
                yield found.lower()


def _of(mail: Part, names: Iterable[str]) -> list[str]:
    return [text for name in names for text in headers(mail, name)]
