"""The page on the rule book, made from its rows: `python -m tests.docs.rule_book_page` writes it anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlsplit

from dunning.rulebook.limits import LIMITS
from dunning.rulebook.rows import Code, CodeTable, Limit, TakeBack, Window
from dunning.rulebook.tables import TABLES
from dunning.rulebook.take_backs import TAKE_BACKS
from tests.docs.pages import DOCS

CATEGORIES_BEGAN: Final = date(2020, 4, 1)
PATH: Final = DOCS / "reference" / "rule-book.md"

AMEX: Final = (
    "https://developer.cybersource.com/docs/cybs/en-us/api-fields/reference/all/so/api-fields/"
    "cc-auth-reply-merchant-advice-code.html"
)

HEAD: Final = f"""\
# Rule book

What card networks, bank schemes and payment providers say about trying a charge again: what a decline code means, how
often an attempt may be repeated, and how long a debit can be taken back. An attempt is held against the rows of its own
day, never against those of the day on which the case opened (rule [C4](rules.md#charging)). The journal names the row
that decided: a code by its table and itself, such as `visa 62`, a limit by its id.

This page is made from the rows in `dunning/rulebook/`. `python -m tests.docs.rule_book_page` writes it anew.

## What comes first

Several things speak at once. The first of these that has something to say decides:

1. The invoice is paid, void, disputed in full, promised or on hold: no attempt.
2. Mandate or consent is missing or withdrawn: no attempt.
3. A network's *never* (Visa's category 1, Mastercard's advice `03` or `21`) or a code of kind `never_again`: no further
   attempt by this method.
4. A network's *wait* (Mastercard's advice `24` to `30` or `02`), a provider's advice: not before that time.
5. The limits below: within all of them. The lowest counts.
6. The provider's own decline code: its row below.
7. The banks' calendar: a debit for a day on which the banks are closed is moved to the next day on which they are open.

## How a row is changed

A row is ended and followed by another one, never edited: what was decided under it has to stay explainable. A limit
gets the first day on which it no longer counts (`valid_to`), and a new row with a name of its own begins on that day. A
code that moves to another category gets that category from the day on. Every row names the page on which it was read.

## What the columns say

**kind** is what follows from a code, see [declines](declines.md#kinds): `try_later`, `ask_customer`, `never_again`,
`look_first`, and `operator`: our own set-up or data is wrong, and a person must repair it.

**wait** is the least time before that method is tried again. *(scheme)*: the scheme asks for it; the other waits are
ours. **budget** is our own: so many attempts on one method of one invoice end with this code at most. **category** is
Visa's: 1 forbids any further attempt, 2 to 4 share a limit. **tell** is what the customer may hear: `generic` (it did
not go through), `new_method`, `authenticate`, or `none`.

Remarks: *masked*: the real reason never reaches the customer, in any wording. *a person looks*: a task opens.
*updater*: the card updater is asked before the customer. *informational*: counts only where nothing else is known.
*set-up fault*: not expected on a stored method. *not seen*: from memory, the source is where to check; such a row never
lets an attempt be made. A source stands with the row where it is not that of the table.

`unknown` is how a code is read that the table does not list. For American Express and Discover neither categories nor
numbers were found ([developer.cybersource.com]({AMEX}));
they, and a card of no known network, are read as Visa (`family` in `dunning/rulebook/networks.py`).

## Codes
"""

LIMITS_HEAD: Final = """\
## Limits

*At most* counts reattempts, which are those after the first decline, or declines, the first one included. *Together*
says what must be equal for two attempts to be counted together; *apart* means that those which the customer starts
have a count of their own. A day with a question mark is from memory, not from the source. Fees are what the network
charges, as printed on the source.

"""

IDLE_HEAD: Final = """\
## Limits that do not bind

Settings of a provider's own retry engine, which is off where this product charges, and what no single attempt can keep
or break. They are kept to be compared with.

"""

TAKE_BACKS_HEAD: Final = """\
## Take-backs

How long a debit that looked final can still be taken back. So long a case that was paid may have to open again (rule
[P5](rules.md#payments)). The first days are from memory.

"""

FOOT: Final = """\
## Bank days

A bank debit is made on a bank day: of TARGET for `sepa_dd`, of the Federal Reserve for `ach`, of England's banks for
`bacs`. The closing days are listed to 2035 in `dunning/rulebook/bank_days.py`; after that only weekends close. A card
is charged on any day.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *map(codes, TABLES.values()), *limits(), take_backs(), FOOT])


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(heads)
    cells = [names, ["---"] * len(names), *rows]
    return "".join(f"| {' | '.join(one.replace('|', chr(92) + '|') for one in row)} |\n" for row in cells)


def code(text: str) -> str:
    return f"`{text}`"


def link(source: str) -> str:
    return f"[{urlsplit(source).hostname}]({source})"


def span(length: timedelta) -> str:
    hours = length // timedelta(hours=1)
    if not hours:
        return ""
    number, unit = (hours, "hour") if hours % 24 or hours <= 24 else (hours // 24, "day")
    return f"{number} {unit}{'' if number == 1 else 's'}"


def codes(one: CodeTable) -> str:
    """A section: the codes of a scheme, and the row for those that it does not list."""
    category = ["category"] if any(row.categories for row in one.codes.values()) else []
    heads = ["code", "meaning", "kind", "wait", "budget", *category, "tell", "remarks"]
    rows = (code_row(row, one, categories=bool(category)) for row in (*one.codes.values(), one.unknown))
    name = f"{one.scheme} {next(iter(one.codes))}"
    lead = f"In the field `{one.field}`. A row is named `{name}`, for one. Source: {link(one.source)}."
    return f"### {one.name}\n\n{lead}\n\n{table(heads, rows)}"


def code_row(row: Code, one: CodeTable, *, categories: bool) -> list[str]:
    wait = span(row.wait) + (" (scheme)" if row.waits_by_scheme else "")
    budget = "" if row.at_most is None else str(row.at_most)
    category = [category_text(row)] if categories else []
    source = [] if row.source == one.source else [link(row.source)]
    remarks = "; ".join([*remarks_on(row), *([row.note] if row.note else []), *source])
    return [code(row.code), row.meaning, code(row.kind), wait, budget, *category, code(row.tell), remarks]


def category_text(row: Code) -> str:
    """Visa's categories one after another; the first one has a day only where the code is younger than they are."""
    (began, first), *moves = row.categories
    later = [f"{number} from {since}" for since, number in moves]
    regions = [f"{number} in {region}" for region, number in row.category_in_region]
    return "; ".join([str(first) if began == CATEGORIES_BEGAN else f"{first} from {began}", *later, *regions])


def remarks_on(row: Code) -> Iterator[str]:
    said = {
        "masked": row.mask,
        "a person looks": row.review,
        "updater": row.updater,
        "informational": row.informational,
        "set-up fault": row.terminal_only,
        "not seen": not row.verified,
    }
    yield from (word for word, holds in said.items() if holds)
    for kind in sorted({kind for _, kind in row.by_bank_country}):
        countries = ", ".join(country for country, other in row.by_bank_country if other == kind)
        yield f"`{kind}` for payers of banks in {countries}"


def limits() -> Iterator[str]:
    heads = ["limit", "after", "at most", "together", "in force", "fee", "source, remarks"]
    yield LIMITS_HEAD + table(heads, (limit_row(one) for one in LIMITS if one.binds))
    yield IDLE_HEAD + table(heads, (limit_row(one) for one in LIMITS if not one.binds))


def limit_row(one: Limit) -> list[str]:
    apart = ["apart"] if one.separate else []
    fee = f"{one.fee} ({link(one.fee_source)})" if one.fee_source else one.fee
    remarks = "; ".join([link(one.source), *([one.note] if one.note else [])])
    return [code(one.id), after(one), at_most(one), ", ".join([*one.scope, *apart]), in_force(one), fee, remarks]


def after(one: Limit) -> str:
    networks = ", ".join(map(code, one.networks))
    provider = f" by `{one.provider}`" if one.provider else ""
    if one.categories:
        what = f"category {', '.join(map(str, one.categories))}"
    elif one.codes:
        what = ", ".join(map(code, one.codes))
    else:
        what = "any decline" + (f" but {', '.join(map(code, one.but_codes))}" if one.but_codes else "")
    return f"{networks}{provider}: {what}"


def at_most(one: Limit) -> str:
    counts = one.counts.removesuffix("s") if one.most == 1 else one.counts
    number = "none" if one.most == 0 else "any number" if one.most is None else f"{one.most} {counts}"
    return number if one.window is None else f"{number} {window_text(one.window)}"


def window_text(window: Window) -> str:
    if window.kind == "rolling":
        return f"in {span(window.length)} (rolling)"
    if window.months is None:
        return f"in {span(window.length)} from the first attempt"
    months = f"{window.months} month{'' if window.months == 1 else 's'}"
    return f"in {span(window.length)} or {months} from the first attempt, the shorter"


def in_force(one: Limit) -> str:
    """Both days are within; the last is the day before the next row begins."""
    since = f"{one.valid_from}{'' if one.start_known else '?'}"
    until = f" to {last_day(one.valid_to)}" if one.valid_to else ""
    regions = f" in {', '.join(one.regions)}" if one.regions else ""
    return f"{since}{until}{regions}"


def last_day(valid_to: date) -> date:
    return valid_to - timedelta(days=1)


def take_backs() -> str:
    heads = ["row", "debit", "who", "why", "within", "from", "source, remarks"]
    return TAKE_BACKS_HEAD + table(heads, map(take_back_row, TAKE_BACKS))


def take_back_row(one: TakeBack) -> list[str]:
    kind = "" if one.variant == "any" else f", {one.variant}"
    remarks = [link(one.source), *([] if one.verified else ["not seen"]), *([one.note] if one.note else [])]
    who = one.who.replace("_", "’s ")
    return [
        code(one.id),
        code(one.network) + kind,
        who,
        one.reason,
        one.within,
        str(one.valid_from),
        "; ".join(remarks),
    ]


if __name__ == "__main__":
    PATH.write_text(page(), encoding="utf-8")
