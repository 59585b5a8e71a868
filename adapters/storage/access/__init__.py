"""Who may come in, and what was answered before: keys of the API, and the first response to each idempotency key."""
