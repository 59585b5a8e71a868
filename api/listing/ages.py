"""The ages of debts by which lists are narrowed: how many days an invoice is overdue, in buckets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from dunning.overdue import days_overdue

AgeName = Literal["not-overdue", "1-30", "31-60", "61-90", "over-90"]


@dataclass(frozen=True, slots=True)
class Age:
    """Debts that are overdue for `least` to `most` days, both included; None: without an end."""

    name: AgeName
    label: str
    least: int | None
    most: int | None

    def due_from(self, today: date) -> date | None:
        """The first due date of such a debt."""
        return None if self.most is None else today - timedelta(days=self.most)

    def due_to(self, today: date) -> date | None:
        """The last one."""
        return None if self.least is None else today - timedelta(days=self.least)


AGES: Final = (
    Age("not-overdue", "Not overdue", None, 0),
    Age("1-30", "1–30 days", 1, 30),
    Age("31-60", "31–60 days", 31, 60),
    Age("61-90", "61–90 days", 61, 90),
    Age("over-90", "Over 90 days", 91, None),
)
AGE_OF: Final = {age.name: age for age in AGES}


def age_on(due_on: date, today: date) -> Age:
    """The bucket of a debt that was due on that day."""
    days = days_overdue(due_on, today)
    return next(age for age in AGES if age.most is None or days <= age.most)
