"""Reviews of a course: the list with its histogram, writing, the instructor's reply."""

from typing import Any

from django.contrib import messages
from django.core.paginator import EmptyPage, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community_platform.core.api.views import get_or_404
from community_platform.core.errors import Conflict, NotAllowed, NotFound
from community_platform.core.html import errors_to, kept_draft, render_form, sign_in_first
from community_platform.core.once import once
from community_platform.core.permissions import may
from courses import limits
from courses.forms.reviews import ReplyForm, ReviewForm
from courses.models import Course, Review
from courses.selectors import reviews as selectors
from courses.services import reviews
from courses.views.catalogue import visible_course
from profiles.selectors.moderation import reason_words


@require_http_methods(["GET", "HEAD", "POST"])
def review_list(request: HttpRequest, slug: str) -> HttpResponse:
    """List the reviews of a course, by stars if asked; a POST adds one's own."""
    if request.method == "POST":
        return _post(request, slug)
    course = visible_course(request, slug, with_mine=True)
    form = ReviewForm(initial=kept_draft(request, request.path))
    return _page(request, course, form)


@sign_in_first
def _post(request: HttpRequest, slug: str) -> HttpResponse:
    course = visible_course(request, slug, with_mine=True)
    form = ReviewForm(request.POST)
    if form.is_valid():
        data, user = form.cleaned_data, request.user
        with errors_to(form):
            once(
                user, data["token"], repr([data["rating"], data["content"]]), Review,
                lambda: reviews.post_review(
                    actor=user, course=course, rating=data["rating"], content=data["content"]
                ),
            )  # fmt: skip
        if form.is_valid():
            messages.success(request, _("Thank you for your review."))
            return redirect(f"{course.get_absolute_url()}reviews/")
    return _page(request, course, form)


def _page(request: HttpRequest, course: Course, form: ReviewForm) -> HttpResponse:
    asked = request.GET.get("rating", "")
    stars = int(asked) if asked in {"1", "2", "3", "4", "5"} else None
    summary = selectors.summary(course, request.user, getattr(course, "mine", None))
    number = request.GET.get("page", "1")
    if not (number.isascii() and number.isdigit()):
        raise NotFound
    try:
        page = Paginator(selectors.reviews_of(course, stars=stars), limits.REVIEWS_PAGE).page(int(number))
    except EmptyPage:
        raise NotFound from None
    context = {"course": course, "reviews": summary, "page": page, "stars": stars}
    return render_form(request, "courses/reviews.html", context, form)


@require_safe
def review(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Lead to the place of a review in the list; a hidden one is shown to its author where they edit it."""
    row = _review(request, slug, pk)
    if not row.counts:
        return redirect("courses:review-edit", slug, pk)
    number = selectors.page_of(row, limits.REVIEWS_PAGE)
    address = reverse("courses:reviews", args=[slug])
    return redirect(f"{address}?page={number}#review-{pk}" if number > 1 else f"{address}#review-{pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def review_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    row = _review(request, slug, pk)
    reads_only = request.method != "POST" and may(request.user, "courses.hide_review", row)
    if not (reads_only or may(request.user, "courses.edit_review", row)):
        raise NotAllowed
    if request.method != "POST":
        return _edit_page(request, row, ReviewForm.of(row))
    form = ReviewForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        with errors_to(form):
            reviews.edit_review(
                actor=request.user, review=row, rating=data["rating"], content=data["content"],
                expected_revision=data["revision"],
            )  # fmt: skip
        if form.is_valid():
            messages.success(request, _("Saved."))
            return redirect(row)
    return _edit_page(request, row, form)


def _edit_page(request: HttpRequest, row: Review, form: ReviewForm) -> HttpResponse:
    context = {"review": row, "course": row.course, "reason_words": reason_words(row.removal_reason)}
    return render_form(request, "courses/review_edit.html", context, form)


@require_POST
@sign_in_first
def review_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    row = _review(request, slug, pk)
    try:
        reviews.delete_review(actor=request.user, review=row)
    except Conflict as error:
        messages.warning(request, error.message)
        return redirect(row)
    messages.success(request, _("The review is deleted."))
    return redirect("courses:reviews", slug)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def review_reply(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Answer a review for the course; the button `delete` takes the answer back."""
    row = _review(request, slug, pk)
    if request.method != "POST" and not may(request.user, "courses.reply_to_review", row):
        raise NotAllowed
    form = ReplyForm(request.POST if request.method == "POST" else None, initial={"content": row.reply})
    if "delete" in request.POST:
        reviews.delete_reply(actor=request.user, review=row)
        return redirect(row)
    if form.is_bound and form.is_valid():
        with errors_to(form):
            reviews.reply_to_review(actor=request.user, review=row, content=form.cleaned_data["content"])
        if form.is_valid():
            messages.success(request, _("Your reply stands below the review."))
            return redirect(row)
    return render_form(request, "courses/review_reply.html", {"review": row, "course": row.course}, form)


def _review(request: HttpRequest, slug: str, pk: int) -> Any:
    return get_or_404(Review.objects.visible_to(request.user).with_people(), course__slug=slug, pk=pk)
