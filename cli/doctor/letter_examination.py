"""Whether letters can be printed: what makes their PDF is here, and their folder takes files."""

from __future__ import annotations

import os
from typing import Final

from adapters.letters.pdf import LettersMissing, expect_printable
from adapters.settings import Settings
from cli.doctor.diagnosis import Diagnosis

_WHAT: Final = "letters"


async def examine_letters(settings: Settings) -> Diagnosis:
    """The library, libpango beneath it, and the folder."""
    route, folder = settings.route("letter"), settings.letters.folder
    if route != "print" or folder is None:
        return Diagnosis(_WHAT, well=True, found=f"none are printed; letters: {route}")
    try:
        expect_printable()
    except LettersMissing as missing:
        found, _, how = str(missing).removeprefix("letters: ").partition("; ")
        return Diagnosis(_WHAT, well=False, found=found, fix=how)
    place = folder if folder.exists() else folder.absolute().parent
    if not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
        return Diagnosis(_WHAT, well=False, found=f"{folder}: takes no files", fix="another one in letters.folder")
    return Diagnosis(_WHAT, well=True, found=f"as PDF into {folder}")
