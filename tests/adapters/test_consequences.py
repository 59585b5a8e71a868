"""No text says more of what will happen than the ladder does, and none that asks for money says less (M1).

The ladder is read here from its file, and the texts by their words: neither knows how the other was made.
"""

from __future__ import annotations

import re
from itertools import product, takewhile
from pathlib import Path
from typing import Any, Final

import pytest
from ruamel.yaml import YAML

from adapters.messages.made_up import notices
from adapters.policies import shipped_policies
from tests.adapters.golden_messages import CALENDARS, TODAY, WRITER, shown
from tests.adapters.reading import LOCALES, MESSAGES, soft
from tests.grids import one_in

pytestmark = pytest.mark.grid

ROOT: Final = Path(__file__).parents[2] / "adapters/shipped/policies"
WORDS: Final = {
    "en": {
        "suspend": r"suspend",
        "hand_off": r"collection agency",
        "fee": r"\ba fee\b",
        "court": r"\bcourt|\bjudge|\blegal",
    },
    "nl": {
        "suspend": r"opgeschort|opschort",
        "hand_off": r"incassobureau",
        "fee": r"aan kosten bij",
        "court": r"rechter|dagvaard|deurwaarder",
    },
    "de": {
        "suspend": r"gesperrt|sperren|Sperr",
        "hand_off": r"Inkasso",
        "fee": r"Mahngebühr",
        "court": r"Gericht|Mahnbescheid|Klage\b|Vollstreck",
    },
    "fr": {
        "suspend": r"suspend",
        "hand_off": r"société de recouvrement",
        "fee": r"des frais",
        "court": r"tribunal|justice|huissier|saisie",
    },
}
# Those that ask for what is owed on the ladder say all that follows; the others may leave it to these.
ASKING: Final = (
    "friendly", "second", "tactful", "firm", "formal", "final", "hand-over", "offer-parts", "payment-failed",
    "method-update", "authenticate", "debit-returned", "pay-link", "promise-broken",
)  # fmt: skip
LATE: Final = ("formal", "final", "hand-over", "service-suspended")
TELLS_OF_IT: Final = ("service-suspended", "service-restored")  # what they are about has happened
POLICIES: Final = tuple(shipped_policies())


def ladder(policy: str) -> list[list[str]]:
    """The kinds of actions of each step, as the file has them."""
    document: dict[str, Any] = YAML(typ="safe").load((ROOT / f"{policy}.yaml").read_text(encoding="utf-8"))
    return [[next(iter(action)) for action in step["do"]] for step in document["steps"]]


def announced(steps: list[list[str]], at: int) -> set[str]:
    """What comes after the step before anybody writes again; a fee comes with the next message."""
    after = steps[at + 1 :]
    quiet = list(takewhile(lambda kinds: "notify" not in kinds, after))
    found = {kind for kinds in quiet for kind in kinds if kind in {"suspend", "hand_off"}}
    return found | ({"fee"} if len(quiet) < len(after) and "fee" in after[len(quiet)] else set())


def threats(text: str, locale: str) -> set[str]:
    return {kind for kind, words in WORDS[locale].items() if re.search(words, soft(text), re.IGNORECASE)}


def writing_steps(policy: str) -> list[int]:
    return [number for number, kinds in enumerate(ladder(policy)) if "notify" in kinds]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("policy", POLICIES)
def test_each_notice_of_a_shipped_ladder_announces_what_follows_it_and_nothing_else(policy: str, locale: str) -> None:
    letters = list(notices(shipped_policies()[policy], locale=locale, today=TODAY, calendar_for=CALENDARS))
    at = writing_steps(policy)
    assert len(letters) == len(at)
    for letter, number in zip(letters, at, strict=True):
        said = WRITER.compose(letter, "email")
        assert threats(said.text, locale) == announced(ladder(policy), number), (letter.act.message, said.text)


@pytest.mark.parametrize("message, policy, locale", one_in(7, list(product(MESSAGES, POLICIES, LOCALES))))
def test_every_text_under_every_shipped_policy_says_what_its_ladder_does(
    message: str, policy: str, locale: str
) -> None:
    of = shown(message, locale, policy)
    steps, at = ladder(policy), writing_steps(policy)
    named = next(
        (number for number in at if of.letter.act.notice == shipped_policies()[policy].steps[number].name), None
    )
    number = named if named is not None else at[-1] if message in LATE else at[0]
    follows = announced(steps, number) - ({"suspend"} if message in TELLS_OF_IT else set())
    for channel in ("email", "letter", "sms"):
        said = WRITER.compose(of.letter, channel, of.beside)
        found = threats(f"{said.subject}\n{said.text}", locale) - ({"suspend"} if message in TELLS_OF_IT else set())
        if message in ASKING and channel != "sms":
            assert found == follows, said.text
        else:
            assert found <= follows, said.text


@pytest.mark.parametrize("policy", POLICIES)
def test_no_shipped_policy_sends_the_same_text_twice(policy: str) -> None:
    letters = list(notices(shipped_policies()[policy], locale="en", today=TODAY, calendar_for=CALENDARS))
    names = [letter.act.message for letter in letters]
    assert len(set(names)) == len(names)


def test_where_nobody_knows_what_is_to_come_nothing_is_said_of_it() -> None:
    for locale in LOCALES:
        for message in MESSAGES:
            of = shown(message, locale, "b2b-net30").letter
            text = WRITER.compose(type(of)(of.act, of.customer, of.invoice, of.at, of.day), "email").text
            assert threats(text, locale) <= ({"suspend"} if message in TELLS_OF_IT else set()), text
