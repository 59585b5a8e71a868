"""How a file writes what it says: its encoding, its columns, its amounts and its days, as the options name them."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cli.importing.amounts import Decimals
from cli.importing.days import DayForm
from cli.importing.presets import OF_THE_ROW, PRESETS, Preset, Source
from dunning.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Dialect:
    """Left out is what a file of ours has: UTF-8, our own column names, plain numbers and days such as 2026-03-31.

    `columns` are theirs and what they are of ours, nothing for one that is passed over; `every` is what each row says
    that does not say it itself.
    """

    source: Source = Source.EXACT
    encoding: str | None = None
    decimals: Decimals | None = None
    dates: DayForm | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    every: Mapping[str, str] = field(default_factory=dict)

    @property
    def preset(self) -> Preset:
        """What the source's files look like."""
        return PRESETS[self.source]

    @property
    def names_customers(self) -> bool:
        """Whether a customer may be known by their name alone, because the file is not ours."""
        return self.source is not Source.EXACT or "customer_name" in self.columns.values()

    @classmethod
    def of(
        cls,
        source: Source = Source.EXACT,
        *,
        encoding: str | None = None,
        decimal: str | None = None,
        dates: str | None = None,
        columns: Sequence[str] = (),
        every: Sequence[str] = (),
    ) -> Dialect:
        """Read the options. Raises `NotAllowed`, which names the one that is wrong."""
        preset = PRESETS[source]
        days = dates or preset.dates
        return cls(
            source,
            encoding=None if encoding is None else _encoding(encoding),
            decimals=preset.decimals if decimal is None else _decimals(decimal),
            dates=None if days is None else DayForm.of(days),
            columns=dict(_pairs("--map", columns, "THEIRS=OURS, such as Rechnungsnr=id")),
            every={**preset.every, **dict(_pairs("--set", every, "COLUMN=VALUE, such as currency=EUR"))},
        )

    def held_to(self, known: Sequence[str]) -> Dialect:
        """This dialect. Raises `NotAllowed` where an option names a column of ours that is none."""
        for option, names in (("--map", self.columns.values()), ("--set", self.every)):
            own = self.preset.every if option == "--set" else ()
            for name in names:
                if name and name not in (*known, *OF_THE_ROW) and name not in own:
                    raise NotAllowed(option, name, ", ".join(known))
        return self


def _encoding(name: str) -> str:
    try:
        "".encode(name)  # a codec that is none of text (base64, zip) is refused here, too
        return codecs.lookup(name).name
    except LookupError:
        raise NotAllowed("--encoding", name, "a name such as utf-8, windows-1252, iso-8859-15 or utf-16") from None


def _decimals(written: str) -> Decimals:
    match written:
        case "," | "comma":
            return ","
        case "." | "point":
            return "."
        case _:
            raise NotAllowed("--decimal", written, "what stands before the decimals, . or ,")


def _pairs(option: str, written: Iterable[str], allowed: str) -> Iterable[tuple[str, str]]:
    for one in written:
        name, equals, value = one.rpartition("=") if option == "--map" else one.partition("=")
        if not equals or not name.strip():
            raise NotAllowed(option, one, allowed)
        yield name.strip(), value.strip()


OURS: Final = Dialect()
"""How our own files are written."""
