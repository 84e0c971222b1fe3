"""Reviews of courses: writing, the instructor's reply, hiding by moderators.

Locks are taken in one order: case (of a reported review), course, enrolment, review. The rating of the course moves
with the rows that count.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import markdown, ratelimits, text
from community_platform.core.db import insert_once
from community_platform.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from community_platform.core.events import publish
from community_platform.core.permissions import SYSTEM, ensure, may
from community_platform.core.rates import limits_for
from courses.events import ReviewChanged, ReviewPosted, ReviewReplied
from courses.limits import REVIEW_MAX, REVIEW_PROGRESS
from courses.models import Course, Enrollment, EnrollmentStatus, Review, Verb
from courses.services.track import HERE, Origin, track
from profiles.models import CaseState
from profiles.services import penalties, reports
from profiles.services import review as queue
from profiles.services.log import log


def post_review(
    *, actor: Any, course: Course, rating: int, content: str = "", origin: Origin = HERE
) -> Review:
    """Review a course, once per enrolment, and return the review. `content` is Markdown and may be empty.

    Raises: NotSignedIn, NotAllowed (the course's own staff), NotAllowed `not_enrolled`, Conflict `too_early` (less
    than 20 % done) and `already_reviewed`, Invalid on `rating` or `content`, TooFast.  Publishes: ReviewPosted.
    """
    ensure(actor, "courses.review", course)
    penalties.ensure_may_write(actor)
    stars, source = _clean_rating(rating), _clean(content)
    html = markdown.render_short(source)
    with transaction.atomic():
        course = Course.objects.lock(course.pk)
        enrollment = Enrollment.objects.select_for_update().filter(user=actor, course=course).first()
        if enrollment is None:
            raise NotAllowed(_("Enrol in the course first."), code="not_enrolled")
        if enrollment.progress_percent < REVIEW_PROGRESS:
            words = _("You can review a course once you have done %(n)d%% of it.") % {"n": REVIEW_PROGRESS}
            raise Conflict(words, code="too_early")
        is_new = insert_once(
            Review, enrollment_id=enrollment.pk, course_id=course.pk, user_id=actor.pk, rating=stars, content=source,
            content_html=html, created_at=origin.moment,
        )  # fmt: skip
        if not is_new:
            raise Conflict(_("You have reviewed this course already."), code="already_reviewed")
        ratelimits.hit(actor.pk, *limits_for(actor, "comment"))
        _move_rating(course.pk, stars, 1)
        track(Verb.REVIEWED, user=actor, course=course, value=stars, origin=origin)
        row = Review.objects.with_people().get(user=actor, course=course)
        publish(
            ReviewPosted(review_id=row.pk, user_id=actor.pk, course_id=course.pk, rating=stars, at=origin.moment)
        )
    return row


def edit_review(
    *, actor: Any, review: Review, rating: int, content: str = "", expected_revision: int | None = None
) -> Review:
    """Change one's review; the same again changes nothing. A review that reports hid comes back, once.

    Raises: NotAllowed (rule courses.edit_review), NotFound (gone meanwhile), Stale, Invalid, TooFast.
    """
    ensure(actor, "courses.edit_review", review)
    penalties.ensure_may_write(actor)
    stars, source = _clean_rating(rating), _clean(content)
    html = markdown.render_short(source)
    with transaction.atomic(), _mending(review):
        locked = _lock(review)
        if expected_revision is not None and expected_revision != locked.revision:
            raise Stale
        if (locked.rating, locked.content) == (stars, source):
            return locked
        ratelimits.hit(actor.pk, *limits_for(actor, "edit"))
        if locked.counts and stars != locked.rating:
            _move_rating(locked.course_id, stars - locked.rating, 0)
            _tell_changed(locked)
        locked.rating, locked.content, locked.content_html = stars, source, html
        locked.edited_at = timezone.now()
        locked.revision += 1
        locked.save(update_fields=["rating", "content", "content_html", "edited_at", "revision"])
    return _fresh(locked.pk)


def delete_review(*, actor: Any, review: Review) -> None:
    """Remove a review with its reply; its author may write another one. Repeatable.

    Raises: NotAllowed; Conflict `hidden` for the author of a review that moderators hid: it is to be mended instead.
    """
    ensure(actor, "courses.delete_review", review)
    is_own = actor.pk == review.user_id
    with transaction.atomic():
        locked = _find_locked(review)
        if locked is None:
            return
        if is_own and locked.is_hidden and not may(actor, "courses.hide_review", locked):
            words = _("Moderators hid this review. Change it instead of deleting it.")
            raise Conflict(words, code="hidden")
        _remove(locked)
        if not is_own and actor is not SYSTEM:
            _note(actor, "delete", locked)
            decided = {"kind": "review", "pk": locked.pk, "actor_id": actor.pk, "state": CaseState.AGREED}
            transaction.on_commit(lambda: queue.settle(**decided))


def reply_to_review(*, actor: Any, review: Review, content: str, at: datetime | None = None) -> Review:
    """Answer a review for the course, or change the answer, and return the review.

    Raises: NotAllowed (rule courses.reply_to_review), NotFound (gone or hidden meanwhile), Invalid on `content`,
    TooFast.  Publishes: ReviewReplied, once.
    """
    ensure(actor, "courses.reply_to_review", review)
    penalties.ensure_may_write(actor)
    source = text.clean(content, field="content", high=REVIEW_MAX)
    html = markdown.render_short(source)
    with transaction.atomic():
        locked = _lock(review)
        if locked.is_hidden:
            raise NotFound
        if locked.reply != source:
            ratelimits.hit(actor.pk, *limits_for(actor, "comment"))
            is_first = not locked.reply
            locked.reply, locked.reply_html = source, html
            locked.replied_by, locked.replied_at = actor, at or timezone.now()
            locked.save(update_fields=["reply", "reply_html", "replied_by", "replied_at"])
            if is_first:
                publish(
                    ReviewReplied(
                        review_id=locked.pk, user_id=locked.user_id, course_id=locked.course_id, actor_id=actor.pk
                    )
                )
    return locked


def delete_reply(*, actor: Any, review: Review) -> Review:
    """Take the answer to a review back. Repeatable. Raises: NotAllowed, NotFound."""
    ensure(actor, "courses.reply_to_review", review)
    with transaction.atomic():
        locked = _lock(review)
        locked.reply = locked.reply_html = ""
        locked.replied_by = locked.replied_at = None
        locked.save(update_fields=["reply", "reply_html", "replied_by", "replied_at"])
    return locked


def hide_review(*, actor: Any, review: Review, reason: str) -> None:
    """Hide a review from all but its author; it no longer counts. Hiding it again changes the reason only.

    Raises: NotAllowed (rule courses.hide_review).
    """
    ensure(actor, "courses.hide_review", review)
    with transaction.atomic():
        locked = _lock(review)
        locked.removal_reason = reason
        if locked.hidden_at is None:
            locked.hidden_at, locked.hidden_by_id = timezone.now(), actor.pk
        if locked.counts:
            locked.counts = False
            _move_rating(locked.course_id, -locked.rating, -1)
            _tell_changed(locked)
        locked.save(update_fields=["removal_reason", "hidden_at", "hidden_by", "counts"])


def show_review(*, actor: Any, review: Review) -> None:
    """Show a hidden review again. Repeatable. Raises: NotAllowed."""
    ensure(actor, "courses.hide_review", review)
    with transaction.atomic():
        _show(_lock(review))


def settle_rating(*, user_id: int, course_id: int) -> None:
    """Let the review of an enrolment that was refunded, or opened again, count as its state says now.

    A part of other services: call it in the transaction of that change, with the course locked.
    """
    review = Review.objects.select_for_update(of=("self",)).filter(user=user_id, course=course_id).first()
    if review is not None:
        _let_count(review)


@contextmanager
def _mending(review: Review) -> Iterator[None]:
    """Around an author's edit of a hidden review: what reports hid is shown again, once; else moderators are asked."""
    if not review.is_hidden:
        yield
        return
    case = reports.lock_open_case("review", review.pk)
    before = _lock(review).revision
    yield
    locked = _lock(review)
    if locked.revision == before or not locked.is_hidden:
        return
    if case is None:
        transaction.on_commit(lambda: _ask_again(review.pk))
    elif reports.note_mended(case):
        _show(locked)


def _ask_again(pk: int) -> None:
    reports.ask_again(kind="review", pk=pk, note=_("The author has changed the hidden text."))


def _lock(review: Review) -> Review:
    """Lock the course, then the review with its people. Raises NotFound."""
    locked = _find_locked(review)
    if locked is None:
        raise NotFound
    return locked


def _find_locked(review: Review) -> Review | None:
    Course.objects.lock(review.course_id)
    rows = Review.objects.with_people().select_related("enrollment")
    return rows.select_for_update(of=("self",)).filter(pk=review.pk).first()


def _fresh(pk: int) -> Review:
    return Review.objects.with_people().get(pk=pk)


def _remove(locked: Review) -> None:
    if locked.counts:
        _move_rating(locked.course_id, -locked.rating, -1)
        _tell_changed(locked)
    Review.objects.filter(pk=locked.pk).delete()


def _show(locked: Review) -> None:
    locked.hidden_at = locked.hidden_by = None
    locked.removal_reason = ""
    locked.save(update_fields=["hidden_at", "hidden_by", "removal_reason"])
    _let_count(locked)


def _let_count(locked: Review) -> None:
    status = Enrollment.ever.values_list("status", flat=True).get(pk=locked.enrollment_id)
    counts = not locked.is_hidden and status != EnrollmentStatus.REFUNDED
    if counts != locked.counts:
        sign = 1 if counts else -1
        _move_rating(locked.course_id, sign * locked.rating, sign)
        _tell_changed(locked)
        locked.counts = counts
        locked.save(update_fields=["counts"])


def _move_rating(course_id: int, stars: int, reviews: int) -> None:
    Course.objects.filter(pk=course_id).update(
        rating_sum=F("rating_sum") + stars, ratings_count=F("ratings_count") + reviews
    )


def _tell_changed(review: Review) -> None:
    publish(ReviewChanged(review_id=review.pk, user_id=review.user_id, course_id=review.course_id))


def _note(actor: Any, action: str, review: Review) -> None:
    log(
        actor, action, kind="review", object_id=review.pk, target=review.user, title=review.course.title,
        url=review.course.get_absolute_url(), is_public=review.course.is_published,
    )  # fmt: skip


def _clean(content: str) -> str:
    return text.clean(content, field="content", low=0, high=REVIEW_MAX)


def _clean_rating(rating: int) -> int:
    if isinstance(rating, bool) or not isinstance(rating, int) or not 1 <= rating <= 5:
        raise Invalid(_("Give one to five stars."), code="invalid", field="rating")
    return rating
