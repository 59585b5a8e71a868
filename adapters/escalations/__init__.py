"""Questions that nobody answers go up: to the owner of their queue, then to its manager (H6)."""
