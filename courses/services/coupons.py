"""Coupons: making them, and holding one for an order so that no more are used than there are."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core.errors import Conflict, Invalid
from community_platform.core.permissions import SYSTEM, ensure
from courses import limits
from courses.models import Coupon, Course, money


def create_coupon(
    *,
    actor: Any,
    code: str,
    course: Course | None = None,
    percent: int | None = None,
    amount: Decimal | None = None,
    currency: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    uses_max: int | None = None,
) -> Coupon:
    """Make a coupon of `percent` or of an `amount` in `currency`, for one course or for all, and return it.

    The same code again with the same terms is the same coupon: sending the form twice makes one.
    Raises: NotAllowed (rule courses.manage_coupons; for all courses: administrators), Invalid, Conflict `code_taken`.
    """
    _ensure_may(actor, course)
    terms = {
        "course": course, "percent": percent, "amount": amount, "starts_at": starts_at, "ends_at": ends_at,
        "currency": _clean_terms(percent, amount, currency, course), "uses_max": uses_max,
    }  # fmt: skip
    if ends_at is not None and ends_at <= (starts_at or timezone.now()):
        raise Invalid(_("A coupon ends after it begins, and later than now."), field="ends_at")
    if uses_max is not None and not 1 <= uses_max <= limits.COUPON_USES_MAX:
        raise Invalid(_("A limit is at least one use."), code="min_value", field="uses_max")
    code = clean_code(code)
    try:
        with transaction.atomic():
            return Coupon.objects.create(
                code=code, created_by=None if actor is SYSTEM else actor, **terms
            )  # type: ignore[misc]  # the terms are of many types
    except IntegrityError:
        former = Coupon.objects.filter(code=code, created_by_id=actor.pk, **terms).first()
        if former is None:
            raise Conflict(_("There is a coupon with this code already."), code="code_taken") from None
        return former


def set_coupon_active(*, actor: Any, coupon: Coupon, is_active: bool) -> Coupon:
    """Let a coupon be used, or no longer; orders that hold it keep it. Raises: NotAllowed as create_coupon."""
    _ensure_may(actor, coupon.course)
    coupon.is_active = is_active
    coupon.save(update_fields=["is_active"])
    return coupon


def clean_code(code: str) -> str:
    """Return a code as it is stored. Raises: Invalid on `code`."""
    code = "".join(str(code).split()).upper()
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9_-]{2,39}", code):
        raise Invalid(_("A code has 3 to 40 letters, digits, - and _."), code="invalid", field="code")
    return code


def usable_coupon(*, code: str, course: Course) -> Coupon:
    """Return the coupon that `code` names, if it can be used for `course` now.

    Raises: Invalid on `coupon`: `coupon_unknown`, `coupon_over`, `coupon_used_up`, `coupon_currency`. What is for
    another course looks like no coupon at all.
    """
    code = "".join(str(code).split()).upper()
    mine = Q(course=course.pk) | Q(course=None)
    coupon = Coupon.objects.filter(mine, code=code).first() if code.isascii() and len(code) <= 40 else None
    now = timezone.now()
    if coupon is None or (coupon.starts_at is not None and now < coupon.starts_at):
        raise Invalid(_("There is no such coupon for this course."), code="coupon_unknown", field="coupon")
    if not coupon.is_active or (coupon.ends_at is not None and now >= coupon.ends_at):
        raise Invalid(_("This coupon is no longer valid."), code="coupon_over", field="coupon")
    if coupon.uses_max is not None and coupon.uses_count >= coupon.uses_max:
        raise _used_up()
    if coupon.amount is not None and coupon.currency != course.currency:
        text = _("This coupon is for prices in %(currency)s.") % {"currency": coupon.currency}
        raise Invalid(text, code="coupon_currency", field="coupon")
    return coupon


def discount_of(coupon: Coupon, price_minor: int) -> int:
    """Return what a coupon takes off a price, in minor units: a percentage rounded down, never more than the price."""
    if coupon.percent is not None:
        return price_minor * coupon.percent // 100
    return min(price_minor, money.minor(coupon.amount or Decimal(0), coupon.currency))


def hold(coupon_id: int) -> bool:
    """Count one more use, and tell whether there was one left: one statement, exact however many ask at once."""
    free = Q(uses_max=None) | Q(uses_count__lt=F("uses_max"))
    return Coupon.objects.filter(free, pk=coupon_id).update(uses_count=F("uses_count") + 1) == 1


def hold_or_refuse(coupon: Coupon) -> None:
    """Count one more use. Raises: Invalid on `coupon`, `coupon_used_up`."""
    if not hold(coupon.pk):
        raise _used_up()


def let_go(coupon_id: int) -> None:
    """Count one use less: the order that held it was not paid."""
    Coupon.objects.filter(pk=coupon_id).update(uses_count=F("uses_count") - 1)


def _used_up() -> Invalid:
    return Invalid(_("This coupon has been used up."), code="coupon_used_up", field="coupon")


def _ensure_may(actor: Any, course: Course | None) -> None:
    ensure(actor, "courses.manage_coupons", course)


def _clean_terms(percent: int | None, amount: Decimal | None, currency: str, course: Course | None) -> str:
    """Check percent or amount and return the currency: that of the course where none is given."""
    if (percent is None) == (amount is None):
        raise Invalid(_("Give a percentage or an amount, not both."), code="invalid", field="percent")
    if percent is not None:
        if not 1 <= percent <= 100:
            raise Invalid(_("A percentage is 1 to 100."), code="invalid", field="percent")
        return ""
    currency = (currency or (course.currency if course else "")).upper()
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise Invalid(_("Give the currency, three letters."), code="invalid", field="currency")
    if amount is None or not amount.is_finite() or not 0 < amount <= limits.PRICE_MAX:
        raise Invalid(_("An amount is more than nothing."), code="min_value", field="amount")
    if money.major(money.minor(amount, currency), currency) != amount:
        raise Invalid(_("This currency has no such small amounts."), code="invalid", field="amount")
    return currency
