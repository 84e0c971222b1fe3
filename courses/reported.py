"""What of the courses can be reported: reviews. Moderators alone decide; instructors are a party to it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community_platform.core.api.views import get_or_404
from courses.models import Review
from courses.services import reviews
from profiles import moderation
from profiles.moderation import Kind, Subject


def _subject(review: Review) -> Subject:
    return Subject(
        kind="review",
        pk=review.pk,
        author=review.user,
        title=review.course.title,
        content=review.content or "★" * review.rating,
        content_html=review.content_html or f"<p>{'★' * review.rating}</p>",
        place=review.course.title,
        url=review.get_absolute_url(),
        edit_url=reverse("courses:review-edit", args=[review.course.slug, review.pk]),
        revision=review.revision,
        course_ref=None,  # would let those who were judged decide
        category_ref=None,
        is_hidden=review.is_hidden,
        is_deleted=review.is_hidden,
        is_public=review.course.is_published,
        removal_reason=review.removal_reason,
        created_at=review.created_at,
    )


def _find(user: Any, pk: int) -> Subject:
    return _subject(get_or_404(Review.objects.visible_to(user).with_people(), pk=pk))


def _row(pk: int) -> Review:
    return get_or_404(Review.objects.with_people(), pk=pk)


def _load(pks: Iterable[int]) -> Mapping[int, Subject]:
    return {row.pk: _subject(row) for row in Review.objects.with_people().filter(pk__in=list(pks))}


def _shown(user: Any, pks: Iterable[int]) -> set[int]:
    rows = Review.objects.visible_to(user).filter(pk__in=list(pks), hidden_at=None)
    return set(rows.values_list("pk", flat=True))


def register() -> None:
    """Tell the review queue about reviews."""
    moderation.register(
        Kind(
            name="review",
            label=_("Review"),
            icon="star",
            find=_find,
            load=_load,
            shown=_shown,
            hide=lambda actor, pk, reason: reviews.hide_review(actor=actor, review=_row(pk), reason=reason),
            show=lambda actor, pk: reviews.show_review(actor=actor, review=_row(pk)),
            delete=lambda actor, pk: reviews.delete_review(actor=actor, review=_row(pk)),
        )
    )
