"""The queue of customers as people work with it: what is asked of it, its words, and what is done with many at once."""
