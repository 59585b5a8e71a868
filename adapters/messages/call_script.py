"""What somebody says who calls a debtor, in the debtor's language: made of the case's facts, as a message is (M6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from jinja2 import TemplateError, TemplateNotFound

from adapters.messages.composer import Composer
from adapters.messages.content import content_of
from adapters.messages.figures import Figures
from adapters.messages.languages import fallbacks, figures_locale, is_another
from adapters.messages.made_up import lent, made_up
from adapters.messages.particulars import Beside, Particulars, from_outside, particulars_of
from adapters.messages.plain import isolated
from dunning.case import Case
from dunning.channels import CHANNELS
from dunning.effects import SendNotice
from dunning.engine import refusal
from dunning.errors import DunningError, NotFound
from dunning.messages import Plan, Promise
from dunning.money import major
from dunning.outlook import case_facts
from dunning.policy import Policy
from dunning.ports import CalendarFor, Letterbox
from dunning.recipients import OWN
from dunning.records import Channel, ContactPerson, Customer, Invoice
from dunning.requests import InstalmentTerms

SCRIPT: Final = "scripts/call"
PARTS: Final = ("who", "opening", "owed", "sent", "offer", "pay", "paid", "disputed", "hardship", "closing")
_OFFER: Final = "offer"
_LATEST: Final = 4  # messages that a script tells of


@dataclass(frozen=True, slots=True)
class SentBefore:
    """A message that the debtor has had; `came_back`: or rather has not."""

    channel: Channel
    on: date
    came_back: bool = False


@dataclass(frozen=True, slots=True)
class Offers:
    """What the rules would grant at this moment: a promise up to a day, a plan of so many parts up to a day."""

    promise_until: date | None = None
    parts: int = 0
    parts_until: date | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """Whom the call is to, and what stands between them and us. `person` is to be asked for by name, if anybody is."""

    letter: Letterbox
    person: str | None = None
    sent: tuple[SentBefore, ...] = ()
    offers: Offers = Offers()


@dataclass(frozen=True, slots=True)
class ScriptPart:
    """A part of the script: its heading, and paragraphs of plain text."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallScript:
    """The script. `wanted` is the debtor's locale, `language` the one that it is written in."""

    language: str
    wanted: str
    title: str
    parts: tuple[ScriptPart, ...]

    @property
    def fell_back(self) -> bool:
        """Whether it is in another language than the debtor's, for want of a text."""
        return is_another(self.language, self.wanted)


def called(
    case: Case, customer: Customer, invoice: Invoice, now: datetime, person: ContactPerson | None = None
) -> Called:
    """All that a call about this case is made of, by its rules; `person` is asked for, in their language."""
    act = SendNotice(case.key("call"), "call", "call", CHANNELS, first=True, demands=max(case.demandable, 0))
    facts = case_facts(case, act, now)
    letter = Letterbox(
        act, customer, invoice, now, case.calendar.day(now), facts=facts, contact=person.id if person else OWN
    )
    newest = sorted(case.notices, key=lambda one: one.sent_on, reverse=True)[:_LATEST]
    sent = tuple(SentBefore(one.channel, one.sent_on, one.bounced) for one in newest)
    return Called(letter, person.name if person else None, sent, offers_of(case, now))


def offers_of(case: Case, now: datetime) -> Offers:
    """What may be offered: the rules are asked whether they would take it (A1, A3)."""
    promise_until, parts, parts_until = None, 0, None
    today, terms = case.calendar.day(now), case.policy
    if terms.promise is not None:
        last = case.calendar.add(today, terms.promise.at_most)
        promise_until = last if refusal(case, Promise(id=_OFFER, on=last), now) is None else None
    if terms.plan is not None and case.demandable > 0:
        last = case.calendar.add(today, terms.plan.longest)
        whole = InstalmentTerms(on=last, amount=major(case.demandable, case.invoice.currency))
        if refusal(case, Plan(id=_OFFER, instalments=(whole,)), now) is None:
            parts, parts_until = terms.plan.instalments, last
    return Offers(promise_until, parts, parts_until)


def made_up_call(policy: Policy, *, locale: str, today: date, calendar_for: CalendarFor) -> Called:
    """A call that somebody might make under the policy, with something of everything that a script can tell."""
    of = made_up("firm", policy, locale=locale, today=today, calendar_for=calendar_for)
    letter, day = lent(of.letter, "call"), of.letter.day
    sent = tuple(SentBefore(by, day - timedelta(days=3), came_back=by != "email") for by in CHANNELS)
    return Called(letter, of.letter.customer.name, sent, Offers(day, 3, day))


def script_of(composer: Composer, of: Called, beside: Beside) -> CallScript:
    """The script in the debtor's language, else the creditor's, else English.

    Raises `DunningError` for a text that cannot be written, and `NotFound` for a language without one.
    """
    wanted, creditor = of.letter.addressee.locale, composer.creditor.for_tags(of.letter.invoice.tags)
    for language in fallbacks(wanted, composer.creditor.locale):
        try:
            template = composer.templates.text(language, SCRIPT, creditor.brand)
        except TemplateNotFound:
            continue
        except TemplateError as error:
            raise DunningError(f"{language}/{SCRIPT}: {error}") from None
        figures = Figures(figures_locale(wanted, language, of.letter.addressee.country), of.letter.invoice.currency)
        said = particulars_of(of.letter, "email", beside, creditor=creditor, figures=figures, language=language)
        try:
            content = content_of(template.render(said.names(), **_more(of, said, figures)))
        except TemplateError as error:
            raise DunningError(f"{language}/{SCRIPT}: {error}") from None
        parts = (
            ScriptPart(content.line(f"{part}_title"), tuple("\n".join(one.plain) for one in content.paragraphs(part)))
            for part in PARTS
            if part in content
        )
        return CallScript(language, wanted, content.line("title"), tuple(parts))
    raise NotFound(f"{SCRIPT}: found in no language")


def _more(of: Called, said: Particulars, figures: Figures) -> dict[str, object]:
    """What a script names beside the particulars of a message; days as its language writes them."""
    offers = of.offers
    days = {name: on and figures.day(on) for name, on in (("promise_until", offers.promise_until),
                                                           ("parts_until", offers.parts_until))}  # fmt: skip
    return {
        "person": isolated(from_outside(of.person or "")),
        "company": isolated(from_outside(of.letter.customer.name or "") or said.debtor),
        "sent": [{"channel": one.channel, "on": figures.day(one.on), "came_back": one.came_back} for one in of.sent],
        "offers": {"parts": offers.parts, **days},
    }
