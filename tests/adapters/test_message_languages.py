"""Which messages there are, and in whose language, with whose way of writing amounts and days."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.messages.catalogue import catalogue
from adapters.messages.composer import Composer
from adapters.messages.figures import Figures
from adapters.messages.languages import fallbacks, figures_locale
from adapters.messages.plain import fold
from dunning.errors import NotFound
from tests.adapters.letterboxes import DEADLINE, a_letterbox
from tests.adapters.reading import HARD, LOCALES, MESSAGES, composed
from tests.fakes.creditors import NORTHWIND, a_creditor


def test_every_message_exists_in_every_shipped_language() -> None:
    assert dict(catalogue()) == {locale: frozenset(MESSAGES) for locale in LOCALES}


def test_a_creditor_may_put_their_own_words_before_ours(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    for name in ("friendly.txt", "friendly.html", "welcome-back.txt", "welcome-back.html"):
        (tmp_path / "en" / name).write_text("{% block subject %}Hi{% endblock %} {{ debtor }}", encoding="utf-8")

    own = Composer(NORTHWIND, tmp_path)

    assert own.compose(a_letterbox("friendly"), "email").subject == "Hi"
    assert "welcome-back" in catalogue(tmp_path)["en"]
    assert "final" in catalogue(tmp_path)["en"]


def test_a_message_that_no_language_has_is_named_with_those_that_there_are() -> None:
    with pytest.raises(NotFound, match=r"found 'angry'; there are dispute-answered, .*firm, friendly, "):
        composed("angry")


@pytest.mark.parametrize("name", ["_frame", "../en/friendly", "en/friendly"])
def test_a_message_cannot_be_named_into_another_file(name: str) -> None:
    with pytest.raises(NotFound):
        composed(name)


@pytest.mark.parametrize(
    "asked, default, tried",
    [
        ("nl-BE", "en", ("nl-BE", "nl", "en")),
        ("nl_be", "en", ("nl-BE", "nl", "en")),
        ("de", "nl", ("de", "nl", "en")),
        ("en", "nl", ("en", "nl")),
        ("", "nl-NL", ("", "nl-NL", "nl", "en")),
    ],
)
def test_a_language_falls_back_to_its_base_then_to_the_creditors_then_to_english(
    asked: str, default: str, tried: tuple[str, ...]
) -> None:
    assert fallbacks(asked, default) == tried


@pytest.mark.parametrize(
    "asked, default, language",
    [("nl-BE", "en", "nl"), ("nl", "en", "nl"), ("de-AT", "en", "en"), ("de", "nl-BE", "nl"), ("!?", "xx", "en")],
)
def test_the_debtor_is_written_to_in_the_nearest_language(asked: str, default: str, language: str) -> None:
    assert composed("friendly", asked, creditor=a_creditor(locale=default)).language == language


@pytest.mark.parametrize(
    "asked, language, country, figures",
    [
        ("nl", "nl", "BE", "nl_BE"),
        ("nl", "nl", "DE", "nl"),
        ("en", "en", "US", "en_US"),
        ("en", "en", "NL", "en_GB"),
        ("en", "en", None, "en_GB"),
        ("en-US", "en", "NL", "en_US"),
        ("de", "en", "DE", "en_GB"),
    ],
)
def test_figures_are_written_as_in_the_debtors_country_if_it_speaks_the_language(
    asked: str, language: str, country: str | None, figures: str
) -> None:
    assert str(figures_locale(asked, language, country)) == figures


@pytest.mark.parametrize(
    "locale, currency, minor, written",
    [
        ("en_GB", "EUR", 161500, "€1,615.00"),
        ("en_US", "USD", 1250, "$12.50"),
        ("nl", "EUR", 161500, f"€{HARD}1.615,00"),
        ("nl", "JPY", 1615, f"JP¥{HARD}1.615"),
        ("nl", "KWD", 1500, f"KWD{HARD}1,500"),
        ("nl", "EUR", -40000, f"€{HARD}-400,00"),
    ],
)
def test_an_amount_is_written_as_its_reader_writes_it(locale: str, currency: str, minor: int, written: str) -> None:
    figures = Figures(figures_locale(locale, locale.partition("_")[0], None), currency)
    assert figures.amount(minor) == written


def test_no_line_breaks_inside_an_amount_or_a_day() -> None:
    text = composed("final", "nl", channel="letter", deadline_on=DEADLINE).text
    assert f"€{HARD}1.000,00" in text
    assert f"24{HARD}maart{HARD}2026" in text


def test_paragraphs_are_filled_marked_lines_and_links_stay_whole() -> None:
    link = "https://pay.example/" + "a-b" * 40
    folded = fold(f"one\ntwo {'word ' * 20}\n| kept   as it is\n{link}\n\n\n\n| last")
    lines = folded.split("\n")
    assert "kept   as it is" in lines
    assert link in lines
    assert max(len(line) for line in lines if line != link) <= 72
    assert folded.endswith(f"{link}\n\nlast\n")
