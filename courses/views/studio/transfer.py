"""Archives in and out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community_platform.core.errors import NotFound
from community_platform.core.html import errors_to, render_form, sign_in_first
from community_platform.core.permissions import ensure
from community_platform.core.sending import send_file
from courses import selectors
from courses.forms.studio import ImportForm
from courses.selectors import studio
from courses.services import transfer


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def course_import(request: HttpRequest) -> HttpResponse:
    ensure(request.user, "courses.create_course")
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ImportForm(*given, categories=selectors.categories())
    if form.is_bound and form.is_valid():
        with errors_to(form):
            data = form.cleaned_data
            category = studio.category_of(data["category"]) if data["category"] else None
            made, is_new = transfer.import_upload(
                actor=request.user, upload=data["archive"], category=category, again=data["again"]
            )
            if not is_new:
                messages.info(request, _("This archive is here already: this is the course it became."))
            return redirect("studio:imported", made.course.slug)
    return render_form(request, "courses/studio/import.html", {}, form)


@require_safe
@sign_in_first
def imported(request: HttpRequest, slug: str) -> HttpResponse:
    """What an archive became, and what of it was not understood."""
    course = studio.taught_course(request.user, slug=slug)
    made = studio.import_of(course)
    if made is None:
        raise NotFound
    return render(request, "courses/studio/imported.html", {"course": course, "made": made})


@require_safe
@sign_in_first
def course_export(request: HttpRequest, slug: str) -> HttpResponseBase:
    course = studio.taught_course(request.user, slug=slug)
    archive = transfer.export_zip(actor=request.user, course=course)
    return send_file(request, archive, content_type="application/zip", name=f"{course.slug}.zip")
