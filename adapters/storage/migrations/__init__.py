"""The steps from one schema to the next, in `versions`; `adapters.storage.engine.migrate` takes them."""
