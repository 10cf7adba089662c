"""Takes an installation off a machine and keeps its data."""
