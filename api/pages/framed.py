"""A message in a frame that is as high as the message. No script measures it: its words, laid out once more and not
shown, hold the frame open, however wide the window is.

The frame lets nothing of a message act; these words are text alone, and look like the message only in their size.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_SIZES: Final = (13, 14, 15, 16, 25, 38)  # pixels, each with a class of its own
_USUAL: Final = 16
_SIZE: Final = re.compile(r"font-size:\s*([0-9]{1,3})px")
_HIDDEN: Final = re.compile(r"display:\s*none")
_BLOCKS: Final = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "div", "td", "th", "tr", "table", "li", "ul", "ol", "blockquote", "body"}
)
_CELLS: Final = frozenset({"td", "th"})
_UNSEEN: Final = frozenset({"head", "style", "script", "title", "template"})
_VOID: Final = frozenset({"br", "img", "hr", "meta", "link", "input", "wbr", "col", "area", "base", "source", "embed"})


@dataclass(frozen=True, slots=True)
class Block:
    """Words that stand together, as a class of the style sheet sets them; the cells of a row are its `parts`."""

    kind: str
    parts: tuple[str, ...]


def blocks_of(html: str | None) -> tuple[Block, ...]:
    """The words of a page, block by block."""
    reader = _Reader()
    reader.feed(html or "")
    reader.close()
    reader.end_block()
    return tuple(reader.blocks)


@dataclass(slots=True)
class _Open:
    """An element that is open: its size of letters, and whether anything of it shows."""

    tag: str
    size: int
    hidden: bool
    button: bool = False
    cells: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._open: list[_Open] = [_Open("", _USUAL, hidden=False)]
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._words.append("\n")
        if tag == "img" and not self._open[-1].hidden:
            self.blocks.append(Block("image", ()))
        if tag in _BLOCKS:
            self.end_block()
        if tag not in _VOID:
            style, above = dict(attrs).get("style") or "", self._open[-1]
            said = _SIZE.search(style)
            hidden = above.hidden or tag in _UNSEEN or bool(_HIDDEN.search(style))
            size = int(said[1]) if said else above.size
            self._open.append(_Open(tag, size, hidden, button=tag == "a" and "inline-block" in style))

    def handle_endtag(self, tag: str) -> None:
        if all(one.tag != tag for one in self._open):
            return
        if tag in _BLOCKS:
            self.end_block()
        while self._open[-1].tag != tag:
            self._open.pop()
        closed = self._open.pop()
        if closed.button:
            self._put("button")
        if closed.cells:
            self.blocks.append(Block("line", tuple(closed.cells)))

    def handle_data(self, data: str) -> None:
        if not self._open[-1].hidden:
            self._words.append(" ".join(data.split("\n")))

    def end_block(self) -> None:
        """What was read since the last one is one."""
        block = next((one for one in reversed(self._open) if one.tag in _BLOCKS), self._open[0])
        row = next((one for one in reversed(self._open) if one.tag == "tr"), None)
        if block.tag in _CELLS and row is not None:
            words = self._taken()
            if words:
                row.cells.append(words)
        else:
            self._put("heading" if block.tag == "h2" else f"size-{_nearest(self._open[-1].size)}")

    def _put(self, kind: str) -> None:
        words = self._taken()
        if words:
            self.blocks.append(Block(kind, (words,)))

    def _taken(self) -> str:
        """The words so far; a no-break space stays one."""
        lines = (re.sub(r"[ \t\r]+", " ", line).strip(" ") for line in "".join(self._words).split("\n"))
        self._words.clear()
        return "\n".join(lines).strip("\n ")


def _nearest(size: int) -> int:
    return min(_SIZES, key=lambda one: abs(one - size))
