"""A stand-in for Postmark on this machine: it takes e-mail and sends none."""
