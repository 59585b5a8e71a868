"""What a process has used: CPU seconds and memory, as the operating system counts them."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def cpu_seconds(pid: int) -> float:
    """User and system seconds of a process and of its ended children."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / _TICKS


def tree_of(pid: int) -> list[int]:
    """A process and all that descends from it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(found for child in children for found in tree_of(int(child)))]


def tree_cpu_seconds(pid: int) -> float:
    """The same for a process and its living descendants."""
    return sum(cpu_seconds(one) for one in tree_of(pid))


def tree_megabytes(pid: int) -> float:
    """Resident memory of a process and its living descendants."""
    return (
        sum(int(Path(f"/proc/{one}/statm").read_text(encoding="ascii").split()[1]) for one in tree_of(pid))
        * _PAGE
        / 1e6
    )
