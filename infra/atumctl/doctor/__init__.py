"""Measures all triggers at once and gives the verdict."""
