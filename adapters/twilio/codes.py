"""Whose fault it is that Twilio refuses a message: the number's, our account's, or nobody's for long.

Twilio's words are never read, for they repeat numbers; its error codes are (https://www.twilio.com/docs/api/errors).
"""

from __future__ import annotations

from typing import Final

from adapters.http_carrier import CarrierAnswer
from dunning.errors import FateUnknown, NotTaken

# No text message will ever reach this number from us, until it changes.
ADDRESS: Final = frozenset({
    21211,  # no valid number
    21214,  # a number that cannot be reached
    21217,  # no number at all
    21610,  # its owner has opted out at Twilio
    21614,  # no mobile number
    21635,  # a landline
})  # fmt: skip
# Of this message or this country alone: others may leave.
THIS_ONE: Final = frozenset({
    21408,  # our account may not send to that country
    21612,  # no way from our sender to that number
    21617,  # too long
    21619,  # no text
})  # fmt: skip
BUSY: Final = frozenset({
    20429,  # too many requests
    21611,  # too many messages of our sender wait already
})  # fmt: skip
_TOO_MANY: Final = 429
_FAULT, _NOT_NOW = 500, 503


def refusal(answer: CarrierAnswer) -> NotTaken | FateUnknown | None:
    """Why a message was not taken; None where its number is refused for good.

    An answer of 500 and more that is not Twilio's own comes from something in between, which cannot know.
    """
    code = answer.number("code")
    if code in ADDRESS:
        return None
    said = f"twilio: answered {answer.status}{f' {code}' if code else ''}"
    if answer.status >= _FAULT:
        if answer.status == _NOT_NOW or (answer.status == _FAULT and code):
            return NotTaken(said, for_everybody=answer.status == _NOT_NOW)
        return FateUnknown(said)
    if answer.status == _TOO_MANY or code in BUSY:
        return NotTaken(said)
    return NotTaken(said, lasting=True, for_everybody=code not in THIS_ONE)
