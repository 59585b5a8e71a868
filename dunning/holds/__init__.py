"""What stops the ladder: holds, customer stops, disputes, money under way, a stopped service (H, D, P4, S1)."""
