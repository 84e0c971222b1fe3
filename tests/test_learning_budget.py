"""What the pages of a course and of a lesson cost a member with everything on them: at most 10, the same for 3 and 30.

Header, outline, reviews, certificate, talks, questions, comments with replies, likes, drafts and marks: all count.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.models import Certificate, Course, Enrollment, Lesson, LessonFeedback, LessonKind, QuizAttempt
from courses.tests.factories import CourseFactory
from courses.tests.test_cost import long_course
from forum.models import Comment, Draft, Like, Watch, WatchLevel
from forum.services import search_index
from forum.tests.factories import CategoryFactory, TopicFactory
from profiles.models import User
from profiles.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]
SIZES = [(3, 5), (30, 500)]  # rows of each panel, lessons
BUDGET = 10
COST = {"course": 10, "article": 9, "video": 9, "quiz": 10}  # what they cost now; a change is to be meant


def talk_below(target: Course | Lesson, reader: User, crowd: list[User], number: int) -> None:
    """Write `number` roots with a reply each, all liked by `reader`, who has begun to answer one of them."""
    about = {"course" if isinstance(target, Course) else "lesson": target}
    now = timezone.now()
    roots = Comment.objects.bulk_create(
        Comment(
            author=crowd[n % 3], content="Words", content_html="<p>Words</p>\n", replies_count=1, likes_count=1,
            created_at=now - timedelta(minutes=n), **about,
        )
        for n in range(number)
    )  # fmt: skip
    replies = Comment.objects.bulk_create(
        Comment(
            author=crowd[(n + 1) % 3], root=root, parent=root, content="Yes", content_html="<p>Yes</p>\n",
            likes_count=1, **about,
        )
        for n, root in enumerate(roots)
    )  # fmt: skip
    Like.objects.bulk_create(Like(user=reader, comment=row) for row in (*roots, *replies))
    type(target).objects.filter(pk=target.pk).update(comments_count=2 * number)
    kind = next(iter(about))
    for key in (f"comment:{kind}:{target.pk}", f"comment-reply:{roots[0].pk}"):
        Draft.objects.create(user=reader, key=key, payload={"content": f"Begun for {key}"})


def queries(client: Client, address: str) -> tuple[int, str]:
    client.get(address)  # the first visit fills caches and remembers where the reader is
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(captured), answer.content.decode()


@pytest.mark.parametrize(("rows", "lessons"), SIZES)
def test_a_course_and_its_lessons_with_all_that_hangs_on_them(
    as_html: Html, anna: User, rows: int, lessons: int
) -> None:
    crowd = UserFactory.create_batch(3)
    course = long_course(anna, lessons)
    reviewed = CourseFactory(ratings=(5, 4, 3) * (rows // 3))
    Enrollment.objects.filter(course=reviewed).update(course=course)  # the reviews of a whole class move over here
    reviewed.reviews.update(course=course)
    Course.objects.filter(pk=course.pk).update(
        rating_sum=4 * rows, ratings_count=rows, students_count=rows + 1,
    )  # fmt: skip
    Course.objects.filter(pk=reviewed.pk).update(rating_sum=0, ratings_count=0, students_count=0)
    Enrollment.objects.filter(course=course, user=anna).update(completed_at=timezone.now(), progress_percent=100)
    anna.profile.courses_completed = 1
    anna.profile.save()
    certificate = Certificate.objects.create(
        user=anna, course=course, holder_name="Anna", course_title=course.title, instructor_name="Irina"
    )
    shelf = CategoryFactory()
    for person in crowd:
        TopicFactory(author=person, category=shelf, course=course.pk, kind="discussion")
    Watch.objects.create(user=anna, course=course, level=WatchLevel.WATCHING)
    talk_below(course, anna, crowd, rows)
    client = as_html(anna)

    spent, page = queries(client, course.get_absolute_url())
    costs = {"course": spent}
    assert f"/certificates/{certificate.uuid}/" in page
    assert f"Begun for comment:course:{course.pk}" in page
    assert page.count('class="review"') == 3
    assert page.count(">Words</p>") == min(rows, 20)
    assert page.count('aria-pressed="true"') >= 2 * min(rows, 20)  # each like of hers is shown as hers

    for kind in LessonKind:
        lesson = course.lessons.filter(kind=kind).last()
        assert lesson is not None
        talk_below(lesson, anna, crowd, rows)
        for number in range(rows):
            LessonFeedback.objects.create(user=anna, lesson=lesson, kind="clear", at_seconds=number, text="Marked")
        if kind == LessonKind.QUIZ:
            taken = {"number": 1, "quiz_version": 1, "pass_percent": 60, "seed": 1, "max_score": 0}
            QuizAttempt.objects.create(user=anna, quiz=lesson.quiz, **taken)
        spent, page = queries(client, lesson.get_absolute_url())
        costs[kind.value] = spent
        assert f"Begun for comment:lesson:{lesson.pk}" in page
        assert page.count("Marked") == rows
        assert page.count(">Words</p>") == min(rows, 20)
    search_index.catch_up()
    assert max(costs.values()) <= BUDGET
    assert costs == COST
