"""No notice leaves outside contact hours in any zone that was told, over both changes of the clock of a year (T3, L3).

What the rules decided is held against the zone database itself, which the rules never see.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.calendars import make_calendar
from dunning.answers import Sent
from dunning.case import Case
from dunning.effects import SendNotice
from dunning.engine import open_case
from dunning.policy import Policy
from dunning.policy.hours import CalendarRules
from dunning.records import Invoice
from tests.dunning.cases import Story, customer, invoice, notify, policy, step
from tests.grids import walked

YEAR = 2027
# Half hours, changes at midnight, changes of half an hour, both hemispheres, none at all, and the ends of the world.
ZONES = (
    "Europe/Amsterdam", "Europe/London", "Europe/Lisbon", "Europe/Athens", "Africa/Cairo", "Asia/Beirut",
    "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Australia/Adelaide", "Pacific/Auckland",
    "Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Honolulu", "America/New_York", "America/Los_Angeles",
    "America/Phoenix", "America/St_Johns", "America/Santiago", "America/Havana", "America/Nuuk",
)  # fmt: skip
WEEKDAYS = {"workdays": 5, "not-sundays": 6, "any": 7}


@cache
def changes(zone: str) -> tuple[date, ...]:
    """The days of the year on which its clock changes; its first day where it never does."""
    at = [datetime(YEAR, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(365 * 24)]
    shifts = [moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in at]
    hours = zip(at[1:], shifts[:-1], shifts[1:], strict=True)
    return tuple(hour.date() for hour, before, after in hours if before != after) or (date(YEAR, 1, 1),)


@st.composite
def plays(draw: st.DrawFn) -> dict[str, Any]:
    """A ladder whose steps fall around a change of the clock in one of the zones."""
    zones = tuple(draw(st.lists(st.sampled_from(ZONES), min_size=1, max_size=3, unique=True)))
    opens = draw(st.integers(0, 22 * 4))
    closes = draw(st.integers(opens + 1, 24 * 4 - 1))
    hours = "-".join(f"{quarter // 4:02}:{quarter % 4 * 15:02}" for quarter in (opens, closes))
    days = draw(st.sampled_from(sorted(WEEKDAYS)))
    calendar = {"holidays": "none", "contact_hours": hours, "contact_days": days}
    change = draw(st.sampled_from([day for zone in zones for day in changes(zone)]))
    steps = [step(f"step-{day}", day, notify("friendly", "email", "sms")) for day in range(1, 12, 2)]
    return {
        "zones": zones, "terms": policy(*steps, calendar=calendar),
        "due": change - timedelta(days=draw(st.integers(0, 9))),
        "opens": timedelta(minutes=draw(st.integers(0, 24 * 60 - 1))),
    }  # fmt: skip


class Elsewhere(Story):
    """A debtor who may be in several zones."""

    def __init__(self, zones: tuple[str, ...], terms: Policy, due: date, opens: timedelta) -> None:
        self.zones = zones
        start = datetime.combine(due + timedelta(days=1), time(), ZoneInfo(zones[0])).astimezone(UTC) + opens
        super().__init__(terms, opens=start, invoices=[invoice(due_on=due)])

    def _opens(self, terms: Policy, methods: tuple[str, ...], one: Invoice, when: datetime) -> Case:
        home, *others = self.zones
        rules: CalendarRules = terms.calendar
        span = one.due_on - timedelta(days=40), one.due_on + timedelta(days=200)
        calendar = make_calendar(home, [], rules, *span, elsewhere=others)
        return open_case(one, customer(timezone=home, zones=others), (), terms, calendar, when)


@pytest.mark.grid
@settings(max_examples=walked(3000, sample=60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plays())
def test_no_notice_leaves_outside_contact_hours_in_any_zone(play: dict[str, Any]) -> None:
    told = Elsewhere(**play).told(datetime(YEAR + 1, 3, 1, tzinfo=UTC))
    rules = play["terms"].calendar
    sent = [one for one in told.performed if isinstance(one.effect, SendNotice) and isinstance(one.answer, Sent)]
    for one in sent:
        for zone in play["zones"]:
            wall = one.at.astimezone(ZoneInfo(zone))
            assert rules.contact_hours.opens <= wall.time() < rules.contact_hours.closes, (zone, wall)
            assert wall.weekday() < WEEKDAYS[rules.contact_days], (zone, wall)
    if len(play["zones"]) == 1:
        assert {one.effect.notice for one in sent if isinstance(one.effect, SendNotice)} == {
            one.name for one in play["terms"].steps
        }
