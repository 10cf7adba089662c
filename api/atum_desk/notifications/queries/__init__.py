"""All SQL of notifications: what the consumer writes, what people read and want, what leaves as mail."""
