"""Pages about people, and their pictures."""

from django.core.files.storage import default_storage
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


@require_safe
def avatar(request: HttpRequest, name: str) -> HttpResponse:
    """Serve a picture; its random name never stands for another one. A proxy may serve /media/avatars/ itself."""
    try:
        with default_storage.open(f"avatars/{name}.webp") as file:
            content = file.read()  # small: it was encoded by us
    except FileNotFoundError as error:
        raise Http404 from error
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return HttpResponse(content, content_type="image/webp", headers=headers)
