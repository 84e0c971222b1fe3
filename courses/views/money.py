"""What the school's staff does with money: refunds, coupons."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import EmptyPage, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community_platform.core.api.views import get_or_404
from community_platform.core.errors import NotAllowed, NotFound
from community_platform.core.html import errors_to, render_form, sign_in_first
from community_platform.core.once import once
from community_platform.core.permissions import may
from courses import limits
from courses.forms.orders import CouponForm, RefundForm
from courses.models import Coupon, Order
from courses.selectors import orders as selectors
from courses.selectors.events import written_courses
from courses.services import coupons, refunds
from courses.views.orders import find_order, order_context


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def order_refund(request: HttpRequest, number: str) -> HttpResponse:
    row = find_order(request, number)
    if not may(request.user, "courses.refund_order", row):
        raise NotAllowed
    form = RefundForm(request.POST or None, initial={"token": uuid.uuid4()})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        with errors_to(form):
            once(
                request.user, given["token"], f"{row.pk}/{given['amount']}/{given['reason']}", Order,
                lambda: refunds.refund_order(
                    actor=request.user, order=row, amount=given["amount"], reason=given["reason"]
                ),
            )  # fmt: skip
        if form.is_valid():
            messages.success(request, _("The money is given back."))
            return redirect(row)
    return render_form(request, "courses/orders/refund.html", order_context(row, form), form)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def coupon_list(request: HttpRequest) -> HttpResponse:
    taught = written_courses(request.user).order_by("title")
    if not request.user.is_admin and not taught.exists():
        raise NotAllowed
    form = CouponForm(request.POST or None, courses=taught, may_all=request.user.is_admin)
    if form.is_bound and form.is_valid():
        with errors_to(form):
            coupons.create_coupon(actor=request.user, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("The coupon is ready."))
            return redirect("courses:coupons")
    context = {"page": _page(request, selectors.coupons_for(request.user))}
    return render_form(request, "courses/orders/coupons.html", context, form)


@require_POST
@sign_in_first
def coupon_switch(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_or_404(Coupon.objects.visible_to(request.user).select_related("course"), pk=pk)
    coupons.set_coupon_active(actor=request.user, coupon=row, is_active=request.POST.get("do") == "on")
    return redirect("courses:coupons")


def _page(request: HttpRequest, rows: Any) -> Any:
    number = request.GET.get("page", "1")
    try:
        return Paginator(rows, limits.ORDERS_PAGE).page(int(number) if number.isascii() and number.isdigit() else 0)
    except EmptyPage:
        raise NotFound from None
