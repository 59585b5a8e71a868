"""A Stripe of our own, on this machine: what a gateway must survive happens on demand, and every cent is counted."""
