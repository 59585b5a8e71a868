"""Stories with their expected endings, and the engine that tells them on the rules alone."""
