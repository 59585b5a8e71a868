"""A drawn story as a scenario file, so that `dunning test` tells it and a person can cut it down."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO
from typing import Final

from ruamel.yaml import YAML

from bench.stories.telling import DrawnStory

_WIDE: Final = 160


def as_yaml(story: DrawnStory, remarks: Iterable[str] = ()) -> str:
    """The story, after some remarks."""
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = None  # the innermost parts in one line each
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.width = _WIDE
    text = StringIO()
    yaml.dump(story.document, text)
    return "".join(f"# {remark}\n" for remark in remarks) + text.getvalue()
