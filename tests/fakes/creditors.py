"""A creditor of whom everything is known; a test changes what it talks about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from adapters.creditor import Creditor
from cli.demo.demo_creditor import NORTHWIND as AS_SET

NORTHWIND: Final = AS_SET.as_creditor()


def a_creditor(**changes: Any) -> Creditor:
    """Northwind with some details changed; empty ones are not set."""
    return replace(NORTHWIND, **changes)
