"""What staff decides about."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from community_platform.core.errors import Invalid
from community_platform.core.html import sign_in_first
from community_platform.core.permissions import ensure
from referrals.models import Referral
from referrals.selectors import queue as selectors
from referrals.services import reviewing

PAGE = 20
STATES = {"held": gettext_lazy("Held"), "flagged": gettext_lazy("Going on"), "rejected": gettext_lazy("Rejected")}


@require_safe
@sign_in_first
def queue(request: HttpRequest) -> HttpResponse:
    """List doubtful referrals with what speaks against them: `?state=` held (the default), flagged, rejected."""
    ensure(request.user, "referrals.review")
    state = request.GET.get("state", "held")
    state = state if state in STATES else "held"
    page = Paginator(selectors.queue(request.user, state), PAGE).get_page(request.GET.get("page"))
    rows = [(row, selectors.reasons(row)) for row in page]
    return render(
        request, "referrals/review.html", {"page": page, "rows": rows, "state": state, "states": STATES.items()}
    )


@require_POST
@sign_in_first
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Release or reject."""
    referral = get_object_or_404(Referral.objects.visible_to(request.user), pk=pk)
    ensure(request.user, "referrals.review", referral)
    decision = request.POST.get("decision", "")
    if decision == "release":
        reviewing.release(actor=request.user, referral=referral)
    elif decision == "reject":
        reviewing.reject(actor=request.user, referral=referral, reason=request.POST.get("reason", ""))
    else:
        raise Invalid(_("Choose a decision."), code="invalid", field="decision")
    messages.success(request, _("Decided."))
    return redirect("referrals:review")
