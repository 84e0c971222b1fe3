"""Money, to be looked at: the ledger is append-only."""

from django.contrib import admin

from courses.admin.learning import Looked
from courses.models import Coupon, LedgerEntry, Order


@admin.register(Coupon)
class CouponAdmin(Looked):
    list_display = (
        "code", "course", "percent", "amount", "currency", "starts_at", "ends_at", "uses_count", "uses_max",
        "is_active",
    )  # fmt: skip
    list_select_related = ("course",)
    search_fields = ("code", "course__title")


@admin.register(Order)
class OrderAdmin(Looked):
    list_display = (
        "number", "user", "course", "list_price", "discount", "amount", "refunded", "currency", "coupon", "status",
        "provider", "created_at", "paid_at",
    )  # fmt: skip
    list_select_related = ("user", "course", "coupon")
    list_filter = ("status", "currency")
    search_fields = ("number", "user__username", "course__title")


@admin.register(LedgerEntry)
class LedgerEntryAdmin(Looked):
    list_display = ("booked_at", "order", "kind", "amount", "currency", "reference", "note", "booked_by")
    list_select_related = ("order", "booked_by")
    list_filter = ("kind", "currency")
    search_fields = ("reference", "order__number")
