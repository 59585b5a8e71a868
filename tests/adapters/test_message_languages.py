"""Which messages there are, and in whose language, with whose way of writing amounts and days."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from babel import Locale, localedata
from babel.numbers import get_currency_symbol, parse_pattern

from adapters.creditor import Brand
from adapters.messages.catalogue import catalogue
from adapters.messages.composer import Composer
from adapters.messages.figures import Figures
from adapters.messages.languages import fallbacks, figures_locale, plural_form
from adapters.messages.plain import filled
from dunning.errors import NotFound
from dunning.money import exponent, major
from tests.adapters.letterboxes import DEADLINE, TODAY, a_letterbox
from tests.adapters.reading import CHANNELS, HARD, LOCALES, MESSAGES, composed, html_of, soft
from tests.fakes.creditors import NORTHWIND, a_creditor


def test_every_message_exists_in_every_shipped_language() -> None:
    assert dict(catalogue()) == {locale: frozenset(MESSAGES) for locale in LOCALES}


def test_a_creditor_may_put_their_own_words_before_ours(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    for name in ("friendly.jinja", "welcome-back.jinja"):
        text = '{% extends "en/_words.jinja" %}{% block subject %}Hi{% endblock %}'
        (tmp_path / "en" / name).write_text(text, encoding="utf-8")

    own = Composer(NORTHWIND, tmp_path)

    assert own.compose(a_letterbox("friendly"), "email").subject == "Hi"
    assert "welcome-back" in catalogue(tmp_path)["en"]
    assert "final" in catalogue(tmp_path)["en"]


def test_a_message_that_no_language_has_is_named_with_those_that_there_are() -> None:
    with pytest.raises(NotFound, match="found 'angry'; there are authenticate, card-expiring, "):
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
        ("sv", "nl", ("sv", "nl", "en")),
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
    [("nl-BE", "en", "nl"), ("nl", "en", "nl"), ("sv-FI", "en", "en"), ("sv", "nl-BE", "nl"), ("!?", "xx", "en")],
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
        ("nl", "JPY", 1615, f"JPY{HARD}1.615"),
        ("en_GB", "CHF", 3500, f"CHF{HARD}35.00"),
        ("en_GB", "CHF", -3500, f"-CHF{HARD}35.00"),
        ("de", "EUR", 161500, f"1.615,00{HARD}€"),
        ("de_CH", "CHF", 3500, f"CHF{HARD}35.00"),
        ("fr", "EUR", 161500, f"1\N{NARROW NO-BREAK SPACE}615,00{HARD}€"),
        ("nl", "KWD", 1500, f"KWD{HARD}1,500"),
        ("nl", "EUR", -40000, f"€{HARD}-400,00"),
    ],
)
def test_an_amount_is_written_as_its_reader_writes_it(locale: str, currency: str, minor: int, written: str) -> None:
    figures = Figures(figures_locale(locale, locale.partition("_")[0], None), currency)
    assert figures.amount(minor) == written


def test_the_first_of_a_month_is_written_as_the_french_do() -> None:
    first, eleventh = (Figures(figures_locale("fr", "fr", None), "EUR").day(date(2026, 10, day)) for day in (1, 11))
    assert (first, eleventh) == (f"1er{HARD}octobre{HARD}2026", f"11{HARD}octobre{HARD}2026")


def test_no_line_breaks_inside_an_amount_or_a_day() -> None:
    text = composed("final", "nl", channel="letter", deadline_on=DEADLINE).text
    assert f"€{HARD}1.000,00" in text
    assert f"24{HARD}maart{HARD}2026" in text


def test_paragraphs_are_filled_and_links_stay_whole() -> None:
    link = "https://pay.example/" + "a-b" * 40
    lines = filled(f"one two {'word ' * 20} {link} last").split("\n")
    assert link in lines
    assert max(len(line) for line in lines if line != link) <= 72


def test_a_brand_says_it_in_its_own_name_and_words(tmp_path: Path) -> None:
    (tmp_path / "brands" / "boats" / "en").mkdir(parents=True)
    text = '{% extends "shipped/en/friendly.jinja" %}{% block title %}Ahoy{% endblock %}'
    (tmp_path / "brands" / "boats" / "en" / "friendly.jinja").write_text(text, encoding="utf-8")
    brand = Brand("boats", tag="boat", shown_as="Northwind Boats", email="boats@northwind.example", accent="#123456")
    own = Composer(a_creditor(brands=(brand,)), tmp_path)
    letter = a_letterbox("friendly")
    tagged = replace(letter, invoice=letter.invoice.model_copy(update={"tags": ("boat",)}))

    of_the_brand, of_the_house = own.compose(tagged, "email"), own.compose(letter, "email")

    assert (of_the_brand.sender, of_the_brand.reply_to) == ("Northwind Boats", "boats@northwind.example")
    assert "Ahoy" in html_of(of_the_brand)
    assert "#123456" in html_of(of_the_brand)
    assert "Northwind Studio B.V." not in of_the_brand.text
    assert "Ahoy" not in html_of(of_the_house)
    assert of_the_house.sender == NORTHWIND.name


def test_a_layout_may_be_the_creditors_own(tmp_path: Path) -> None:
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "email.txt").write_text("{{ text('opening') }}\n-- \nours", encoding="utf-8")
    assert Composer(NORTHWIND, tmp_path).compose(a_letterbox("friendly"), "email").text.endswith("-- \nours\n")


def test_an_amount_is_what_babel_makes_of_it_in_every_locale() -> None:
    """But for the decimals, which are the currency's, and for a code, which never touches the figures."""
    amounts = (0, 5, -5, 123_456, -123_456, 12_345_678, 99_999_999_999)
    for locale, currency in product(
        map(Locale.parse, localedata.locale_identifiers()[::5]), ("EUR", "CHF", "JPY", "KWD")
    ):
        coded = any(one.isalpha() for one in get_currency_symbol(currency, locale))
        sign = locale.currency_formats["standard"].pattern
        pattern = parse_pattern(sign.replace("¤", "¤¤") if coded else sign)
        pattern.frac_prec = (exponent(currency), exponent(currency))
        for minor in amounts:
            said = pattern.apply(major(minor, currency), locale, currency=currency, currency_digits=False)
            written = Figures(locale, currency).amount(minor)
            assert "".join(written.split()) == "".join(str(said).split()), (locale, currency, minor)
            assert not coded or not written[written.index(currency) + 3 :][:1].isdigit()


@pytest.mark.parametrize(
    "language, forms",
    [
        ("en", {0: "other", 1: "one", 2: "other"}),
        ("nl", {0: "other", 1: "one", 2: "other"}),
        ("de", {0: "other", 1: "one", 2: "other"}),
        ("fr", {0: "one", 1: "one", 2: "other"}),
        ("fr-CH", {0: "one", 2: "other"}),
        ("pl", {1: "one", 2: "few", 5: "many"}),
        ("tlh-nowhere", {1: "one", 2: "other"}),
    ],
)
def test_a_number_takes_the_form_that_its_language_gives_it(language: str, forms: dict[int, str]) -> None:
    assert {count: plural_form(language, count) for count in forms} == forms


def test_a_text_of_the_creditors_own_has_the_forms_of_its_language(tmp_path: Path) -> None:
    (tmp_path / "pl").mkdir()
    said = '{% block opening %}{{ days }} {{ plural(days, "dzień", "dni", many="dni") }}{% endblock %}'
    (tmp_path / "pl" / "firm.jinja").write_text(f'{{% extends "_sections.jinja" %}}{said}', encoding="utf-8")
    own = Composer(NORTHWIND, tmp_path)
    for days, words in ((1, "1 dzień"), (2, "2 dni"), (5, "5 dni")):
        letter = a_letterbox("firm", locale="pl", due_on=TODAY - timedelta(days=days))
        assert words in own.compose(letter, "email").text


@pytest.mark.parametrize("message", MESSAGES)
def test_no_french_verb_agrees_with_an_amount(message: str) -> None:
    """1,50 € is singular there, and 2 € plural: so no sentence has an amount for its subject."""
    plural = re.compile(r"1,50 € (\w+ ){0,2}(sont|ont|n’ont|restent|seront|étaient|soient|parviennent)\b")
    for channel in CHANNELS:
        text = soft(composed(message, "fr", channel=channel, demands=1_50).text)
        assert not plural.search(text), text


@pytest.mark.parametrize("message", MESSAGES)
def test_no_line_breaks_before_a_french_sign(message: str) -> None:
    for channel in ("email", "letter"):
        text = composed(message, "fr", channel=channel).text
        assert not re.search(r" [:;?!»]", text), text
