"""What the live service adds to the product: nothing that others write or ask, only its limits."""

from __future__ import annotations

from atum_desk.kernel.feature import Feature

FEATURE = Feature(name="live", settings=("live_sockets_per_person", "live_sockets_per_address"))
