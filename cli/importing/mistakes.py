"""What is wrong in a file: where it stands, what was found, what is allowed, and which option would help."""

from __future__ import annotations

from typing import Final

from dunning.errors import FileMistake

SHOWN: Final = 60  # characters of what was found


class CsvMistake(FileMistake):
    """A CSV file that cannot be used; nothing of it was."""


def shown(text: str) -> str:
    """A cell on one line, as far as it fits, with nothing in it that a terminal would obey."""
    flat = "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in text.replace("\r", "")
    )
    return flat if len(flat) <= SHOWN else f"{flat[:SHOWN]}…"


def with_help(allowed: str, *options: str) -> str:
    """What is allowed, and the options that read what was found."""
    return f"{allowed}; {' or '.join(options)} reads it" if options else allowed
