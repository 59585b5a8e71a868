"""Both engines tell the same stories, line for line."""

from __future__ import annotations

from typing import Final

import pytest

from bench.stories.differential import differing

SAMPLE: Final = range(1, 61)

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]


async def test_both_engines_tell_the_same() -> None:
    assert {seed: difference async for seed, difference in differing(SAMPLE) if difference} == {}
