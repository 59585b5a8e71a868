"""What a debtor would read: a message of a made-up case, or of one that is there, in one of its forms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from adapters.messages.composer import Composed, Composer
from adapters.messages.languages import language_tag
from adapters.messages.made_up import lent, made_up, somebody
from adapters.messages.particulars import Beside
from dunning.case import Case
from dunning.channels import CHANNELS
from dunning.effects import SendNotice
from dunning.errors import NotFound
from dunning.forecast import futures
from dunning.outlook import case_facts
from dunning.policy import Policy
from dunning.ports import CalendarFor, Letterbox
from dunning.records import Channel, Customer, Invoice

Form = Literal["html", "text", "sms", "letter"]
_LEAVES_BY: Final[dict[Form, Channel]] = {"html": "email", "text": "email", "sms": "sms", "letter": "letter"}


@dataclass(frozen=True, slots=True)
class Preview:
    """The message. `wanted` is the reader's locale, `language` the one that it is written in.

    `page` is a letter as it is printed, where the composer writes pages.
    """

    message: str
    form: Form
    wanted: str
    language: str
    subject: str
    body: str
    page: str | None = None

    @property
    def fell_back(self) -> bool:
        """Whether it is written in another language than its reader's, for want of a text."""
        return language_tag(self.wanted).partition("-")[0] != self.language.partition("-")[0]


def of_made_up_case(
    composer: Composer, policy: Policy, message: str, *, locale: str, form: Form, today: date, calendar_for: CalendarFor
) -> Preview:
    """The message of a made-up case under the policy. Raises `NotFound` for a message that no language has."""
    composer.language(message, locale)
    composer = Composer(somebody(composer.creditor), window=composer.window, templates=composer.templates)
    of = made_up(message, policy, locale=locale, today=today, calendar_for=calendar_for)
    return _shown(composer, of.letter, of.beside, form)


def next_letter(case: Case, customer: Customer, invoice: Invoice, message: str | None = None) -> Letterbox:
    """The next notice of a case, in the words of `message` if one is named; as if it left at its own moment.

    Where none is to come, it is as if one left now. Raises `NotFound` for a case without one where none is named.
    """
    now = case.now
    coming = ((one, effect) for one, effect in futures(case, now) if isinstance(effect, SendNotice))
    found = next(((one, act) for one, act in coming if message in {None, act.message}), None)
    if found is None and message is None:
        raise NotFound(f"case {case.invoice.id}: found no notice to come; name a message")
    if found is None:
        coming = ((one, effect) for one, effect in futures(case, now) if isinstance(effect, SendNotice))
        found = next(coming, (case, _by_hand(case, message or "")))
    at, act = found
    letter = Letterbox(act, customer, invoice, at.now, at.today, facts=case_facts(at, act, at.now))
    return letter if message in {None, act.message} else lent(letter, message or "")


def of_letter(composer: Composer, letter: Letterbox, beside: Beside, form: Form, locale: str | None = None) -> Preview:
    """The letter as it would leave, for a reader of `locale` if one is named."""
    if locale is not None:
        letter = replace(letter, customer=letter.customer.model_copy(update={"locale": locale}))
    return _shown(composer, letter, beside, form)


def _by_hand(case: Case, message: str) -> SendNotice:
    return SendNotice(case.key("preview"), message, message, CHANNELS, first=True, demands=max(case.demandable, 0))


def _shown(composer: Composer, letter: Letterbox, beside: Beside, form: Form) -> Preview:
    written = composer.compose(letter, _LEAVES_BY[form], beside)
    body = _page(written) if form == "html" else written.text
    wanted = letter.customer.locale
    return Preview(letter.act.message, form, wanted, written.language, written.subject, body, written.page)


def _page(written: Composed) -> str:
    """The page with its logo in it, for there is no message around it."""
    page = written.html or ""
    return page.replace(written.logo.address, written.logo.inline) if written.logo else page
