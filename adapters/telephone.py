"""Telephone numbers: which of them can receive a text message, and how networks want them written."""

from __future__ import annotations

from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

# In some countries, such as the United States, nobody can tell a mobile number from a landline by its digits.
_RECEIVES_TEXT: Final = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


def text_number(written: str, country: str | None) -> str | None:
    """The number as networks want it (E.164); None if no text message can reach it: a landline, or no number at all.

    `country` is the customer's: a number without its country's code is read as people there write it.
    """
    try:
        number = phonenumbers.parse(written, country)
    except NumberParseException:
        return None
    if phonenumbers.number_type(number) not in _RECEIVES_TEXT:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
