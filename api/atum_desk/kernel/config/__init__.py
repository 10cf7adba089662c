"""Settings: their names, types and sources, and the files they stand in."""
