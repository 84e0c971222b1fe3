"""Leaderboards as they were counted last. A generation is written whole, then the board points at it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Period(models.TextChoices):
    DAY = "day", _("Today")
    WEEK = "week", _("This week")
    MONTH = "month", _("This month")
    ALL = "all", _("All time")


class Leaderboard(models.Model):
    """One board and period, and the generation of entries that is shown."""

    board = models.CharField(max_length=20)
    period = models.CharField(max_length=5, choices=Period.choices)
    starts_on = models.DateField(null=True)  # in the school's zone; null for all time
    generation = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["board", "period"], name="leaderboard_once")]

    def __str__(self) -> str:
        return f"{self.board} {self.period}"


class LeaderboardEntry(models.Model):
    """One place. Ties share a rank; `place` orders all rows, so a page is a range of places.

    Written anew by the hundred thousand every quarter of an hour: the database checks no keys here (people are never
    deleted), and every read begins with a board and its generation.
    """

    leaderboard = models.ForeignKey(
        Leaderboard, on_delete=models.CASCADE, related_name="entries", db_index=False, db_constraint=False
    )
    generation = models.PositiveIntegerField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    score = models.BigIntegerField()
    rank = models.PositiveIntegerField()
    place = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["leaderboard", "generation", "user"], name="leaderboard_entry_once"
            ),
            models.UniqueConstraint(
                fields=["leaderboard", "generation", "place"], name="leaderboard_entry_place"
            ),
        ]
        indexes = [models.Index(fields=["leaderboard", "generation", "score", "-place"], name="leaderboard_above")]
