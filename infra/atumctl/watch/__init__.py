"""The run of every minute: keeps what was measured, tells of changes and acts on the verdict."""
