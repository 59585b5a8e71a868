"""All that a text can name: the particulars of one message, already written the way its reader writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from adapters.bank_account import BankAccount
from adapters.creditor import Creditor
from adapters.messages.codes_told import Reason, is_bank_debit, reason_of, tell_of
from adapters.messages.course import Course, common, course_of
from adapters.messages.figures import Figures
from adapters.messages.plain import unbroken
from adapters.messages.statement import EntryKind, StatementEntry, explains
from adapters.messages.transfer_code import Transfer, transfer_of
from dunning.case_facts import CaseFacts, FailedAttempt
from dunning.ports import Letterbox
from dunning.purposes import COPIES
from dunning.records import AccountManager, Channel, Invoice, Method
from dunning.rulebook.rows import Tell


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One line of the account: its `amount` carries its sign, `on` is missing where the day is not known."""

    kind: EntryKind
    amount: str
    on: str | None


_UNKNOWN: Final = Course()


@dataclass(frozen=True, slots=True)
class InvoiceSaid:
    """One invoice that the message is about. `rows` lead from its amount to what it demands, and are empty where they
    do not add up to it; `changed`: what it demands is not its amount. `days` overdue are 0 up to the due date.
    """

    id: str
    issued_on: str | None
    due_on: str
    due: Literal["ahead", "today", "past"]
    days: int
    amount: str
    rows: tuple[AccountRow, ...]
    changed: bool
    demands: str
    deadline_on: str | None
    pay_url: str | None = None
    payment_reference: str = ""  # what stands on a transfer; empty where there is no account for it
    next: Course = _UNKNOWN  # what the ladder of its case does next


@dataclass(frozen=True, slots=True)
class Ahead:
    """What comes next for `invoices` of one message, where it is the same for them; `deadline_on` as they have it."""

    invoices: tuple[str, ...]
    next: Course
    deadline_on: str | None


@dataclass(frozen=True, slots=True)
class MethodSaid:
    """A card, or a bank account that is debited; `brand` and `last4`, its last digits, are empty where not known.

    A card is valid up to and in the month in which it `expires`, empty where that is not known.
    """

    debit: bool
    brand: str
    last4: str
    expires: str = ""
    expired: bool = False


@dataclass(frozen=True, slots=True)
class FailedSaid:
    """The attempt that failed; `tell` and `reason` are what the rule book lets be told."""

    on: str
    amount: str
    debit: bool
    tell: Tell
    reason: Reason


@dataclass(frozen=True, slots=True)
class PartSaid:
    """One instalment of a plan, numbered from 1; `settled` ones have nothing open."""

    number: int
    on: str
    amount: str
    open: str
    settled: bool


@dataclass(frozen=True, slots=True)
class PromiseSaid:
    """A promise; what was `received` of it is None for nothing."""

    amount: str
    on: str
    received: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerSaid:
    """A dispute, and how it was answered."""

    amount: str
    answer: Literal["open", "accepted", "accepted_in_part", "rejected"]
    credited: str


@dataclass(frozen=True, slots=True)
class Particulars:
    """Amounts and days are text in the reader's locale. What can be missing is None or empty; texts ask first.

    `invoices` are one in the usual case, and that one's particulars stand beside them under their own names. `demands`
    is the total. `next` is what the ladder does next: of several invoices what it does with each of them, and `ahead`
    tells what it does with which. `last`: it is known that nobody writes of any of them again. `overdue`: all of them
    are past their due dates. `part` is the instalment that the message is about.
    """

    message: str
    language: str
    direction: str  # ltr or rtl
    channel: Channel
    today: str
    creditor: Creditor
    writer: AccountManager | None
    team: bool  # nobody looks after this customer: the team writes
    phone: str
    email: str
    debtor: str
    debtor_address: tuple[str, ...]
    consumer: bool
    country: str
    invoices: tuple[InvoiceSaid, ...]
    several: bool
    invoice: str
    reference: str  # the invoice as a short message names it
    issued_on: str | None
    due_on: str
    due: Literal["ahead", "today", "past"]
    days: int
    overdue: bool
    amount: str
    rows: tuple[AccountRow, ...]
    changed: bool
    demands: str
    settled: bool  # nothing is demanded, be it for now
    cleared: bool  # nothing is left, by payments or credits: it is not disputed, given up or taken back either
    ended: str | None  # how the case ended: paid, credited, written-off, handed-off, exhausted, withdrawn
    deadline_on: str | None
    copy: bool
    copy_of_on: str | None
    pay_url: str | None  # of the one invoice: a page takes no payment for several
    pay_to: BankAccount | None  # the account in the invoice's currency
    one_transfer: bool  # one transfer can name all invoices: a reference that banks check names one
    transfer: Transfer | None  # what a banking app reads of it, where it can
    next: Course
    ahead: tuple[Ahead, ...]
    last: bool
    failed: FailedSaid | None
    method: MethodSaid | None  # that of the attempt that failed, else the first of the customer's
    plan: tuple[PartSaid, ...]
    part: PartSaid | None
    to_come: tuple[PartSaid, ...]  # the instalments after `part`
    plan_ends_on: str | None
    promise: PromiseSaid | None
    principal: str | None
    costs: str | None
    interest: str | None
    paid: str | None
    received: str | None
    dispute: AnswerSaid | None
    disputed: str | None  # what is disputed and not answered
    overpaid: str | None  # what was paid beyond what was owed: it is the customer's
    suspended: bool
    opt_out: bool  # the country wants a text message to say how to get no more of them

    def names(self) -> dict[str, object]:
        """All of them by name, as templates take them."""
        return {name: getattr(self, name) for name in _NAMES}

    def shorter(self, **changes: object) -> Particulars:
        """The same with some of it left out, where there is no room."""
        return replace(self, **changes)  # type: ignore[arg-type]


_NAMES = tuple(Particulars.__dataclass_fields__)
_EACH_ITS_OWN = {  # instead of a day, after the same words
    "en": "the day that stands beside each invoice",
    "nl": "de dag die bij elke factuur staat",
    "de": "jeweils genannten Tag",
    "fr": "jour indiqué à côté de chaque facture",
}
_CLEARED = frozenset({"paid", "credited"})
_ASKS_NO_MORE = _CLEARED | {"withdrawn", "written-off"}  # how a case ends after which nothing is asked of its debtor
_OPT_OUT = frozenset({"US", "CA"})  # 12 CFR 1006.6(e), and the carriers' own rules for short messages there


@dataclass(frozen=True, slots=True)
class Beside:
    """What a message says that neither the notice nor the case knows.

    `entries` lead from an invoice's amount to what it demands; `methods` are the customer's, for the name of the one
    that failed. `copy_of_on` is the day of the message that a copy repeats (N3). `pay_url` stands before the creditor's
    own link.
    """

    entries: tuple[StatementEntry, ...] = ()
    methods: Mapping[str, Method] | None = None
    copy_of_on: date | None = None
    pay_url: str | None = None


def particulars_of(
    letter: Letterbox, channel: Channel, beside: Beside, *, creditor: Creditor, figures: Figures, language: str
) -> Particulars:
    """Write down what this message can say, in these figures."""
    act, customer, invoice = letter.act, letter.addressee, letter.invoice
    facts, writer = letter.facts or CaseFacts(), customer.account_manager
    account, methods = creditor.account_in(invoice.currency), beside.methods or {}
    own = replace(
        _payable(_invoice(figures, letter, beside.entries), account),
        pay_url=beside.pay_url or creditor.pay_link(invoice.id),
        next=course_of(letter.facts, figures, methods),
    )
    others = tuple(
        replace(
            _payable(_said(figures, letter.day, one.invoice, one.notice.demands, one.notice.deadline_on, ()), account),
            pay_url=creditor.pay_link(one.invoice.id),
            next=course_of(one.facts, figures, methods),
        )
        for one in letter.along
    )
    every = (own, *others)
    total = act.demands + sum(one.notice.demands for one in letter.along)
    plan = tuple(
        PartSaid(number, figures.day(part.on), figures.amount(part.amount), figures.amount(part.open), not part.open)
        for number, part in enumerate(facts.plan, 1)
    )
    part = _part(act.instalment, plan)
    return Particulars(
        message=act.message,
        language=language,
        direction=figures.locale.text_direction,
        channel=channel,
        today=figures.day(letter.day),
        creditor=creditor,
        writer=writer,
        team=writer is None,
        phone=unbroken((writer and writer.phone) or creditor.phone),
        email=(writer and writer.email) or creditor.email,
        debtor=from_outside(customer.name or ""),
        debtor_address=lines_of_address(customer.address or ""),
        consumer=customer.kind == "consumer",
        country=customer.country or "",
        invoices=every,
        several=bool(others),
        invoice=own.id,
        reference=own.id,
        issued_on=own.issued_on,
        due_on=own.due_on,
        due=own.due,
        days=own.days,
        overdue=all(one.due == "past" for one in every),
        amount=own.amount,
        rows=own.rows,
        changed=own.changed,
        demands=figures.amount(total),
        settled=total <= 0 or facts.ended in _ASKS_NO_MORE,
        cleared=facts.ended in _CLEARED or (facts.ended is None and total <= 0 and not facts.disputed),
        ended=facts.ended,
        deadline_on=_deadline(every, language, channel),
        copy=act.purpose in COPIES,
        copy_of_on=_day(figures, beside.copy_of_on or facts.copy_of_on),
        pay_url=None if others else own.pay_url,
        pay_to=account,
        one_transfer=not others or account is None or account.reference == "invoice",
        transfer=None if others else transfer_of(account, creditor.name, act.demands, invoice.id),
        next=common([one.next for one in every]),
        ahead=_ahead(every),
        last=all(one.next.known and not one.next.again for one in every),
        failed=_failed(figures, facts.failed),
        method=_method(figures, letter, methods),
        plan=plan,
        part=part,
        to_come=tuple(one for one in plan if part and one.number > part.number and not one.settled),
        plan_ends_on=_day(figures, facts.plan_ends_on),
        promise=_promise(figures, facts),
        principal=_amount(figures, facts.principal),
        costs=_amount(figures, facts.costs),
        interest=_amount(figures, facts.interest),
        paid=_amount(figures, facts.paid),
        received=_amount(figures, facts.received),
        dispute=_answer(figures, facts),
        disputed=_amount(figures, facts.disputed),
        overpaid=_amount(figures, facts.overpaid),
        suspended=facts.suspended,
        opt_out=customer.country in _OPT_OUT,
    )


def from_outside(text: str) -> str:
    """The text on one line, without control characters: what comes from outside never starts a line of ours."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def lines_of_address(text: str) -> tuple[str, ...]:
    """The lines of an address that have something on them."""
    return tuple(line for line in map(from_outside, text.splitlines()) if line)


def _invoice(figures: Figures, letter: Letterbox, entries: tuple[StatementEntry, ...]) -> InvoiceSaid:
    act, invoice = letter.act, letter.invoice
    explained = entries if explains(invoice.minor, entries, act.demands) else ()
    rows = tuple(AccountRow(one.kind, figures.amount(one.change), _day(figures, one.on)) for one in explained)
    return _said(figures, letter.day, invoice, act.demands, act.deadline_on, rows)


def _said(
    figures: Figures, day: date, invoice: Invoice, demands: int, deadline_on: date | None, rows: tuple[AccountRow, ...]
) -> InvoiceSaid:
    return InvoiceSaid(
        id=invoice.id,
        issued_on=_day(figures, invoice.issued_on),
        due_on=figures.day(invoice.due_on),
        due=_due(day, invoice.due_on),
        days=max((day - invoice.due_on).days, 0),
        amount=figures.amount(invoice.minor),
        rows=rows,
        changed=demands != invoice.minor,
        demands=figures.amount(demands),
        deadline_on=_day(figures, deadline_on),
    )


def _deadline(invoices: tuple[InvoiceSaid, ...], language: str, channel: Channel) -> str | None:
    """The deadline of all invoices; where each has its own, it stands beside it, and a text message has no room."""
    each = {one.deadline_on for one in invoices}
    if len(each) == 1:
        return each.pop()
    return None if channel == "sms" or None in each else _EACH_ITS_OWN.get(language)


def _ahead(invoices: tuple[InvoiceSaid, ...]) -> tuple[Ahead, ...]:
    """What comes next, for those together that have the same; in the order of the invoices."""
    found: dict[tuple[Course, str | None], list[str]] = {}
    for one in invoices:
        found.setdefault((one.next, one.deadline_on if one.next.takes else None), []).append(one.id)
    return tuple(Ahead(tuple(ids), course, deadline) for (course, deadline), ids in found.items())


def _payable(invoice: InvoiceSaid, account: BankAccount | None) -> InvoiceSaid:
    return replace(invoice, payment_reference=account.reference_for(invoice.id).shown if account else "")


def _part(number: int | None, plan: tuple[PartSaid, ...]) -> PartSaid | None:
    """The instalment of this number; without one the first that has something open."""
    if number is not None:
        return plan[number - 1] if number <= len(plan) else None
    return next((part for part in plan if not part.settled), None)


def _failed(figures: Figures, failed: FailedAttempt | None) -> FailedSaid | None:
    if failed is None:
        return None
    on, amount = figures.day(failed.on), figures.amount(failed.amount)
    return FailedSaid(on, amount, is_bank_debit(failed.network), tell_of(failed), reason_of(failed))


def _method(figures: Figures, letter: Letterbox, methods: Mapping[str, Method]) -> MethodSaid | None:
    failed = letter.facts.failed if letter.facts else None
    if letter.act.message == "card-expiring":
        known = _expiring(methods.values())
    else:
        known = methods.get(failed.method) if failed else next(iter(methods.values()), None)
    if known is None:
        return MethodSaid(is_bank_debit(failed.network), "", "") if failed else None
    brand, debit = from_outside(known.brand or ""), is_bank_debit(known.network)
    last = date.fromisoformat(f"{known.expires}-01") if known.expires and not debit else None
    return MethodSaid(
        debit, "" if debit else brand.title() if brand.islower() else brand, known.last4 or "",
        figures.month(last) if last else "", last is not None and last < letter.day.replace(day=1),
    )  # fmt: skip


def _expiring(methods: Iterable[Method]) -> Method | None:
    """The card that is the first to expire, as far as that is known."""
    cards = [one for one in methods if one.network is None or not is_bank_debit(one.network)]
    return min(cards, key=lambda one: one.expires or "9999", default=None)


def _promise(figures: Figures, facts: CaseFacts) -> PromiseSaid | None:
    made = facts.promise
    if made is None:
        return None
    return PromiseSaid(figures.amount(made.amount), figures.day(made.on), _amount(figures, made.received))


def _answer(figures: Figures, facts: CaseFacts) -> AnswerSaid | None:
    said = facts.dispute
    if said is None:
        return None
    credited = said.credited or 0
    answer: Literal["open", "accepted", "accepted_in_part", "rejected"] = "accepted" if credited else "rejected"
    if said.credited is None:
        answer = "open"
    elif 0 < credited < said.amount:
        answer = "accepted_in_part"
    return AnswerSaid(figures.amount(said.amount), answer, figures.amount(credited))


def _day(figures: Figures, on: date | None) -> str | None:
    return None if on is None else figures.day(on)


def _amount(figures: Figures, minor: int | None) -> str | None:
    """An amount, None for nothing."""
    return figures.amount(minor) if minor else None


def _due(day: date, due_on: date) -> Literal["ahead", "today", "past"]:
    if day == due_on:
        return "today"
    return "ahead" if day < due_on else "past"
