"""Dates of people: what day it is where somebody lives."""

import zoneinfo
from datetime import date, datetime, tzinfo
from functools import lru_cache

UTC = zoneinfo.ZoneInfo("UTC")


@lru_cache(maxsize=1024)
def zone_of(name: str) -> tzinfo:
    """Return the zone called `name`, UTC for an unknown one: a renamed zone is no error of a page."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def local_date(at: datetime, zone: tzinfo) -> date:
    """Return the date of `at` in `zone`."""
    return at.astimezone(zone).date()
