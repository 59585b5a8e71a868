"""What Stripe's objects look like: its own published fixtures (MIT, see LICENSE beside), emptied of their examples."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

FakeObject = dict[str, Any]

_SHAPES: Final[dict[str, FakeObject]] = json.loads(Path(__file__).with_name("shapes.json").read_text(encoding="utf-8"))


def fake_object(name: str, /, **said: Any) -> FakeObject:
    """An object of this kind with every field that Stripe gives it; `said` fills some of them in."""
    return deepcopy(_SHAPES[name]) | said


def list_page(url: str, found: list[FakeObject], *, has_more: bool) -> FakeObject:
    """A page of a list."""
    return {"object": "list", "url": url, "has_more": has_more, "data": found}
