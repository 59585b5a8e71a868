"""The mail to a colleague about a task that nobody answered: what it asks, the link to it, no more of the debtor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from adapters.escalations.queue import MANAGER_FROM

_TIMES = {1: "once", 2: "twice"}


@dataclass(frozen=True, slots=True)
class Reminder:
    """`asks` is the task in a few words, without a name; `owner` and `manager` are who was reached before `to`."""

    to: str | None
    invoice_id: str
    asks: str
    queue: str
    asked_on: date
    times: int
    next_on: date
    link: str
    owner: str | None = None
    manager: str | None = None

    @property
    def subject(self) -> str:
        """One line."""
        return f"Late {times_words(self.times)}: {self.asks} ({self.invoice_id})"

    @property
    def text(self) -> str:
        """Plain words."""
        return "\n\n".join((*self._greeting(), *self._question(), self._reason())) + "\n"

    def _greeting(self) -> tuple[str, ...]:
        return (f"Hello {self.to},",) if self.to else ("Hello,",)

    def _question(self) -> tuple[str, ...]:
        asked = f"Since {_day(self.asked_on)} somebody is asked to {self.asks}, about invoice {self.invoice_id}."
        late = f"Nobody has answered in time; it is late {times_words(self.times)}."
        return f"{asked} {late}", f"{self._who()} The next reminder leaves after {_day(self.next_on)}.", self.link

    def _who(self) -> str:
        if self.times < MANAGER_FROM:
            return (
                f"{_named(self.owner)} is reminded." if self.owner != self.to else "You are the first to be reminded."
            )
        told = " and ".join(
            "you" if name == self.to else name for name in dict.fromkeys((self.owner, self.manager)) if name
        )
        return f"This time it goes to {told}." if told else "Nobody is named who looks after it."

    def _reason(self) -> str:
        return f"This comes to you because of the queue “{self.queue}” of Dunning."


def times_words(times: int) -> str:
    """How often, in words."""
    return _TIMES.get(times, f"{times} times")


def _named(name: str | None) -> str:
    return name or "Nobody"


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"
