"""What the bare workflow goes through: the sleeps and activities of a real case, read when the worker starts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sleep:
    """A timer."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Call:
    """An activity with its arguments as a real case gave them, for the invoice `INV-0`."""

    name: str
    queue: str
    args: tuple[tuple[dict[str, bytes], bytes], ...]


SCRIPT: list[Sleep | Call] = []
