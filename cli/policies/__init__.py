"""`dunning policy`: policies checked, described, and asked which of them takes an invoice."""
