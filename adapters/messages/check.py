"""Whether texts can leave: every message in every language, tried under every policy, on every channel.

What a text lacks shows when a debtor should get it, and then it stays away. So it is looked for before: names that do
not exist, tags that are none, languages without a text, consequences that are not on the ladder, and no way to pay, to
object or to reach a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from jinja2 import TemplateError, TemplateSyntaxError

from adapters.messages.call_script import SCRIPT, Offers, made_up_call, script_of
from adapters.messages.composer import Composed, Composer
from adapters.messages.made_up import MadeUp, made_up, somebody
from adapters.messages.particulars import Beside
from dunning.channels import CHANNELS
from dunning.errors import DunningError
from dunning.policy import Notify, Policy
from dunning.ports import CalendarFor
from dunning.records import Channel

# Words by which a reader knows what a text announces; a language that is not here is not looked at for them.
ANNOUNCES: Final[dict[str, dict[str, str]]] = {
    "en": {
        "suspend": r"suspend",
        "hand_off": r"collection agency|debt collector",
        "court": r"\bcourts?\b|\blegal action",
    },
    "nl": {"suspend": r"opgeschort|opschort", "hand_off": r"incassobureau", "court": r"rechter|dagvaard|deurwaarder"},
    "de": {"suspend": r"gesperrt|sperren", "hand_off": r"inkasso", "court": r"gericht\b|mahnbescheid|klage\b"},
    "fr": {"suspend": r"suspend", "hand_off": r"société de recouvrement", "court": r"tribunal|en justice|huissier"},
}
_CONSEQUENCES: Final = ("suspend", "hand_off")
_HAS_HAPPENED: Final = frozenset({"service-suspended", "service-restored"})
_ABOUT_AN_OBJECTION: Final = frozenset({"dispute-received", "dispute-answered"})
_NOT_DEMANDING: Final = frozenset({"card-expiring", "plan-agreed"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a text, and under which policy where that matters."""

    text: str  # such as nl/friendly
    what: str
    policy: str = ""

    def __str__(self) -> str:
        return f"{self.text}{f' under {self.policy}' if self.policy else ''}: {self.what}"


def check_messages(
    composer: Composer, policies: Iterable[Policy], *, today: date, calendar_for: CalendarFor
) -> tuple[Finding, ...]:
    """All that is wrong, each once. Nobody is written to."""
    policies = tuple(policies)
    writer = Composer(somebody(composer.creditor), window=composer.window, templates=composer.templates)
    found = [*_missing(writer, policies)]
    for language, names in sorted(writer.templates.catalogue.items()):
        for message in sorted(names):
            found += _tried(writer, policies, language, message, today, calendar_for)
        found += _script(writer, policies[:1], language, today, calendar_for)
    return tuple(dict.fromkeys(found))


def _script(
    composer: Composer, policies: tuple[Policy, ...], language: str, today: date, calendar_for: CalendarFor
) -> Iterator[Finding]:
    """What is wrong with the script of a call, with all that it can tell and with next to nothing."""
    text = f"{language}/{SCRIPT}"
    for policy in policies:
        whole = made_up_call(policy, locale=language, today=today, calendar_for=calendar_for)
        for of in (whole, replace(whole, person=None, sent=(), offers=Offers())):
            try:
                written = script_of(composer, of, Beside())
            except DunningError as error:
                yield Finding(text, str(error).removeprefix(f"{text}: "))
                return
            if written.language != language:
                yield Finding(text, "there is no text")
                return


def _missing(composer: Composer, policies: tuple[Policy, ...]) -> Iterator[Finding]:
    """Messages that a policy names and some language lacks."""
    named = {
        (policy.name, act.message)
        for policy in policies
        for step in policy.steps
        for act in step.do
        if isinstance(act, Notify)
    }
    for language, names in composer.templates.catalogue.items():
        for policy, message in sorted(named):
            if message not in names:
                yield Finding(f"{language}/{message}", "there is no text, and the policy names it", policy)


def _tried(
    composer: Composer,
    policies: tuple[Policy, ...],
    language: str,
    message: str,
    today: date,
    calendar_for: CalendarFor,
) -> Iterator[Finding]:
    text = f"{language}/{message}"
    for policy in policies:
        of = made_up(message, policy, locale=language, today=today, calendar_for=calendar_for)
        for channel in CHANNELS:
            try:
                written = composer.compose(of.letter, channel, of.beside)
            except TemplateSyntaxError as error:
                yield Finding(text, f"{error.name or text}, line {error.lineno}: {error.message}")
                return
            except (TemplateError, DunningError) as error:
                yield Finding(text, str(error))
                return
            yield from _false(of, written, text, policy.name)
            yield from _lacking(composer, of, written, channel, text)


def _false(of: MadeUp, written: Composed, text: str, policy: str) -> Iterator[Finding]:
    """Consequences that the ladder does not have next."""
    message, facts = of.letter.act.message, of.letter.facts
    coming = {one.kind for one in facts.ahead} if facts else set()
    for kind, words in ANNOUNCES.get(written.language.partition("-")[0], {}).items():
        said = re.search(words, f"{written.subject}\n{' '.join(written.text.split())}", re.IGNORECASE)
        if said and kind not in coming and not (kind == "suspend" and message in _HAS_HAPPENED):
            yield Finding(text, f"it says “{said.group()}”, which is not on the ladder there", policy)


def _lacking(composer: Composer, of: MadeUp, written: Composed, channel: Channel, text: str) -> Iterator[Finding]:
    """No way to pay, to object, to reach a person (M1)."""
    if channel == "sms":
        return
    said, content = of.letter, composer.content(composer.particulars(of.letter, channel, of.beside))
    demands = said.act.demands > 0 and said.act.message not in _NOT_DEMANDING
    account = composer.creditor.account_in(said.invoice.currency)
    ways = [account.shown if account else "", composer.creditor.pay_link(said.invoice.id) or ""]
    if demands and not any(way and way in written.text for way in ways):
        yield Finding(text, f"as {channel} it says no way to pay")
    if demands and "objection" not in content and said.act.message not in _ABOUT_AN_OBJECTION:
        yield Finding(text, f"as {channel} it does not say how to object")
    if written.reply_to not in written.text:
        yield Finding(text, f"as {channel} it does not say how to reach a person")
