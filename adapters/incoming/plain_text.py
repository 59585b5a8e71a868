"""A page as text, for who sends no other: the words, their lines, and a `>` before what is quoted."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

_SILENT: Final = frozenset({"script", "style", "head", "title", "template"})
_LINES: Final = frozenset({
    "address", "article", "blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "section", "table", "tr", "ul",
})  # fmt: skip
_EMPTY: Final = re.compile(r"\n{3,}")
_DEEPEST: Final = 20


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self._silent = 0
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "body":
            self._silent = 0
        elif tag == "br":
            self._line()
        elif tag in _LINES:
            self._new_line()
        if tag == "blockquote" or (tag == "div" and _is_quote(attrs)):
            self._quoted = min(self._quoted + 1, _DEEPEST)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _LINES:
            self._new_line()
            if tag == "p":
                self._line()
        if tag == "blockquote":
            self._quoted = max(0, self._quoted - 1)

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        words = " ".join(data.split())
        if not words:
            self.lines[-1] += " " if data and not self.lines[-1].endswith(" ") else ""
            return
        if not self.lines[-1].strip() and self._quoted:
            self.lines[-1] = "> " * self._quoted
        before = " " if data[0].isspace() and not self.lines[-1].endswith(" ") else ""
        self.lines[-1] += before + words + (" " if data[-1].isspace() else "")

    def _new_line(self) -> None:
        if self.lines[-1].strip():
            self._line()

    def _line(self) -> None:
        self.lines.append("")


def _is_quote(attrs: list[tuple[str, str | None]]) -> bool:
    """Where Outlook's web mail and Gmail begin what they quote; the second puts a `blockquote` inside, too."""
    said = dict(attrs)
    return said.get("id") in {"divRplyFwdMsg", "appendonsend"}


def as_text(page: str) -> str:
    """The words of a page."""
    reader = _Words()
    reader.feed(page)
    reader.close()
    return _EMPTY.sub("\n\n", "\n".join(line.rstrip() for line in reader.lines)).strip()
