"""Text messages over Twilio: what is asked of its API, what its answers mean, and what it tells later."""
