"""The leaderboard of invitations: friends who finished a course and whom nobody doubts, by the day of the reward."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F
from django.utils.translation import gettext_lazy as _

from gamification.selectors import boards
from referrals.models import Referral

NAME = "referrals"


def scores(start: date | None) -> boards.Scores:
    rows = Referral.objects.rewarded()
    if start is not None:
        rows = rows.filter(rewarded_at__gte=datetime.combine(start, time.min, ZoneInfo(settings.ANALYTICS_TZ)))
    return rows.order_by().annotate(user_id=F("referrer_id")).values("user_id").annotate(score=Count("pk"))


def register() -> None:
    boards.register(boards.Source(NAME, _("Invitations"), _("friends"), scores))
