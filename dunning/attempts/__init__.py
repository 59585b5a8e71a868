"""Attempts to charge: who asks for one, whether it is allowed, and what the provider answered (C2 to C6)."""
