"""How letters leave as paper."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from adapters.settings.group import Group


class LetterSettings(Group):
    """Where letters are printed from, and what their envelope looks like."""

    folder: Path | None = Field(
        None, description="The folder that letters are put into as PDF, for a printer to take; left out: none are."
    )
    window: Literal["din-5008-b", "nl-right"] = Field(
        "din-5008-b",
        description="Where the envelope shows the address: `din-5008-b` on the left (form B), `nl-right` on the right. "
        "Pingen has its own.",
    )
