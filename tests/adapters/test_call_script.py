"""What somebody says who calls: facts of the case in each language, what the rules grant, words of one's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.messages.call_script import PARTS, CallScript, Offers, made_up_call, offers_of, script_of
from adapters.messages.catalogue import catalogue
from adapters.messages.check import check_messages
from adapters.messages.composer import Composer
from adapters.messages.particulars import Beside
from adapters.policies import shipped_policies
from dunning.engine import ask
from dunning.messages import Promise
from tests.adapters.golden_messages import CALENDARS, TODAY
from tests.dunning.cases import a_case
from tests.fakes.creditors import NORTHWIND

WRITER = Composer(NORTHWIND)
SAYS = {
    "en": ("until that day we do not remind them", "You may agree on up to 3 parts", "A letter on", "10 days ago"),
    "nl": ("tot die dag herinneren wij niet", "U mag hoogstens 3 delen afspreken", "Een brief op", "10 dagen geleden"),
    "de": ("Bis dahin erinnern wir nicht", "höchstens 3 Raten", "Ein Brief am", "vor 10 Tagen"),
    "fr": ("nous n’envoyons plus de rappel", "3 échéances au plus", "Une lettre le", "il y a 10 jours"),
}


def written(locale: str, policy: str = "b2b-net30", composer: Composer = WRITER) -> CallScript:
    of = made_up_call(shipped_policies()[policy], locale=locale, today=TODAY, calendar_for=CALENDARS)
    return script_of(composer, of, Beside())


def text_of(script: CallScript) -> str:
    said = "\n".join(f"{part.title}\n" + "\n".join(part.paragraphs) for part in script.parts)
    return said.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("locale", sorted(catalogue()))
def test_a_script_says_in_each_language_who_what_was_sent_and_what_may_be_offered(locale: str) -> None:
    script = written(locale)
    text = text_of(script)
    assert (script.language, script.fell_back) == (locale, False)
    assert len(script.parts) == len(PARTS) - 1  # a business is not asked about its worries
    assert len(written(locale, "consumer").parts) == len(PARTS)
    for words in ("INV-2026-0042", "Northwind Studio B.V.", "NL02 ABNA 0123 4567 89", *SAYS[locale]):
        assert words in text, words
    assert "  " not in text
    assert ".." not in text.replace("...", "")
    assert "<" not in text


def test_a_language_without_a_script_is_told_and_the_creditors_stands_in() -> None:
    script = written("sv")
    assert (script.language, script.wanted, script.fell_back) == ("en", "sv", True)


def test_words_of_ones_own_stand_before_the_shipped_ones_and_are_checked(tmp_path: Path) -> None:
    (tmp_path / "nl" / "scripts").mkdir(parents=True)
    own = tmp_path / "nl" / "scripts" / "call.jinja"
    closing = "{% block closing %}Tot ziens, {{ person }}!{% endblock %}"
    own.write_text(f'{{% extends "shipped/nl/scripts/call.jinja" %}}{closing}')
    mine = written("nl", composer=Composer(NORTHWIND, tmp_path))
    assert mine.parts[-1].paragraphs == ("Tot ziens, Acme Watersport B.V.!",)
    own.write_text("{{ nobody }}")
    policies = [shipped_policies()["b2b-net30"]]
    found = check_messages(Composer(NORTHWIND, tmp_path), policies, today=TODAY, calendar_for=CALENDARS)
    assert [str(one) for one in found] == ["nl/scripts/call: 'nobody' is undefined"]


def test_only_what_the_rules_would_take_is_offered() -> None:
    policy = shipped_policies()["b2b-net30"]
    assert policy.promise is not None
    assert policy.plan is not None
    case = a_case(policy)
    offers = offers_of(case, case.now)
    assert offers.promise_until == case.calendar.add(case.today, policy.promise.at_most)
    assert (offers.parts, offers.parts_until) == (
        policy.plan.instalments,
        case.calendar.add(case.today, policy.plan.longest),
    )
    promised = ask(case, Promise(id="p", on=case.today + timedelta(days=1)), case.now)
    assert offers_of(promised, case.now).promise_until is None
    strict = policy.model_copy(update={"promise": None, "plan": None})
    assert offers_of(a_case(strict), case.now) == Offers()
    of = made_up_call(policy, locale="en", today=TODAY, calendar_for=CALENDARS)
    bare = text_of(script_of(WRITER, replace(of, offers=Offers(), sent=(), person=None), Beside()))
    assert "neither a later day nor parts" in bare
    assert "this is the first they hear of it" in bare
    assert "Whoever sees to the payment of invoices at Acme Boats Ltd\n" in bare
