"""The time of an installation: the wall clock, or one that all its processes share and people move."""
