"""How the store reaches its database: connections, transactions, columns and the schema."""
