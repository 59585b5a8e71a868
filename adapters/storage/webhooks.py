"""Who told something that came by a provider's webhook."""

from __future__ import annotations


def webhook_of(provider: str) -> str:
    """Who was let in where a provider's own signature opened the door (F6)."""
    return f"webhook {provider}"
