"""Scenario files as portions of work: a large one is cut between its documents, so that several processes can read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from adapters.document import Document
from adapters.yaml import read_documents, read_text
from dunning.errors import Mistake, ScenarioError

ENDINGS: Final = frozenset({".yaml", ".yml"})
PORTION: Final = 8_000  # characters; some ten scenarios, about 60 ms of reading
# YAML forbids this line inside any value, so a text may always be cut before it.
_BETWEEN: Final = re.compile(r"^(?=---(?:\s|$))", re.MULTILINE)
_DIRECTIVE: Final = re.compile(r"^%", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Portion:
    """Some documents of a file, and how many lines stand before them."""

    file: str
    text: str
    lines_before: int = 0


def story_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The files themselves, and those in the folders, in order of their names. Raises `ScenarioError`."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(file for file in path.rglob("*") if file.suffix in ENDINGS and file.is_file())
        if path.is_dir() and not inside:
            raise ScenarioError(str(path), [Mistake("", None, "a folder without scenarios", "files that end in .yaml")])
        found += inside if path.is_dir() else [path]
    return tuple(dict.fromkeys(found))


def portions(file: Path) -> Iterator[Portion]:
    """The file in portions. Raises `ScenarioError` for one that cannot be read."""
    text = read_text(file, ScenarioError)
    documents = [text] if _DIRECTIVE.search(text) else _BETWEEN.split(text)
    gathered, lines_before, line = "", 0, 0
    for document in documents:
        if len(gathered) > PORTION:
            yield Portion(str(file), gathered, lines_before)
            gathered, lines_before = "", line
        gathered += document
        line += document.count("\n")
    yield Portion(str(file), gathered, lines_before)


def documents(portion: Portion) -> tuple[Document, ...]:
    """What the portion says; lines count from the beginning of its file. Raises `ScenarioError`."""
    before = portion.lines_before
    try:
        found = read_documents(portion.text, portion.file, ScenarioError)
    except ScenarioError as mistake:
        problems = (replace(one, line=one.line + before if one.line else one.line) for one in mistake.problems)
        raise ScenarioError(mistake.file, problems) from None
    if not before:
        return found
    return tuple(replace(one, lines={place: line + before for place, line in one.lines.items()}) for one in found)
