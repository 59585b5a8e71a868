"""How long lists and pages take where a hundred thousand cases are open, on SQLite and on PostgreSQL."""
