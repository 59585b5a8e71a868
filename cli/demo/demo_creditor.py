"""The demonstration's creditor: a company, its accounts and its page to pay on, all made up, and known here only."""

from __future__ import annotations

from typing import Final

from adapters.settings import AccountSettings, CreditorSettings

NORTHWIND: Final = CreditorSettings(
    name="Northwind Studio B.V.",
    address="Voorbeeldstraat 12\n1234 AB Amsterdam\nThe Netherlands",
    email="accounts@northwind.example",
    phone="+31 20 000 00 00",
    registration="KvK 00000000",
    accounts={
        "EUR": AccountSettings(iban="NL02ABNA0123456789", bic="ABNANL2A"),
        "GBP": AccountSettings(number="00000000", routing={"Sort code": "00-00-00"}, bank="Example Bank, London"),
        "USD": AccountSettings(
            number="0000000000", routing={"ABA routing number": "000000000"}, bank="Example Bank, New York"
        ),
    },
    pay_url="https://pay.northwind.example/invoices",
)
"""Its GBP and USD accounts are of noughts; a debtor in CHF, JPY or SEK is shown the page to pay on alone."""
