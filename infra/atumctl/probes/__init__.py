"""The probes: one module for each family of the rollback plan's triggers."""

# How long a probe waits for an answer. Everything is asked at once, so it bounds the whole run.
PATIENCE_SECONDS = 4.0
