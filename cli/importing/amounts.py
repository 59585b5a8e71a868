"""Amounts as people and programs write them: with a comma or a point, grouped, with their sign before or behind.

A text that could mean two amounts is never read by guessing: groups and commas need `--decimal`.
"""

from __future__ import annotations

import re
from typing import Final, Literal

Decimals = Literal[".", ","]

_MINUS: Final = str.maketrans({"\u2212": "-", "\u2013": "-"})  # the signs that spreadsheets write for it
_PLAIN: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
_SPACES: Final = " \u00a0\u202f'’"  # between thousands: plain, no-break and narrow spaces, and the Swiss apostrophe
_SPACE: Final = re.compile(f"[{_SPACES}]")
_GROUPED: Final = {
    ".": re.compile(rf"[0-9]{{1,3}}([,{_SPACES}][0-9]{{2,3}})*([,{_SPACES}][0-9]{{3}})(\.[0-9]+)?"),
    ",": re.compile(rf"[0-9]{{1,3}}([.{_SPACES}][0-9]{{3}})+(,[0-9]+)?"),
}
_UNGROUPED: Final = {".": _PLAIN, ",": re.compile(r"[0-9]+(,[0-9]+)?")}
_SIGNS: Final = {
    "€": ("EUR",),
    "£": ("GBP",),
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"),
    "¥": ("JPY", "CNY"),
}
_WITH_CURRENCY: Final = re.compile(
    r"(?P<before>[A-Z]{3}|[€£$¥])\s*(?P<amount>[^A-Z€£$¥]+)|(?P<alone>[^A-Z€£$¥]+?)\s*(?P<behind>[A-Z]{3}|[€£$¥])"
)
_BOTH: Final[tuple[Decimals, Decimals]] = (",", ".")


def read_amount(text: str, decimals: Decimals | None, currency: str = "") -> str | None:
    """The amount as a plain number such as -1234.56; None where it is none.

    `decimals` is what stands before the decimals. Where nobody said it, only plain numbers are amounts. Beside
    the amount may stand the sign or the code of its `currency`, not that of another.
    """
    sign, digits = _without_sign(text)
    if decimals is not None:
        minus, digits = _without_sign(_without_currency(digits, currency))
        sign = sign or minus
    if decimals is None:
        return f"{sign}{digits}" if _PLAIN.fullmatch(digits) else None
    if not (_UNGROUPED[decimals].fullmatch(digits) or _GROUPED[decimals].fullmatch(digits)):
        return None
    grouping = "," if decimals == "." else "."
    plain = _SPACE.sub("", digits).replace(grouping, "").replace(decimals, ".")
    whole, _, fraction = plain.partition(".")
    # Three digits may be a misread thousand, and are held to the currency; others are noughts that a program fills up.
    kept = fraction if len(fraction) == len("000") else fraction.rstrip("0")
    return f"{sign}{whole}.{kept}" if kept else f"{sign}{whole}"


def helping(text: str, decimals: Decimals | None, currency: str = "") -> tuple[str, ...]:
    """The options under which this text would be an amount."""
    others = [other for other in _BOTH if other != decimals]
    same = (None, read_amount(text, decimals, currency))
    return tuple(f"--decimal {other}" for other in others if read_amount(text, other, currency) not in same)


def is_negative(amount: str) -> bool:
    """Whether a plain number is below nought."""
    return amount.startswith("-") and any(digit in "123456789" for digit in amount)


def negated(amount: str) -> str:
    """The plain number with the other sign."""
    return amount.removeprefix("-") if amount.startswith("-") else f"-{amount}"


def _without_currency(text: str, currency: str) -> str:
    """The amount alone, where the currency that stands beside it is its own."""
    found = _WITH_CURRENCY.fullmatch(text)
    mark = found and (found["before"] or found["behind"])
    if found is None or not mark or currency not in (mark, *_SIGNS.get(mark, ())):
        return text
    return str(found["amount"] or found["alone"])


def _without_sign(text: str) -> tuple[str, str]:
    """The sign, which accountants write before, behind, or as brackets, and the rest."""
    bare = text.strip().translate(_MINUS)
    if bare.startswith("(") and bare.endswith(")"):
        return "-", bare[1:-1].strip()
    if bare.endswith("-") and not bare.startswith("-"):
        return "-", bare[:-1].strip()
    return ("-", bare[1:].strip()) if bare.startswith("-") else ("", bare)
