"""`dunning case`: one case looked at, told a fact, or put a request."""
