"""`dunning keys` and `dunning people`: who may come in, programs and people, and what each may do."""
