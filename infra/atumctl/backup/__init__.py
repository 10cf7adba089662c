"""Backups: making, copying, proving and restoring them."""
