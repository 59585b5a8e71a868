"""Charging through Stripe: stored methods, hosted links, and a fake of Stripe to try both on."""
