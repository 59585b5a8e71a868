"""The first pages for people: made on the server, without a script, behind the same door as the API."""
