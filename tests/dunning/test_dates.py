"""Days and moments at the edges of the calendar: taken, or refused with what was found and what is allowed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from dunning.dates import DAY, MOMENT, Day, Moment
from dunning.messages import MESSAGES

DAYS: TypeAdapter[date] = TypeAdapter(Day)
MOMENTS: TypeAdapter[datetime] = TypeAdapter(Moment)
WEST = timezone(timedelta(hours=-14))


@pytest.mark.parametrize("written", ["1970-02-01", "2026-03-31", "2190-12-31", date(2026, 3, 31)])
def test_a_day_that_a_calendar_can_hold_is_taken(written: Any) -> None:
    assert str(DAYS.validate_python(written)) == str(written)


@pytest.mark.parametrize(
    "written",
    ["1970-01-01", "1970-01-31", "2191-01-01", "2199-12-31", "9999-12-31", "0001-01-01", "2026-02-30", "tomorrow", "0",
     "1767225600", 0, 1767225600, True, None, date(2199, 1, 1)],
)  # fmt: skip
def test_any_other_day_is_refused_with_what_was_found_and_what_is_allowed(written: Any) -> None:
    with pytest.raises(ValidationError) as error:
        DAYS.validate_python(written)
    assert f"found {shown(written)}; allowed {DAY}" in str(error.value)


def shown(written: Any) -> str:
    if isinstance(written, bool):
        return str(written).lower()
    return "nothing" if written is None else str(written)


@pytest.mark.parametrize(
    "written, meant",
    [
        ("2026-03-31T09:00:00+02:00", datetime(2026, 3, 31, 7, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("2190-12-31T23:59:59.999999Z", datetime(2190, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
        ("2191-01-01T13:59:59+14:00", datetime(2190, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (datetime(2026, 3, 31, tzinfo=WEST), datetime(2026, 3, 31, 14, tzinfo=UTC)),
    ],
)
def test_a_moment_is_taken_in_utc(written: Any, meant: datetime) -> None:
    taken = MOMENTS.validate_python(written)
    assert (taken, taken.tzinfo) == (meant, UTC)


@pytest.mark.parametrize(
    "written",
    ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2190-12-31T23:59:59-01:00", "1970-01-01T00:59:59+01:00",
     "2026-03-31T09:00:00", "2026-03-31", "2026-03-31T25:00:00Z", "now", "0", 0, 1767225600.5, None,
     datetime.max.replace(tzinfo=WEST)],
)  # fmt: skip
def test_any_other_moment_is_refused_with_what_was_found_and_what_is_allowed(written: Any) -> None:
    with pytest.raises(ValidationError) as error:
        MOMENTS.validate_python(written)
    assert f"found {shown(written)}; allowed {MOMENT}" in str(error.value)


def test_what_was_found_is_not_repeated_at_length() -> None:
    with pytest.raises(ValidationError) as error:
        MOMENTS.validate_python("2026-03-31" * 100_000)
    assert len(str(error.value)) < 1_000


@pytest.mark.parametrize("kind", MESSAGES.values(), ids=MESSAGES)
def test_no_message_has_a_day_or_a_moment_of_any_other_type(kind: Any) -> None:
    schema = kind.model_json_schema()
    for name in _dated(schema):
        for far in ("9999-12-31T23:59:59-14:00", "9999-12-31"):
            with pytest.raises(ValidationError) as error:
                kind.model_validate({name: far})
            assert [one["ctx"]["error"].allowed for one in error.value.errors() if one["loc"] == (name,)] in (
                [DAY],
                [MOMENT],
            )


def _dated(schema: dict[str, Any]) -> list[str]:
    return [name for name, field in schema["properties"].items() if "'format': 'date" in str(field)]
