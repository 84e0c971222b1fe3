"""A moderator's page about one person: what they did before, what holds now, what comes next."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community_platform.core.api.views import get_or_404
from community_platform.core.errors import NotFound
from community_platform.core.html import errors_to, render_form, sign_in_first
from community_platform.core.once import once
from community_platform.core.permissions import ensure, may
from profiles.forms import PenaltyEndForm, PenaltyForm, penalty_end
from profiles.models import Penalty, User
from profiles.selectors.penalties import history
from profiles.services import penalties


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def moderation_person(request: HttpRequest, username: str) -> HttpResponse:
    """Show what a moderator should know of a person; a POST issues a penalty."""
    ensure(request.user, "profiles.view_moderation")
    person = _person(request, username)
    if request.method == "POST":
        ensure(request.user, "profiles.penalise", person)
    form = PenaltyForm(request.POST or None)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        asked = {name: data[name] for name in ("kind", "reason", "note")}
        with errors_to(form):
            once(
                request.user, data["token"], repr([person.pk, asked]), Penalty,
                lambda: penalties.penalise(actor=request.user, user=person, until=penalty_end(data["lasts"]), **asked),
            )  # fmt: skip
        if form.is_valid():
            messages.success(request, _("Done. The person is told the reason."))
            return redirect("profiles:moderation-person", person.username)
    rows = list(history(person)[:100])
    context = {"person": person, "rows": rows, "active": [row for row in rows if row.is_active]}
    context |= {"may_penalise": may(request.user, "profiles.penalise", person), "end_form": PenaltyEndForm()}
    return render_form(request, "moderation/person.html", context, form)


@require_POST
@sign_in_first
def penalty_change(request: HttpRequest, username: str, pk: int) -> HttpResponse:
    """Let a penalty end at another time, counted from now; `lasts` "over" lifts it."""
    penalty = _penalty(request, username, pk)
    form = PenaltyEndForm(request.POST)
    if request.POST.get("lasts") == "over":
        penalties.lift(actor=request.user, penalty=penalty)
        messages.success(request, _("The penalty is lifted."))
    elif form.is_valid():
        until = penalty_end(form.cleaned_data["lasts"])
        penalties.change_penalty(actor=request.user, penalty=penalty, until=until)
        messages.success(request, _("Saved."))
    return redirect("profiles:moderation-person", penalty.user.username)


def _person(request: HttpRequest, username: str) -> User:
    person = User.objects.visible_to(request.user).by_names([username]).with_roles().first()
    if person is None:
        raise NotFound
    return person


def _penalty(request: HttpRequest, username: str, pk: int) -> Penalty:
    ensure(request.user, "profiles.view_moderation")
    rows = Penalty.objects.visible_to(request.user).select_related("user")
    return get_or_404(rows.filter(user=_person(request, username)), pk=pk)
