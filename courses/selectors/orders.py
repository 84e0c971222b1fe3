"""Reads of orders: what a course would cost, what was bought."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from courses.models import Coupon, Course, LedgerEntry, Order, OrderStatus, money


@dataclass(frozen=True, slots=True)
class Quote:
    """What a course costs somebody now, with the coupon that they named, if it can be used."""

    course: Course
    coupon: Coupon | None
    list_price: Decimal
    discount: Decimal
    amount: Decimal

    @property
    def currency(self) -> str:
        return self.course.currency


def quote(course: Course, coupon: Coupon | None, discount_minor: int) -> Quote:
    """Return what `course` costs with `coupon`, which takes `discount_minor` off."""
    price = price_of(course)
    amounts = [money.major(units, course.currency) for units in (price, discount_minor, price - discount_minor)]
    return Quote(course, coupon, *amounts)


def price_of(course: Course) -> int:
    """Return the price in minor units."""
    return money.minor(course.price, course.currency)


def orders_of(user: Any) -> QuerySet[Order]:
    """Return what `user` ordered, newest first; orders that came to nothing are left out."""
    rows = Order.objects.filter(user_id=user.pk).exclude(status=OrderStatus.CANCELLED)
    return rows.select_related("course").order_by("-created_at", "-pk")


def entries_of(order: Order) -> list[LedgerEntry]:
    """Return the movements of money of an order, oldest first."""
    return sorted(order.entries.all(), key=lambda entry: entry.pk)


def open_order(user: Any, course: Course) -> Order | None:
    """Return the order of `user` for `course` that waits for its payment."""
    if user.pk is None:
        return None
    return Order.objects.filter(user_id=user.pk, course=course, status=OrderStatus.PENDING).first()


def has_paid(user: Any, course: Course) -> bool:
    """Tell whether an order of `user` opens `course`: they may come back without paying again."""
    return Order.objects.filter(user_id=user.pk, course=course, status=OrderStatus.PAID).exists()


def coupons_for(user: Any) -> QuerySet[Coupon]:
    """Return the coupons that `user` looks after, newest first."""
    return Coupon.objects.visible_to(user).select_related("course").order_by("-pk")
