"""Public holidays by country and region, from the package `holidays`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

# The package knows no more; other years have no public holidays.
FIRST_YEAR, LAST_YEAR = 1950, 2100


@lru_cache(maxsize=2_048)
def public_holidays(country: str, region: str | None, year: int) -> Mapping[date, str]:
    """Return the public holidays of a year with their names; none for what the package does not know.

    Days after a moon are estimates for years to come, as the package says in their names.
    """
    # Imported where it is used: it takes 11 MB of each process that counts with public holidays.
    import holidays

    if not FIRST_YEAR <= year <= LAST_YEAR:
        return {}
    try:
        return dict(holidays.country_holidays(country, subdiv=region, years=year, expand=False))
    except NotImplementedError:
        return {}


@lru_cache(maxsize=1)
def known_countries() -> Mapping[str, tuple[str, ...]]:
    """Return the countries (ISO 3166-1, two letters) with the codes of the regions that have holidays of their own."""
    import holidays

    return {
        country: tuple(regions)
        for country, regions in sorted(holidays.list_supported_countries().items())
        if len(country) == 2
    }
