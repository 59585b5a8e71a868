"""What stands in the calendar, in words: one phrase for a day of a case, one for how many of a kind a day has."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from adapters.storage.lists.agenda import DateView, Tally
from api.limits import in_path
from api.pages.words import as_words
from dunning.ports import DateKind

# Every kind: what one is called, several are, and the tone in which it is shown.
KINDS: Final[dict[DateKind, tuple[str, str, str]]] = {
    "promise": ("promise", "promises", "wait"),
    "instalment": ("part of a plan", "parts of plans", "wait"),
    "payment": ("payment under way", "payments under way", "good"),
    "deadline": ("deadline", "deadlines", "warn"),
    "call-back": ("call-back", "call-backs", "ask"),
    "dispute": ("dispute to answer", "disputes to answer", "ask"),
    "hold": ("hold that ends", "holds that end", "quiet"),
    "discount": ("discount that ends", "discounts that end", "quiet"),
}
COMES_IN: Final[frozenset[DateKind]] = frozenset({"promise", "instalment", "payment"})


def kind_words(kind: DateKind, count: int = 1) -> str:
    """What so many of a kind are called: promise, 3 promises."""
    one, several, _ = KINDS[kind]
    return one if count == 1 else several


def tally_words(tally: Tally) -> str:
    """How many of a kind: 1 promise, 3 deadlines."""
    return f"{tally.count:,} {kind_words(tally.kind, tally.count)}"


def date_words(one: DateView, zone: str) -> str:
    """What happens on that day, with whom; a call-back with its hour in the debtor's `zone`."""
    who = one.customer_name or one.customer_id
    match one.kind:
        case "promise":
            return f"{who} promised to pay"
        case "instalment":
            return f"{who} pays part {one.about} of the plan"
        case "payment":
            return f"Money from {who} should be here"
        case "deadline":
            return f"Last day of the {as_words(one.about)} for {who}"
        case "call-back":
            hour = f" at {one.at.astimezone(ZoneInfo(zone)):%H:%M}" if one.at else ""
            return f"Call {who} back{hour}"
        case "dispute":
            return f"Answer the dispute of {who}"
        case "hold":
            return f"The hold of {who} ends"
        case "discount":
            return f"The discount for {who} ends"


def leads_to(one: DateView) -> str:
    """The page on which something can be done about it: the form that answers a dispute, else the case."""
    case = f"/cases/{in_path(one.invoice_id)}"
    if one.kind == "dispute":
        return f"{case}/actions/answer-dispute?{urlencode({'dispute': one.about})}"
    return case
