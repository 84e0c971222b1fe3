"""Orders, coupons and the ledger of money: rows are added, never changed."""

import uuid
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community_platform.core.permissions import SYSTEM
from courses.models import money
from courses.models.course import Course


class CouponQuerySet(models.QuerySet["Coupon"]):
    def visible_to(self, user: Any) -> "CouponQuerySet":
        """Coupons of the courses that one teaches; everything for administrators."""
        if user is SYSTEM or (user.is_authenticated and user.is_admin):
            return self
        return self.filter(course__in=Course.objects.taught_by(user)) if user.is_authenticated else self.none()


class Coupon(models.Model):
    """A discount: percent of the price, or an amount in one currency.

    `uses_count` counts the orders that hold it: paid ones for good, open ones until they are closed.
    """

    code = models.CharField(_("code"), max_length=40, unique=True)  # upper case
    course = models.ForeignKey(
        Course,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="coupons",
        verbose_name=_("course"),
    )  # null: every course
    percent = models.PositiveSmallIntegerField(_("percent"), null=True, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=9, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    starts_at = models.DateTimeField(_("valid from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    uses_max = models.PositiveIntegerField(_("uses allowed"), null=True, blank=True)
    uses_count = models.PositiveIntegerField(_("uses"), default=0, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = CouponQuerySet.as_manager()

    class Meta:
        verbose_name = _("coupon")
        verbose_name_plural = _("coupons")
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100, amount__isnull=True)
                | (Q(percent__isnull=True, amount__gt=0) & ~Q(currency="")),
                name="coupon_percent_or_amount",
            ),
            models.CheckConstraint(
                condition=Q(uses_max__isnull=True) | Q(uses_count__lte=F("uses_max")),
                name="coupon_uses_range",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class OrderStatus(models.TextChoices):
    PENDING = "pending", _("Waiting for payment")
    PAID = "paid", _("Paid")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")  # nobody paid in time, or another order took its place
    REFUNDED = "refunded", _("Refunded")


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, user: Any) -> "OrderQuerySet":
        """One's own; everything for administrators."""
        if user is SYSTEM or (user.is_authenticated and user.is_admin):
            return self
        return self.filter(user_id=user.pk) if user.pk is not None else self.none()

    def for_page(self) -> "OrderQuerySet":
        """Load what an order shows, its movements of money included."""
        return self.select_related("course", "coupon", "user").prefetch_related("entries")


class Order(models.Model):
    """One purchase of one course. Prices are what they were when it was made, in minor units of `currency`.

    `status` follows the ledger: a paid order opens the course; one of which enough was given back
    (`REFUND_CLOSES_PERCENT`) is refunded and closes it. `refunded_minor` is what was given back so far.
    Erasing a person leaves the order without them: revenue does not change.
    """

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="orders",
        verbose_name=_("buyer"),
    )
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, related_name="orders", verbose_name=_("course")
    )
    coupon = models.ForeignKey(Coupon, null=True, blank=True, on_delete=models.PROTECT, related_name="orders")
    holds_coupon = models.BooleanField(default=False, editable=False)  # counted in `Coupon.uses_count`
    list_price_minor = models.BigIntegerField(_("price, minor units"))
    discount_minor = models.BigIntegerField(_("discount, minor units"), default=0)
    amount_minor = models.BigIntegerField(_("to pay, minor units"))
    refunded_minor = models.BigIntegerField(_("refunded, minor units"), default=0)
    currency = models.CharField(_("currency"), max_length=3)
    status = models.CharField(
        _("status"), max_length=9, choices=OrderStatus.choices, default=OrderStatus.PENDING
    )
    provider = models.CharField(_("payment provider"), max_length=30)
    provider_reference = models.CharField(max_length=120, blank=True)
    payment_url = models.CharField(max_length=500, blank=True)  # where the buyer pays while it is open
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("purchase", "order")
        verbose_name_plural = _("orders")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    amount_minor__gte=0,
                    discount_minor__gte=0,
                    list_price_minor=F("amount_minor") + F("discount_minor"),
                ),
                name="order_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("amount_minor")),
                name="order_refunded_range",
            ),
            models.UniqueConstraint(
                fields=["user", "course"], condition=Q(status=OrderStatus.PENDING), name="order_one_pending"
            ),
            models.UniqueConstraint(
                fields=["user", "course"], condition=Q(status=OrderStatus.PAID), name="order_one_paid"
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_reference"],
                condition=~Q(provider_reference=""),
                name="order_reference_once",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="order_of_buyer"),
            models.Index(fields=["course", "created_at"], name="order_by_course"),
            models.Index(
                fields=["created_at"], condition=Q(status=OrderStatus.PENDING), name="order_waiting_since"
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)

    def get_absolute_url(self) -> str:
        return f"/courses/orders/{self.number}/"

    @property
    def list_price(self) -> Decimal:
        return money.major(self.list_price_minor, self.currency)

    @property
    def discount(self) -> Decimal:
        return money.major(self.discount_minor, self.currency)

    @property
    def amount(self) -> Decimal:
        """What is to be paid, or was."""
        return money.major(self.amount_minor, self.currency)

    @property
    def refunded(self) -> Decimal:
        return money.major(self.refunded_minor, self.currency)

    @property
    def left(self) -> Decimal:
        """What can still be given back."""
        was_paid = self.status in {OrderStatus.PAID, OrderStatus.REFUNDED}
        return money.major(self.amount_minor - self.refunded_minor if was_paid else 0, self.currency)


class EntryKind(models.TextChoices):
    CHARGE = "charge", _("Payment")
    REFUND = "refund", _("Refund")


class Frozen(models.QuerySet[Any]):
    """Rows that are added and never changed. Mistakes are mended by another row."""

    def update(self, **values: Any) -> int:
        raise TypeError("the ledger is append-only")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("the ledger is append-only")


class LedgerEntry(models.Model):
    """One movement of money: a charge is positive, a refund negative and dated when it happens.

    `reference` is the provider's, unique, so that a message of the provider heard twice is booked once.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(_("kind"), max_length=6, choices=EntryKind.choices)
    amount_minor = models.BigIntegerField(_("amount, minor units"))
    currency = models.CharField(_("currency"), max_length=3)
    reference = models.CharField(_("reference"), max_length=160, unique=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # who works here is never deleted, only made nameless
    booked_at = models.DateTimeField(_("booked"), default=timezone.now)
    day = models.DateField(_("day"))  # of `booked_at` in the zone of reports

    objects = Frozen.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=EntryKind.CHARGE, amount_minor__gt=0)
                | Q(kind=EntryKind.REFUND, amount_minor__lt=0),
                name="ledger_entry_sign",
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(kind=EntryKind.CHARGE), name="ledger_entry_one_charge"
            ),
        ]
        indexes = [
            models.Index(fields=["order", "id"], name="ledger_entry_of_order"),
            models.Index(fields=["day", "id"], name="ledger_entry_by_day"),
        ]

    @property
    def amount(self) -> Decimal:
        return money.major(self.amount_minor, self.currency)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("the ledger is append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("the ledger is append-only")
