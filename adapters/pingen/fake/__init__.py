"""A stand-in for Pingen on this machine: it takes letters, posts none, and tells what became of them."""
