"""Giving money back, in part or in full: rows of the ledger, and the course closed by the policy of refunds.

A refunded order no longer opens the course: it is so once `REFUND_CLOSES_PERCENT` of what was paid was given back.
"""

import uuid as uuids
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import text
from community_platform.core.db import insert_once
from community_platform.core.errors import Conflict, Invalid
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from courses import limits
from courses.events import OrderRefunded
from courses.models import Course, EnrollmentStatus, EntryKind, LedgerEntry, Order, OrderStatus, Verb, money
from courses.services import payments
from courses.services.enrollment import end_enrollment
from courses.services.track import NAMESPACE, Origin, report_day, track

_BOUGHT = (OrderStatus.PAID, OrderStatus.REFUNDED)


def refund_order(*, actor: Any, order: Order, amount: Decimal | None = None, reason: str = "") -> Order:
    """Give `amount` (None: all that is left) of a paid order back to its buyer and return the order.

    Raises: NotAllowed (rule courses.refund_order), Invalid on `amount` or `reason`, Conflict `nothing_to_refund`,
    `refund_failed`.  Publishes: OrderRefunded, EnrollmentEnded where the course is closed.
    """
    ensure(actor, "courses.refund_order", order)
    reason = text.clean(reason, field="reason", low=0, high=limits.REFUND_REASON_MAX, multiline=False)
    with transaction.atomic():
        Course.objects.lock(order.course_id)
        order = Order.objects.select_for_update(of=("self",)).select_related("course", "user").get(pk=order.pk)
        left = order.amount_minor - order.refunded_minor if order.status in _BOUGHT else 0
        if not left:
            raise Conflict(_("Nothing is left to be given back."), code="nothing_to_refund")
        units = left if amount is None else _clean(amount, order)
        give_back(order, units, key=uuids.uuid4().hex, note=reason, actor=actor)
    return order


def give_back(order: Order, units: int, *, key: str, note: str = "", actor: Any = None) -> None:
    """Have the provider return `units` of the locked order, and book it. A part of other services.

    In the transaction of the booking: what the provider refuses is not booked; what it did and we forget in a crash
    it tells us again by a message, with the same reference.
    """
    reference = payments.get(order.provider).refund(order, units, key) if units else key
    reference = f"{order.provider}:{reference}"
    note_refund(order, units, reference=reference, at=timezone.now(), note=note, actor=actor)


def note_refund(
    order: Order, units: int, *, reference: str, at: datetime, note: str = "", actor: Any = None
) -> None:
    """Book money given back from the locked order, once per reference. A part of other services."""
    booked_by = getattr(actor, "pk", None)
    if units and not insert_once(
        LedgerEntry, order_id=order.pk, kind=EntryKind.REFUND, amount_minor=-units, currency=order.currency,
        reference=reference, note=note, booked_by_id=booked_by, booked_at=at, day=report_day(at),
    ):  # fmt: skip
        return
    was = order.status
    order.refunded_minor += units
    is_closed = order.refunded_minor * 100 >= order.amount_minor * settings.REFUND_CLOSES_PERCENT
    if is_closed:
        order.status = OrderStatus.REFUNDED
    order.save(update_fields=["refunded_minor", "status"])
    if order.user is not None and was in _BOUGHT:  # else it never was a sale
        origin = Origin(at=at, uuid=uuids.uuid5(NAMESPACE, f"refunded/{reference}"))
        track(Verb.REFUNDED, user=order.user, course=order.course, value=units, origin=origin)
        if is_closed and was == OrderStatus.PAID:
            end_enrollment(user=order.user, course=order.course, status=EnrollmentStatus.REFUNDED)
    publish(
        OrderRefunded(
            order_id=order.pk, user_id=order.user_id, course_id=order.course_id, amount_minor=units,
            currency=order.currency, is_closed=is_closed, at=at,
        )
    )  # fmt: skip


def _clean(amount: Decimal, order: Order) -> int:
    if not amount.is_finite() or amount <= 0 or amount > order.left:
        most = f"{order.left} {order.currency}"
        raise Invalid(
            _("Between nothing and %(most)s can be given back.") % {"most": most}, code="invalid", field="amount"
        )
    units = money.minor(amount, order.currency)
    if money.major(units, order.currency) != amount:
        raise Invalid(_("This currency has no such small amounts."), code="invalid", field="amount")
    return units
