"""A mail as it arrived: bytes that anybody may have written, and what of them is read without trusting any."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from typing import Final, TypeAlias

from adapters.incoming.addresses import Purpose
from dunning.errors import DunningError

Part: TypeAlias = "Message[str, str]"
Number = tuple[str, int, int]  # of a message in a mailbox: the mailbox, its UIDVALIDITY, the UID
# Why a message is left in its mailbox.
NOT_OURS: Final = "not-ours"
UNREADABLE: Final = "unreadable"
NOT_GIVEN: Final = "not-given"
_MOST_BOUNDARIES: Final = 200
_MOST_PARTS: Final = 5_000
_LONGEST_HEADER: Final = 4_000  # letters that are read
_DEEPEST: Final = 20
_MESSAGE_ID: Final = re.compile(rb"^message-id:\s*(<[^<>\s]{1,400}>)", re.IGNORECASE | re.MULTILINE)
_ENDS_HEADERS: Final = re.compile(rb"\r?\n\r?\n")
_BOUNDARY: Final = re.compile(rb"boundary\s*=", re.IGNORECASE)
_CONTROL: Final = re.compile(r"[^\S\n ]|[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Unreadable(DunningError):
    """A mail that cannot be taken apart."""


@dataclass(frozen=True, slots=True)
class ArrivedMail:
    """A mail about the message with this `token`. `purpose` is that of the address to which it was sent, None where it
    was found by what it answers; `from_nobody` says that its sender takes no answer (`MAIL FROM:<>`).
    """

    token: str
    purpose: Purpose | None
    from_nobody: bool
    content: bytes = field(repr=False)

    @property
    def message_id(self) -> str | None:
        """Its Message-ID, as far as it has one."""
        headers = _ENDS_HEADERS.split(self.content, maxsplit=1)[0]
        found = _MESSAGE_ID.search(headers)
        return found[1].decode("latin-1") if found else None

    @property
    def body(self) -> bytes:
        """All that comes after the headers, with one kind of line end."""
        parts = _ENDS_HEADERS.split(self.content, maxsplit=1)
        return parts[1].replace(b"\r\n", b"\n").rstrip() if len(parts) > 1 else self.content


def opened(content: bytes) -> Part:
    """The mail, taken apart. Raises `Unreadable` where somebody made it to be none."""
    if len(_BOUNDARY.findall(content)) > _MOST_BOUNDARIES:
        raise Unreadable(f"mail: found more than {_MOST_BOUNDARIES} boundaries")
    if content.count(b"\n--") > _MOST_PARTS:
        raise Unreadable(f"mail: found more than {_MOST_PARTS} parts")
    try:
        return message_from_bytes(content)
    except Exception as error:  # noqa: BLE001 - whatever the parser trips over was written by a stranger
        raise Unreadable(f"mail: {type(error).__name__}") from None


def parts_of(mail: Part, depth: int = 0) -> Iterator[Part]:
    """The mail and its parts, however deep, but not the mails that it encloses."""
    yield mail
    if depth >= _DEEPEST or mail.get_content_maintype() != "multipart":
        return
    inner = mail.get_payload()
    for part in inner if isinstance(inner, list) else ():
        if isinstance(part, Message):
            yield from parts_of(part, depth + 1)


def header(mail: Part, name: str) -> str:
    """The first header of this name as plain text of one line, empty where there is none."""
    return next(iter(headers(mail, name)), "")


def headers(mail: Part, name: str) -> list[str]:
    """All headers of this name."""
    return [_decoded(str(value)[:_LONGEST_HEADER]) for value in mail.get_all(name, [])]


def text_of(part: Part) -> str:
    """What a part says, whatever it claims to be written in; a charset that nobody knows is taken for UTF-8."""
    try:
        payload = part.get_payload(decode=True)
    except Exception:  # noqa: BLE001 - a transfer encoding that is none
        payload = str(part.get_payload()).encode("utf-8", "replace")
    if not isinstance(payload, bytes):
        return ""
    return decoded(payload, _charset(part))


def decoded(payload: bytes, charset: str) -> str:
    """Bytes as text that can be kept: no control characters, and a sign in the place of what is no letter."""
    for guess in (charset, "utf-8"):
        with suppress(LookupError, UnicodeError, ValueError):
            return clean(payload.decode(guess))
    return clean(payload.decode("cp1252", "replace"))


def clean(text: str) -> str:
    """Lines of text without what no person wrote."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").replace("\N{NO-BREAK SPACE}", " ")
    return _CONTROL.sub("", lines)


def _charset(part: Part) -> str:
    with suppress(Exception):  # a header that is none
        return part.get_content_charset("utf-8")
    return "utf-8"


def _decoded(value: str) -> str:
    said = value
    with suppress(Exception):  # encoded words that are none stay as they are
        said = "".join(
            one if isinstance(one, str) else decoded(one, charset or "latin-1") for one, charset in decode_header(value)
        )
    return " ".join(clean(said).split())
