"""The processes and verbs of the product. Importing any of them declares what its slices add to it."""

from atum_desk.entry.features import FEATURES

__all__ = ["FEATURES"]
