"""The courier of letters into a folder: one PDF a letter, for a printer or a print service to take."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from adapters.correspondence import Parcel
from adapters.letters.pdf import LettersMissing, pdf_of
from dunning.errors import NotTaken


class PrintFolder:
    """Writes each letter once it is whole, under the name of its act: no name and no address is in it (O3)."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made if need be."""
        self._folder = folder

    async def deliver(self, parcel: Parcel) -> str | None:
        """Write the letter; the same parcel again is the same file. Raises `NotTaken` where the folder takes nothing.

        A file that was taken out of the folder meanwhile is written again.
        """
        if parcel.message.page is None:
            raise NotTaken(f"letter {parcel.id}: found no page to print", lasting=True)
        try:
            await asyncio.to_thread(_write, self._folder, parcel.id, parcel.message.page)
        except LettersMissing as missing:
            raise NotTaken(str(missing), lasting=True) from None
        except OSError as error:
            what = error.strerror or type(error).__name__
            raise NotTaken(f"letters.folder: {self._folder}: {what}", lasting=False) from None
        return parcel.id


def _write(folder: Path, name: str, page: str) -> None:
    """Whoever looks into the folder finds a whole letter under this name, or none."""
    data = pdf_of(page, name)
    folder.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder, prefix=f".{name}-", suffix=".part", delete=False) as part:
        try:
            part.write(data)
            part.flush()
            os.fsync(part.fileno())
            Path(part.name).replace(folder / f"{name}.pdf")
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise
