"""The system of record: it remembers what was told, done and owed, so that nothing is done twice and nothing is lost.

`Store` is the whole of it over one database, SQLite or PostgreSQL; `migrate` brings a database to the schema it needs.
"""

from adapters.storage.engine.failures import StorageError
from adapters.storage.engine.migrate import migrate
from adapters.storage.store import Store

__all__ = ["StorageError", "Store", "migrate"]
