"""Scheduled work of courses."""

from typing import Any

from celery import shared_task

from community_platform.core.tasks import recorded
from courses.services import ingest, ingest_telling, orders
from courses.services.attempts import close_overdue
from courses.services.certificates import issue_missing


@shared_task
@recorded("close_overdue_attempts")
def close_overdue_attempts() -> int:
    """Hand in the quiz attempts whose time is over."""
    return close_overdue()


@shared_task
@recorded("close_unpaid_orders")
def close_unpaid_orders() -> int:
    """Close the orders that nobody has paid in time."""
    return orders.close_unpaid_orders()


@shared_task
@recorded("issue_missing_certificates")
def issue_missing_certificates() -> int:
    """Issue the certificates that a lost event left out."""
    return issue_missing()


@shared_task
@recorded("apply_waiting_events")
def apply_waiting_events() -> int:
    """Apply what other systems told about people who have come since."""
    return ingest.apply_all_waiting()


@shared_task
def tell_reported(facts: list[dict[str, Any]]) -> None:
    """Tell the other apps what a large batch of reports brought about."""
    ingest_telling.tell_plain(facts)
