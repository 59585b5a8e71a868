"""The pages of the documentation as a test reads them: headings, links, tables, and fenced examples with their line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
_FENCE: Final = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING: Final = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_LINK: Final = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
_CODE: Final = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced example. `before` is the paragraph before it, which may say: save this as `mine.yaml`."""

    page: Path
    line: int
    language: str
    text: str
    before: str = ""

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def file(self) -> str | None:
        """The name of the file that it is, by a first line such as `# mine.yaml` or by the words before it."""
        named = re.match(r"# ([\w.-]+\.\w+)\n", self.text) or re.search(r" as `([\w.-]+\.\w+)`[.:]$", self.before)
        return named.group(1) if named else None


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown file."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def prose(self) -> str:
        """The text without its fenced examples."""
        return _FENCE.sub("", self.text)

    @property
    def blocks(self) -> list[Block]:
        return [self._block(one) for one in _FENCE.finditer(self.text)]

    def _block(self, fence: re.Match[str]) -> Block:
        above = self.text[: fence.start()]
        before = " ".join(above.rpartition("\n\n")[0].rpartition("\n\n")[2].split())
        return Block(self.path, above.count("\n") + 1, fence["language"], fence["text"], before)

    @property
    def headings(self) -> list[str]:
        return _HEADING.findall(self.prose)

    @property
    def anchors(self) -> set[str]:
        return {slug(heading) for heading in self.headings}

    @property
    def links(self) -> list[str]:
        return _LINK.findall(self.prose)

    @property
    def named(self) -> set[str]:
        """Everything that stands in code type."""
        return set(_CODE.findall(self.prose))

    def section(self, heading: str) -> Page:
        """What stands under a heading, to the next one of its level or above."""
        start = re.search(rf"^(#+) +{re.escape(heading)}$", self.text, re.MULTILINE)
        assert start, f"{self.name} has no heading {heading}"
        rest = self.text[start.end() :]
        end = re.search(rf"^#{{1,{len(start[1])}}} ", rest, re.MULTILINE)
        return Page(self.path, rest[: end.start()] if end else rest)

    def rows(self, first: str) -> list[str]:
        """The lines of tables whose first cell is this code."""
        return [line for line in self.text.splitlines() if line.startswith(f"| `{first}`")]


def slug(heading: str) -> str:
    """The anchor of a heading, as the usual viewers make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def page(name: str) -> Page:
    """A page by its path from the root."""
    path = ROOT / name
    return Page(path, path.read_text(encoding="utf-8"))


def pages() -> list[Page]:
    """Every page of the tree."""
    paths = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
    return [Page(path, path.read_text(encoding="utf-8")) for path in paths]
