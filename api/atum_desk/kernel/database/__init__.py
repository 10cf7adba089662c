"""PostgreSQL: connections, units of work, roles and migrations."""
