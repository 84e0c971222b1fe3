"""Buying, giving back, coupons."""

from typing import Any

from tests.parity.doors import Action, Try

COUPONS, ORDERS = "courses.services.coupons", "courses.services.orders"


def _coupon(w: Any, percent: Any, text: str) -> dict[str, Any]:
    return {"code": text, "course": w.course, "percent": percent}


MONEY_ACTIONS = [
    Action(
        "order a course", (f"{ORDERS}.place_order",),
        lambda w, slug, text: (f"/courses/{slug}/checkout/", {"coupon": text}),
        lambda w, slug, text: ("post", f"/api/courses/{slug}/orders", {"coupon": text}),
        {
            "done": Try("chen", "paid_slug", "HALF"), "no coupon": Try("chen", "paid_slug", ""),
            "unknown coupon": Try("chen", "paid_slug", "NOPE", 400), "free": Try("chen", "algebra", "", 409),
            "denied": Try("irina", "paid_slug", "", 403), "hidden": Try("chen", "draft_slug", "", 404),
            "bought": Try("anna", "paid_slug", "", 409),
        },
    ),
    Action(
        "cancel an order", (f"{ORDERS}.cancel_order",),
        lambda w, number, text: (f"/courses/orders/{number}/cancel/", {}),
        lambda w, number, text: ("delete", f"/api/orders/{number}", None),
        {
            "done": Try("boris", "open_order"), "foreign": Try("chen", "open_order", status=404),
            "paid": Try("anna", "paid_order", status=409),
        },
    ),
    Action(
        "give money back", ("courses.services.refunds.refund_order",),
        lambda w, number, text: (f"/courses/orders/{number}/refund/", {"amount": text, "reason": "Because"}),
        lambda w, number, text: (
            "post", f"/api/orders/{number}/refunds", {"amount": text or None, "reason": "Because"},
        ),
        {
            "done": Try("ada", "paid_order", ""), "part": Try("ada", "paid_order", "2.50"),
            "too much": Try("ada", "paid_order", "10.01", 400), "denied": Try("anna", "paid_order", "", 403),
            "foreign": Try("irina", "paid_order", "", 404), "unpaid": Try("ada", "open_order", "", 409),
        },
    ),
    Action(
        "make a coupon", (f"{COUPONS}.create_coupon",),
        lambda w, percent, text: ("/courses/orders/coupons/", _coupon(w, percent, text)),
        lambda w, percent, text: ("post", "/api/coupons", _coupon(w, percent, text)),
        {
            "done": Try("irina", "10", "AUTUMN"), "bad code": Try("irina", "10", "?", 400),
            "bad percent": Try("irina", "101", "AUTUMN", 400), "denied": Try("chen", "10", "AUTUMN", 403),
            "taken": Try("irina", "10", "HALF", 409),
        },
    ),
    Action(
        "switch a coupon off", (f"{COUPONS}.set_coupon_active",),
        lambda w, pk, text: (f"/courses/orders/coupons/{pk}/", {"do": "off"}),
        lambda w, pk, text: ("patch", f"/api/coupons/{pk}", {"is_active": False}),
        {"done": Try("irina", "coupon"), "foreign": Try("chen", "coupon", status=404)},
    ),
]  # fmt: skip
