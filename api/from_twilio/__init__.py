"""What Twilio tells us, brought to the case service: what became of text messages, and who wants no more of them."""
