"""The effects a case may have on the world, each named, each safe to repeat, each given its ports from outside."""
