"""A stand-in for Twilio on this machine: it takes messages, sends none, and tells what became of them."""
