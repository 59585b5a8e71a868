"""`dunning messages`: what a debtor would read, before anybody gets it."""
