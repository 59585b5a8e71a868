"""What came of an errand, for people and for programs: it travels between two processes, and loads nothing heavy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from cli import terminal
from cli.exits import Exit


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under their columns; `nothing` is said in place of an empty one."""

    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    nothing: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """`document` is the whole answer for programs, `parts` the same for people, `remarks` what stands beside it."""

    document: Any
    parts: tuple[str | Table, ...]
    remarks: tuple[str, ...] = ()
    code: int = Exit.DONE

    def say(self, *, json: bool) -> None:
        """Say it in the form that was asked for."""
        for remark in self.remarks:
            terminal.remark(remark)
        if json:
            terminal.say_json(self.document)
            return
        for part in self.parts:
            if isinstance(part, str):
                terminal.say(part)
            elif part.rows or not part.nothing:
                terminal.say_table(part.columns, part.rows)
            else:
                terminal.say(part.nothing)

    def written(self) -> dict[str, Any]:
        """As it travels: plain JSON, moments and amounts as text."""
        parts = [
            one if isinstance(one, str) else {"columns": one.columns, "rows": one.rows, "nothing": one.nothing}
            for one in self.parts
        ]
        whole = {"document": self.document, "parts": parts, "remarks": self.remarks, "code": int(self.code)}
        plain: dict[str, Any] = json.loads(json.dumps(whole, default=str))
        return plain

    @classmethod
    def read(cls, written: dict[str, Any]) -> Self:
        """As `written` wrote it."""
        parts = tuple(one if isinstance(one, str) else Table(**one) for one in written["parts"])
        return cls(written["document"], parts, tuple(written["remarks"]), written["code"])
