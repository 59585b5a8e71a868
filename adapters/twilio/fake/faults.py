"""Everything that Twilio answers instead of a message, with the status, the code and the words that it uses."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlsplit

_LONGEST: Final = 1600  # characters
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
# Numbers that stand for what can be wrong with one, as with Twilio's test credentials.
_MAGIC_TO: Final = {"+15005550001": 21211, "+15005550002": 21612, "+15005550003": 21408, "+15005550004": 21610,
                    "+15005550009": 21614}  # fmt: skip
_MAGIC_FROM: Final = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
_WORDS: Final = {
    20003: "Authenticate",
    20404: "The requested resource {path} was not found",
    20429: "Too Many Requests",
    20500: "An internal server error has occurred",
    20503: "Service is unavailable. Please try again.",
    21211: "Invalid 'To' Phone Number: {to}",
    21212: "Invalid From Number: {from_}",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {to}",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21606: "The 'From' phone number {from_} is not a valid, message-capable Twilio phone number for this destination.",
    21609: "The 'StatusCallback' URL {callback} is not a valid URL.",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This 'From' number {from_} has exceeded the maximum number of queued messages",
    21612: "Message cannot be sent with the current combination of 'To' ({to}) and/or 'From' ({from_}) parameters",
    21614: "'To' number: {to}, is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit",
}
_STATUS: Final = {20003: 401, 20404: 404, 20429: 429, 20500: 500, 20503: 503, 21611: 429}


class Fault(Exception):
    """An error answer, by Twilio's code."""

    def __init__(self, code: int, **said: str) -> None:
        """`said` fills the words: the path, the numbers."""
        self.status = _STATUS.get(code, 400)
        self.body: dict[str, Any] = {
            "code": code,
            "message": _WORDS[code].format(**said),
            "more_info": f"https://www.twilio.com/docs/errors/{code}",
            "status": self.status,
        }
        super().__init__(code)


def look_at(said: dict[str, str], opted_out: set[str]) -> None:
    """Raises `Fault` for a message that Twilio would not take."""
    to, sender, body = said.get("To", ""), said.get("From", ""), said.get("Body", "")
    code = (
        _missing(to, sender or said.get("MessagingServiceSid", ""), body)
        or _MAGIC_FROM.get(sender)
        or _MAGIC_TO.get(to)
        or (21211 if not _E164.fullmatch(to) else 21610 if to in opted_out else None)
        or (21617 if len(body) > _LONGEST else None)
        or (21609 if "StatusCallback" in said and not _is_address(said["StatusCallback"]) else None)
    )
    if code is not None:
        raise Fault(code, to=to, from_=sender, callback=said.get("StatusCallback", ""))


def _missing(to: str, by: str, body: str) -> int | None:
    return 21604 if not to else 21603 if not by else 21602 if not body else None


def _is_address(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
