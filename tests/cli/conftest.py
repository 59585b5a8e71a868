"""A command as a user sees it: arguments in, an exit code and two texts out, in a folder of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.main import run


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def last_line(self) -> str:
        return self.out.rstrip("\n").rpartition("\n")[2]


Dunning = Callable[..., Said]


@pytest.fixture
def dunning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Dunning:
    """Runs the command in an empty folder, so that no settings of this machine are found."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str | Path) -> Said:
        code = run([str(argument) for argument in arguments])
        return Said(code, *capsys.readouterr())

    return command
