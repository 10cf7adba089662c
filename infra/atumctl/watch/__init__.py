"""The run of every minute: keeps what was measured, notifies of changes and acts on the verdict."""
