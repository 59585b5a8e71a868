"""`dunning messages`: what is wrong with a text is found, and what a debtor would read is shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Dunning

SHORT = """\
name: short
steps:
  - name: reminder
    after: 3 days
    do:
      - notify: {message: friendly, by: [email]}
  - name: last
    after: 14 days
    do:
      - notify: {message: final, by: [email], deadline: 7 days}
"""


def test_a_message_is_shown_as_its_debtor_would_get_it(dunning: Dunning, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert "Laatste aanmaning" in dunning("messages", "preview", "final", "--locale", "nl").err
    assert dunning("messages", "preview", "final", "--as", "sms").out.startswith("Example: final notice")
    said = dunning("messages", "preview", "firm", "--policy", "consumer", "--as", "html", "--out", str(page), "--json")
    assert json.loads(said.out)["body"] is None
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_language_that_stands_in_is_named(dunning: Dunning) -> None:
    said = dunning("messages", "preview", "firm", "--locale", "sv")
    assert "written in en: there is no text of firm for sv" in said.err


def test_what_is_no_message_or_policy_is_said(dunning: Dunning) -> None:
    assert dunning("messages", "preview", "angry").code == 1
    assert dunning("messages", "preview", "firm", "--policy", "nobody").code == 2
    assert dunning("messages", "preview", "firm", "--policy", "consumer", "--case", "INV-1").code == 2


@pytest.mark.parametrize(
    "text, wrong",
    [
        (
            '{% extends "shipped/en/friendly.jinja" %}{% block opening %}{{ debtr }}{% endblock %}',
            "'debtr' is undefined",
        ),
        ('{% extends "shipped/en/friendly.jinja" %}{% block opening %}{% blok %}{% endblock %}', "unknown tag 'blok'"),
        (
            '{% extends "shipped/en/friendly.jinja" %}{% block body %}Or a collection agency comes.{% endblock %}',
            "under short: it says “collection agency”, which is not on the ladder there",
        ),
        ('{% extends "shipped/en/friendly.jinja" %}{% block pay %}{% endblock %}', "it says no way to pay"),
        ('{% extends "shipped/en/friendly.jinja" %}{% block objection %}{% endblock %}', "how to object"),
    ],
)
def test_what_is_wrong_with_a_text_of_ones_own_is_found(
    text: str, wrong: str, dunning: Dunning, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policies, folder = tmp_path / "policies", tmp_path / "texts"
    policies.mkdir()
    (policies / "short.yaml").write_text(SHORT, encoding="utf-8")
    (folder / "en").mkdir(parents=True)
    (folder / "en" / "friendly.jinja").write_text(text, encoding="utf-8")
    monkeypatch.setenv("DUNNING_MESSAGES__FOLDER", str(folder))
    monkeypatch.setenv("DUNNING_POLICIES", str(policies))
    said = dunning("messages", "check", "--json")
    assert said.code == 1
    problems = json.loads(said.out)["problems"]
    assert any(wrong in f"under {one['policy']}: {one['what']}" for one in problems), problems
    assert {one["text"] for one in problems} == {"en/friendly"}


def test_a_message_that_a_policy_names_and_a_language_lacks_is_found(
    dunning: Dunning, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sv").mkdir()
    (tmp_path / "sv" / "friendly.jinja").write_text('{% extends "shipped/en/friendly.jinja" %}', encoding="utf-8")
    monkeypatch.setenv("DUNNING_MESSAGES__FOLDER", str(tmp_path))
    said = dunning("messages", "check")
    assert "sv/firm under b2b-net30: there is no text, and the policy names it" in said.out
