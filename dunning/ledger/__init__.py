"""Money of a case: what came, went back, was given away or given up, and the end that follows (P, F3, S4)."""
