"""A stand-in for a provider of OpenID Connect: it keeps to the protocol, and can be told to break it."""
