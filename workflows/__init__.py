"""Durable time: ask the rules what comes next, wait for it or do it, and ask again."""
