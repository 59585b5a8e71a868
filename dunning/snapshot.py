"""A whole case as text and back: carried from run to run, and kept when it ends so that it can open again (P5)."""

from __future__ import annotations

from pydantic import TypeAdapter

from dunning.case import Case

_ADAPTER: TypeAdapter[Case] = TypeAdapter(Case)


def dump(case: Case) -> str:
    """The case as JSON."""
    return _ADAPTER.dump_json(case, by_alias=True).decode()


def load(text: str) -> Case:
    """The same case again."""
    return _ADAPTER.validate_json(text)
