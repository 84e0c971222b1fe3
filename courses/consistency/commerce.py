"""Orders, coupons and the ledger."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from community_platform.core.consistency import alarm, count_of, counter, register
from courses.models import (
    Coupon,
    Enrollment,
    EnrollmentSource,
    EnrollmentStatus,
    EntryKind,
    LedgerEntry,
    Order,
    OrderStatus,
)

_BOUGHT = (OrderStatus.PAID, OrderStatus.REFUNDED)


def _booked(**kind: str) -> Coalesce:
    """Return the sum of an order's entries, of one kind if given, in minor units."""
    rows = LedgerEntry.objects.filter(order=OuterRef("pk"), **kind).order_by().values("order")
    return Coalesce(Subquery(rows.annotate(_n=Sum("amount_minor")).values("_n")), Value(0))


def _unbalanced() -> QuerySet[Order]:
    """Return orders whose status and amounts are not what the ledger says: only bought ones hold money."""
    rows = Order.objects.annotate(
        _charged=_booked(kind=EntryKind.CHARGE), _returned=_booked(kind=EntryKind.REFUND)
    )
    return rows.exclude(
        Q(status__in=_BOUGHT, _charged=F("amount_minor"), _returned=-F("refunded_minor"))
        | Q(~Q(status__in=_BOUGHT), _charged=0, _returned=0, refunded_minor=0)
    )


def _not_let_in() -> QuerySet[Order]:
    """Return paid orders of people who were never enrolled."""
    inside = Enrollment.ever.filter(user=OuterRef("user"), course=OuterRef("course"))
    return Order.objects.filter(~Exists(inside), status=OrderStatus.PAID, user__isnull=False)


def _not_paid() -> QuerySet[Enrollment]:
    """Return people inside by an order, but without one that is paid."""
    paid = Order.objects.filter(user=OuterRef("user"), course=OuterRef("course"), status=OrderStatus.PAID)
    bought = Q(source=EnrollmentSource.ORDER, status=EnrollmentStatus.ACTIVE)
    return Enrollment.ever.filter(bought).filter(~Exists(paid))


register(
    counter(
        "courses.coupon.uses", "orders that hold a coupon", Coupon, "uses_count",
        count_of(Order.objects.filter(holds_coupon=True), "coupon"),
    ),
    alarm("courses.order.ledger", "an order's status follows the ledger", _unbalanced),
    alarm(
        "courses.order.coupon", "orders that hold a coupon name one, and are open or bought",
        lambda: Order.objects.filter(holds_coupon=True).filter(
            Q(coupon=None) | Q(status__in=[OrderStatus.FAILED, OrderStatus.CANCELLED])
        ),
    ),
    alarm("courses.order.enrolled", "who has paid was let in", _not_let_in),
    alarm("courses.enrollment.paid", "who is in by an order has paid", _not_paid),
    alarm(
        "courses.ledger.currency", "money of an order has one currency",
        lambda: LedgerEntry.objects.exclude(currency=F("order__currency")),
    ),
)  # fmt: skip
