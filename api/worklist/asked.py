"""What is asked of the queue in its URL: filters, an order, a page; and whose rows are shown to who says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Final, Literal

from fastapi import Depends, Query
from pydantic import Field

from adapters.storage.worklist.rows import LABELS, NOBODY, QueueOrder, WhichCustomers
from api.listing.asked import Asked, Filter, values_of
from api.pages.forms import Blank, Written
from api.pages.words import STAGES, as_words, sentence
from api.routes.parts import Cursor
from api.worklist.words import REASONS
from dunning.policy import Policy
from dunning.worklist.reasons import ReasonKind

PATH: Final = "/queue"
ME, ALL = "me", "all"
ORDERS: Final = (
    ("rank", "What is worth doing next"),
    ("amount", "Largest amount"),
    ("oldest", "Oldest debt"),
    ("next", "Next step"),
    ("name", "Name"),
)
_ENDED: Final = frozenset({"paid", "credited", "written-off", "handed-off", "exhausted", "withdrawn", "opening"})
Count = Annotated[Annotated[int, Field(ge=0, le=10**12)] | None, Blank, Query()]


@dataclass(frozen=True, slots=True)
class QueueAsked:
    """Which customers, as the URL says; what it leaves out lets everything through.

    `owner` is a person, `me`, `nobody` or `all`; `amount` whole units of a currency at least, `age` days at least.
    """

    owner: Written = None
    name: Written = None
    reason: Annotated[ReasonKind | None, Blank, Query()] = None
    queue: Written = None
    policy: Written = None
    stage: Written = None
    step: Written = None
    tag: Written = None
    country: Written = None
    language: Written = None
    amount: Count = None
    age: Count = None
    snoozed: Annotated[Literal["yes"] | None, Blank, Query()] = None
    sort: Annotated[QueueOrder | None, Blank, Query()] = None
    cursor: Cursor = None

    def which(self, me: str, usual: str) -> WhichCustomers:
        """The same for the store. `usual` is the owner of who names none."""
        owner = self.owner or usual
        labels = {name: label for name in LABELS if (label := getattr(self, name)) is not None}
        return WhichCustomers(
            owner=None if owner == ALL else me if owner == ME else owner,
            labels=labels,
            country=self.country.upper() if self.country else None,
            language=self.language.lower() if self.language else None,
            age=self.age,
            amount=self.amount,
            name=self.name,
            snoozed=self.snoozed == "yes",
        )

    def asked(self, policies: Sequence[Policy], people: Sequence[str], usual: str) -> Asked:
        """The same for the page's form, chips and links."""
        said = values_of(**{one.name: getattr(self, one.name) for one in fields(self)})
        narrowing = {name: value for name, value in said.items() if name not in {"sort", "cursor"}}
        return Asked(PATH, _filters(policies, people, usual), narrowing, ORDERS, self.sort or "", self.cursor)


Wanted = Annotated[QueueAsked, Depends()]


def _filters(policies: Sequence[Policy], people: Sequence[str], usual: str) -> tuple[Filter, ...]:
    steps = dict.fromkeys(step.name for policy in policies for step in policy.steps)
    owners = ((ME, "Mine"), (ALL, "Everybody's"), (NOBODY, "Nobody's"), *((name, name) for name in people))
    return (
        Filter("owner", "Owner", owners, usual=usual, any_of_it=None),
        Filter("name", "Name"),
        Filter("reason", "Reason", tuple(REASONS.items())),
        Filter("queue", "Queue"),
        Filter("policy", "Policy", [(one.name, as_words(one.name)) for one in policies]),
        Filter("stage", "Stage", [(name, words) for name, (words, _) in STAGES.items() if name not in _ENDED]),
        Filter("step", "Next step", [(name, sentence(as_words(name))) for name in steps]),
        Filter("tag", "Tag"),
        Filter("country", "Country"),
        Filter("language", "Language"),
        Filter("amount", "Overdue from", kind="number"),
        Filter("age", "Days overdue from", kind="number"),
        Filter("snoozed", "Put off", (("yes", "Only those"),), any_of_it="Left out"),
    )
