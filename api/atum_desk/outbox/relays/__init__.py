"""Hands mail to relays: connections, answers, and when to try again."""
