"""What a debtor would read: a message of a made-up case, or of one that is there, in one of its forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal

from adapters.messages.composer import Composed, Composer
from adapters.messages.languages import is_another
from adapters.messages.made_up import lent, made_up, somebody
from adapters.messages.particulars import Beside
from dunning.case import Case
from dunning.channels import CHANNELS
from dunning.effects import SendNotice
from dunning.forecast import Usable, everywhere, futures
from dunning.outlook import case_facts
from dunning.policy import Policy
from dunning.ports import CalendarFor, Letterbox
from dunning.recipients import OWN
from dunning.records import Channel, Customer, Invoice

Form = Literal["html", "text", "sms", "letter"]
LEAVES_BY: Final[dict[Form, Channel]] = {"html": "email", "text": "email", "sms": "sms", "letter": "letter"}


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
        return is_another(self.language, self.wanted)


def of_made_up_case(
    composer: Composer, policy: Policy, message: str, *, locale: str, form: Form, today: date, calendar_for: CalendarFor
) -> Preview:
    """The message of a made-up case under the policy. Raises `NotFound` for a message that no language has."""
    composer.language(message, locale)
    composer = Composer(somebody(composer.creditor), window=composer.window, templates=composer.templates)
    of = made_up(message, policy, locale=locale, today=today, calendar_for=calendar_for)
    return _shown(composer, of.letter, of.beside, form)


def next_letter(case: Case, customer: Customer, invoice: Invoice, message: str) -> Letterbox:
    """The next notice of a case that has this message; as if it left at its own moment.

    Where none is to come, the next notice is lent its words, or else one that left now.
    """
    found = letter_to_come(case, customer, invoice, lambda act: act.message == message)
    if found is None:
        now, act = case.now, _by_hand(case, message)
        by_hand = Letterbox(act, customer, invoice, now, case.today, facts=case_facts(case, act, now))
        found = letter_to_come(case, customer, invoice) or by_hand
    return found if found.act.message == message else lent(found, message)


def letter_to_come(
    case: Case,
    customer: Customer,
    invoice: Invoice,
    wanted: Callable[[SendNotice], bool] = lambda _: True,
    *,
    now: datetime | None = None,
    usable: Usable = everywhere,
) -> Letterbox | None:
    """The first notice to come that is wanted, by the rules, from `now` on; None if none comes by itself.

    `usable` says by which channels the debtor can be reached.
    """
    coming = ((one, act) for one, act in futures(case, now or case.now, usable) if isinstance(act, SendNotice))
    at, act = next(((one, act) for one, act in coming if wanted(act)), (None, None))
    if at is None or act is None:
        return None
    return Letterbox(act, customer, invoice, at.now, at.today, facts=case_facts(at, act, at.now))


def of_letter(composer: Composer, letter: Letterbox, beside: Beside, form: Form, locale: str | None = None) -> Preview:
    """The letter as it would leave, for a reader of `locale` if one is named."""
    if locale is not None:
        letter = replace(letter, customer=letter.customer.model_copy(update={"locale": locale}), contact=OWN)
    return _shown(composer, letter, beside, form)


def _by_hand(case: Case, message: str) -> SendNotice:
    return SendNotice(case.key("preview"), message, message, CHANNELS, first=True, demands=max(case.demandable, 0))


def _shown(composer: Composer, letter: Letterbox, beside: Beside, form: Form) -> Preview:
    written = composer.compose(letter, LEAVES_BY[form], beside)
    body = _page(written) if form == "html" else written.text
    return Preview(letter.act.message, form, written.wanted, written.language, written.subject, body, written.page)


def _page(written: Composed) -> str:
    """The page with its logo in it, for there is no message around it."""
    page = written.html or ""
    return page.replace(written.logo.address, written.logo.inline) if written.logo else page
