"""Names of people as they sign in, and their addresses: read in one form, so that two spellings are one person."""

from __future__ import annotations

import re
from typing import Final

from dunning.requests import CUSTOMER

NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
EMAIL: Final = re.compile(r"[^\s@,;<>\"]{1,64}@[^\s@,;<>\"]{1,180}")
ALLOWED_NAME: Final = "1 to 64 of a-z, 0-9, point, hyphen and underscore, such as ann.smith"


def name_of_person(text: str) -> str:
    """The name in lower case. Raises `ValueError` that says what is allowed."""
    name = text.strip().lower()
    if name == CUSTOMER:
        raise ValueError(f"name: found {name}; allowed another: what is asked by that name is the customer's own (C3)")
    if not NAME.fullmatch(name):
        raise ValueError(f"name: found {text.strip()[:80]!r}; allowed {ALLOWED_NAME}")
    return name


def email_of_person(text: str | None) -> str | None:
    """The address, None for none. Raises `ValueError` that says what is allowed."""
    address = (text or "").strip()
    if address and not EMAIL.fullmatch(address):
        raise ValueError("email: found no address; allowed one such as ann@company.example, or none")
    return address or None
