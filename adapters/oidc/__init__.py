"""Sign-in by a provider that knows our people (OpenID Connect): the only part of the tree that speaks with one."""
