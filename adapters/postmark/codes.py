"""Whose fault it is that Postmark refuses a message: the address's, our account's, or nobody's for long.

The codes are those of https://postmarkapp.com/developer/api/overview#error-codes. The words are never quoted, for they
repeat addresses.
"""

from __future__ import annotations

from typing import Final

from adapters.http_carrier import CarrierAnswer
from dunning.errors import FateUnknown, NotTaken

_INVALID_MESSAGE: Final = 300  # its words name the field
_INACTIVE_RECIPIENT: Final = 406  # it bounced, complained or unsubscribed before
_MAINTENANCE: Final = 100
_TOO_MANY: Final = 429
# Of this message alone: others may leave.
_THIS_ONE: Final = frozenset({
    _INVALID_MESSAGE,
    402,  # no JSON
    403,  # another JSON than is wanted
    409,  # not said to be JSON
    411,  # a type of attachment that may not be sent
})  # fmt: skip
_FAULT, _NOT_NOW = 500, 503


def refusal(answer: CarrierAnswer) -> NotTaken | FateUnknown | None:
    """Why a message was not taken; None where its address is refused for good.

    Postmark itself loses what it answers with 500. Another answer above that comes from something in between, which
    cannot know.
    """
    code = answer.number("ErrorCode")
    if code == _INACTIVE_RECIPIENT or (code == _INVALID_MESSAGE and "'To'" in (answer.word("Message") or "")):
        return None
    said = f"postmark: answered {answer.status}{f' {code}' if code else ''}"
    if answer.status in {_FAULT, _NOT_NOW} or code == _MAINTENANCE:
        return NotTaken(said, for_everybody=answer.status != _FAULT)
    if answer.status > _FAULT:
        return FateUnknown(said)
    if _TOO_MANY in {answer.status, code}:
        return NotTaken(said)
    return NotTaken(said, lasting=True, for_everybody=code not in _THIS_ONE)
