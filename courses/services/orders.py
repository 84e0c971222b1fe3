"""Buying a course: an order, what the provider says about its payment, the way into the course.

Locks are taken in one order: course, order, coupon, enrolment. Money is only ever booked, never changed; `_settle`
decides what a payment means.
"""

import logging
import uuid as uuids
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core.db import insert_once
from community_platform.core.errors import Conflict, DomainError, NotFound
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from courses import limits
from courses.events import OrderPaid
from courses.models import (
    Coupon,
    Course,
    Enrollment,
    EnrollmentSource,
    EntryKind,
    LedgerEntry,
    Order,
    OrderStatus,
    Verb,
    money,
)
from courses.services import coupons, payments
from courses.services.enrollment import open_enrollment
from courses.services.payments import Message
from courses.services.refunds import give_back, note_refund
from courses.services.track import NAMESPACE, Origin, report_day, track

logger = logging.getLogger(__name__)


def place_order(*, actor: Any, course: Course, code: str = "") -> tuple[Order, bool]:
    """Order `course` with the coupon of `code`, if any, and return (order, whether it is new).

    One order is open per person and course: asking again on the same terms returns it, on others it is replaced. An
    order with nothing to pay is paid at once. The coupon is held until the order is paid or closed.
    Raises: NotAllowed (one's own course); Conflict `not_open`, `is_free`, `already_enrolled`, `already_paid` (just
    enrol), `payments_off`, `payment_failed`; Invalid on `coupon`.  Publishes: OrderPaid, Enrolled where nothing is due.
    """
    ensure(actor, "courses.enroll", course)
    provider = payments.in_use()
    with transaction.atomic():
        course = Course.objects.lock(course.pk)
        _ensure_buyable(actor, course)
        former = _open_orders(actor.pk, course.pk).first()
        if former is not None:
            if _is_on_terms(former, course, code):
                return _begun(former), False
            _close(former, OrderStatus.CANCELLED)
        order = _make(actor, course, code, provider.name)
        if not order.amount_minor:
            _settle(order, at=timezone.now())
            return order, True
    return _begun(order), True


def receive(*, provider: str, body: bytes, headers: Mapping[str, str]) -> Order:
    """Take a message of a payment provider, booking what is new in it, and return the order it is about.

    Told twice, late or in another order, it has one effect: a charge is booked once per order, a refund once per
    reference, a refund of a charge nobody told us books both, a failure says nothing about what was paid.
    Raises: NotFound, NotAllowed `bad_signature`, Invalid, Conflict `amount_mismatch`.
    Publishes: OrderPaid, Enrolled, OrderRefunded, EnrollmentEnded.
    """
    message = payments.get(provider).read(body, headers)
    found = Order.objects.filter(provider=provider, provider_reference=message.reference).first()
    if found is None:
        raise NotFound(_("No order has this payment."))
    with transaction.atomic():
        Course.objects.lock(found.course_id)
        order = _lock(found.pk)
        if message.currency != order.currency:
            raise Conflict(_("The order is in another currency."), code="amount_mismatch")
        if message.kind == "failed":
            if order.status == OrderStatus.PENDING:
                _close(order, OrderStatus.FAILED)
            return order
        _charged(order, message)
        if message.kind == "refunded":
            _returned(order, message)
    return order


def cancel_order(*, actor: Any, order: Order) -> Order:
    """Close an open order of one's own, or any as an administrator; a closed one stays as it is.

    Raises: NotFound, Conflict `already_paid`.
    """
    if not Order.objects.visible_to(actor).filter(pk=order.pk).exists():
        raise NotFound
    with transaction.atomic():
        Course.objects.lock(order.course_id)
        order = _lock(order.pk)
        if order.status in {OrderStatus.PAID, OrderStatus.REFUNDED}:
            raise Conflict(_("This order is paid."), code="already_paid")
        if order.status == OrderStatus.PENDING:
            _close(order, OrderStatus.CANCELLED)
    return order


def close_unpaid_orders(*, now: datetime | None = None) -> int:
    """Close the orders that nobody has paid in time, letting go of their coupons, and return how many. Repeatable."""
    before = (now or timezone.now()) - limits.ORDER_LIFE
    waiting = Order.objects.filter(status=OrderStatus.PENDING, created_at__lt=before).order_by("created_at")
    closed = 0
    for found in list(waiting.values_list("pk", "course_id")[:500]):
        with transaction.atomic():
            Course.objects.lock(found[1])
            order = _lock(found[0])
            if order.status == OrderStatus.PENDING:
                _close(order, OrderStatus.CANCELLED)
                closed += 1
    return closed


def _ensure_buyable(actor: Any, course: Course) -> None:
    if Enrollment.objects.filter(user=actor, course=course).exists():
        raise Conflict(_("You are enrolled in this course."), code="already_enrolled")
    if not course.is_published:
        raise Conflict(_("This course does not take students at the moment."), code="not_open")
    if course.is_free:
        raise Conflict(_("This course is free: just enrol."), code="is_free")
    if Order.objects.filter(user=actor, course=course, status=OrderStatus.PAID).exists():
        raise Conflict(_("You have paid for this course: just enrol."), code="already_paid")


def _is_on_terms(order: Order, course: Course, code: str) -> bool:
    """Tell whether an open order is what would be made now: this price, this coupon, this provider, not too old."""
    held = order.coupon.code if order.coupon else ""
    return (
        order.list_price_minor == money.minor(course.price, course.currency)
        and order.currency == course.currency
        and held == "".join(code.split()).upper()
        and order.provider == payments.in_use().name
        and order.created_at > timezone.now() - limits.ORDER_LIFE
    )


def _make(actor: Any, course: Course, code: str, provider: str) -> Order:
    price = money.minor(course.price, course.currency)
    coupon: Coupon | None = None
    discount = 0
    if code.strip():
        coupon = coupons.usable_coupon(code=code, course=course)
        discount = coupons.discount_of(coupon, price)
        coupons.hold_or_refuse(coupon)
    return Order.objects.create(
        user=actor, course=course, coupon=coupon, holds_coupon=coupon is not None, list_price_minor=price,
        discount_minor=discount, amount_minor=price - discount, currency=course.currency, provider=provider,
    )  # fmt: skip


def _begun(order: Order) -> Order:
    """Begin the payment of an open order. Outside the transaction of the order: others need not wait for a provider."""
    if not order.provider_reference:
        payment = payments.get(order.provider).begin(order)
        order.provider_reference, order.payment_url = payment.reference, payment.url
        Order.objects.filter(pk=order.pk, provider_reference="").update(
            provider_reference=payment.reference, payment_url=payment.url
        )
    return order


def _charged(order: Order, message: Message) -> None:
    """Book the charge of the locked order, unless it is."""
    if message.kind == "paid" and message.amount_minor != order.amount_minor:
        raise Conflict(_("The payment is not the amount of the order."), code="amount_mismatch")
    is_new = insert_once(
        LedgerEntry, order_id=order.pk, kind=EntryKind.CHARGE, amount_minor=order.amount_minor,
        currency=order.currency, reference=f"{order.provider}:{order.provider_reference}",
        booked_at=timezone.now(), day=report_day(timezone.now()),
    )  # fmt: skip
    if is_new:
        _settle(order, at=min(message.at, timezone.now()))


def _settle(order: Order, *, at: datetime) -> None:
    """Let the buyer of the locked, charged order in; give the money back where that cannot be.

    It cannot for somebody who has paid in another tab already, who is gone, or whose coupon was let go and is used up.
    """
    was_open = order.status == OrderStatus.PENDING
    if not was_open and order.coupon is not None:
        order.holds_coupon = coupons.hold(order.coupon_id or 0)
    paid_before = Order.objects.filter(user=order.user, course=order.course_id, status=OrderStatus.PAID)
    missing = order.coupon is not None and not order.holds_coupon
    gone = order.user is None or not order.user.is_active
    order.paid_at = at
    if missing or gone or paid_before.exists():
        if order.holds_coupon and order.coupon_id:
            coupons.let_go(order.coupon_id)
            order.holds_coupon = False
        order.save()
        give_back(order, order.amount_minor, key=f"unwanted-{order.number}", note="paid twice or too late")
        return
    order.status = OrderStatus.PAID
    order.save()
    for other in _open_orders(order.user_id, order.course_id).exclude(pk=order.pk):
        _close(other, OrderStatus.CANCELLED)
    open_enrollment(user=order.user, course=order.course, source=EnrollmentSource.ORDER)
    origin = Origin(uuid=uuids.uuid5(NAMESPACE, f"paid/{order.number}"))
    track(Verb.PAID, user=order.user, course=order.course, value=order.amount_minor, origin=origin)
    publish(
        OrderPaid(
            order_id=order.pk, user_id=order.user_id or 0, course_id=order.course_id,
            amount_minor=order.amount_minor, currency=order.currency,
        )
    )  # fmt: skip


def _returned(order: Order, message: Message) -> None:
    """Book a refund that the provider tells of: one of ours, or one that was made on its own pages."""
    reference = f"{order.provider}:{message.refund}"
    if LedgerEntry.objects.filter(reference=reference).exists():
        return
    if message.amount_minor > order.amount_minor - order.refunded_minor:
        raise Conflict(_("More would be given back than was paid."), code="amount_mismatch")
    note_refund(order, message.amount_minor, reference=reference, at=min(message.at, timezone.now()))


def _close(order: Order, status: str) -> None:
    """Close the locked open order and let go of its coupon."""
    order.status = status
    if order.holds_coupon and order.coupon_id:
        coupons.let_go(order.coupon_id)
    order.holds_coupon = False
    order.save(update_fields=["status", "holds_coupon"])
    if order.provider_reference:
        transaction.on_commit(lambda: _tell_cancelled(order))


def _tell_cancelled(order: Order) -> None:
    """Ask the provider to take nothing more. If it cannot be asked, a late payment is given back by itself."""
    try:
        payments.get(order.provider).cancel(order)
    except (DomainError, OSError):
        logger.warning("order %s: the provider could not be told that it is closed", order.number)


def _open_orders(user_id: int | None, course_id: int) -> Any:
    rows = Order.objects.filter(user=user_id, course=course_id, status=OrderStatus.PENDING)
    return rows.select_for_update(of=("self",)).select_related("coupon").order_by("pk")


def _lock(pk: int) -> Order:
    rows = Order.objects.select_for_update(of=("self",))
    return rows.select_related("course", "coupon", "user").get(pk=pk)
