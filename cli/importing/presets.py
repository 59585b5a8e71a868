"""The exports of accounting packages: which of their columns is which of ours, and how they write amounts and days.

What a package lets its user choose (days of Xero and QuickBooks follow the country) has the commonest form here, and an
option overrides it. Besides our columns a preset may name what a row says of itself: `_side`, `_kind`, `_status` and
`_credited`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from cli.importing.amounts import Decimals

SIDE: Final = "_side"  # debit or credit, in a word
KIND: Final = "_kind"  # invoice, credit note and so on, in words
STATUS: Final = "_status"
CREDITED: Final = "_credited"  # an amount that lowers the one of its row
OF_THE_ROW: Final = (SIDE, KIND, STATUS, CREDITED)
CREDIT_SIDES: Final = frozenset({"h", "haben", "c", "cr", "credit", "k"})
CREDIT_KINDS: Final = frozenset(
    {"sales credit note", "credit note", "credit memo", "customer credit note", "customer credit note (out_refund)",
     "out_refund", "gutschrift", "accreccredit"}
)  # fmt: skip
NOT_SOLD: Final = frozenset(
    {"bill", "purchase bill", "vendor bill", "vendor credit note", "in_invoice", "in_refund", "bill credit note",
     "entry", "journal entry", "expense", "bill payment"}
)  # fmt: skip
NOT_OWED: Final = frozenset(
    {"draft", "voided", "void", "deleted", "paid", "cancelled", "canceled", "cancel", "submitted", "awaiting approval"}
)


class Source(StrEnum):
    """Where a file comes from."""

    EXACT = "exact"
    XERO = "xero"
    DATEV = "datev"
    QUICKBOOKS = "quickbooks"
    ODOO = "odoo"


@dataclass(frozen=True, slots=True)
class Preset:
    """`columns` names for each of ours theirs, the ones that are taken first in front; `every` is what all rows say.

    `parts` are ours that are put together of several of theirs, a line each.
    """

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    decimals: Decimals | None = None
    dates: str | None = None
    every: Mapping[str, str] = field(default_factory=dict)
    grouped: bool = False  # a row with one cell names the customer of those that follow


PRESETS: Final[Mapping[Source, Preset]] = {
    Source.EXACT: Preset(),
    Source.XERO: Preset(
        columns={
            "id": ("InvoiceNumber", "Invoice Number"),
            "issued_on": ("InvoiceDate", "Invoice Date"),
            "due_on": ("DueDate", "Due Date"),
            "amount": ("InvoiceAmountDue", "AmountDue", "Due", "Total"),
            "currency": ("Currency",),
            "customer_id": ("AccountNumber", "ContactNumber"),
            "customer_name": ("ContactName", "Contact"),
            "customer_email": ("EmailAddress",),
            "customer_country": ("POCountry",),
            KIND: ("Type",),
            STATUS: ("Status",),
        },
        parts={
            "customer_address": (
                "POAddressLine1",
                "POAddressLine2",
                "POAddressLine3",
                "POAddressLine4",
                "POPostalCode",
                "POCity",
                "PORegion",
            )
        },
        decimals=".",
        dates="d/m/Y",
    ),
    Source.DATEV: Preset(
        columns={
            "id": ("Rechnungsnummer", "Rechnungs-Nr.", "Rechnungsnr.", "Belegnummer", "Beleg-Nr.", "Belegfeld 1"),
            "issued_on": ("Rechnungsdatum", "Belegdatum", "Datum"),
            "due_on": ("Fälligkeit", "Fälligkeitsdatum", "Fällig am", "Fällig"),
            "amount": (
                "Saldo",
                "Offener Betrag",
                "Betrag offen",
                "Offen",
                "Sollbetrag",
                "Rechnungsbetrag",
                "Betrag",
                "Umsatz (ohne Soll/Haben-Kz)",
                "Umsatz",
            ),
            "currency": ("Währung", "WKZ", "WKZ Umsatz", "Währungskennung"),
            "customer_id": ("Konto", "Debitor", "Debitorenkonto", "Kontonummer", "Personenkonto", "Kundennummer"),
            "customer_name": (
                "Kontobezeichnung",
                "Kontenbezeichnung",
                "Kontobeschriftung",
                "Name",
                "Geschäftspartner-Name",
                "Kunde",
            ),
            "customer_email": ("E-Mail", "E-Mail-Adresse"),
            "customer_country": ("Land", "Ländercode"),
            SIDE: ("Soll/Haben-Kennzeichen", "S/H", "Soll/Haben", "SH"),
            CREDITED: ("Habenbetrag",),
        },
        decimals=",",
        dates="d.m.Y",
        every={"currency": "EUR"},  # of the books themselves, where a list has no column for it
    ),
    Source.QUICKBOOKS: Preset(
        columns={
            "id": ("Num", "No.", "Invoice No.", "Invoice No", "Invoice Number", "InvoiceNo"),
            "issued_on": ("Date", "Transaction date", "Invoice Date", "InvoiceDate"),
            "due_on": ("Due Date", "DueDate"),
            "amount": ("Open Balance", "Balance Due", "Balance", "Amount Due", "Amount", "Total"),
            "currency": ("Currency",),
            "customer_name": ("Customer", "Customer full name", "Name", "Customer Name"),
            "customer_email": ("Email", "Customer email"),
            "customer_phone": ("Phone", "Phone numbers"),
            KIND: ("Transaction Type", "Type"),
            STATUS: ("Status",),
        },
        decimals=".",
        dates="m/d/Y",
        grouped=True,
    ),
    Source.ODOO: Preset(
        columns={
            "id": ("Number", "name"),
            "issued_on": ("Invoice/Bill Date", "Invoice Date", "invoice_date"),
            "due_on": ("Due Date", "Invoice Due Date", "invoice_date_due"),
            "amount": (
                "Amount Due Signed",
                "Amount Due",
                "amount_residual_signed",
                "amount_residual",
                "Total in Currency Signed",
                "Total Signed",
                "Total",
                "amount_total",
            ),
            "currency": ("Currency", "currency_id", "currency_id/name", "Invoice Currency"),
            "customer_id": (
                "Partner/Reference",
                "Customer/Reference",
                "partner_id/ref",
                "Partner/ID",
                "partner_id/id",
            ),
            "customer_name": (
                "Invoice Partner Display Name",
                "Customer",
                "Partner",
                "partner_id",
                "invoice_partner_display_name",
                "Customer/Display Name",
                "partner_id/name",
            ),
            "customer_email": ("Partner/Email", "Customer/Email", "partner_id/email"),
            "customer_country": ("Partner/Country", "Customer/Country", "partner_id/country_id/code"),
            KIND: ("Type", "move_type"),
            STATUS: ("Status", "state"),
        },
        decimals=".",
        dates="Y-m-d",
    ),
}
