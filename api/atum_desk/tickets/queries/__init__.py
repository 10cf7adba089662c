"""All SQL of tickets: lists, one ticket with its thread, and writes."""
