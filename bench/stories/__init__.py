"""Random stories of a case, and what must hold in each: drawn from all that a policy and a message may say."""
