"""The probes: one module for each family of the rollback plan's triggers."""
