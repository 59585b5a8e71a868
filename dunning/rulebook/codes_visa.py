"""Visa's response codes and the category that the network puts each in, by the day.

Category 1 forbids any further attempt, 2 to 4 share a limit; a code that is not listed is of category 4. Read in
the Visa Core Rules of 18 April 2026, table 7-2, as set out at
https://github.com/IanFoxDev/decline-codes/blob/5ae851209d2b70e9038649649673d4790f72f8b7/data/visa.json
"""

from __future__ import annotations

from datetime import date
from typing import Final

from dunning.rulebook.rows import CodeTable
from dunning.rulebook.writing_rows import UNKNOWN, ask, later, never, operator, table

_ISO_8583: Final = "https://en.wikipedia.org/wiki/ISO_8583"
_TABAPAY: Final = "https://developers.tabapay.com/docs/visa-response-code-updates"
_VISA_UPDATE: Final = (
    "https://usa.visa.com/dam/VCOM/global/support-legal/documents/"
    "updates-to-rules-for-declined-transaction-resubmission-and-use-of-authorization-response-codes.pdf"
)
_CIELO: Final = "https://docs.cielo.com.br/ecommerce-cielo-en/changelog/new-retry-codes-for-visa-5c-e-9g"
_CHECKOUT: Final = "https://www.checkout.com/merchant-communications/changes-to-visa-response-codes"

Categories = tuple[tuple[date, int], ...]
_FIRST: Final = date(2020, 4, 1)  # the categories begin
_MOVED: Final = date(2021, 4, 17)  # several codes move
ONE: Final[Categories] = ((_FIRST, 1),)
TWO: Final[Categories] = ((_FIRST, 2),)
THREE: Final[Categories] = ((_FIRST, 3),)
FOUR: Final[Categories] = ((_FIRST, 4),)
ONE_THEN_TWO: Final[Categories] = ((_FIRST, 1), (_MOVED, 2))
THREE_THEN_ONE: Final[Categories] = ((_FIRST, 3), (_MOVED, 1))
FOUR_THEN_TWO: Final[Categories] = ((_FIRST, 4), (date(2026, 7, 25), 2))
TWO_SINCE_2025: Final[Categories] = ((date(2025, 4, 11), 2),)
EUROPE_3: Final = (("Europe", 3), ("CEMEA", 3))

VISA: Final[CodeTable] = table(
    "visa",
    never("04", "pick up card, no fraud", tell="generic", mask=True, categories=ONE),
    never("07", "pick up card, special condition (fraud account)", tell="generic", mask=True, review=True,
        categories=ONE),
    never("12", "invalid transaction", tell="generic", review=True, categories=ONE),
    never("14", "no such account number", categories=THREE_THEN_ONE,
        note="older lists show category 3; the day it moved to 1 was not found, 2021-04-17 is assumed"),
    never("15", "no such issuer", categories=ONE),
    never("41", "lost card", tell="generic", mask=True, categories=ONE),
    never("43", "stolen card", tell="generic", mask=True, categories=ONE),
    never("46", "closed account; since April 2026 also: deactivated token was used", categories=ONE, source=_TABAPAY),
    never("57", "transaction not permitted to cardholder", categories=ONE, source=_CHECKOUT,
        note="from October 2025 issuers had to send 05 instead; from 2026-10-25 the code is back as category 1"),
    never("R0", "stop this payment", tell="none", review=True, categories=ONE, source=_TABAPAY),
    never("R1", "stop all future payments of this merchant", tell="none", review=True, categories=ONE, source=_TABAPAY),
    never("R3", "stop all merchants on this card", tell="none", review=True, categories=ONE, source=_TABAPAY),
    operator("03", "invalid merchant", categories=ONE_THEN_TWO, source=_VISA_UPDATE),
    later("19", 1, "re-enter transaction", tell="none", categories=TWO),
    ask("39", "no credit account", categories=TWO),
    later("51", 24, "not sufficient funds", categories=TWO),
    ask("52", "no checking account", categories=TWO),
    ask("53", "no savings account", categories=TWO),
    later("59", 72, "suspected fraud", mask=True, review=True, at_most=2, categories=TWO),
    later("61", 24, "exceeds amount limit", categories=TWO),
    ask("62", "restricted card, invalid in this region or country", categories=ONE_THEN_TWO, source=_VISA_UPDATE),
    later("65", 24, "exceeds frequency limit", categories=TWO),
    operator("75", "PIN tries exceeded", terminal_only=True, categories=TWO),
    ask("78", "blocked, first use or special condition; account blocked for now", tell="generic",
        categories=ONE_THEN_TWO, source=_VISA_UPDATE),
    later("83", 72, "fraud or security, used by Visa only", mask=True, review=True, at_most=1,
        categories=FOUR_THEN_TWO, note="one acquirer gives 2026-10-25 as the day"),
    operator("86", "cannot verify PIN", terminal_only=True, categories=TWO),
    later("91", 1, "issuer or switch inoperative", tell="none", categories=TWO),
    operator("93", "cannot be completed, violation of law", review=True, categories=ONE_THEN_TWO, source=_VISA_UPDATE),
    later("96", 1, "system malfunction", tell="none", categories=TWO),
    ask("5C", "transaction not supported or blocked by issuer", categories=TWO_SINCE_2025, source=_CIELO),
    ask("9G", "blocked by the cardholder", tell="generic", categories=TWO_SINCE_2025, source=_CIELO),
    operator("N3", "cash service not available", terminal_only=True, categories=TWO),
    later("N4", 24, "exceeds issuer or approved limit", categories=TWO),
    ask("Z5", "valid account but amount not supported", categories=TWO),
    ask("54", "expired card or expiry missing", updater=True, categories=THREE),
    operator("55", "PIN incorrect or missing", terminal_only=True, categories=THREE),
    ask("82", "card verification results negative", categories=THREE),
    ask("6P", "cardholder data does not match", categories=THREE),
    ask("N7", "security code failure", categories=THREE),
    ask("1A", "additional customer authentication required", tell="authenticate", categories=FOUR,
        category_in_region=EUROPE_3),
    operator("70", "PIN data required", terminal_only=True, categories=FOUR, category_in_region=EUROPE_3),
    later("01", 72, "refer to card issuer", at_most=4, categories=FOUR, source=_ISO_8583),
    later("05", 72, "do not honor", at_most=4, categories=FOUR, source=_ISO_8583),
    operator("13", "invalid amount", categories=FOUR, source=_ISO_8583),
    operator("58", "transaction not permitted to terminal", categories=FOUR, source=_ISO_8583),
    never("63", "security violation", tell="generic", review=True, categories=FOUR, source=_ISO_8583),
    name="Visa response codes with decline category",
    field="response code (field 39)",
    source="https://usa.visa.com/dam/VCOM/download/about-visa/visa-rules-public.pdf",
    unknown=later(UNKNOWN, 72, "a code that Visa's table does not list", at_most=4, categories=FOUR),
)  # fmt: skip
