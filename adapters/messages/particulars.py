"""All that a template can name: the particulars of one notice, already written the way its reader writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from adapters.bank_account import BankAccount
from adapters.creditor import Creditor
from adapters.messages.figures import Figures
from adapters.messages.statement import EntryKind, StatementEntry, explains
from dunning.ports import Letterbox
from dunning.purposes import COPIES
from dunning.records import Channel


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One line of the account: its `amount` carries its sign, `on` is missing where the day is not known."""

    kind: EntryKind
    amount: str
    on: str | None


@dataclass(frozen=True, slots=True)
class Particulars:
    """Amounts and days are text in the reader's locale. What can be missing is None or empty; templates ask first."""

    language: str
    direction: str  # ltr or rtl
    channel: Channel
    today: str
    creditor: Creditor
    debtor: str
    debtor_address: tuple[str, ...]
    consumer: bool
    country: str
    invoice: str
    reference: str  # the invoice as a short message names it
    issued_on: str | None
    due_on: str
    due: Literal["ahead", "today", "past"]
    days: int  # overdue, 0 until the day after the due date
    amount: str
    rows: tuple[AccountRow, ...]  # from the invoice's amount to what is demanded; empty where they do not add up to it
    changed: bool  # the amount that is demanded is not the invoice's
    demands: str
    demands_coded: str
    deadline_on: str | None
    copy: bool
    copy_of_on: str | None
    pay_url: str | None
    pay_to: BankAccount | None  # the account in the invoice's currency
    phone: str


def particulars_of(
    letter: Letterbox,
    channel: Channel,
    *,
    creditor: Creditor,
    figures: Figures,
    language: str,
    entries: tuple[StatementEntry, ...] = (),
    copy_of_on: date | None = None,
    pay_url: str | None = None,
) -> Particulars:
    """Write down what this notice can say, in these figures."""
    act, customer, invoice = letter.act, letter.addressee, letter.invoice
    explained = explains(invoice.minor, entries, act.demands)
    return Particulars(
        language=language,
        direction=figures.locale.text_direction,
        channel=channel,
        today=figures.day(letter.day),
        creditor=creditor,
        debtor=one_line(customer.name or ""),
        debtor_address=lines_of_address(customer.address or ""),
        consumer=customer.kind == "consumer",
        country=customer.country or "",
        invoice=invoice.id,
        reference=invoice.id,
        issued_on=_day(figures, invoice.issued_on),
        due_on=figures.day(invoice.due_on),
        due=_due(letter.day, invoice.due_on),
        days=max((letter.day - invoice.due_on).days, 0),
        amount=figures.amount(invoice.minor),
        rows=tuple(_row(figures, entry) for entry in entries) if explained else (),
        changed=act.demands != invoice.minor,
        demands=figures.amount(act.demands),
        demands_coded=figures.coded(act.demands),
        deadline_on=_day(figures, act.deadline_on),
        copy=act.purpose in COPIES,
        copy_of_on=_day(figures, copy_of_on),
        pay_url=pay_url or creditor.pay_link(invoice.id),
        pay_to=creditor.account_in(invoice.currency),
        phone=creditor.phone,
    )


def one_line(text: str) -> str:
    """The text without line breaks and control characters: what comes from outside never starts a line of ours."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def lines_of_address(text: str) -> tuple[str, ...]:
    """The lines of an address that have something on them."""
    return tuple(line for line in map(one_line, text.splitlines()) if line)


def _day(figures: Figures, on: date | None) -> str | None:
    return None if on is None else figures.day(on)


def _row(figures: Figures, entry: StatementEntry) -> AccountRow:
    return AccountRow(entry.kind, figures.amount(entry.change), _day(figures, entry.on))


def _due(day: date, due_on: date) -> Literal["ahead", "today", "past"]:
    if day == due_on:
        return "today"
    return "ahead" if day < due_on else "past"
