"""Points and badges of the demo school: nothing is invented, everything follows from what its people did."""

from django.db import transaction
from django.utils import timezone

from gamification.models import ActionPoints, Badge
from gamification.services import arrears, boards, evaluation, facts
from gamification.services.catalogue import sync_catalogue


def hold() -> None:
    """Let nothing be paid while people are made: most of their deeds get their dates in the past only afterwards."""
    ActionPoints.objects.all().delete()
    Badge.objects.all().delete()


def make() -> None:
    """Pay what everybody is owed and award what they have earned, each of its day."""
    with transaction.atomic():
        sync_catalogue()
        facts.note_moments()
        facts.note_birthdays()
        facts.give_ranks()
        arrears.settle()
        evaluation.backfill()
        boards.snapshot(now=timezone.now())
