"""Many at one till: a coupon is used as often as it may, a message heard twenty times is one charge."""

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections

from community_platform.core.errors import DomainError
from courses.models import Coupon, Course, Enrollment, LedgerEntry, Order, OrderStatus
from courses.services import coupons, orders
from courses.services.payments import simulated
from courses.services.refunds import refund_order
from courses.tests.factories import CourseFactory
from courses.tests.money import buy

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
PEOPLE = 12


@pytest.fixture
def course(irina: Any) -> Course:
    return CourseFactory(instructor=irina, price=Decimal(40), currency="EUR")


def at_once(work: Callable[[Any], object], things: list[Any]) -> list[Exception]:
    """Do `work` on each thing in a thread of its own, all beginning together; return what was raised."""
    errors: list[Exception] = []
    gate = threading.Barrier(len(things))

    def run(thing: Any) -> None:
        try:
            gate.wait(timeout=30)
            work(thing)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(thing,)) for thing in things]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return errors


def test_a_coupon_is_used_exactly_as_often_as_it_may(admin: Any, make_user: Any) -> None:
    coupons.create_coupon(actor=admin, code="FIVE", percent=50, uses_max=5)
    # Different courses: no lock but the coupon's own row keeps them apart.
    pairs = [(make_user(f"buyer{n}"), CourseFactory(price=Decimal(40))) for n in range(PEOPLE)]
    errors = at_once(lambda pair: buy(pair[0], pair[1], "FIVE"), pairs)
    assert len(errors) == PEOPLE - 5
    assert {error.code for error in errors if isinstance(error, DomainError)} == {"coupon_used_up"}
    assert Coupon.objects.get().uses_count == 5
    assert Order.objects.filter(status=OrderStatus.PAID, holds_coupon=True).count() == 5


def test_a_double_click_is_one_order_and_twenty_messages_one_charge(anna: Any, course: Course) -> None:
    assert at_once(lambda _n: orders.place_order(actor=anna, course=course), list(range(8))) == []
    order = Order.objects.get()
    body, headers = simulated.message(order, "paid")
    assert (
        at_once(lambda _n: orders.receive(provider="simulated", body=body, headers=headers), list(range(8)))
        == []
    )
    assert LedgerEntry.objects.get().amount_minor == 4000
    assert Enrollment.objects.count() == 1
    course.refresh_from_db()
    assert course.students_count == 1


def test_refunds_at_once_never_give_back_more_than_was_paid(anna: Any, admin: Any, course: Course) -> None:
    order = buy(anna, course)
    errors = at_once(lambda _n: refund_order(actor=admin, order=order, amount=Decimal(15)), list(range(6)))
    assert len(errors) == 4
    assert sum(LedgerEntry.objects.values_list("amount_minor", flat=True)) == 1000
