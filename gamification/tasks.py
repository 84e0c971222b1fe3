"""Scheduled work of gamification. Each run leaves a JobRun."""

from datetime import timedelta

from celery import current_app, shared_task
from django.core.cache import cache
from django.utils import timezone

from community_platform.core.tasks import recorded
from gamification import catalogue
from gamification.services import arrears, boards, evaluation, facts
from gamification.services import rollover as streaks

BATCH_SECONDS = 5  # events of one person in this time are evaluated once
ARREARS = timedelta(days=3)


@shared_task
@recorded("rollover_streaks")
def rollover_streaks() -> int:
    """Write down what midnight did to streaks."""
    return streaks.rollover(now=timezone.now())


@shared_task
@recorded("remind_of_streaks")
def remind_of_streaks() -> int:
    """Remind people whose streak ends tonight, after their streaks were settled."""
    now = timezone.now()
    streaks.rollover(now=now)
    return streaks.remind(now=now)


@shared_task
def evaluate_event(event: str, user_id: int) -> None:
    """Compare a person with the rules that `event` (a name of the catalogue) may have moved."""
    evaluation.evaluate(metrics=catalogue.metrics_heard(event), people=[user_id])


def soon(event: str, user_id: int) -> None:
    """Let `event` be evaluated for a person in a few seconds, once however often it happens until then.

    The mark in the cache expires before the task begins, so what happens after that is asked for anew. Without a worker
    (commands, tests) it is done at once.
    """
    if current_app.conf.task_always_eager:
        evaluate_event(event, user_id)
    elif cache.add(f"badges-due:{event}:{user_id}", 1, BATCH_SECONDS - 1):
        evaluate_event.apply_async((event, user_id), countdown=BATCH_SECONDS)


@shared_task
@recorded("settle_badges")
def settle_badges() -> int:
    """Mend what lost events left undone, then compare everybody with every rule."""
    facts.note_moments()
    facts.give_ranks()
    facts.note_birthdays()
    arrears.settle(since=timezone.now() - ARREARS)
    return evaluation.backfill()


@shared_task
@recorded("snapshot_leaderboards")
def snapshot_leaderboards() -> int:
    """Count every leaderboard anew."""
    return boards.snapshot(now=timezone.now())
