"""What billing systems, agents and payers reach over HTTP."""
