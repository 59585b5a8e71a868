"""Countries by their names, as exports write them: `Niederlande` is NL."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

_SPEECHES: Final = ("en", "de", "nl", "fr", "es", "it")
_CODE: Final = 2  # letters of a code


def country_code(written: str) -> str:
    """The code of a country; what is none of the names we know stays as it is, so that its reader refuses it."""
    if len(written) == _CODE:
        return written.upper()
    return _names().get(written.casefold(), written)


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    from babel import Locale

    return {
        name.casefold(): code
        for speech in _SPEECHES
        for code, name in Locale(speech).territories.items()
        if len(code) == _CODE and code.isalpha()
    }
