"""The mail that comes back: addresses of our own for it, a server and a mailbox that take it, and what it says."""
