"""The page of one's invitations, and what it posts to."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community_platform.core.html import errors_to, render_form, sign_in_first
from community_platform.core.network import client_ip
from gamification.selectors import boards, ranking
from referrals import limits
from referrals.forms import CodeForm, EnterForm
from referrals.models import ReferralCode
from referrals.selectors import own, traces
from referrals.selectors.board import NAME
from referrals.selectors.codes import codes_of
from referrals.selectors.policy import policy
from referrals.selectors.qr import qr_path
from referrals.services import claiming, codes

PAGE = 20
HOME = "referrals:referrals"


@require_safe
@sign_in_first
def referrals(request: HttpRequest) -> HttpResponse:
    """Show one's code, the funnel, the ladder, friends, payments and the board (`?period=`)."""
    return render(request, "referrals/referrals.html", _context(request))


@require_POST
@sign_in_first
def make_code(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST)
    if form.is_valid():
        with errors_to(form):
            codes.generate_code(actor=request.user, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("The code is there."))
            return redirect(f"{reverse(HOME)}#codes")
    return render_form(request, "referrals/referrals.html", _context(request) | {"code_form": form}, form)


@require_POST
@sign_in_first
def switch_code(request: HttpRequest, pk: int) -> HttpResponse:
    code = get_object_or_404(ReferralCode.objects.visible_to(request.user), pk=pk)
    codes.set_active(actor=request.user, code=code, is_active=request.POST.get("is_active") == "1")
    return redirect(f"{reverse(HOME)}#codes")


@require_POST
@sign_in_first
def enter(request: HttpRequest) -> HttpResponse:
    """Name who invited one, by hand."""
    form = EnterForm(request.POST)
    if form.is_valid():
        with errors_to(form):
            claiming.enter_code(
                actor=request.user, code=form.cleaned_data["code"], address=client_ip(request),
                device=traces.device_of(request.COOKIES),
            )  # fmt: skip
        if form.is_valid():
            messages.success(request, _("Thank you. Your friend will hear of it."))
            return redirect(HOME)
    return render_form(request, "referrals/referrals.html", _context(request) | {"enter_form": form}, form)


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Forget by whose link one came."""
    response = HttpResponseRedirect(reverse("home"))
    response.delete_cookie(limits.CODE_COOKIE, samesite="Lax")
    return response


def _context(request: HttpRequest) -> dict[str, Any]:
    user: Any = request.user
    code = codes.default_code(actor=user)
    page = Paginator(own.referrals_of(user), PAGE).get_page(request.GET.get("page"))
    path, side = qr_path(code.url)
    inviter = own.inviter_of(user)
    period = request.GET.get("period", "all")
    period = period if period in ("week", "month", "all") else "all"
    source = boards.source(NAME)
    may_enter = inviter is None and timezone.now() <= user.date_joined + limits.MANUAL_ENTRY
    return {
        "code": code, "codes": codes_of(user), "stats": own.stats_of(user), "steps": own.ladder_of(user), "page": page,
        "friends": own.friends(list(page), page.paginator.count - page.start_index() + 1),
        "payments": own.payments_of(user), "qr_path": path, "qr_side": side, "policy": policy(),
        "code_form": CodeForm(), "enter_form": EnterForm() if may_enter else None,
        "period": period, "standings": ranking.standings(user, source, period) if source else None,
    }  # fmt: skip
