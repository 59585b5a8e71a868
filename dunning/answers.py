"""What the world can answer to an effect: done, sent, declined, forbidden, not known yet.

The union is closed: a new answer that a shell forgot breaks the type check. Answers stay in a case's history for good.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from dunning.calendar import Calendar
from dunning.derived import Derived
from dunning.policy import Policy
from dunning.records import Channel
from dunning.rulebook.decline import Codes, Reading, codes_of
from dunning.shared_message import SharedMessage
from dunning.value import value


@value
class Done:
    """It is done."""

    kind: Literal["done"] = "done"


@value
class Sent:
    """The notice was accepted on these channels; on those of `unsure` its fate is unknown (N3).

    It may have been `shared` with other invoices of the customer (N5).
    """

    channels: tuple[Channel, ...]
    unsure: tuple[Channel, ...] = ()
    shared: Annotated[SharedMessage | None, Field(exclude_if=lambda shared: shared is None)] = None
    kind: Literal["sent"] = "sent"


# Written as the histories of builds that knew no more have it: what was not shared does not say so.
Sent.__pydantic_serializer__ = TypeAdapter(Sent).serializer  # type: ignore[attr-defined]


@value
class Unreachable:
    """No listed channel can be used (N1)."""

    why: str = "no usable channel"
    kind: Literal["unreachable"] = "unreachable"


@value
class Deferred:
    """Not before the start of `until`: the contact limit is reached (T7), or what it has to say is not set (M1)."""

    until: date
    why: str
    rule: str = "T7"
    kind: Literal["deferred"] = "deferred"


@value
class Down:
    """The channel takes nothing now, from anybody; nothing left (N1). `asked`: a person was told of it by another case.

    `why` names what was asked of the channel and how it answered, and no address (O3).
    """

    channel: Channel
    why: str
    asked: bool = False
    kind: Literal["down"] = "down"


@value
class Approved:
    """The money was taken (C2)."""

    method: str
    kind: Literal["approved"] = "approved"


@value
class Declined:
    """The provider said no; `advice` is the network's advice code (C2).

    `network_code` and `network_advice` are what the card network itself answered, where the provider passes it on:
    the provider's own `code` and `advice` are a reading of these. `read` is what the rule book made of them on the day
    of the answer; it stays with the answer, so that a book that changes later changes nothing that was decided.
    """

    method: str
    code: str
    read: Reading
    advice: str | None = None
    network_code: str | None = None
    network_advice: str | None = None
    kind: Literal["declined"] = "declined"

    @Derived
    def codes(self) -> Codes:
        """All that the provider sent."""
        return codes_of(self.code, self.advice, self.network_code, self.network_advice)


@value
class Forbidden:
    """The rule book allows no attempt by this method: not before `until` or the day `until_on`, or, without either,
    never (C4). `row` decided. Nothing was tried.
    """

    method: str
    row: str
    why: str
    until: datetime | None = None
    until_on: date | None = None
    kind: Literal["forbidden"] = "forbidden"


@value
class Underway:
    """A bank debit was accepted and settles later; a fact of that payment id will tell (P4)."""

    method: str
    until: date
    kind: Literal["underway"] = "underway"


@value
class Unknown:
    """No answer, or none yet: ask again (C5).

    `within` is how long the provider keeps the charge's key: what it does not show by then was never made.
    """

    within: timedelta | None = None
    kind: Literal["unknown"] = "unknown"


@value
class Unseen:
    """The provider does not know the charge, but it may still turn up: only the same key may be sent again (C5)."""

    kind: Literal["unseen"] = "unseen"


@value
class Stale:
    """The system of record knows facts that the case does not: apply them and ask the rules again (F1)."""

    facts: tuple[tuple[str, dict[str, object]], ...]
    kind: Literal["stale"] = "stale"


@value
class Account:
    """The customer's other cases, this one included; `overdue_total` in minor units of the case's currency.

    `next_overdue_on` is the day on which the next of them becomes overdue by time alone (F5).
    """

    overdue_total: int = 0
    open_cases: int = 1
    oldest_overdue_days: int = 0
    broken_promises: int = 0
    next_overdue_on: date | None = None
    kind: Literal["account"] = "account"


@value
class PolicyLoaded:
    """The policy that takes over, or none of that name."""

    policy: Policy | None
    calendar: Calendar | None
    kind: Literal["policy_loaded"] = "policy_loaded"


@value
class CalendarMade:
    """The calendar for the time ahead."""

    calendar: Calendar
    kind: Literal["calendar_made"] = "calendar_made"


Answer = Annotated[
    Done
    | Sent
    | Unreachable
    | Deferred
    | Down
    | Approved
    | Declined
    | Forbidden
    | Underway
    | Unknown
    | Unseen
    | Stale
    | Account
    | PolicyLoaded
    | CalendarMade,
    Field(discriminator="kind"),
]
