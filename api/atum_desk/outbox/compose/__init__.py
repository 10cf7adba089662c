"""Composes a mail: its layout, its parts, its reply address and its signature."""
