"""Every example on a page works: policies are read, scenarios pass, a command says what the page shows."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from adapters.messages.catalogue import catalogue
from adapters.policies import parse_policy, read_policies
from adapters.settings import Settings
from cli.scenarios.stories import known_policies, tell_on_core
from dunning.scenarios.scenario import Scenario
from tests.docs.examples import documents, is_story, policies, scenarios
from tests.docs.pages import ROOT, Block, Page, pages

FAILS_ON_PURPOSE = "wrong"
# Commands that need no server, and whose answer is the same on every day.
STEADY = re.compile(r"(\.venv/bin/)?dunning (policy|test|simulate) [^>]*$", re.MULTILINE)
BLOCKS = [block for page in pages() for block in page.blocks]
YAML = [block for block in BLOCKS if block.language == "yaml"]
SESSIONS = [page for page in pages() if any(STEADY.search(b.text) for b in page.blocks if b.language == "console")]


def by_place(block: Block) -> str:
    return block.place


def by_name(page: Page) -> str:
    return page.name


def goes_wrong(block: Block) -> bool:
    return bool(block.file and block.file.startswith(FAILS_ON_PURPOSE))


@pytest.mark.parametrize("block", YAML, ids=by_place)
def test_a_yaml_example_is_a_policy_or_a_scenario_or_a_part_of_one(block: Block) -> None:
    for value in documents(block):
        if goes_wrong(block):
            continue
        told = list(scenarios(value)) if is_story(value) else []
        written = [] if told else list(policies(value))
        parts = [] if told or written else list(scenarios(value))
        assert told or written or parts, f"{block.place} is neither"
        for policy in written:
            parse_policy(policy, block.place, catalogue())
        for scenario in (*told, *parts):
            Scenario.model_validate(scenario)


@pytest.mark.parametrize("block", [b for b in YAML if "scenario:" in b.text and not goes_wrong(b)], ids=by_place)
def test_a_scenario_on_a_page_passes(block: Block, tmp_path: Path) -> None:
    """Told with the shipped policies and those that stand on the same page."""
    if not any(map(is_story, documents(block))):
        return
    mine = tmp_path / "policies.yaml"
    own = [b.text for b in YAML if b.page == block.page and b.file and not goes_wrong(b) and "steps:" in b.text]
    mine.write_text("\n---\n".join(own) or read_shipped(), encoding="utf-8")
    story = tmp_path / "story.yaml"
    story.write_text(block.text, encoding="utf-8")
    for verdict in tell_on_core([story], known_policies(mine)):
        assert verdict.passed, "\n".join((block.place, *verdict.differences))


def read_shipped() -> str:
    return (ROOT / "adapters/shipped/policies/b2b-net30.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.language == "json"], ids=by_place)
def test_a_json_example_is_json(block: Block) -> None:
    json.loads(block.text)


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.language == "toml"], ids=by_place)
def test_a_toml_example_is_a_file_of_settings(block: Block) -> None:
    Settings(**tomllib.loads(block.text))


def test_the_shipped_policies_name_only_messages_that_are_there() -> None:
    assert read_policies(ROOT / "adapters/shipped/policies", catalogue())


@pytest.mark.parametrize("page", SESSIONS, ids=by_name)
def test_a_session_on_a_page_runs_as_it_is_shown(page: Page, tmp_path: Path) -> None:
    """Files whose name stands in the first line of an example are there; then each command says what the page says."""
    for block in page.blocks:
        if block.file:
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
        if block.language == "console":
            for command, shown in commands(block.text):
                if STEADY.match(command):
                    assert said(command, tmp_path) == shown, f"{block.place}: {command}"


def commands(text: str) -> list[tuple[str, str]]:
    """Each command of a session with what it prints."""
    parts = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    return [(part.partition("\n")[0], part.partition("\n")[2].strip()) for part in parts]


def said(command: str, folder: Path) -> str:
    """What a command prints. Paths of the tree are those of the tree; everything else is in the folder."""
    words = [str(ROOT / word) if (ROOT / word).exists() and "/" in word else word for word in shlex.split(command)[1:]]
    program = "import sys; from cli.main import run; sys.exit(run(sys.argv[1:]))"
    ran = subprocess.run(
        [sys.executable, "-c", program, *words], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )
    return (ran.stdout + ran.stderr).replace(f"{ROOT}/", "").strip()
