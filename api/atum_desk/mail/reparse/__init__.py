"""Reads filed mail again after the parser changed, and shows or writes the difference."""
