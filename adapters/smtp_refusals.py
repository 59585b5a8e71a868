"""Whose fault it is that a mail server refused for good: the recipient's address, or something about us."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

from aiosmtplib.errors import SMTPResponseException

LASTING: Final = 500  # codes from here on do not change by waiting
_ENHANCED: Final = re.compile(r"[245]\.(\d{1,3})\.(\d{1,3})\b")
Fault = Literal["address", "ours"]

# RFC 3463, by the second number: what is wrong. Between servers (system, protocol, content, security and policy) it is
# never the debtor who cannot be reached.
_BY_SUBJECT: Final[Mapping[str, Fault]] = {
    "1": "address",  # the address
    "2": "address",  # the mailbox: disabled, full
    "3": "ours",  # the mail system, such as a message that is too large for it
    "4": "address",  # the way there
    "5": "ours",  # the protocol
    "6": "ours",  # the content, such as what looks like spam
    "7": "ours",  # security and policy, such as SPF, DKIM, DMARC or a list of senders that nobody wants
}
# And by both numbers, where it is another's.
_BY_DETAIL: Final[Mapping[tuple[str, str], Fault]] = {
    ("1", "7"): "ours",  # the sender's address cannot be read
    ("1", "8"): "ours",  # the sender's address does not exist
    ("2", "3"): "ours",  # the message is longer than that mailbox takes
}
# Without such a code, by the answer's own (RFC 5321): no such user, moved, full, no such name. Of a whole message that
# was read, a server may also say no more than that it failed (554).
_ADDRESS: Final = frozenset({501, 550, 551, 552, 553})
_MESSAGE: Final = frozenset({550, 551, 552, 553, 554})


def is_refused_address(refusal: SMTPResponseException, *, read_all: bool) -> bool:
    """Whether this recipient can never be reached so; `read_all`: the server had the whole message when it said so."""
    if refusal.code < LASTING:
        return False
    enhanced = _ENHANCED.match(refusal.message)
    if enhanced and enhanced[1] != "0":
        return is_address_fault(enhanced[1], enhanced[2])
    return refusal.code in (_MESSAGE if read_all else _ADDRESS)


def is_address_fault(subject: str, detail: str) -> bool:
    """Whether the second and third number of a permanent code (RFC 3463) say that the address is at fault."""
    return (_BY_DETAIL.get((subject, detail)) or _BY_SUBJECT.get(subject, "ours")) == "address"


def codes_of(refusal: SMTPResponseException) -> str:
    """What the server answered, without its words, which repeat addresses."""
    enhanced = _ENHANCED.match(refusal.message)
    return f"{refusal.code} {enhanced.group()}" if enhanced else str(refusal.code)
