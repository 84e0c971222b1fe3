"""Reviews: one per enrolment, after a fifth of the course; the rating follows what counts."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from community_platform.core.errors import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn, Stale
from courses.events import ReviewPosted, ReviewReplied
from courses.models import Course, EnrollmentStatus, LearningEvent, Review, Verb
from courses.selectors import CatalogueFilters, catalogue
from courses.selectors import reviews as selectors
from courses.services import enrollment, reviews
from courses.tests.factories import CourseFactory, EnrollmentFactory
from profiles.models import User
from profiles.services.penalties import penalise
from profiles.services.reports import report
from profiles.services.review import resolve

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(irina: User) -> Course:
    return CourseFactory(instructor=irina)


@pytest.fixture
def review(course: Course, anna: User) -> Review:
    EnrollmentFactory(user=anna, course=course, progress_percent=20)
    return reviews.post_review(actor=anna, course=course, rating=4, content="**Clear** and short.")


def _rating(course: Course) -> tuple[int, int]:
    course.refresh_from_db()
    return course.rating_sum, course.ratings_count


def test_a_review_counts_and_is_rendered(review: Review, course: Course, anna: User) -> None:
    assert review.content_html == "<p><strong>Clear</strong> and short.</p>\n"
    assert _rating(course) == (4, 1)
    event = LearningEvent.objects.get(verb=Verb.REVIEWED)
    assert (event.user, event.course, event.value) == (anna, course, 4)


@pytest.mark.parametrize("percent", [0, 19])
def test_it_takes_a_fifth_of_the_course(course: Course, anna: User, percent: int) -> None:
    EnrollmentFactory(user=anna, course=course, progress_percent=percent)
    with pytest.raises(Conflict) as refused:
        reviews.post_review(actor=anna, course=course, rating=5)
    assert refused.value.code == "too_early"
    assert "20%" in refused.value.message


def test_who_is_not_enrolled_may_not(course: Course, anna: User, irina: User) -> None:
    with pytest.raises(NotAllowed) as refused:
        reviews.post_review(actor=anna, course=course, rating=5)
    assert refused.value.code == "not_enrolled"
    with pytest.raises(NotAllowed):
        reviews.post_review(actor=irina, course=course, rating=5)


def test_visitors_may_not(course: Course) -> None:
    with pytest.raises(NotSignedIn):
        reviews.post_review(actor=AnonymousUser(), course=course, rating=5)


def test_a_second_one_is_refused(review: Review, course: Course, anna: User) -> None:
    with pytest.raises(Conflict) as refused:
        reviews.post_review(actor=anna, course=course, rating=1)
    assert refused.value.code == "already_reviewed"
    assert _rating(course) == (4, 1)


@pytest.mark.parametrize("rating", [0, 6, -1, True, "5", None, 4.5])
def test_stars_are_one_to_five(course: Course, anna: User, rating: Any) -> None:
    EnrollmentFactory(user=anna, course=course, progress_percent=50)
    with pytest.raises(Invalid) as refused:
        reviews.post_review(actor=anna, course=course, rating=rating)
    assert refused.value.field == "rating"


@pytest.mark.parametrize("content", ["x" * 4001, "a\x00b"])
def test_words_are_held_to_what_can_be_stored(course: Course, anna: User, content: str) -> None:
    EnrollmentFactory(user=anna, course=course, progress_percent=50)
    with pytest.raises(Invalid) as refused:
        reviews.post_review(actor=anna, course=course, rating=3, content=content)
    assert refused.value.field == "content"


def test_editing_moves_the_rating(review: Review, course: Course, anna: User, boris: User) -> None:
    edited = reviews.edit_review(actor=anna, review=review, rating=2, content="Hm.", expected_revision=0)
    assert (edited.rating, edited.revision, edited.is_edited) == (2, 1, True)
    assert _rating(course) == (2, 1)
    with pytest.raises(Stale):
        reviews.edit_review(actor=anna, review=review, rating=5, expected_revision=0)
    with pytest.raises(NotAllowed):
        reviews.edit_review(actor=boris, review=review, rating=5)
    again = reviews.edit_review(actor=anna, review=edited, rating=2, content="Hm.")
    assert again.revision == 1


def test_deleting_takes_the_stars_back_and_allows_another(review: Review, course: Course, anna: User) -> None:
    reviews.delete_review(actor=anna, review=review)
    reviews.delete_review(actor=anna, review=review)
    assert _rating(course) == (0, 0)
    reviews.post_review(actor=anna, course=course, rating=5)
    assert _rating(course) == (5, 1)


def test_who_left_keeps_the_review_and_may_change_it(review: Review, course: Course, anna: User) -> None:
    enrollment.leave(actor=anna, course=course)
    assert _rating(course) == (4, 1)
    reviews.edit_review(actor=anna, review=review, rating=3)
    assert _rating(course) == (3, 1)


def test_a_refund_takes_the_review_out_and_coming_back_in(review: Review, course: Course, anna: User) -> None:
    with transaction.atomic():
        enrollment.end_enrollment(
            user=anna, course=Course.objects.lock(course.pk), status=EnrollmentStatus.REFUNDED
        )
    assert _rating(course) == (0, 0)
    assert not selectors.reviews_of(course).exists()
    with transaction.atomic():
        enrollment.open_enrollment(user=anna, course=Course.objects.lock(course.pk))
    assert _rating(course) == (4, 1)


def test_only_instructors_of_the_course_reply(
    review: Review, irina: User, maxim: User, boris: User, hear: Any, django_capture_on_commit_callbacks: Any
) -> None:
    heard = hear(ReviewReplied)
    for stranger in (boris, maxim):
        with pytest.raises(NotAllowed):
            reviews.reply_to_review(actor=stranger, review=review, content="No")
    with django_capture_on_commit_callbacks(execute=True):
        replied = reviews.reply_to_review(actor=irina, review=review, content="Thank *you*")
        reviews.reply_to_review(actor=irina, review=review, content="Thank you all")
    assert [event.review_id for event in heard] == [review.pk]
    replied.refresh_from_db()
    assert (replied.reply, replied.replied_by, replied.revision) == ("Thank you all", irina, 0)
    with pytest.raises(Invalid):
        reviews.reply_to_review(actor=irina, review=review, content=" ")
    reviews.delete_reply(actor=irina, review=review)
    replied.refresh_from_db()
    assert (replied.reply, replied.reply_html, replied.replied_at) == ("", "", None)


def test_posting_is_told(course: Course, anna: User, hear: Any, django_capture_on_commit_callbacks: Any) -> None:
    heard = hear(ReviewPosted)
    EnrollmentFactory(user=anna, course=course, progress_percent=100, completed_at=course.created_at)
    with django_capture_on_commit_callbacks(execute=True):
        reviews.post_review(actor=anna, course=course, rating=5)
    assert [(event.user_id, event.rating) for event in heard] == [(anna.pk, 5)]


def test_a_silenced_student_writes_no_review(course: Course, anna: User, maxim: User) -> None:
    EnrollmentFactory(user=anna, course=course, progress_percent=50)
    penalise(actor=maxim, user=anna, kind="silence", reason="Loud")
    with pytest.raises(NotAllowed) as refused:
        reviews.post_review(actor=User.objects.get(pk=anna.pk), course=course, rating=5)
    assert refused.value.code == "silenced"


# Moderation


def test_a_moderator_hides_a_reported_review_and_its_stars(
    review: Review, course: Course, anna: User, boris: User, irina: User, maxim: User
) -> None:
    case = report(actor=boris, kind="review", pk=review.pk, reason="abusive").case
    assert case.course_ref is None  # the instructor is a party
    with pytest.raises(NotAllowed):
        resolve(actor=irina, case=case, action="hide")
    resolve(actor=maxim, case=case, action="hide")
    assert _rating(course) == (0, 0)
    review.refresh_from_db()
    assert (review.removal_reason, review.hidden_by) == ("abusive", maxim)
    assert not Review.objects.visible_to(boris).exists()
    assert Review.objects.visible_to(anna).get() == review
    with pytest.raises(Conflict) as refused:
        reviews.delete_review(actor=anna, review=review)  # else one would write it again
    assert refused.value.code == "hidden"
    reviews.show_review(actor=maxim, review=review)
    assert _rating(course) == (4, 1)


def test_moderators_delete_after_a_report(review: Review, course: Course, boris: User, maxim: User) -> None:
    case = report(actor=boris, kind="review", pk=review.pk, reason="spam").case
    resolve(actor=maxim, case=case, action="delete")
    assert not Review.objects.exists()
    assert _rating(course) == (0, 0)


def test_deleting_a_reported_review_elsewhere_decides_its_case(
    review: Review, boris: User, maxim: User, django_capture_on_commit_callbacks: Any
) -> None:
    case = report(actor=boris, kind="review", pk=review.pk, reason="spam").case
    with django_capture_on_commit_callbacks(execute=True):
        reviews.delete_review(actor=maxim, review=review)
    case.refresh_from_db()
    assert case.state == "agreed"


def test_what_reports_hid_comes_back_when_it_is_mended(
    review: Review, course: Course, anna: User, maxim: User
) -> None:
    report(actor=maxim, kind="review", pk=review.pk, reason="off_topic")  # a moderator's report hides at once
    review.refresh_from_db()
    assert review.is_hidden
    mended = reviews.edit_review(actor=anna, review=review, rating=5, content="To the point.")
    assert (mended.is_hidden, mended.counts, _rating(course)) == (False, True, (5, 1))


def test_an_own_review_cannot_be_reported(review: Review, anna: User) -> None:
    with pytest.raises(NotAllowed):
        report(actor=anna, kind="review", pk=review.pk, reason="spam")


def test_reviews_of_a_hidden_course_are_not_found(review: Review, course: Course, boris: User) -> None:
    Course.objects.filter(pk=course.pk).update(status="draft")
    with pytest.raises(NotFound):
        report(actor=boris, kind="review", pk=review.pk, reason="spam")


# Reading


def test_the_histogram_adds_up(course: Course) -> None:
    rated = CourseFactory(ratings=(5, 5, 4, 1))
    assert [(bar.stars, bar.count, bar.percent) for bar in selectors.histogram(rated)] == [
        (5, 2, 50), (4, 1, 25), (3, 0, 0), (2, 0, 0), (1, 1, 25),
    ]  # fmt: skip


def test_one_enthusiast_does_not_outrank_many_satisfied() -> None:
    one, many = CourseFactory(ratings=(5,)), CourseFactory(ratings=(5, 5, 5, 4, 5, 5, 5, 4, 5, 5))
    none = CourseFactory()
    ranked = list(catalogue(CatalogueFilters(sort="rating")))
    assert ranked == [many, one, none]  # (48 + 17.5) / 15 > (5 + 17.5) / 6 > 3.5
