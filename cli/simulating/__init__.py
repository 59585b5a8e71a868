"""`dunning simulate`: what a policy would do with a file of invoices, day by day."""
