"""A real collections process replayed: 4,965 traffic fines, under the authority's rule and under ours."""
