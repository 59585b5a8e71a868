"""Reads bodies and queries as Stripe's clients write them: `metadata[key]=...`, `line_items[0][quantity]=1`."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import parse_qsl

_PARTS: Final = re.compile(r"[^\[\]]+")


def read_form(text: str) -> dict[str, Any]:
    """The nested values, all of them text; keys that are numbers make a list, in their order."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        parts = _PARTS.findall(name)
        if name.endswith("[]"):
            _around(tree, parts).setdefault(parts[-1], []).append(value)
        else:
            _around(tree, parts)[parts[-1]] = value
    return {key: _with_lists(value) for key, value in tree.items()}


def _around(tree: dict[str, Any], parts: list[str]) -> dict[str, Any]:
    for part in parts[:-1]:
        tree = tree.setdefault(part, {})
    return tree


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _with_lists(one) for key, one in value.items()}
    if inner and all(key.isdigit() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner
