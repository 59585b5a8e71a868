"""What comes back by e-mail, brought to the case service: from servers, from people, and by the link to get no more."""
