"""The steps from one schema to the next, in `versions`; `adapters.storage.migrate` takes them."""
