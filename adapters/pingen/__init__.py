"""Letters over Pingen, who print and post them: what is asked of its API, and what it tells later."""
