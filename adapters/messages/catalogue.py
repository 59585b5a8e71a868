"""Which messages there are in which language: a message is there when both its text and its HTML are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

SHIPPED: Final = Path(__file__).parent / "templates"
_PRIVATE: Final = "_"  # a template whose name starts with this is a part of others, not a message


def catalogue(*folders: Path) -> Mapping[str, frozenset[str]]:
    """The message names of each locale, in the creditor's own `folders` and in what is shipped."""
    found: dict[str, set[str]] = {}
    for folder in (*folders, SHIPPED):
        for locale in sorted(path for path in folder.iterdir() if path.is_dir()):
            found.setdefault(locale.name, set()).update(_messages(locale))
    return MappingProxyType({locale: frozenset(names) for locale, names in found.items() if names})


def _messages(folder: Path) -> set[str]:
    texts = {path.stem for path in folder.glob("*.txt")}
    pages = {path.stem for path in folder.glob("*.html")}
    return {name for name in texts & pages if not name.startswith(_PRIVATE)}
