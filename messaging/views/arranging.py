"""Groups and what one does with a conversation for oneself."""

from datetime import timedelta

from django.contrib import messages as flash
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community_platform.core.html import errors_to, render_form, sign_in_first
from messaging.forms import AddPeopleForm, PreferenceForm, TitleForm
from messaging.models import Participant
from messaging.selectors import people
from messaging.selectors.presence import online_in
from messaging.services import members, preferences
from messaging.views.conversations import seat_or_404

MUTES = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}


@require_safe
@sign_in_first
def manage(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who takes part, and what one can change."""
    return _managed(request, seat_or_404(request, pk))


def _managed(request: HttpRequest, seat: Participant, **forms: BaseForm) -> HttpResponse:
    context = {
        "seat": seat, "conversation": seat.conversation, "online": online_in([seat], request.user),
        "add": AddPeopleForm(), "rename": TitleForm(initial={"title": seat.conversation.title}), **forms,
    }  # fmt: skip
    return render_form(request, "messaging/manage.html", context, next(iter(forms.values()), None))


@require_POST
@sign_in_first
def people_add(request: HttpRequest, pk: int) -> HttpResponse:
    seat = seat_or_404(request, pk)
    form = AddPeopleForm(request.POST)
    if form.is_valid():
        with errors_to(form):
            members.add_people(
                actor=request.user, conversation=seat.conversation, people=form.cleaned_data["users"]
            )
    return redirect("messaging:manage", pk) if form.is_valid() else _managed(request, seat, add=form)


@require_POST
@sign_in_first
def person_remove(request: HttpRequest, pk: int, user: int) -> HttpResponse:
    seat = seat_or_404(request, pk)
    person = people.anybody(user)
    if person is None:
        raise Http404
    members.remove_person(actor=request.user, conversation=seat.conversation, person=person)
    return redirect("messaging:manage", pk)


@require_POST
@sign_in_first
def title_change(request: HttpRequest, pk: int) -> HttpResponse:
    seat = seat_or_404(request, pk)
    form = TitleForm(request.POST)
    if form.is_valid():
        with errors_to(form):
            members.rename(
                actor=request.user, conversation=seat.conversation, title=form.cleaned_data["title"]
            )
    return redirect("messaging:manage", pk) if form.is_valid() else _managed(request, seat, rename=form)


@require_POST
@sign_in_first
def group_leave(request: HttpRequest, pk: int) -> HttpResponse:
    members.leave(actor=request.user, conversation=seat_or_404(request, pk).conversation)
    flash.success(request, _("You left the group."))
    return redirect("messaging:list")


@require_POST
@sign_in_first
def conversation_mute(request: HttpRequest, pk: int) -> HttpResponse:
    row = seat_or_404(request, pk).conversation
    asked = request.POST.get("for", "")
    until = (
        timezone.now() + MUTES[asked] if asked in MUTES else members.FOREVER if asked == "always" else None
    )
    members.mute(actor=request.user, conversation=row, until=until)
    return redirect(row)


@require_POST
@sign_in_first
def conversation_archive(request: HttpRequest, pk: int) -> HttpResponse:
    row = seat_or_404(request, pk).conversation
    members.archive(actor=request.user, conversation=row, is_archived=request.POST.get("archive") == "1")
    return redirect("messaging:list")


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def preference(request: HttpRequest) -> HttpResponse:
    """Who may write, and what others see."""
    form = PreferenceForm(request.POST or None, instance=preferences.preference_of(request.user))
    if request.method == "POST" and form.is_valid():
        preferences.change_preferences(actor=request.user, **form.cleaned_data)
        flash.success(request, _("Saved."))
        return redirect("messaging:settings")
    return render_form(request, "messaging/settings.html", {}, form)
