"""Refunds and coupons: the ledger adds up, the course closes by the policy, a coupon is used as often as it may."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from community_platform.core.errors import Conflict, Invalid, NotAllowed
from courses.models import (
    Coupon,
    Course,
    Enrollment,
    EnrollmentStatus,
    LearningEvent,
    LedgerEntry,
    OrderStatus,
    Review,
    Verb,
)
from courses.services import coupons, orders
from courses.services.enrollment import enroll
from courses.services.refunds import refund_order
from courses.tests.factories import CourseFactory
from courses.tests.money import buy, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(irina: Any) -> Course:
    return CourseFactory(instructor=irina, price=Decimal("40.00"), currency="EUR")


def _amounts() -> list[int]:
    return list(LedgerEntry.objects.order_by("pk").values_list("amount_minor", flat=True))


def test_a_full_refund_is_a_row_and_closes_the_course(anna: Any, admin: Any, course: Course) -> None:
    order = refund_order(actor=admin, order=buy(anna, course), reason="Did not like it")
    assert (order.status, order.refunded, order.left) == (OrderStatus.REFUNDED, Decimal("40.00"), 0)
    assert _amounts() == [4000, -4000]
    entry = LedgerEntry.objects.last()
    assert entry is not None
    assert (entry.booked_by, entry.note) == (admin, "Did not like it")
    row = Enrollment.ever.get(user=anna)
    assert row.status == EnrollmentStatus.REFUNDED
    assert LearningEvent.objects.get(user=anna, verb=Verb.REFUNDED).value == 4000
    with pytest.raises(Conflict) as refusal:
        refund_order(actor=admin, order=order)
    assert refusal.value.code == "nothing_to_refund"


def test_parts_leave_the_course_open_until_all_is_given_back(anna: Any, admin: Any, course: Course) -> None:
    order = refund_order(actor=admin, order=buy(anna, course), amount=Decimal("15.50"))
    assert (order.status, Enrollment.objects.filter(user=anna).count()) == (OrderStatus.PAID, 1)
    with pytest.raises(Invalid) as refusal:
        refund_order(actor=admin, order=order, amount=Decimal("24.51"))
    assert refusal.value.field == "amount"
    order = refund_order(actor=admin, order=order, amount=Decimal("24.50"))
    assert (order.status, Enrollment.objects.filter(user=anna).count()) == (OrderStatus.REFUNDED, 0)
    assert _amounts() == [4000, -1550, -2450]


def test_the_policy_says_how_much_closes_the_course(
    anna: Any, admin: Any, course: Course, settings: Any
) -> None:
    settings.REFUND_CLOSES_PERCENT = 50
    order = refund_order(actor=admin, order=buy(anna, course), amount=Decimal(20))
    assert (order.status, order.left) == (OrderStatus.REFUNDED, Decimal("20.00"))
    assert refund_order(actor=admin, order=order).left == 0
    with pytest.raises(Conflict) as refusal:
        enroll(actor=anna, course=course)
    assert refusal.value.code == "payment_required"


def test_who_buys_again_after_a_refund_has_the_same_enrolment(anna: Any, admin: Any, course: Course) -> None:
    first = buy(anna, course)
    row = Enrollment.objects.get(user=anna)
    review = Review.objects.create(enrollment=row, course=course, user=anna, rating=5)
    Course.objects.filter(pk=course.pk).update(rating_sum=5, ratings_count=1)
    refund_order(actor=admin, order=first)
    review.refresh_from_db()
    assert not review.counts
    second = buy(anna, course)
    assert second.pk != first.pk
    back = Enrollment.objects.get(user=anna)
    assert (back.pk, back.enrolled_at) == (row.pk, row.enrolled_at)
    course.refresh_from_db()
    assert (course.students_count, course.rating_sum, course.ratings_count) == (1, 5, 1)


def test_a_refund_that_the_provider_tells_of_again_is_the_same_refund(
    anna: Any, admin: Any, course: Course
) -> None:
    order = refund_order(actor=admin, order=buy(anna, course), amount=Decimal(10))
    ours = LedgerEntry.objects.get(kind="refund").reference.removeprefix("simulated:")
    tell(order, "refunded", refund=ours, amount_minor=1000)
    assert _amounts() == [4000, -1000]
    tell(order, "refunded", refund="made-there", amount_minor=3000)
    tell(order, "refunded", refund="made-there", amount_minor=3000)
    assert _amounts() == [4000, -1000, -3000]
    assert not Enrollment.objects.filter(user=anna).exists()


@pytest.mark.parametrize("amount", ["0", "-1", "40.01", "0.001", "NaN"])
def test_impossible_refunds_name_the_field(anna: Any, admin: Any, course: Course, amount: str) -> None:
    order = buy(anna, course)
    with pytest.raises(Invalid) as refusal:
        refund_order(actor=admin, order=order, amount=Decimal(amount))
    assert refusal.value.field == "amount"
    assert _amounts() == [4000]


def test_only_administrators_give_money_back(anna: Any, irina: Any, maxim: Any, course: Course) -> None:
    order = buy(anna, course)
    for person in (anna, irina, maxim):
        with pytest.raises(NotAllowed):
            refund_order(actor=person, order=order)


@pytest.mark.parametrize(
    ("terms", "to_pay"),
    [
        ({"percent": 15}, 3400),
        ({"percent": 33}, 2680),
        ({"percent": 100}, 0),
        ({"amount": Decimal("7.50"), "currency": "EUR"}, 3250),
        ({"amount": Decimal(99), "currency": "EUR"}, 0),
    ],
)
def test_what_a_coupon_takes_off(
    anna: Any, admin: Any, course: Course, terms: dict[str, Any], to_pay: int
) -> None:
    coupons.create_coupon(actor=admin, code="C-1", **terms)
    order, _ = orders.place_order(actor=anna, course=course, code="c-1")
    assert (order.amount_minor, order.discount_minor) == (to_pay, 4000 - to_pay)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"is_active": False}, "coupon_over"),
        ({"ends_at": timedelta(seconds=-1)}, "coupon_over"),
        ({"starts_at": timedelta(hours=1)}, "coupon_unknown"),
        ({"uses_max": 0}, "coupon_used_up"),
        ({"code": "OTHER"}, "coupon_unknown"),
        ({"course": True}, "coupon_unknown"),
        ({"percent": None, "amount": 5, "currency": "USD"}, "coupon_currency"),
    ],
)
def test_coupons_that_cannot_be_used(
    anna: Any, admin: Any, course: Course, change: dict[str, Any], code: str
) -> None:
    coupon = coupons.create_coupon(actor=admin, code="SALE", percent=10)
    values = {k: timezone.now() + v if isinstance(v, timedelta) else v for k, v in change.items()}
    if "course" in values:
        values["course"] = CourseFactory()
    Coupon.objects.filter(pk=coupon.pk).update(**values)
    with pytest.raises(Invalid) as refusal:
        orders.place_order(actor=anna, course=course, code="SALE")
    assert (refusal.value.code, refusal.value.field) == (code, "coupon")


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"code": "a b!", "percent": 5}, "code"),
        ({"percent": 0}, "percent"),
        ({"percent": 101}, "percent"),
        ({}, "percent"),
        ({"percent": 5, "amount": 5}, "percent"),
        ({"amount": Decimal(5)}, "currency"),
        ({"amount": Decimal(-5), "currency": "EUR"}, "amount"),
        ({"amount": Decimal("1.5"), "currency": "JPY"}, "amount"),
        ({"percent": 5, "uses_max": 0}, "uses_max"),
        ({"percent": 5, "ends_at": timezone.now()}, "ends_at"),
    ],
)
def test_impossible_coupons_name_the_field(admin: Any, terms: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        coupons.create_coupon(actor=admin, **{"code": "GOOD", **terms})
    assert refusal.value.field == field
    assert not Coupon.objects.exists()


def test_instructors_make_coupons_for_what_they_write_only(
    irina: Any, anna: Any, admin: Any, course: Course
) -> None:
    made = coupons.create_coupon(actor=irina, code="MINE", percent=5, course=course)
    assert coupons.create_coupon(actor=irina, code="mine", percent=5, course=course) == made
    for actor, other in ((irina, None), (irina, CourseFactory()), (anna, course)):
        with pytest.raises(NotAllowed):
            coupons.create_coupon(actor=actor, code="NOPE", percent=5, course=other)
    with pytest.raises(Conflict) as refusal:
        coupons.create_coupon(actor=admin, code="MINE", percent=6)
    assert refusal.value.code == "code_taken"
