"""The queue of customers: its rows, ranked; whose they are, until when they are put off, and views that are saved."""
