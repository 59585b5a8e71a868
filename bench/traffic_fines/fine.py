"""One traffic fine, as the authority's file tells it: what happened on which day, and what was owed, paid and left.

Amounts are whole cents. Nothing here is a rule of ours: it is what the file says, to hold our own answers against.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Final


class Activity(StrEnum):
    """What may happen to a fine, in the file's own words."""

    CREATED = "Create Fine"
    SENT = "Send Fine"
    NOTIFIED = "Insert Fine Notification"
    PENALTY = "Add penalty"
    PAID = "Payment"
    HANDED_OVER = "Send for Credit Collection"
    APPEALED = "Insert Date Appeal to Prefecture"
    FORWARDED = "Send Appeal to Prefecture"
    ANSWERED = "Receive Result Appeal from Prefecture"
    TOLD = "Notify Result Appeal to Offender"
    TO_JUDGE = "Appeal to Judge"


APPEALS: Final = frozenset({Activity.APPEALED, Activity.TO_JUDGE})
DISMISSED: Final = frozenset({"#", "G"})  # by the prefecture, by a judge
NOT_DISMISSED: Final = "NIL"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One row. `cents` is the fine, the postage, the new total or all that was paid so far, as the activity has it."""

    line: int
    on: date
    activity: Activity
    cents: int = 0
    dismissal: str = NOT_DISMISSED


@dataclass(frozen=True)
class Fine:
    """One fine with its entries in order; the first is its creation, and penalty and dismissal come at most once."""

    id: str
    entries: tuple[FileEntry, ...]

    def first(self, activity: Activity) -> FileEntry | None:
        """The first entry of this kind."""
        return next((entry for entry in self.entries if entry.activity is activity), None)

    def on(self, activity: Activity) -> date | None:
        """The day of the first entry of this kind."""
        entry = self.first(activity)
        return entry.on if entry else None

    @property
    def created(self) -> FileEntry:
        """The entry that made the fine."""
        return self.entries[0]

    @cached_property
    def penalty(self) -> int:
        """What was added: the file names the new total of fine and penalty."""
        added = self.first(Activity.PENALTY)
        return added.cents - self.created.cents if added else 0

    @cached_property
    def appealed(self) -> bool:
        """Whether anybody appealed, at whatever time."""
        return any(entry.activity in APPEALS for entry in self.entries)

    @cached_property
    def dismissed(self) -> FileEntry | None:
        """The entry that says the prefecture or a judge dismissed the fine."""
        return next((entry for entry in self.entries if entry.dismissal in DISMISSED), None)

    @cached_property
    def left(self) -> int:
        """Fine, postage and penalty less what was paid; negative: paid too much. Nothing is left of a dismissed one."""
        return 0 if self.dismissed else self.owed_before(None) - self.paid_before(None)

    def owed_before(self, entry: FileEntry | None) -> int:
        """What was demanded before an entry, or in the end: fine, postage and penalty, whatever was paid."""
        before = list(self._before(entry))
        postage = sum(one.cents for one in before if one.activity is Activity.SENT)
        penalty = self.penalty if any(one.activity is Activity.PENALTY for one in before) else 0
        return self.created.cents + postage + penalty

    def paid_before(self, entry: FileEntry | None) -> int:
        """All that was paid before an entry, or in the end."""
        return max((one.cents for one in self._before(entry) if one.activity is Activity.PAID), default=0)

    def _before(self, entry: FileEntry | None) -> Iterator[FileEntry]:
        return (one for one in self.entries if entry is None or one.line < entry.line)

    @cached_property
    def paid_up_at(self) -> FileEntry | None:
        """The payment after which nothing that was demanded until then was left, before any penalty."""
        limit = self.first(Activity.PENALTY)
        paid = (one for one in self._before(limit) if one.activity is Activity.PAID)
        return next((one for one in paid if one.cents >= self.owed_before(one)), None)
