"""Upgrades, and going back to an earlier release."""
