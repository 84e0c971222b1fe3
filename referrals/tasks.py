"""Scheduled work of referrals. Each run leaves a JobRun."""

from celery import shared_task
from django.utils import timezone

from community_platform.core.tasks import recorded
from referrals.services import devices, rewarding


@shared_task
@recorded("settle_referrals")
def settle_referrals() -> int:
    """Release what was held long enough, and pay what a lost event left unpaid."""
    return rewarding.settle_all(now=timezone.now())


@shared_task
@recorded("forget_traces")
def forget_traces() -> int:
    """Forget addresses and browsers after 90 days."""
    return devices.forget_traces(now=timezone.now())
