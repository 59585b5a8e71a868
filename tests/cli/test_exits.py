"""What a command says of an exception that nobody meant to raise: its kind and its place, never its words."""

from __future__ import annotations

import pytest

from cli.exits import Exit, report_fault


def look_up() -> None:
    raise KeyError("Ada Lovelace")


def a_fault() -> Exception:
    try:
        look_up()
    except KeyError as error:
        fault = ValueError("Ada Lovelace, Keizersgracht 1")
        fault.__cause__ = error
        return fault.with_traceback(error.__traceback__)
    raise AssertionError


@pytest.mark.parametrize("level", ["info", "debug"])
def test_a_fault_is_told_by_its_kind_and_its_place_at_every_level(monkeypatch: pytest.MonkeyPatch, level: str) -> None:
    monkeypatch.setenv("DUNNING_LOG_LEVEL", level)
    said: list[str] = []
    assert report_fault(a_fault(), said.append) is Exit.FAULT
    assert said[0].startswith("a fault of ours: ValueError from KeyError at test_exits.py:")
    assert "Lovelace" not in said[0]
