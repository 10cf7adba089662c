"""Conversations with others about a ticket: side conversations, and forwarded messages with their answers."""
