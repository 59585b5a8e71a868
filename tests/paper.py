"""Letters on paper: what tests of them need from the system."""

from __future__ import annotations

from typing import Final

import pytest

from adapters.letters.pdf import LettersMissing, expect_printable


def _lack() -> str:
    try:
        expect_printable()
    except LettersMissing as missing:
        return str(missing)
    return ""


LACK: Final = _lack()
on_paper: Final = pytest.mark.skipif(bool(LACK), reason=LACK or "letters can be made here")
"""A test that makes a PDF; it is skipped where no letter can be made, and the reason says what is missing."""
