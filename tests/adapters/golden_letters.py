"""The last notice on paper in every language, as it is laid out: its sheets and what each of them says.

`make golden` writes them anew. Whoever changes the layout looks at the sheets themselves, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from adapters.letters.pdf import laid_out
from adapters.messages.catalogue import catalogue
from adapters.messages.composer import Composer, Window
from tests.adapters.golden_messages import GOLDEN, shown
from tests.adapters.reading import soft
from tests.fakes.creditors import NORTHWIND

WRITERS: Final[dict[Window, Composer]] = {
    "din-5008-b": Composer(NORTHWIND, window="din-5008-b"),
    "nl-right": Composer(NORTHWIND, window="nl-right"),
    "pingen": Composer(NORTHWIND, window="pingen"),
}

PREFERRED: Final = "'Liberation Sans', Arial, Helvetica, "  # before DejaVu Sans, which comes with libpango


def page_of(locale: str, window: Window = "din-5008-b") -> str:
    """The page of the last notice."""
    of = shown("final", locale, "b2b-net30")
    page = WRITERS[window].compose(of.letter, "letter", of.beside).page
    assert page is not None
    return page


def boxes_on(sheet: Any) -> list[Any]:
    """Every box of a sheet, those too that have a place of their own."""
    return list(sheet._page_box.descendants(placeholders=True))  # noqa: SLF001 - the library shows them nowhere else


def said_on(sheet: Any) -> Iterator[str]:
    """What a sheet says, a paragraph a line, in the order in which it is drawn."""
    for box in boxes_on(sheet):
        lines = [child for child in getattr(box, "children", ()) if type(child).__name__ == "LineBox"]
        words = [[part.text for part in line.descendants() if type(part).__name__ == "TextBox"] for line in lines]
        text = soft(" ".join("".join(line) for line in words))
        if text:
            yield text


def golden(locale: str) -> str:
    """Every sheet of the letter, set in one font: where a sheet ends depends on it."""
    sheets = laid_out(page_of(locale).replace(PREFERRED, "")).pages
    return "\n".join(
        f"--- {number} of {len(sheets)}\n" + "".join(f"{line}\n" for line in said_on(sheet))
        for number, sheet in enumerate(sheets, 1)
    )


def file_of(locale: str) -> Path:
    """Where it is kept."""
    return GOLDEN / f"final-on-paper-{locale}.txt"


def write_all() -> None:
    """Write every letter anew."""
    for locale in catalogue():
        file_of(locale).write_text(golden(locale), encoding="utf-8")


if __name__ == "__main__":
    write_all()
