"""`dunning test` tells finance people and pipelines whether their policies do what they expect."""

import json
import os
from pathlib import Path

import pytest

from cli.scenarios import stories
from cli.scenarios.story_files import PORTION, documents, portions
from tests.cli.conftest import Dunning

SHIPPED = Path(__file__).parents[2] / "scenarios"
STORY = """
scenario: a reminder, then money
policy:
  name: one-letter
  calendar: {timezone: customer, holidays: none}
  steps:
    - {name: reminder, after: 3 days, do: [{notify: {message: friendly, by: [email]}}]}
customer: {id: c1, kind: business, country: NL, timezone: Europe/Amsterdam, email: ap@acme.example}
invoice: {id: INV-1, currency: EUR, amount: 240.00, due_on: 2026-03-02}
events:
  - {at: 2026-03-13T11:00, payment_received: {id: p1, amount: 240.00}}
expect:
  - {on: 2026-03-05, notice: friendly}
  - {on: 2026-03-13, closed: paid}
"""


def test_the_shipped_scenarios_pass_and_the_last_line_counts_them(dunning: Dunning) -> None:
    said = dunning("test", SHIPPED / "agency.yaml", SHIPPED / "consumer.yaml")
    assert (said.code, said.last_line, said.err) == (0, "5 passed, 0 failed", "")


def test_a_failure_shows_where_it_differs_and_the_exit_code_is_1(dunning: Dunning, tmp_path: Path) -> None:
    (tmp_path / "story.yaml").write_text(STORY.replace("on: 2026-03-05", "on: 2026-03-06"))
    said = dunning("test", "story.yaml")
    assert said.code == 1
    assert said.last_line == "0 passed, 1 failed"
    assert "story.yaml:2 a reminder, then money" in said.out
    assert "notice: friendly" in said.out


def test_an_unusable_file_is_named_with_its_line_and_the_exit_code_is_2(dunning: Dunning, tmp_path: Path) -> None:
    (tmp_path / "story.yaml").write_text(STORY.replace("due_on: 2026-03-02", "due_on: soon"))
    said = dunning("test", "story.yaml")
    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith("error: story.yaml:9: invoice.due_on: found soon; allowed a day")


@pytest.mark.parametrize("text", ["{", "scenario: only a name", "- a list", "\x00"])
def test_what_is_no_scenario_is_bad_input_and_never_a_traceback(dunning: Dunning, tmp_path: Path, text: str) -> None:
    (tmp_path / "story.yaml").write_text(text)
    said = dunning("test", "story.yaml")
    assert said.code == 2
    assert said.err.startswith("error: story.yaml")
    assert "Traceback" not in said.err


def test_a_file_that_is_not_there_is_bad_input(dunning: Dunning) -> None:
    said = dunning("test", "nowhere.yaml")
    assert said.code == 2
    assert "nowhere.yaml" in said.err


def test_a_policy_that_nobody_knows_is_named_with_those_that_are_known(dunning: Dunning, tmp_path: Path) -> None:
    story = (
        "scenario: s\npolicy: b2b\ncustomer: {id: c}\ninvoice: {id: i, currency: EUR, amount: 1, due_on: 2026-03-02}\n"
    )
    (tmp_path / "story.yaml").write_text(story)
    said = dunning("test", "story.yaml")
    assert said.code == 2
    assert "story.yaml:2: policy: found b2b; allowed one of agency, b2b-net30" in said.err


def test_policies_of_ones_own_stand_beside_the_shipped_ones(dunning: Dunning, tmp_path: Path) -> None:
    policy = "name: mine\nsteps:\n  - {name: a, after: 1 day, do: [{notify: {message: friendly, by: [email]}}]}\n"
    (tmp_path / "mine.yaml").write_text(policy)
    inline = STORY[STORY.index("policy:") : STORY.index("customer: {id")]
    story = STORY.replace(inline, "policy: mine\n").replace("on: 2026-03-05", "on: 2026-03-03")
    (tmp_path / "story.yaml").write_text(story)
    assert dunning("test", "story.yaml").code == 2
    assert dunning("test", "story.yaml", "--policies", "mine.yaml").last_line == "1 passed, 0 failed"


def test_json_tells_programs_every_verdict(dunning: Dunning, tmp_path: Path) -> None:
    (tmp_path / "story.yaml").write_text(STORY + "---\n" + STORY.replace("closed: paid", "closed: credited"))
    said = dunning("test", "story.yaml", "--json")
    told = json.loads(said.out)
    assert (told["passed"], told["failed"], said.code) == (1, 1, 1)
    assert [one["passed"] for one in told["scenarios"]] == [True, False]


def test_a_large_file_is_cut_between_documents_and_no_line_is_miscounted(tmp_path: Path) -> None:
    file = tmp_path / "many.yaml"
    file.write_text("---".join([STORY] * 120))
    parts = list(portions(file))
    assert len(parts) > 5
    assert all(len(part.text) > PORTION for part in parts[:-1])
    read = [document for part in parts for document in documents(part)]
    lines = file.read_text().splitlines()
    assert len(read) == 120
    assert all("a reminder" in lines[(document.line(("scenario",)) or 0) - 1] for document in read)


def test_several_processes_give_the_same_verdicts_in_the_same_order(tmp_path: Path) -> None:
    file = tmp_path / "many.yaml"
    file.write_text("---".join([STORY, STORY.replace("closed: paid", "closed: credited")] * 60))
    policies = stories.known_policies()
    verdicts = stories.tell_on_core([file], policies)
    assert [verdict.passed for verdict in verdicts] == [True, False] * 60
    alone = [stories.judge_story(story, policies) for story in stories.read_stories([file], policies)]
    assert list(verdicts) == alone


def test_mistakes_of_every_file_are_told_at_once(dunning: Dunning, tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("---".join([STORY] * 60) + STORY.replace("amount: 240.00, due", "amount: x, due"))
    said = dunning("test", tmp_path)
    assert said.code == 2
    assert {"a.yaml", "b.yaml"} == {os.path.basename(line.split(":")[1]) for line in said.err.splitlines()}  # noqa: PTH119


def test_a_folder_without_scenarios_is_bad_input(dunning: Dunning, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert dunning("test", "empty").code == 2


def test_the_real_engine_gives_the_same_verdicts(dunning: Dunning, tmp_path: Path) -> None:
    (tmp_path / "story.yaml").write_text(STORY + "---\n" + STORY.replace("closed: paid", "closed: credited"))
    said = dunning("test", "story.yaml", "--engine", "temporal")
    assert (said.code, said.last_line) == (1, "1 passed, 1 failed")
    assert "expected" in said.out
