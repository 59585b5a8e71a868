"""Days as people and programs write them, in the order that `--dates` says; none that could be two is guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from dunning.dates import FIRST_DAY, LAST_DAY
from dunning.errors import NotAllowed

ISO: Final = "Y-m-d"
_FORM: Final = re.compile(r"([dmyY])([-/. ]?)([dmyY])([-/. ]?)([dmyY])")
_TIME: Final = re.compile(r"[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?Z?$")
_TRIED: Final = ("d-m-Y", "m-d-Y", "Y-m-d", "d-m-y", "m-d-y", "dmY", "Ymd")
_SPEECHES: Final = ("en", "de", "nl", "fr", "es", "it")
_CENTURY: Final = 2000  # nobody sends an invoice of the last one


@dataclass(frozen=True, slots=True)
class DayForm:
    """In which order year (`Y`, or `y` for two digits), month and day stand; with separators any of `- / .` will do."""

    order: str
    separated: bool

    @classmethod
    def of(cls, written: str) -> DayForm:
        """Read `d-m-Y`, `m/d/Y`, `dd.mm.yyyy`, `%Y%m%d` and the like. Raises `NotAllowed`."""
        found = _FORM.fullmatch(_letters(written))
        order = "".join(found.group(1, 3, 5)) if found else ""
        if found is None or sorted(order.lower()) != ["d", "m", "y"] or bool(found[2]) != bool(found[4]):
            raise NotAllowed("--dates", written, "d, m and Y (or y) in the order of the file, such as d-m-Y or m/d/Y")
        return cls(order, bool(found[2]))

    def read(self, text: str) -> date | None:
        """The day that is written; None where there is none. A time of day behind it is passed over."""
        parts = _parts(_TIME.sub("", text.strip()), self)
        if parts is None:
            return None
        year, month, day = (parts[self.order.lower().index(letter)] for letter in "ymd")
        number = int(month) if month.isdigit() else _months().get(month.casefold().rstrip("."))
        if number is None or not (year + day).isdigit():
            return None
        try:
            return date(int(year) + (_CENTURY if "y" in self.order else 0), number, int(day))
        except ValueError:
            return None


def read_day(text: str, form: DayForm | None) -> str | None:
    """The day as 2026-03-31; as it stands where nobody said how days are written, so that its reader judges it."""
    if form is None:
        return text
    day = form.read(text)
    return None if day is None else day.isoformat()


def helping(text: str) -> tuple[str, ...]:
    """The options under which this text would be a day that a calendar can hold."""
    days = ((form, DayForm.of(form).read(text)) for form in _TRIED)
    return tuple(f"--dates {form}" for form, day in days if day is not None and FIRST_DAY <= day <= LAST_DAY)


def _letters(written: str) -> str:
    """`dd.mm.yyyy` and `%d.%m.%Y` are `d.m.Y`."""
    short = re.sub(r"[Yy]{4}", "Y", written.replace("%", ""))
    short = re.sub(r"[Yy]{2}", "y", short)
    return re.sub(r"[Mm]{1,2}", "m", re.sub(r"[Dd]{1,2}", "d", short))


def _parts(text: str, form: DayForm) -> list[str] | None:
    """The three parts as they are written, in their order; None where there are not three of their lengths."""
    lengths = {"Y": "[0-9]{4}", "y": "[0-9]{2}"}
    if form.separated:
        shapes = [
            lengths.get(one, r"[0-9]{1,2}" if one == "d" else r"[0-9]{1,2}|[^\W\d_]{3,10}\.?") for one in form.order
        ]
        separator = r"(?:[-/.]|\.? +)"
    else:
        shapes, separator = [lengths.get(one, "[0-9]{2}") for one in form.order], ""
    found = re.fullmatch(separator.join(f"({shape})" for shape in shapes), text)
    return None if found is None else list(found.groups())


@lru_cache(maxsize=1)
def _months() -> Mapping[str, int]:
    """The names of months, whole and short, in the languages of most exports."""
    from babel import Locale

    return {
        name.casefold().rstrip("."): number
        for speech in _SPEECHES
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for number, name in Locale(speech).months[context][width].items()
    }
