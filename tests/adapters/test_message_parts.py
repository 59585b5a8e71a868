"""Every message in every language, with every part that may be there or missing, as text and as a page."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader

from adapters.bank_account import BankAccount
from adapters.messages.catalogue import LAYOUTS
from adapters.messages.statement import StatementEntry
from adapters.messages.text_message import MOST_SEGMENTS, segments
from tests.adapters.letterboxes import DEADLINE, PAID_AND_CHARGED, TODAY
from tests.adapters.reading import CHANNELS, EVERY, Page, composed, html_of, soft
from tests.fakes.creditors import a_creditor
from tests.grids import walked

pytestmark = pytest.mark.grid

IN_EURO = BankAccount("EUR", iban="NL02ABNA0123456789")
FULL = BankAccount("EUR", iban="NL02ABNA0123456789", bic="ABNANL2A", bank="Example Bank", holder="Northwind & Co")
NUMBERED = BankAccount("EUR", number="31 926 819", routing=(("Sort code", "60-16-13"), ("Branch", "7")))
OPTIONS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["business", "consumer"]),
        "country": st.sampled_from(["NL", "BE", "GB", "IE", "US", None]),
        "name": st.sampled_from(["Acme Watersport B.V.", None, "  ", "Zoë & Söhne <GmbH>"]),
        "demands": st.sampled_from([1000_00, 615_00]),
        "deadline_on": st.sampled_from([None, DEADLINE]),
        "due_on": st.sampled_from([TODAY + timedelta(days) for days in (-100, -1, 0, 3)]),
        "copy": st.booleans(),
        "copy_of_on": st.sampled_from([None, date(2026, 3, 9)]),
        "entries": st.sampled_from(
            [(), PAID_AND_CHARGED, (StatementEntry("dispute", 385_00),), (StatementEntry("interest", 1, TODAY),)]
        ),
        "creditor": st.builds(
            a_creditor,
            phone=st.sampled_from(["", "+31 20 000 00 00"]),
            accounts=st.sampled_from([(), (IN_EURO,), (FULL,), (NUMBERED,)]),
            pay_url=st.sampled_from(["", "https://pay.northwind.example"]),
            registration=st.sampled_from(["", "KvK 00000000"]),
        ),
    }
)


@pytest.mark.parametrize("message, locale", EVERY)
@settings(max_examples=walked(25, sample=3))
@given(options=OPTIONS)
def test_every_message_reads_well_with_any_of_its_parts_missing(
    message: str, locale: str, options: dict[str, Any]
) -> None:
    for channel in CHANNELS:
        written = composed(message, locale, channel=channel, **options)
        assert written.language == locale
        assert "\n" not in written.subject
        read = [written.subject, written.text]
        if channel == "email":
            page = Page(html_of(written))
            read.append(page.text)
            assert [tag["lang"] for tag in page.all("html")] == [locale]
        for text in read:
            assert not re.search(r"None|\{\{|\}\}|\{%|undefined|[,.:;] ?[,.;]|\( ?\)| ,", text.replace("B.V.", "BV")), (
                text
            )
        if channel == "sms":
            assert segments(written.text) <= MOST_SEGMENTS
        elif message != "statement":
            assert "INV-2026-0042" in written.text


@pytest.mark.parametrize("message, locale", EVERY)
@settings(max_examples=walked(25, sample=3))
@given(options=OPTIONS)
def test_the_page_says_what_the_text_says(message: str, locale: str, options: dict[str, Any]) -> None:
    written = composed(message, locale, **options)
    page = Page(html_of(written)).text.replace(":", "")
    for paragraph in written.text.split("\n\n"):
        for sentence in re.split(r"(?<=[.?:]) ", paragraph.replace("\n", " ")):
            if len(sentence.split(" ")) > 6 and "  " not in sentence:
                assert soft(sentence).replace(":", "") in page


@pytest.mark.parametrize("message, locale", EVERY)
def test_a_page_fetches_nothing_runs_nothing_and_is_clear_to_a_screen_reader(message: str, locale: str) -> None:
    html = html_of(composed(message, locale, kind="consumer", demands=615_00, entries=PAID_AND_CHARGED, copy=True))
    page = Page(html)

    assert not {"script", "img", "link", "iframe", "form", "object"} & {tag for tag, _ in page.tags}
    assert not re.search(r"url\(|@import|src=", html)
    assert {str(link["href"]).partition(":")[0] for link in page.all("a")} <= {"https", "mailto", "tel"}
    assert len(page.all("h1")) == 1
    assert all(heading.get("scope") == "row" for heading in page.all("th"))
    assert sum(table.get("role") != "presentation" for table in page.all("table")) <= 1
    assert {"name": "color-scheme", "content": "light dark"} in page.all("meta")
    assert len(html.encode()) < 50_000  # a well-known mail service cuts messages off at 102 KB


def test_every_colour_of_text_stands_out_from_its_ground() -> None:
    look = Environment(loader=FileSystemLoader(LAYOUTS), autoescape=True).get_template("_look.html").module
    tokens: dict[str, str] = vars(look)["look"]
    accents: dict[str, str] = vars(look)["accents"]
    for ground in (tokens["paper"], tokens["raised"]):
        for ink in (tokens["ink"], tokens["soft"], *accents.values()):
            assert contrast(ink, ground) >= 4.5
    assert all(contrast("#ffffff", accent) >= 4.5 for accent in accents.values())


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2 defines it."""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
