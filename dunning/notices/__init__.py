"""Messages to the debtor: those beside the ladder, and what the channels answer (N, T7)."""
