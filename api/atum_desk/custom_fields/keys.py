"""Keys that are made of names."""

from __future__ import annotations

import re
import unicodedata


def key_of(name: str, known: set[str], otherwise: str, most: int) -> str:
    """Return a key of small letters, digits and underscores that says the name and that nothing has yet."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    base = (base if base[:1].isalpha() else f"{otherwise}_{base}".rstrip("_"))[: most - 5]
    numbered = (f"{base}_{number}" for number in range(2, len(known) + 3))
    return base if base not in known else next(key for key in numbered if key not in known)
