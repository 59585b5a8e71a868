"""What one look of the doctor found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One look: `well` says that nothing needed is missing, `fix` what to do, or what is good to know.

    One that `warns` is well, and yet a person should look: no reason to call a process unhealthy.
    """

    what: str
    well: bool
    found: str
    fix: str = ""
    warns: bool = False
