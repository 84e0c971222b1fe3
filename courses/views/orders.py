"""Buying a course: checkout, the page of an order, one's orders. Works without JavaScript."""

from django.contrib import messages
from django.core.paginator import EmptyPage, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community_platform.core.api.views import get_or_404
from community_platform.core.errors import NotFound
from community_platform.core.html import errors_to, render_form, sign_in_first
from courses import limits
from courses.forms.orders import CheckoutForm, RefundForm
from courses.models import Order, OrderStatus
from courses.selectors import orders as selectors
from courses.services import coupons, orders
from courses.services.payments import simulated
from courses.views.catalogue import visible_course


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def checkout(request: HttpRequest, slug: str) -> HttpResponse:
    course = visible_course(request, slug, with_mine=True)
    code = request.POST.get("coupon", "") if request.method == "POST" else request.GET.get("coupon", "")
    form = CheckoutForm({"coupon": code}) if code or request.method == "POST" else CheckoutForm()
    if request.method != "POST" and (course.is_free or getattr(course, "mine", None) or not course.is_published):
        return redirect(course)
    coupon, discount = None, 0
    if form.is_bound and form.is_valid():
        with errors_to(form):
            if request.method == "POST":
                order, _is_new = orders.place_order(
                    actor=request.user, course=course, code=form.cleaned_data["coupon"]
                )
                return redirect(order.payment_url if order.status == OrderStatus.PENDING else order)
            coupon = coupons.usable_coupon(code=form.cleaned_data["coupon"], course=course)
            discount = coupons.discount_of(coupon, selectors.price_of(course))
    context = {"course": course, "quote": selectors.quote(course, coupon, discount)}
    return render_form(request, "courses/orders/checkout.html", context, form)


@require_safe
@sign_in_first
def order_list(request: HttpRequest) -> HttpResponse:
    number = request.GET.get("page", "1")
    try:
        page = Paginator(selectors.orders_of(request.user), limits.ORDERS_PAGE).page(
            int(number) if number.isascii() and number.isdigit() else 0
        )
    except EmptyPage:
        raise NotFound from None
    return render(request, "courses/orders/order_list.html", {"page": page})


@require_safe
@sign_in_first
def order(request: HttpRequest, number: str) -> HttpResponse:
    row = find_order(request, number)
    return render(request, "courses/orders/order.html", order_context(row, RefundForm()))


@require_POST
@sign_in_first
def order_cancel(request: HttpRequest, number: str) -> HttpResponse:
    row = orders.cancel_order(actor=request.user, order=find_order(request, number))
    messages.success(request, _("The order is cancelled. Nothing was taken."))
    return redirect(row.course)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def simulated_payment(request: HttpRequest, number: str) -> HttpResponse:
    """The page of the simulated provider: its two buttons send us what a real one would."""
    row = find_order(request, number)
    if row.provider != "simulated" or row.user_id != request.user.pk:
        raise NotFound
    if request.method == "POST" and row.status == OrderStatus.PENDING:
        body, headers = simulated.message(row, "paid" if request.POST.get("do") == "pay" else "failed")
        orders.receive(provider="simulated", body=body, headers=headers)
    if request.method == "POST" or row.status != OrderStatus.PENDING:
        return redirect(row)
    return render(request, "courses/orders/simulated.html", {"order": row, "course": row.course})


def find_order(request: HttpRequest, number: str) -> Order:
    """Return the order of a path with what its page shows, or raise NotFound."""
    return get_or_404(Order.objects.visible_to(request.user).for_page(), number=number)


def order_context(row: Order, form: RefundForm) -> dict[str, object]:
    """Return what the page of an order shows."""
    return {"order": row, "course": row.course, "entries": selectors.entries_of(row), "form": form}
