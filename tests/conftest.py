"""What every test run shares: how hypothesis searches, and how a process that used Temporal ends."""

import gc
import os
import time
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

# The suite answers for a change, so the same tree gives the same result: examples are derived from the test itself.
# `HYPOTHESIS_PROFILE=search` looks for new ones. No deadline: how long an example takes depends on the neighbours.
settings.register_profile("repeatable", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("search", deadline=None, max_examples=1_000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

SETTLING_SECONDS = 0.05


@pytest.fixture(autouse=True)
def _own_log() -> Iterator[None]:
    """Forget where a command sent the log, and how much of it: the next test of this process hears everything."""
    yield
    structlog.reset_defaults()


def pytest_unconfigure() -> None:
    """Let the Temporal SDK's native threads let go of their Python objects while the interpreter still lives.

    Without this a run that used a client or a worker may crash at exit after all its tests have passed
    (temporalio/sdk-python issue 300): the objects are collected here, and the threads get a moment to notice.
    """
    gc.collect()
    time.sleep(SETTLING_SECONDS)
