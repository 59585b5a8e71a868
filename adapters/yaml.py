"""The one place that reads YAML: 1.2, exact, and with the line of every value.

`on`, `NO`, `09:00` and `2026-03-01` stay the texts that they look like, a number with a point is a `Decimal`, a key is
always a text. What a person in finance would not write on purpose (a key twice, a tag, a loop) is a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.scanner import Scanner, ScannerError

from adapters.document import Document, Place
from dunning.errors import FileMistake, Mistake, as_path, capped

MOST_VALUES: Final = 100_000  # a book of scenarios has a tenth; a loop of aliases has no end
MOST_ALIASED: Final = 10_000  # values beyond the characters of the text, which aliases alone can make
MOST_LEVELS: Final = 50  # a policy has ten; each bracket that stays open makes every one behind it dearer
# What people write by mistake: how the parser says it, what was found in our words, and what is allowed.
_SLIPS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType({
    r"'\t' that cannot start": ("a tab", "spaces, also to indent with"),
    "mapping values are not allowed here": (
        "a colon in the middle of a value, or a line that is indented deeper than the one it belongs to",
        "the same indent for what stands side by side, and quotes around a text with a colon in it",
    ),
    "but found '<block mapping start>'": (
        "a line that is indented otherwise than the others of its list, which begins in {begun}",
        "the same indent for what stands side by side",
    ),
    "expected ',' or ']'": ("a bracket [ that is not closed, from {begun}", "a ] at its end, and commas within"),
    "expected ',' or '}'": ("a brace {{ that is not closed, from {begun}", "a } at its end, and commas within"),
    "unexpected end of stream": ("a quote that is not closed, from {begun}", "the same quote at its end"),
})  # fmt: skip
_TEXT: Final = "tag:yaml.org,2002:str"
_PLAIN_TAGS: Final = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value")
)
_WHOLE: Final = re.compile(r"[-+]?[0-9]{1,40}")
_DECIMAL: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_WORDS: Final[Mapping[str, bool | None]] = MappingProxyType(
    {"": None, "~": None, "null": None, "Null": None, "NULL": None}
    | dict.fromkeys(("true", "True", "TRUE"), True)
    | dict.fromkeys(("false", "False", "FALSE"), False)
)


def read_text(path: Path, mistake: type[FileMistake]) -> str:
    """The text of a file. Raises `mistake` for one that cannot be read, or is no UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise mistake(str(path), [Mistake("", None, f"a byte that is no UTF-8: {error}", "UTF-8")]) from None
    except OSError as error:
        raise mistake(str(path), [Mistake("", None, error.strerror or str(error), "a file that can be read")]) from None


def read_documents(text: str, file: str, mistake: type[FileMistake]) -> tuple[Document, ...]:
    """Every document of a text that is not empty. Raises `mistake` for what is no YAML, with its line."""
    try:
        nodes = [node for node in _yaml().compose_all(text) if node is not None]
        readings = [_Reading(most=min(MOST_VALUES, MOST_ALIASED + len(text))) for _ in nodes]
        values = [reading.value(node, ()) for reading, node in zip(readings, nodes, strict=True)]
    except _TooDeep as error:
        line = None if error.problem_mark is None else error.problem_mark.line + 1
        found = Mistake("", line, "values within values without end", f"at most {MOST_LEVELS} levels")
        raise mistake(file, [found]) from None
    except YAMLError as error:
        raise mistake(file, [_syntax(error)]) from None
    problems = [problem for reading in readings for problem in reading.problems]
    if problems:
        raise mistake(file, capped(problems))
    whole = zip(values, readings, strict=True)
    return tuple(Document(file, value, reading.lines) for value, reading in whole if value is not None)


def _yaml() -> YAML:
    reader = YAML(typ="safe", pure=True)
    reader.Scanner = _ShallowScanner
    return reader


class _TooDeep(ScannerError):
    """Nobody writes so many levels on purpose."""


class _ShallowScanner(Scanner):
    """Gives up at the first bracket or indent that stands too deep."""

    def fetch_flow_collection_start(self, *args: Any, **named: Any) -> None:
        """A list or a mapping opens."""
        self._hold(self.flow_level)
        super().fetch_flow_collection_start(*args, **named)

    def add_indent(self, column: int) -> bool:
        """A line stands deeper than the one before."""
        self._hold(len(self.indents))
        return bool(super().add_indent(column))

    def _hold(self, levels: int) -> None:
        if levels >= MOST_LEVELS:
            raise _TooDeep(problem_mark=self.reader.get_mark())


def _syntax(error: YAMLError) -> Mistake:
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    line = None if mark is None else mark.line + 1
    found = error.problem if isinstance(error, MarkedYAMLError) else "a character that no text has"
    for said, (in_words, allowed) in _SLIPS.items():
        if said in str(found):
            begun = getattr(error, "context_mark", None)
            return Mistake("", line, in_words.format(begun=f"line {begun.line + 1}" if begun else "before"), allowed)
    return Mistake("", line, f"no YAML ({found})", "YAML 1.2")


@dataclass(slots=True)
class _Reading:
    """One document being read: what was found out so far."""

    most: int
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Mistake] = field(default_factory=list)
    within: list[Node] = field(default_factory=list)
    values: int = 0

    def value(self, node: Node, place: Place) -> object:
        """The value of a node; what is wrong with it is remembered and read as nothing."""
        self.values += 1
        self.lines.setdefault(place, node.start_mark.line + 1)
        if any(node is around for around in self.within) or self.values > self.most:
            raise MarkedYAMLError(problem="values without end", problem_mark=node.start_mark)
        self.within.append(node)
        read = self._read(node, place)
        self.within.pop()
        return read

    def _read(self, node: Node, place: Place) -> object:
        match node:
            case MappingNode():
                return dict(self._entries(node, place))
            case SequenceNode():
                return [self.value(item, (*place, number)) for number, item in enumerate(node.value)]
            case ScalarNode() if str(node.tag) in _PLAIN_TAGS:
                return node.value if node.style or str(node.tag) == _TEXT else plain_value(node.value)
        self._wrong(node, place, f"the tag {node.tag}", "a value without a tag")
        return None

    def _entries(self, node: MappingNode, place: Place) -> Iterator[tuple[str, object]]:
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value) if isinstance(key, ScalarNode) else ""
            if not name or name in seen:
                self._wrong(
                    key, (*place, name), "the same name again" if name else "a name that is no text", "each once"
                )
                continue
            seen.add(name)
            self.lines[(*place, name)] = key.start_mark.line + 1
            yield name, self.value(value, (*place, name))

    def _wrong(self, node: Node, place: Place, found: str, allowed: str) -> None:
        self.problems.append(Mistake(as_path(place), node.start_mark.line + 1, found, allowed))


def plain_value(text: str) -> object:
    """A value without quotes, by the core schema of YAML 1.2; what it does not know is a text."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return Decimal(text) if _DECIMAL.fullmatch(text) else text
