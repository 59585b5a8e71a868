"""`dunning messages`: what is wrong with a text is found, and what a debtor would read is shown."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from adapters.messages.catalogue import catalogue
from tests.cli.conftest import Dunning
from tests.paper import on_paper

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


@pytest.mark.parametrize("locale", list(catalogue()))
@pytest.mark.parametrize("form", ["text", "html", "sms", "letter"])
def test_a_message_is_shown_in_each_form_and_language(
    dunning: Dunning, monkeypatch: pytest.MonkeyPatch, locale: str, form: str
) -> None:
    monkeypatch.setenv("DUNNING_CREDITOR__ACCOUNTS__EUR__IBAN", "NL02ABNA0123456789")
    monkeypatch.setenv("DUNNING_CREDITOR__ACCOUNTS__EUR__REFERENCE", "rf")
    said = json.loads(dunning("messages", "preview", "final", "--locale", locale, "--as", form, "--json").out)
    assert (said["language"], said["as"]) == (locale, form)
    assert "INV-2026-0042" in said["body"]
    assert said["body"].lstrip().startswith("<!doctype html>") == (form == "html")
    assert ("RF73" in said["body"]) == (form != "sms")


@on_paper
def test_a_letter_is_written_as_pdf_or_picture_whether_letters_are_printed_or_not(
    dunning: Dunning, tmp_path: Path
) -> None:
    kinds = [
        (form, by, begins) for form, begins in (("pdf", b"%PDF-"), ("png", b"\x89PNG")) for by in ("letter", "email")
    ]
    for form, by, begins in kinds:
        file, seen = f"{by}.{form}", ("--as", form, "--by", by)
        said = dunning("messages", "preview", "friendly", "--policy", "consumer", *seen, "--out", file)
        assert (said.code, said.last_line.partition(":")[0]) == (0, file)
        assert (tmp_path / file).read_bytes().startswith(begins)


def test_a_letter_as_pdf_needs_what_makes_it(dunning: Dunning, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    said = dunning("messages", "preview", "final", "--as", "pdf", "--out", "letter.pdf")
    assert (said.code, (tmp_path / "letter.pdf").exists()) == (3, False)
    assert "dunning[letters]" in said.err


def test_a_language_that_stands_in_is_named(dunning: Dunning) -> None:
    said = dunning("messages", "preview", "firm", "--locale", "sv")
    assert "written in en: there is no text of firm for sv" in said.err


def test_what_is_no_message_or_policy_is_said(dunning: Dunning) -> None:
    assert dunning("messages", "preview", "angry").code == 1
    assert dunning("messages", "preview", "firm", "--policy", "nobody").code == 2
    assert dunning("messages", "preview", "firm", "--policy", "consumer", "--case", "INV-1").code == 2


@pytest.mark.parametrize(
    "arguments, found",
    [
        (("--as", "pdf"), "--as pdf: found no --out; allowed --out FILE"),
        (("--as", "png"), "--as png: found no --out; allowed --out FILE"),
        (("--out", "no/such/folder/file"), "--out: no/such/folder/file: No such file"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused(dunning: Dunning, arguments: tuple[str, ...], found: str) -> None:
    said = dunning("messages", "preview", "final", *arguments)
    assert said.code == 2
    assert found in said.err


WRONG = {
    "friendly": ("{% block opening %}{{ debtr }}{% endblock %}", "'debtr' is undefined"),
    "second": ("{% block opening %}{% blok %}{% endblock %}", "unknown tag 'blok'"),
    "tactful": (
        "{% block body %}Or a collection agency comes.{% endblock %}",
        "under short: it says “collection agency”, which is not on the ladder there",
    ),
    "firm": ("{% block pay %}{% endblock %}", "it says no way to pay"),
    "formal": ("{% block objection %}{% endblock %}", "how to object"),
}


def test_what_is_wrong_with_a_text_of_ones_own_is_found(
    dunning: Dunning, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policies, folder = tmp_path / "policies", tmp_path / "texts"
    policies.mkdir()
    (policies / "short.yaml").write_text(SHORT, encoding="utf-8")
    (folder / "en").mkdir(parents=True)
    for name, (text, _) in WRONG.items():
        own = f'{{% extends "shipped/en/{name}.jinja" %}}{text}'
        (folder / "en" / f"{name}.jinja").write_text(own, encoding="utf-8")
    monkeypatch.setenv("DUNNING_MESSAGES__FOLDER", str(folder))
    monkeypatch.setenv("DUNNING_POLICIES", str(policies))
    said = dunning("messages", "check", "--json")
    assert said.code == 1
    told: dict[str, list[str]] = {}
    for one in json.loads(said.out)["problems"]:
        told.setdefault(one["text"], []).append(f"under {one['policy']}: {one['what']}")
    assert set(told) == {f"en/{name}" for name in WRONG}
    for name, (_, wrong) in WRONG.items():
        assert any(wrong in what for what in told[f"en/{name}"]), (name, told[f"en/{name}"])


def test_a_message_that_a_policy_names_and_a_language_lacks_is_found(
    dunning: Dunning, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sv").mkdir()
    (tmp_path / "sv" / "friendly.jinja").write_text('{% extends "shipped/en/friendly.jinja" %}', encoding="utf-8")
    monkeypatch.setenv("DUNNING_MESSAGES__FOLDER", str(tmp_path))
    said = dunning("messages", "check")
    assert "sv/firm under b2b-net30: there is no text, and the policy names it" in said.out


@on_paper
def test_what_is_wrong_with_a_page_of_ones_own_is_found_where_letters_are_printed(
    dunning: Dunning, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "letter.html").write_text("{{ debtr.name }}", encoding="utf-8")
    monkeypatch.setenv("DUNNING_MESSAGES__FOLDER", str(tmp_path))
    assert dunning("messages", "check").code == 0
    monkeypatch.setenv("DUNNING_LETTERS__FOLDER", str(tmp_path / "letters"))
    said = dunning("messages", "check")
    assert said.code == 1
    assert "'debtr' is undefined" in said.out
