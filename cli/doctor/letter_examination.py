"""Whether letters can be printed: what makes their PDF is here, and their folder or Pingen takes them."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Final

from adapters.letters.pdf import LettersMissing, expect_printable
from adapters.pingen.courier import PingenCourier
from adapters.settings import Settings
from cli.doctor.carrier_examination import PATIENCE, asked
from cli.doctor.diagnosis import Diagnosis
from cli.installation.connections import is_printed, pingen_account

_WHAT: Final = "letters"


async def examine_letters(settings: Settings) -> Diagnosis:
    """The library, libpango beneath it, and who takes the letters: the folder, or Pingen."""
    route, folder = settings.route("letter"), settings.letters.folder
    if not is_printed(settings):
        return Diagnosis(_WHAT, well=True, found=f"none are printed; letters: {route}")
    try:
        expect_printable()
    except LettersMissing as missing:
        found, _, how = str(missing).removeprefix("letters: ").partition("; ")
        return Diagnosis(_WHAT, well=False, found=found, fix=how)
    if route == "pingen" or folder is None:
        return await _pingen(settings)
    place = folder if folder.exists() else folder.absolute().parent
    if not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
        return Diagnosis(_WHAT, well=False, found=f"{folder}: takes no files", fix="another one in letters.folder")
    return Diagnosis(_WHAT, well=True, found=f"as PDF into {folder}")


async def _pingen(settings: Settings) -> Diagnosis:
    """Pingen, and whether it can tell what became of letters."""
    courier = PingenCourier(pingen_account(settings.pingen), PATIENCE)
    setting = "pingen.organisation, pingen.client_id and pingen.client_secret (DUNNING_PINGEN__...)"
    found = await asked(_WHAT, "pingen", settings.pingen.api_base, setting, courier.examine)
    if found.well and (settings.api.public_url is None or settings.pingen.signing_key is None):
        fix = "set api.public_url and pingen.signing_key, so that Pingen can tell which letters came back"
        return replace(found, fix=fix, warns=True)
    return found
