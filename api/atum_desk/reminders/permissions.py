"""The permission of this slice's routes: whoever reads tickets is reminded of them."""

from __future__ import annotations

READ = "ticket:read"
