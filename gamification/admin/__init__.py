"""The game in the admin: badges and who holds them, the ledger, prices; seasons, streaks, boards, bug reports."""

from gamification.admin import badges, freezes, points, seasons

__all__ = ["badges", "freezes", "points", "seasons"]
