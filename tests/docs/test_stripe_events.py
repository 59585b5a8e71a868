"""The page on Stripe's events: each that is heard stands there, and nothing else does."""

from __future__ import annotations

import re

from adapters.stripe.events import READERS
from tests.docs.pages import page

EVENTS = page("docs/reference/stripe-events.md")


def test_each_event_that_is_heard_is_on_the_page_and_no_other() -> None:
    first_cells = re.findall(r"^\| (`[^|]+) \|", EVENTS.text, re.MULTILINE)
    shown = {name for cell in first_cells for name in re.findall(r"`([a-z_.]+)`", cell)}
    assert shown == set(READERS)
