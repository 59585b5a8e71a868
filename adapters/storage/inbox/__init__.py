"""What cases are told: kept once, in order, with what follows from it in the system of record."""
