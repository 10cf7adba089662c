"""What audiences add to the product: nothing of their own, they serve the slices whose rows have one."""

from __future__ import annotations

from atum_desk.kernel.feature import Feature

FEATURE = Feature(name="audiences")
