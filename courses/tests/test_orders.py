"""Buying a course: one order, one charge, whatever is said twice, late or in another order."""

import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from community_platform.core import append_only, lifecycle
from community_platform.core.errors import Conflict, Invalid, NotAllowed, NotFound
from courses.limits import ORDER_LIFE
from courses.models import (
    Coupon,
    Course,
    Enrollment,
    EnrollmentSource,
    EnrollmentStatus,
    LearningEvent,
    LedgerEntry,
    Order,
    OrderStatus,
    Verb,
    money,
)
from courses.services import coupons, orders
from courses.services.enrollment import enroll, leave
from courses.services.payments import signing, simulated
from courses.tests.factories import CourseFactory
from courses.tests.money import buy, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(irina: Any) -> Course:
    return CourseFactory(instructor=irina, price=Decimal("49.90"), currency="EUR", lessons=2)


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [("12.50", "EUR", 1250), ("0.01", "USD", 1), ("1200", "JPY", 1200), ("1200.50", "JPY", 1201)],
)
def test_amounts_are_whole_minor_units(amount: str, currency: str, units: int) -> None:
    assert money.minor(Decimal(amount), currency) == units
    if Decimal(amount) == money.major(units, currency):
        assert money.minor(money.major(units, currency), currency) == units


def test_a_paid_order_books_one_charge_and_opens_the_course(anna: Any, course: Course) -> None:
    order, is_new = orders.place_order(actor=anna, course=course)
    assert is_new
    assert (order.status, order.amount_minor, order.currency) == (OrderStatus.PENDING, 4990, "EUR")
    assert not Enrollment.objects.filter(user=anna).exists()
    assert tell(order).status == OrderStatus.PAID
    entry = LedgerEntry.objects.get(order=order)
    assert (entry.kind, entry.amount_minor, entry.currency, entry.amount) == (
        "charge",
        4990,
        "EUR",
        Decimal("49.90"),
    )
    row = Enrollment.objects.get(user=anna, course=course)
    assert row.source == EnrollmentSource.ORDER
    assert LearningEvent.objects.get(user=anna, verb=Verb.PAID).value == 4990


def test_asking_twice_is_one_order_and_a_message_told_twice_one_charge(anna: Any, course: Course) -> None:
    order, _ = orders.place_order(actor=anna, course=course)
    again, is_new = orders.place_order(actor=anna, course=course)
    assert (again.pk, is_new) == (order.pk, False)
    body, headers = simulated.message(order, "paid")
    for _time in range(3):
        orders.receive(provider="simulated", body=body, headers=headers)
    assert LedgerEntry.objects.count() == Order.objects.count() == Enrollment.objects.count() == 1
    with pytest.raises(Conflict) as refusal:
        orders.place_order(actor=anna, course=course)
    assert refusal.value.code == "already_enrolled"


@pytest.mark.parametrize(
    ("messages", "status"),
    [
        (["failed"], OrderStatus.FAILED),
        (["failed", "paid"], OrderStatus.PAID),
        (["paid", "failed"], OrderStatus.PAID),
        (["refunded", "paid"], OrderStatus.REFUNDED),
        (["paid", "refunded", "paid", "failed", "refunded"], OrderStatus.REFUNDED),
    ],
)
def test_messages_may_come_in_any_order(anna: Any, course: Course, messages: list[str], status: str) -> None:
    order, _ = orders.place_order(actor=anna, course=course)
    for kind in messages:
        tell(order, kind, **({"refund": "re_1"} if kind == "refunded" else {}))
    order.refresh_from_db()
    assert order.status == status
    booked = sum(LedgerEntry.objects.values_list("amount_minor", flat=True))
    assert booked == (4990 if status == OrderStatus.PAID else 0)
    assert Enrollment.objects.filter(user=anna).exists() is (status == OrderStatus.PAID)


def test_a_new_order_on_other_terms_replaces_the_old_one(anna: Any, course: Course, admin: Any) -> None:
    coupons.create_coupon(actor=admin, code="SPRING", percent=10)
    first, _ = orders.place_order(actor=anna, course=course)
    second, _ = orders.place_order(actor=anna, course=course, code=" spring ")
    first.refresh_from_db()
    assert (first.status, second.amount_minor, second.discount_minor) == (OrderStatus.CANCELLED, 4491, 499)
    tell(first)  # the other tab pays the order that was replaced: it is the one
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (OrderStatus.PAID, OrderStatus.CANCELLED)
    assert Coupon.objects.get().uses_count == 0
    tell(second)  # and then the second, too: that money goes back by itself
    second.refresh_from_db()
    assert (second.status, second.refunded_minor) == (OrderStatus.REFUNDED, 4491)
    assert Enrollment.objects.filter(user=anna).count() == 1
    assert sum(LedgerEntry.objects.values_list("amount_minor", flat=True)) == 4990


def test_who_left_a_bought_course_comes_back_without_paying_again(anna: Any, course: Course) -> None:
    buy(anna, course)
    row = Enrollment.objects.get(user=anna)
    leave(actor=anna, course=course)
    with pytest.raises(Conflict) as refusal:
        orders.place_order(actor=anna, course=course)
    assert refusal.value.code == "already_paid"
    back, is_new = enroll(actor=anna, course=course)
    assert (back.pk, is_new, back.source) == (row.pk, True, EnrollmentSource.ORDER)


def test_a_priced_course_without_an_order_says_where_it_is_sold(
    anna: Any, course: Course, as_api: Any
) -> None:
    answer = as_api(anna).post(f"/api/courses/{course.pk}/enroll")
    assert answer.status_code == 409
    assert answer.json()["code"] == "payment_required"
    assert answer.json()["checkout_url"].endswith(f"/courses/{course.slug}/checkout/")


@pytest.mark.parametrize(
    ("change", "code"),
    [({"status": "draft"}, "not_open"), ({"price": 0}, "is_free"), ({"status": "archived"}, "not_open")],
)
def test_what_is_not_sold_cannot_be_ordered(
    anna: Any, course: Course, change: dict[str, Any], code: str
) -> None:
    Course.objects.filter(pk=course.pk).update(**change)
    with pytest.raises(Conflict) as refusal:
        orders.place_order(actor=anna, course=course)
    assert refusal.value.code == code


def test_nothing_is_sold_without_a_provider_and_nobody_buys_their_own(
    anna: Any, irina: Any, course: Course, settings: Any
) -> None:
    with pytest.raises(NotAllowed):
        orders.place_order(actor=irina, course=course)
    settings.PAYMENT_PROVIDER = ""
    with pytest.raises(Conflict) as refusal:
        orders.place_order(actor=anna, course=course)
    assert refusal.value.code == "payments_off"


def test_an_order_that_nobody_pays_is_closed_and_lets_its_coupon_go(
    anna: Any, course: Course, admin: Any
) -> None:
    coupons.create_coupon(actor=admin, code="ONCE", percent=50, uses_max=1)
    order, _ = orders.place_order(actor=anna, course=course, code="ONCE")
    assert orders.close_unpaid_orders() == 0
    assert orders.close_unpaid_orders(now=timezone.now() + ORDER_LIFE + timedelta(seconds=1)) == 1
    order.refresh_from_db()
    assert (order.status, Coupon.objects.get().uses_count) == (OrderStatus.CANCELLED, 0)


def test_a_late_payment_whose_coupon_is_used_up_goes_back(
    anna: Any, boris: Any, course: Course, admin: Any
) -> None:
    coupons.create_coupon(actor=admin, code="ONCE", percent=50, uses_max=1)
    late, _ = orders.place_order(actor=anna, course=course, code="ONCE")
    orders.cancel_order(actor=anna, order=late)
    buy(boris, course, "ONCE")
    tell(late)
    late.refresh_from_db()
    assert (late.status, late.refunded_minor) == (OrderStatus.REFUNDED, late.amount_minor)
    assert not Enrollment.objects.filter(user=anna).exists()
    assert Coupon.objects.get().uses_count == 1


def test_a_coupon_for_everything_opens_the_course_at_once(anna: Any, course: Course, admin: Any) -> None:
    coupons.create_coupon(actor=admin, code="GIFT", percent=100)
    order, is_new = orders.place_order(actor=anna, course=course, code="gift")
    assert (order.status, order.amount_minor, is_new) == (OrderStatus.PAID, 0, True)
    assert Enrollment.objects.filter(user=anna, course=course).exists()
    assert not LedgerEntry.objects.exists()


def test_only_signed_fresh_and_fitting_messages_are_heard(anna: Any, course: Course) -> None:
    order, _ = orders.place_order(actor=anna, course=course)
    body, headers = simulated.message(order, "paid")
    old = {simulated.HEADER: signing.sign(body, at=int(time.time()) - signing.TOLERANCE - 5)}
    for changed_body, changed_headers in (
        (body.replace(b"4990", b"0001"), headers), (body, {}), (body, {simulated.HEADER: "t=1,v1=x"}), (body, old),
    ):  # fmt: skip
        with pytest.raises(NotAllowed) as refusal:
            orders.receive(provider="simulated", body=changed_body, headers=changed_headers)
        assert refusal.value.code == "bad_signature"
    with pytest.raises(Conflict):
        tell(order, "paid", amount_minor=1)
    with pytest.raises(Conflict):
        tell(order, "paid", currency="USD")
    with pytest.raises(NotFound):
        tell(order, "paid", reference="sim_unknown")
    with pytest.raises(Invalid):
        tell(order, "refunded")
    with pytest.raises(NotFound):
        orders.receive(provider="bank", body=body, headers=headers)
    assert not LedgerEntry.objects.exists()


def test_the_ledger_is_never_changed(anna: Any, course: Course) -> None:
    buy(anna, course)
    entry = LedgerEntry.objects.get()
    for change in (entry.save, entry.delete, LedgerEntry.objects.all().delete):
        with pytest.raises(TypeError):
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry(
            order=entry.order, kind="charge", amount_minor=1, currency="EUR", reference="x", day=entry.day
        ).save()


def test_the_database_itself_refuses_to_change_the_ledger(anna: Any, course: Course) -> None:
    buy(anna, course)
    append_only.protect("courses_ledgerentry")  # as the migration does; tests run without migrations
    for change in ("UPDATE courses_ledgerentry SET amount_minor = 1", "DELETE FROM courses_ledgerentry"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    append_only.unprotect("courses_ledgerentry")
    assert LedgerEntry.objects.get().amount_minor == 4990


def test_money_survives_the_erasure_of_its_buyer_exactly(anna: Any, course: Course) -> None:
    order = buy(anna, course)
    waiting, _ = orders.place_order(actor=anna, course=CourseFactory(price=5))
    before = list(LedgerEntry.objects.order_by("pk").values())
    lifecycle.erase(anna)
    order.refresh_from_db()
    assert list(LedgerEntry.objects.order_by("pk").values()) == before
    assert (order.user_id, order.status, order.amount_minor) == (None, OrderStatus.PAID, 4990)
    assert tell(waiting).status == OrderStatus.REFUNDED  # nobody is there to be let in
    assert sum(LedgerEntry.objects.values_list("amount_minor", flat=True)) == 4990
    assert Enrollment.ever.filter(status=EnrollmentStatus.ACTIVE).count() == 0
