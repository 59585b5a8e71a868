"""E-mail over Postmark: what is asked of its API, and what its answers mean."""
