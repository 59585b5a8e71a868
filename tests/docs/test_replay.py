"""The program on the page about upgrades does what the page says: it replays histories with the present code."""

import subprocess
import sys
from pathlib import Path

from tests.docs.pages import ROOT, page
from tests.workflows.kept_histories import HISTORIES, history_in

PAGE = page("docs/how-to/upgrade-a-workflow.md")


def test_the_program_on_the_page_replays_a_recorded_history(tmp_path: Path) -> None:
    [program] = [block for block in PAGE.blocks if block.language == "python"]
    assert program.file == "replay.py"
    (tmp_path / "replay.py").write_text(program.text, encoding="utf-8")
    recorded = history_in(min(HISTORIES.glob("*.json")).read_text())
    (tmp_path / "case:INV-1.json").write_text(recorded.to_json())  # as `temporal workflow show` writes it
    command = [sys.executable, str(tmp_path / "replay.py"), str(tmp_path)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert ran.stdout == "case:INV-1.json replays\n", ran.stderr


def test_the_histories_are_where_the_page_says() -> None:
    assert "`tests/workflows/histories/`" in PAGE.text
    assert HISTORIES == ROOT / "tests/workflows/histories"
    assert list(HISTORIES.glob("*.json"))
    assert "\nhistories:" in (ROOT / "Makefile").read_text(encoding="utf-8")
