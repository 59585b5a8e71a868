"""The reference knows every command, option and exit code; nothing is left to be found out."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from cli.exits import Exit
from cli.main import app
from tests.cli.conftest import Dunning

REFERENCE = (Path(__file__).parents[2] / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
HEADINGS = [
    heading for line in REFERENCE.splitlines() if line.startswith("### ") for heading in re.findall("`(.+?)`", line)
]
CHANGES_NOTHING = {
    "doctor", "keys list", "people list", "case list", "case show", "case forecast", "case task", "tasks", "test",
    "simulate", "policy check", "policy schema", "policy explain", "messages list", "messages check",
    "messages preview", "replay",
}  # fmt: skip
RUNS = {"demo", "up", "worker", "api", "mail", "migrate"}  # starts something, or makes it ready to be started
OF_EVERY_COMMAND = {"--json", "--help", "-h"}


def every_command() -> Iterator[tuple[str, Any]]:
    def within(command: Any, name: str) -> Iterator[tuple[str, Any]]:
        for word, inner in getattr(command, "commands", {}).items():
            yield from within(inner, f"{name} {word}")
        if not hasattr(command, "commands"):
            yield name, command

    yield from within(typer.main.get_command(app), "dunning")


COMMANDS = dict(every_command())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_its_heading_with_all_its_options(name: str) -> None:
    heading = next((heading for heading in HEADINGS if heading == name or heading.startswith(f"{name} ")), None)
    assert heading is not None, f"{name} is not in the reference"
    wanted = {option for part in COMMANDS[name].params for option in (*part.opts, *part.secondary_opts)}
    named = set(re.findall(r"--[a-z-]+", heading))
    assert {option for option in wanted if option.startswith("--")} - named - OF_EVERY_COMMAND <= {"--open"}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_answers_programs_in_json(name: str) -> None:
    assert any("--json" in part.opts for part in COMMANDS[name].params)


def test_whatever_changes_something_can_be_rehearsed() -> None:
    rehearsed = {name for name, one in COMMANDS.items() if any("--dry-run" in part.opts for part in one.params)}
    assert {f"dunning {name}" for name in CHANGES_NOTHING | RUNS} | rehearsed == set(COMMANDS)
    assert not rehearsed & {f"dunning {name}" for name in CHANGES_NOTHING | RUNS}


def test_each_shell_completes_commands(dunning: Dunning, monkeypatch: pytest.MonkeyPatch) -> None:
    for shell in ("bash", "zsh", "fish"):
        monkeypatch.setenv("_DUNNING_COMPLETE", f"source_{shell}")
        assert "_DUNNING_COMPLETE" in dunning().out, shell
    monkeypatch.setenv("_DUNNING_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "dunning case ")
    monkeypatch.setenv("COMP_CWORD", "2")
    said = dunning()
    assert said.out.split() == ["list", "show", "forecast", "task", "signal"]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_it_does(name: str) -> None:
    assert COMMANDS[name].help


def test_no_heading_is_for_a_command_that_is_not_there() -> None:
    assert all(any(heading == name or heading.startswith(f"{name} ") for name in COMMANDS) for heading in HEADINGS)


@pytest.mark.parametrize("code", Exit)
def test_an_exit_code_is_in_the_reference(code: Exit) -> None:
    assert re.search(rf"^\| {int(code)} \| ", REFERENCE, re.MULTILINE)


def test_help_and_version_answer(dunning: Dunning) -> None:
    assert dunning("--version").out.startswith("dunning ")
    assert "Exit codes" in dunning("--help").out
    assert dunning("policy", "check", "--help").code == 0


def test_an_unknown_command_or_option_is_bad_input(dunning: Dunning) -> None:
    for arguments in (["nope"], ["test"], ["test", ".", "--engine", "both"], ["up", "--nope"]):
        said = dunning(*arguments)
        assert (said.code, said.out) == (2, "")
        assert said.err.startswith("error: ")


def test_a_schema_is_json_whether_asked_for_or_not(dunning: Dunning) -> None:
    assert json.loads(dunning("policy", "schema", "--json").out) == json.loads(dunning("policy", "schema").out)
