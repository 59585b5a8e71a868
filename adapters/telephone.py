"""Telephone numbers: which can receive a text message, how networks want them written, what zone they tell."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import phonenumbers
from babel.core import get_global
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType
from phonenumbers.timezone import time_zones_for_number

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


@lru_cache(maxsize=4096)
def zone_of_number(written: str, country: str | None) -> str | None:
    """The time zone that a number tells of where its owner is: the only one of the country that it belongs to (L3).

    None where it tells several or none, as most mobile numbers of large countries do, or is of another country.
    """
    try:
        number = phonenumbers.parse(written, country)
    except NumberParseException:
        return None
    there = frozenset(get_global("territory_zones").get(country or "", ()))
    found = [zone for zone in time_zones_for_number(number) if zone in there]
    return found[0] if len(found) == 1 else None
