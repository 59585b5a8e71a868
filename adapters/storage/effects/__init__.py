"""What every effect leaves in the system of record: its intent before, its outcome after, and what follows from it."""
