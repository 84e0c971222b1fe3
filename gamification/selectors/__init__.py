"""Reads: `days` (dates), `settling` (how days make a streak), `streaks`, `preferences`, `boards`, `bugs`."""

from gamification.selectors.days import local_date, zone_of

__all__ = ["local_date", "zone_of"]
