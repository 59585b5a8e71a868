"""What Pingen tells us of letters, brought to the case service."""
