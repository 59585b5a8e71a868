"""Benchmarks: ratios measured in one run, for figures that travel between machines."""
