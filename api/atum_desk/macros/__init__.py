"""Macros: a text with variables and actions, applied to a ticket as one change with one undo."""
