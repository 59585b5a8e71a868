"""The charging track: when a payment method is tried, and what becomes of it (C1 to C3, C6)."""
