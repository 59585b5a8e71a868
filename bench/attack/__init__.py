"""Attacks on a product that runs: at each door, by what a stranger, a mistake or a bad day would send."""
