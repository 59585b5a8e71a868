"""`dunning messages`."""
