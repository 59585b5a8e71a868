"""`dunning import`: files of customers and invoices, read, checked and taken into the store."""
