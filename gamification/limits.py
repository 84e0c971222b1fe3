"""Numbers and days that pages, services and database share."""

import zoneinfo
from datetime import date, datetime

from django.conf import settings

PINS = 6  # badges that one may put in the showcase
SHOWCASE = 12  # shown on a profile, the pinned ones first
NOTE_MAX = 500
REPUTATION = ("like_received", "best_answer_received")  # reasons of points that others gave by what they think
GOAL_MARKS = (80, 90)  # percent of the way to one's goal that are told
CORRECTION_MAX = 100_000  # points given or taken by hand at once
BUG_TITLE_LOW, BUG_TITLE_HIGH = 8, 160
BUG_TEXT_LOW, BUG_TEXT_HIGH = 20, 5000
BUG_PAGE_HIGH = 300
BUG_ANSWER_HIGH = 500
WEEKEND = (5, 6)  # Saturday, Sunday: days of the week from Monday 0, in order


def school_date(at: datetime) -> date:
    """Return the day of `at` in the school's own zone: boards and daily sums count by it."""
    return at.astimezone(zoneinfo.ZoneInfo(settings.ANALYTICS_TZ)).date()
