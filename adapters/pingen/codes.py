"""Whose fault it is that Pingen does not take a letter: our account's, this letter's, or nobody's for long.

Its errors are those of JSON:API (`errors`, each with a `code`). Their words are never quoted, for they may repeat what
stands on the letter.
"""

from __future__ import annotations

from typing import Final

from adapters.http_carrier import CarrierAnswer
from dunning.errors import FateUnknown, NotTaken

UNAUTHORISED: Final = 401
_THIS_ONE: Final = frozenset({400, 422})  # what this letter says of itself is not allowed
_UNDER_WAY: Final = 409  # the same question, under the same key, is being answered
_TOO_MANY: Final = 429
_FAULT, _NOT_NOW = 500, 503


def refusal(answer: CarrierAnswer) -> NotTaken | FateUnknown:
    """Why a letter was not taken. Pingen reads the address later, so that none is ever refused at once.

    An answer of 500 and more that is not Pingen's own comes from something in between, which cannot know.
    """
    code = _code(answer)
    said = f"pingen: answered {answer.status}{f' {code}' if code else ''}"
    if answer.status == _UNDER_WAY or (answer.status >= _FAULT and not code):
        return FateUnknown(said)
    if answer.status == _TOO_MANY or answer.status >= _FAULT:
        return NotTaken(said, for_everybody=answer.status == _NOT_NOW)
    return NotTaken(said, lasting=True, for_everybody=answer.status not in _THIS_ONE)


def _code(answer: CarrierAnswer) -> str:
    """The code of the first error, where there is one that tells nothing of anybody."""
    errors = answer.body.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    code = first.get("code") if isinstance(first, dict) else None
    return code if isinstance(code, str) and code.isascii() and len(code) <= 60 and code.isprintable() else ""  # noqa: PLR2004 - room for any code
