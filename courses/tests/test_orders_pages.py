"""Orders through both doors: the way from the course to the receipt, what others see, what it costs in queries."""

import json
import re
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import Coupon, Course, Enrollment, LedgerEntry, Order, OrderStatus
from courses.services import coupons, orders
from courses.services.payments import simulated
from courses.tests.factories import CourseFactory
from courses.tests.money import buy

pytestmark = pytest.mark.django_db
Door = Callable[..., Any]


@pytest.fixture
def course(irina: Any) -> Course:
    return CourseFactory(instructor=irina, slug="algebra", price=Decimal("40.00"), currency="EUR", lessons=1)


def test_the_way_from_the_course_to_the_receipt(anna: Any, admin: Any, course: Course, as_html: Door) -> None:
    coupons.create_coupon(actor=admin, code="SPRING", percent=25)
    browser = as_html(anna)
    assert "/courses/algebra/checkout/" in browser.get("/courses/algebra/").content.decode()
    looked = browser.get("/courses/algebra/checkout/?coupon=spring")
    assert "30.00" in looked.content.decode()
    assert not Order.objects.exists()
    ordered = browser.post("/courses/algebra/checkout/", {"coupon": "SPRING"})
    order = Order.objects.get()
    assert ordered["Location"] == f"/courses/orders/{order.number}/pay/"
    again = browser.post("/courses/algebra/checkout/", {"coupon": "SPRING"})  # a double click, another tab
    assert (again["Location"], Order.objects.count()) == (ordered["Location"], 1)
    assert "30.00 EUR" in browser.get(ordered["Location"]).content.decode()
    for _click in range(2):
        assert browser.post(ordered["Location"], {"do": "pay"})["Location"] == order.get_absolute_url()
    receipt = browser.get(order.get_absolute_url()).content.decode()
    assert str(order.number) in receipt
    assert "30.00" in receipt
    assert LedgerEntry.objects.count() == Enrollment.objects.count() == 1
    assert str(order.number) in browser.get("/courses/orders/").content.decode()
    assert browser.get("/courses/algebra/checkout/")["Location"] == "/courses/algebra/"


def test_a_declined_payment_says_so_and_may_be_tried_again(anna: Any, course: Course, as_html: Door) -> None:
    browser = as_html(anna)
    first = browser.post("/courses/algebra/checkout/")["Location"]
    page = browser.post(first, {"do": "decline"}, follow=True).content.decode()
    assert "declined" in page
    assert "/courses/algebra/checkout/" in page
    second = browser.post("/courses/algebra/checkout/")["Location"]
    assert second != first
    browser.post(second, {"do": "pay"})
    assert Enrollment.objects.filter(user=anna).count() == 1


def test_a_wrong_coupon_is_named_and_kept(anna: Any, course: Course, as_html: Door) -> None:
    for method in ("get", "post"):
        answer = getattr(as_html(anna), method)("/courses/algebra/checkout/", {"coupon": "nonsense"})
        assert answer.status_code == 400
        assert "coupon" in answer.context["form"].errors
        assert 'value="nonsense"' in answer.content.decode()
    assert not Order.objects.exists()


def test_visitors_sign_in_first_and_come_back(course: Course, as_html: Door) -> None:
    answer = as_html().get("/courses/algebra/checkout/")
    assert answer["Location"].startswith("/accounts/login/?next=%2Fcourses%2Falgebra%2Fcheckout%2F")
    assert (
        "/accounts/signup/?next=/courses/algebra/checkout/"
        in as_html().get("/courses/algebra/").content.decode()
    )


def test_orders_are_for_their_buyer_and_administrators(
    anna: Any, boris: Any, irina: Any, maxim: Any, admin: Any, course: Course, as_html: Door, as_api: Door
) -> None:
    order = buy(anna, course)
    for person, status in ((anna, 200), (admin, 200), (boris, 404), (irina, 404), (maxim, 404)):
        assert as_html(person).get(order.get_absolute_url()).status_code == status
        assert as_api(person).get(f"/api/orders/{order.number}").status_code == status
    for person in (boris, admin):
        assert as_html(person).get(f"/courses/orders/{order.number}/pay/").status_code == 404
        assert as_api(person).get("/api/orders").json()["count"] == 0
    assert as_api().get("/api/orders").status_code == 401


def test_the_api_orders_pays_by_message_and_refunds(
    anna: Any, admin: Any, course: Course, as_api: Door
) -> None:
    door = as_api(anna)
    quote = door.get("/api/courses/algebra/quote").json()
    assert quote == {"list_price": "40.00", "discount": "0.00", "amount": "40.00", "currency": "EUR"}
    made = door.post("/api/courses/algebra/orders", {}, headers={"Idempotency-Key": "one"})
    assert made.status_code == 201
    assert door.post("/api/courses/algebra/orders", {}).status_code == 200
    number = made.json()["number"]
    assert made.json()["payment_url"].endswith(f"/courses/orders/{number}/pay/")
    body, headers = simulated.message(Order.objects.get(), "paid")
    hook = as_api()
    for _time in range(2):
        told = hook.post(
            "/api/payments/simulated", data=body, content_type="application/json", headers=headers
        )
        assert (told.status_code, told.json()) == (200, {"status": "paid"})
    assert hook.post("/api/payments/simulated", data=body, content_type="application/json").status_code == 403
    assert hook.post("/api/payments/bank", data=body, content_type="application/json").status_code == 404
    shown = door.get(f"/api/orders/{number}").json()
    assert (shown["status"], shown["payment_url"], shown["entries"][0]["amount"]) == ("paid", None, "40.00")
    assert door.post(f"/api/orders/{number}/refunds", {}).status_code == 403
    part = as_api(admin).post(f"/api/orders/{number}/refunds", {"amount": "10.00", "reason": "Late"})
    assert (part.status_code, part.json()["refunded"], part.json()["status"]) == (201, "10.00", "paid")
    wrong = as_api(admin).post(f"/api/orders/{number}/refunds", {"amount": "31.00"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "amount")
    assert door.delete(f"/api/orders/{number}").status_code == 409


@pytest.mark.parametrize(
    "body", ["", "[]", "null", '{"type": "paid"}', '{"type": "gone", "reference": "x"}', "{" * 5_000]
)
def test_a_provider_cannot_break_the_webhook(as_api: Door, course: Course, body: str) -> None:
    from courses.services.payments import signing

    headers = {simulated.HEADER: signing.sign(body.encode())}
    answer = as_api().post(
        "/api/payments/simulated", data=body, content_type="application/json", headers=headers
    )
    assert answer.status_code == 400, answer.content


def test_a_form_of_a_refund_sent_twice_gives_back_once(
    anna: Any, admin: Any, course: Course, as_html: Door
) -> None:
    order = buy(anna, course)
    browser, path = as_html(admin), f"/courses/orders/{order.number}/refund/"
    page = browser.get(path).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    for _click in range(2):
        assert browser.post(path, {"amount": "10", "reason": "", "token": token[1]}).status_code == 302
    assert list(LedgerEntry.objects.values_list("amount_minor", flat=True).order_by("pk")) == [4000, -1000]
    assert as_html(anna).get(path).status_code == 403
    too_much = browser.post(path, {"amount": "31", "token": uuid.uuid4()})
    assert (too_much.status_code, "amount" in too_much.context["form"].errors) == (400, True)


def test_coupons_are_made_and_switched_through_both_doors(
    irina: Any, anna: Any, course: Course, as_html: Door, as_api: Door
) -> None:
    browser = as_html(irina)
    assert browser.get("/courses/orders/coupons/").status_code == 200
    assert as_html(anna).get("/courses/orders/coupons/").status_code == 403
    assert (
        browser.post(
            "/courses/orders/coupons/", {"code": "FIVE", "course": course.pk, "percent": 5}
        ).status_code
        == 302
    )
    made = as_api(irina).post(
        "/api/coupons", {"code": "SIX", "course": "algebra", "amount": "6.00", "uses_max": 3}
    )
    assert (made.status_code, made.json()["currency"], made.json()["course"]) == (201, "EUR", "algebra")
    listed = as_api(irina).get("/api/coupons").json()
    assert [row["code"] for row in listed["results"]] == ["SIX", "FIVE"]
    five = Coupon.objects.get(code="FIVE")
    assert browser.post(f"/courses/orders/coupons/{five.pk}/", {"do": "off"}).status_code == 302
    assert as_api(irina).patch(f"/api/coupons/{five.pk}", {"is_active": True}).json()["is_active"] is True
    assert as_api(anna).patch(f"/api/coupons/{five.pk}", {"is_active": False}).status_code == 404
    assert as_api(irina).get("/api/courses/algebra/quote?coupon=five").json()["amount"] == "38.00"
    unknown = as_api(irina).post("/api/coupons", {"code": "SEVEN", "course": "nowhere", "percent": 7})
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (400, "course")


def test_the_ledger_is_looked_at_in_the_admin_and_nothing_more(
    anna: Any, course: Course, make_user: Any, as_html: Door
) -> None:
    boss = make_user("boss", role="admin", is_staff=True, is_superuser=True)
    order = buy(anna, course)
    entry = LedgerEntry.objects.get()
    browser = as_html(boss)
    for path in (
        "order/",
        "ledgerentry/",
        "coupon/",
        f"order/{order.pk}/change/",
        f"ledgerentry/{entry.pk}/change/",
    ):
        answer = browser.get(f"/admin/courses/{path}")
        if answer.status_code == 302:  # the admin asks for a fresh sign-in
            assert "/accounts/" in answer["Location"]
            continue
        assert answer.status_code == 200
    assert browser.post(f"/admin/courses/ledgerentry/{entry.pk}/delete/", {"post": "yes"}).status_code in {
        302,
        403,
    }
    assert LedgerEntry.objects.count() == 1


@pytest.mark.parametrize(
    "path", ["/courses/orders/", "/api/orders", "/courses/orders/coupons/", "/api/coupons"]
)
def test_lists_cost_the_same_at_3_and_at_30_rows(
    irina: Any, as_html: Door, as_api: Door, path: str, settings: Any
) -> None:
    costs = []
    for number in (3, 20):
        while Order.objects.filter(user=irina).count() < number:
            course = CourseFactory(price=5)
            buy(irina, course)
            own = CourseFactory(instructor=irina)
            coupons.create_coupon(actor=irina, code=f"CODE-{own.pk}", course=own, percent=5)
        client = (as_api if path.startswith("/api/") else as_html)(irina)
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(path)
        assert answer.status_code == 200
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 9


def test_the_clock_closes_what_nobody_pays(anna: Any, course: Course, settings: Any) -> None:
    from courses.tasks import close_unpaid_orders

    orders.place_order(actor=anna, course=course)
    assert close_unpaid_orders() == 0
    assert Order.objects.get().status == OrderStatus.PENDING
    assert "courses.tasks.close_unpaid_orders" in json.dumps(
        {name: row["task"] for name, row in settings.CELERY_BEAT_SCHEDULE.items()}
    )
    call_command("check_consistency")
