"""Which messages there are in which language: one file each, in the creditor's own folders and in what is shipped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

SHIPPED: Final = Path(__file__).parent / "texts"
LAYOUTS: Final = Path(__file__).parent / "layouts"
SUFFIX: Final = ".jinja"
BRANDS: Final = "brands"  # the folder of what a brand says in its own way, within the creditor's
_PRIVATE: Final = "_"  # a template whose name starts with this is a part of others, not a message


def catalogue(*folders: Path) -> Mapping[str, frozenset[str]]:
    """The message names of each locale, in the creditor's own `folders` and in what is shipped.

    A locale is a folder with messages in it. What only a brand has is no message of the others.
    """
    found: dict[str, set[str]] = {}
    for folder in (*folders, SHIPPED):
        for locale in sorted(path for path in folder.iterdir() if path.is_dir() and path.name != BRANDS):
            found.setdefault(locale.name, set()).update(_messages(locale))
    return MappingProxyType({locale: frozenset(names) for locale, names in found.items() if names})


def _messages(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob(f"*{SUFFIX}") if not path.name.startswith(_PRIVATE)}
