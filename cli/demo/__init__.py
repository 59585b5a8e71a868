"""`dunning demo`: the whole product with a made-up book of invoices."""
