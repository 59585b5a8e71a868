"""What payment providers and billing systems tell, until it is a message to a case."""
