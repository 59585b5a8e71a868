"""All activities of the product, given their ports: what a worker registers on each queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from activities.agencies import Agencies
from activities.bookkeeping import Bookkeeping
from activities.case_file import CaseFile
from activities.charges import Charges
from activities.look_ups import LookUps
from activities.notices import Notices
from activities.options import CASES, NOTICES, PAYMENTS
from activities.service import Service
from dunning.channels import CHANNELS
from dunning.ports import Agency, Correspondence, PaymentGateway, Receivables, ServiceControl
from dunning.records import Channel

RegisteredActivity = Callable[..., Any]


def activities_by_queue(
    *,
    store: Receivables,
    gateway: PaymentGateway,
    correspondence: Correspondence,
    control: ServiceControl,
    agency: Agency,
    channels: frozenset[Channel] = frozenset(CHANNELS),
) -> dict[str, list[RegisteredActivity]]:
    """The activities of each task queue, by the queue's name; `channels` are those that the creditor has set up."""
    case_file, books, look_ups, charges = CaseFile(store), Bookkeeping(store), LookUps(store), Charges(store, gateway)
    return {
        CASES: [
            case_file.open_case,
            case_file.record,
            books.book,
            books.open_task,
            books.close_case,
            Service(store, control).service,
            Agencies(store, agency).agency,
            look_ups.look_up_account,
            look_ups.load_policy,
            look_ups.extend_calendar,
        ],
        NOTICES: [Notices(store, correspondence, channels).send_notice],
        PAYMENTS: [charges.charge, charges.settle_charge],
    }
