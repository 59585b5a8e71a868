"""`dunning test`: scenario files read, told on the core or on Temporal, and judged."""
