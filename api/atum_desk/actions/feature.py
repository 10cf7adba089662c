"""What actions add to the product: a vocabulary that other slices store and carry out."""

from __future__ import annotations

from atum_desk.kernel.feature import Feature

FEATURE = Feature(name="actions")
