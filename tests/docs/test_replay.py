"""What the page about upgrades says is so: the command replays histories of files, and the tests keep some."""

from pathlib import Path

from tests.cli.programs import said
from tests.docs.pages import ROOT, page
from tests.workflows.kept_histories import HISTORIES, history_in

PAGE = page("docs/how-to/upgrade-a-workflow.md")


def test_the_command_on_the_page_replays_histories_as_temporal_writes_them(tmp_path: Path) -> None:
    assert "$ .venv/bin/dunning replay histories\n1 history: 1 as before, 0 otherwise, 0 stuck" in PAGE.text
    (tmp_path / "histories").mkdir()
    recorded = history_in(min(HISTORIES.glob("*.json")).read_text())
    (tmp_path / "histories" / "case:INV-1.json").write_text(recorded.to_json())
    assert said("replay", "histories", folder=tmp_path, settings={}) == "1 history: 1 as before, 0 otherwise, 0 stuck\n"


def test_a_history_that_this_build_would_not_have_made_stands_still(tmp_path: Path) -> None:
    text = min(HISTORIES.glob("nobody-answers*.json")).read_text()
    (tmp_path / "h.json").write_text(text.replace('"name":"send_notice"', '"name":"send_letter"'))
    told = said("replay", "h.json", folder=tmp_path, settings={}, code=1, out=True)
    assert "h.json would stand still: NondeterminismError" in told
    (tmp_path / "h.json").write_text("{}")
    assert "h.json: found no history" in said("replay", "h.json", folder=tmp_path, settings={}, code=2)


def test_the_histories_are_where_the_page_says() -> None:
    assert "`tests/workflows/histories/`" in PAGE.text
    assert HISTORIES == ROOT / "tests/workflows/histories"
    assert list(HISTORIES.glob("*.json"))
    assert "\nhistories:" in (ROOT / "Makefile").read_text(encoding="utf-8")
