"""What one look of the doctor found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One look: `well` says that nothing needed is missing, `fix` what to do, or what is good to know.

    `wants_eyes`: all is there, and yet a person should look: no reason to call a process unhealthy.
    """

    what: str
    well: bool
    found: str
    fix: str = ""
    wants_eyes: bool = False
