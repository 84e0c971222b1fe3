"""What a member sees of the figures about themselves, and the one question that the school asks."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from analytics.forms import SurveyForm
from analytics.selectors import me
from analytics.selectors.nps import is_due
from analytics.services.surveys import answer_survey
from community_platform.core.errors import DomainError
from community_platform.core.html import next_or, render_form, sign_in_first


@never_cache
@require_safe
@sign_in_first
def learning(request: HttpRequest) -> HttpResponse:
    """One's own score, its parts, pace and estimate: the same figures that the instructor sees."""
    rows = [(row, me.explain(row)) for row in me.own(request.user)]
    return render(request, "analytics/learning.html", {"rows": rows})


@never_cache
@require_safe
@sign_in_first
def survey_card(request: HttpRequest) -> HttpResponse:
    """The question as a piece of the home page; nothing (204) for who is not to be asked now."""
    if not is_due(request.user):
        return HttpResponse(status=204)
    return render(request, "analytics/_survey.html", {"scores": range(11)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def survey(request: HttpRequest) -> HttpResponse:
    """Ask how likely one would recommend the school; `later` is an answer, too."""
    is_later = "later" in request.POST
    form = SurveyForm(request.POST if request.method == "POST" and not is_later else None)
    if request.method == "POST" and (is_later or form.is_valid()):
        given = {"score": None} if is_later else form.cleaned_data
        try:
            answer_survey(actor=request.user, **given)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("We will not ask again soon.") if is_later else _("Thank you!"))
        return redirect(next_or(request, "/"))
    return render_form(request, "analytics/survey.html", {}, form)
