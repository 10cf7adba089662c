"""Use cases of tickets: opening, answering, changing, one or many at once."""
