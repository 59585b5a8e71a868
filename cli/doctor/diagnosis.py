"""What one look of the doctor found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One look: `well` says that nothing needed is missing, `fix` what to do, or what is good to know."""

    what: str
    well: bool
    found: str
    fix: str = ""
