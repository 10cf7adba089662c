"""Reminders of tickets at a moment, for oneself or a colleague."""
