"""What a reply seems to say, in words, with the next thing that a person could do. It is read anew each time (M5).

A reading is kept nowhere: better rules read old replies better, and nobody takes a guess for what a debtor decided.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from adapters.replies.language import SuggestionKind
from adapters.replies.reading import read
from adapters.replies.suggestions import Suggestion
from adapters.storage.lists.views import TaskView
from api.pages.words import day_in_full, local_day, money_text
from api.shapes.replies import ActOut, ReplyOut, SuggestionOut
from api.shapes.values import Sum
from dunning.errors import MoneyError
from dunning.free_text import GONE
from dunning.holds.replies import REPLY
from dunning.messages import CustomerStop, Dispute, Promise
from dunning.money import minor

_LONGEST: Final = 300  # signs of a sentence that is shown beside the whole reply
_NEXT: Final[dict[SuggestionKind, str]] = {
    "dispute": "record the dispute with these words",
    "promise": "record the promise",
    "paid": "look for the payment: book it, or say that money is under way",
    "hardship": "offer a plan",
    "stop": "stop every case of the customer, or end this channel",
    "wrong_person": "correct the contact data",
    "call_back": "call them",
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """Of which task and currency a suggestion is to be shown; `amount` is the one that it names, if that is a sum."""

    task: str
    currency: str
    suggestion: Suggestion
    amount: Sum | None


async def replies_of(tasks: Iterable[TaskView], zone: str) -> dict[tuple[str, str], ReplyOut]:
    """The replies among these tasks, by invoice and task; `zone` is that of a customer of whom none is known."""
    wanted = [task for task in tasks if task.about == REPLY]
    if not wanted:
        return {}
    return await asyncio.to_thread(lambda: {(task.invoice_id, task.id): _of(task, zone) for task in wanted})


def _of(task: TaskView, zone: str) -> ReplyOut:
    return shown_reply(task.id, task.note, local_day(task.opened_at, task.zone or zone), task.currency)


def shown_reply(task: str, text: str, day: date, currency: str) -> ReplyOut:
    """The reply of a task, which came on `day`; `currency` is the invoice's."""
    if text == GONE:
        return ReplyOut(words=text, suggests=())
    return _shown(task, text, day, currency)


@lru_cache(maxsize=512)
def _shown(task: str, text: str, day: date, currency: str) -> ReplyOut:
    reading = read("", text, day)
    return ReplyOut(words=reading.words, suggests=tuple(_out(task, currency, one) for one in reading.suggests))


def _out(task: str, currency: str, suggestion: Suggestion) -> SuggestionOut:
    asked = _Asked(task, currency, suggestion, _sum(suggestion))
    kind = suggestion.kind
    make = _ACTS.get(kind)
    return SuggestionOut(
        kind=kind, words=_WORDS[kind](asked), said=_short(suggestion.said), on=suggestion.on, amount=asked.amount,
        next=_NEXT[kind], act=make(asked) if make else None,
    )  # fmt: skip


def _sum(suggestion: Suggestion) -> Sum | None:
    if suggestion.amount is None or suggestion.currency is None:
        return None
    try:
        return Sum.of(minor(str(suggestion.amount), suggestion.currency), suggestion.currency)
    except MoneyError:  # more decimals than there are
        return None


def _promise(asked: _Asked) -> ActOut | None:
    """Without a day it is no promise that the case could take (A1)."""
    if asked.suggestion.on is None:
        return None
    body: dict[str, Any] = {"id": asked.task, "on": asked.suggestion.on.isoformat()}
    if asked.amount is not None and asked.amount.currency == asked.currency:
        body["amount"] = asked.amount.amount
    return ActOut(message=Promise.name, body=body)


def _dispute(asked: _Asked) -> ActOut:
    return ActOut(message=Dispute.name, body={"id": asked.task, "reason": _short(asked.suggestion.said)})


def _stop(asked: _Asked) -> ActOut:
    return ActOut(message=CustomerStop.name, body={"reason": _short(asked.suggestion.said)})


_ACTS: Final[dict[SuggestionKind, Callable[[_Asked], ActOut | None]]] = {
    "promise": _promise,
    "dispute": _dispute,
    "stop": _stop,
}


def _money(asked: _Asked, before: str) -> str:
    return f"{before}{money_text(asked.amount)}" if asked.amount else ""


def _day(asked: _Asked, before: str) -> str:
    return f"{before}{day_in_full(asked.suggestion.on)}" if asked.suggestion.on else ""


_WORDS: Final[dict[SuggestionKind, Callable[[_Asked], str]]] = {
    "dispute": lambda _: "seems to dispute what is asked",
    "promise": lambda asked: f"seems to promise payment{_money(asked, ' of ')}{_day(asked, ' by ')}",
    "paid": lambda asked: f"seems to have paid{_money(asked, ' ')}{_day(asked, ' on ')}",
    "hardship": lambda _: "seems unable to pay at once",
    "stop": lambda _: "seems to want no more messages, or to have a lawyer",
    "wrong_person": lambda _: "seems to be the wrong person or address",
    "call_back": lambda _: "seems to want a call",
}


def _short(said: str) -> str:
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST].rsplit(' ', 1)[0]} …"
