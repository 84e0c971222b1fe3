"""Pages about people."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from profiles.models import User


@require_safe
def profile(request: HttpRequest, username: str) -> HttpResponse:
    """Show a person; another spelling of the name leads to the one they chose."""
    person = User.objects.visible_to(request.user).by_names([username]).with_roles().first()
    if person is None:
        raise Http404
    if person.username != username:
        return redirect(person, permanent=True)
    return render(request, "profiles/profile.html", {"person": person})
