"""What must hold between days and streaks."""

from django.db.models import Count, F, Max, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from community_platform.core.consistency import Differs, alarm, counter, register
from gamification.models import DailyActivity, Streak


def _last_day() -> Subquery:
    rows = DailyActivity.objects.filter(user=OuterRef("user")).order_by().values("user")
    return Subquery(rows.annotate(_last=Max("date")).values("_last"))


def _number_of_days() -> Coalesce:
    rows = DailyActivity.objects.filter(user=OuterRef("user")).order_by().values("user")
    return Coalesce(Subquery(rows.annotate(_n=Count("pk")).values("_n")), Value(0))


register(
    counter(
        "gamification.streak.days",
        "active days of a person",
        Streak,
        "total_active_days",
        _number_of_days(),
    ),
    alarm(
        "gamification.streak.last",
        "the last active date is the newest day",
        lambda: Streak.objects.annotate(_last=_last_day()).filter(Differs(F("last_active_date"), F("_last"))),
        stored="last_active_date",
        actual="_last",
    ),
)
