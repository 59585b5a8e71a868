"""The activity options: which activity performs which effect, on which queue, and how patiently it is tried.

The names are a public contract: they stand in the histories of running cases.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from temporalio.common import RetryPolicy

from dunning.effects import Effect
from dunning.errors import Conflict, MoneyError, NotAllowed, NotFound, PolicyError

CASES: Final = "dunning"
NOTICES: Final = "notices"
PAYMENTS: Final = "payments"

# A store that is away for longer is waited for by a timer of the server, which needs no worker.
WAITED_FOR: Final = timedelta(seconds=3)
ONE_TRY: Final = timedelta(seconds=30)  # an adapter's own time-out is shorter, so that two tries never overlap
# A channel that is down for longer is asked again by the rules, which know the hour and the facts of then (T3, F1).
IN_HOURS: Final = timedelta(minutes=15)
HOPELESS: Final = tuple(error.__name__ for error in (Conflict, MoneyError, NotFound, PolicyError))
FOR_GOOD: Final = (Conflict, NotAllowed, NotFound, PolicyError)  # the opening's own fault: the same the next time


def _patience(*non_retryable: str) -> RetryPolicy:
    return RetryPolicy(
        initial_interval=timedelta(seconds=1),
        backoff_coefficient=2.0,
        maximum_interval=timedelta(minutes=3),
        maximum_attempts=0,  # for ever: a company that is down comes back, and a bug waits for its mended build
        non_retryable_error_types=non_retryable,
    )


@dataclass(frozen=True, slots=True)
class ActivityOptions:
    """One activity: its name, its queue, how long one try and all of them may take, and when it is tried again.

    One of our own store's has no queue: the worker that has the case in hand does it, as a local activity, which costs
    the server one event. One that `gives_way` is called off by news that comes while it waits for its next try: they
    may forbid it (F1).
    """

    name: str
    queue: str | None = None
    start_to_close: timedelta = ONE_TRY
    schedule_to_close: timedelta | None = None
    gives_way: bool = False
    retry: RetryPolicy = field(default_factory=_patience)


@dataclass(frozen=True, slots=True)
class Batch:
    """Cases that were opened together; `last` is the invoice after which to go on, None at the end."""

    opened: int
    last: str | None


# What is wrong with an opening stays wrong: the workflow fails, and whoever started it reads why.
OPEN_CASE: Final = ActivityOptions("open_case", retry=_patience(*HOPELESS))
RECORD: Final = ActivityOptions("record")
OPEN_DUE_CASES: Final = ActivityOptions("open_due_cases", CASES, start_to_close=timedelta(minutes=5))

_BOOK: Final = ActivityOptions("book")
_OPEN_TASK: Final = ActivityOptions("open_task")
_SERVICE: Final = ActivityOptions("service", CASES)
_AGENCY: Final = ActivityOptions("agency", CASES)

BY_KIND: Final[dict[str, ActivityOptions]] = {
    "send_notice": ActivityOptions("send_notice", NOTICES, schedule_to_close=IN_HOURS, gives_way=True),
    "charge": ActivityOptions("charge", PAYMENTS, gives_way=True),
    "settle_charge": ActivityOptions("settle_charge", PAYMENTS),
    "book_fee": _BOOK,
    "book_write_off": _BOOK,
    "open_task": _OPEN_TASK,
    "escalate_task": _OPEN_TASK,
    "suspend_service": _SERVICE,
    "restore_service": _SERVICE,
    "hand_off_debt": _AGENCY,
    "report_to_agency": _AGENCY,
    "look_up_account": ActivityOptions("look_up_account"),
    "load_policy": ActivityOptions("load_policy"),
    "extend_calendar": ActivityOptions("extend_calendar"),
    "close_case": ActivityOptions("close_case"),
}


def options_of(effect: Effect) -> ActivityOptions:
    """The activity that performs this effect."""
    return BY_KIND[effect.kind]
