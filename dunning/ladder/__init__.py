"""The ladder: which step comes when, what it does, and where a case stands on it (T2 to T7, F5, S2)."""
