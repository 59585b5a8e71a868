"""What people write back: their own words, and what these seem to say. It suggests and never decides (M5)."""
