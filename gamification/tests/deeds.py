"""What people must have done, metric by metric, for tests: `build(metric, user, range(a, b))` adds the units a to b−1.

Rows are written directly, without services, so tests that use this are marked `breaks_counters`.
"""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone

from courses.models import (
    Certificate,
    Course,
    Enrollment,
    Lesson,
    LessonProgress,
    Question,
    Quiz,
    QuizAnswer,
    QuizAttempt,
    Review,
    Section,
)
from courses.tests.factories import CourseCategoryFactory, CourseFactory
from forum.models import Category, Comment, Like, Post, Topic
from gamification.models import (
    Badge,
    Birthday,
    BugReport,
    DailyActivity,
    Holiday,
    LessonMoment,
    SeasonalEvent,
    SignupRank,
    Streak,
    UserBadge,
)
from profiles.models import Follow, Profile, User
from profiles.tests.factories import UserFactory

_numbers = count(1)
BEGIN = (timezone.now() - timedelta(days=400)).replace(hour=12, minute=0, second=0, microsecond=0)


def at(number: int) -> datetime:
    """When the unit of this number (from 0) happened."""
    return BEGIN + timedelta(minutes=number)


def people(howmany: int) -> list[User]:
    """Verified students."""
    tag = next(_numbers)
    rows = User.objects.bulk_create(
        User(username=f"crowd{tag}-{n}", email=f"crowd{tag}-{n}@example.com") for n in range(howmany)
    )
    Profile.objects.bulk_create(Profile(user=row) for row in rows)
    EmailAddress.objects.bulk_create(EmailAddress(user=row, email=row.email, verified=True) for row in rows)
    return rows


def courses(howmany: int, **fields: Any) -> list[Course]:
    tag = next(_numbers)
    fields = {"category": None, "instructor": None, "status": "published", **fields}
    fields["category"] = fields["category"] or CourseCategoryFactory()
    fields["instructor"] = fields["instructor"] or UserFactory()
    return Course.objects.bulk_create(
        Course(title=f"Course {tag}-{n}", slug=f"course-{tag}-{n}", summary="x", published_at=BEGIN, **fields)
        for n in range(howmany)
    )


def lessons(howmany: int, course: Course | None = None, **fields: Any) -> list[Lesson]:
    tag, course = next(_numbers), course or courses(1)[0]
    section = Section.objects.create(course=course, title="One")
    return Lesson.objects.bulk_create(
        Lesson(course=course, section=section, title=f"L{n}", slug=f"l-{tag}-{n}", **fields) for n in range(howmany)
    )


def _complete(user: User, moments: list[datetime]) -> None:
    rows = lessons(len(moments))
    for row, moment in zip(rows, moments, strict=True):
        LessonProgress.objects.create(user=user, lesson=row, viewed_at=moment, completed_at=moment)
        weekend = moment.date() - timedelta(days=moment.weekday() - 5) if moment.weekday() >= 5 else None
        LessonMoment.objects.create(
            user=user, lesson=row, at=moment, local_date=moment.date(), hour=moment.hour, weekend=weekend
        )


def _lessons(user: User, units: range) -> None:
    _complete(user, [at(n) for n in units])


def _at_hour(hour: int) -> Callable[[User, range], None]:
    def build(user: User, units: range) -> None:
        _complete(user, [BEGIN.replace(hour=hour) + timedelta(minutes=n) for n in units])

    return build


def _weekend(user: User, units: range) -> None:
    saturday = BEGIN + timedelta(days=(5 - BEGIN.weekday()) % 7)
    _complete(user, [saturday + timedelta(hours=2 * n) for n in units])  # into Sunday
    if units.start == 0:
        _complete(user, [saturday + timedelta(days=7, hours=n) for n in range(3)])  # another weekend is another count


def _event(user: User, units: range) -> None:
    event = SeasonalEvent.objects.get(slug="new-year-now")
    first = datetime.combine(event.starts_on, time(12), tzinfo=UTC)
    _complete(user, [first + timedelta(minutes=n) for n in units])
    if units.start == 0:
        _complete(user, [first - timedelta(days=3)])  # outside


def _courses(user: User, units: range, **fields: Any) -> None:
    Enrollment.ever.bulk_create(
        Enrollment(
            user=user, course=course, completed_at=at(n), progress_percent=100, enrolled_at=BEGIN - timedelta(days=9)
        )
        for n, course in zip(units, courses(len(units), **fields), strict=True)
    )  # fmt: skip


def _fast(user: User, units: range) -> None:
    for n in units:
        course = CourseFactory(lessons_count=5, duration_minutes=60)
        lesson = lessons(1, course)[0]
        LessonProgress.objects.create(user=user, lesson=lesson, viewed_at=at(n) - timedelta(hours=24))
        Enrollment.ever.create(user=user, course=course, completed_at=at(n), progress_percent=100)


def _long(user: User, units: range) -> None:
    _courses(user, units, duration_minutes=600)


def _categories(user: User, units: range) -> None:
    for n in units:
        _courses(user, range(n, n + 1))


def _in_category(user: User, units: range) -> None:
    category = (
        Course.objects.filter(enrollments__user=user, summary="one shelf").values_list("category", flat=True).first()
    )
    shelf = {"category_id": category} if category else {"category": CourseCategoryFactory()}
    made = courses(len(units))
    Course.objects.filter(pk__in=[row.pk for row in made]).update(
        summary="one shelf", category=shelf.get("category_id") or shelf["category"]
    )
    Enrollment.ever.bulk_create(
        Enrollment(user=user, course=course, completed_at=at(n), progress_percent=100)
        for n, course in zip(units, made, strict=True)
    )


def quiz(questions: int = 5, course: Course | None = None) -> Quiz:
    lesson = lessons(1, course, kind="quiz")[0]
    made = Quiz.objects.create(lesson=lesson, questions_count=questions, points=questions)
    Question.ever.bulk_create(Question(quiz=made, text="?", text_html="?", position=n) for n in range(questions))
    return made


def attempt(user: User, of: Quiz, number: int, moment: datetime, **fields: Any) -> QuizAttempt:
    fields = {"passed": True, "percent": 80, "score": 4, "duration_seconds": 900, **fields}
    row = QuizAttempt.objects.create(
        user=user, quiz=of, number=number, quiz_version=1, pass_percent=60, seed=1, submitted_at=moment, max_score=5,
        started_at=moment, **fields,
    )  # fmt: skip
    first = of.questions.first()
    if first is not None:
        QuizAnswer.objects.create(attempt=row, question=first, position=0, max_mark=1, answered_at=moment)
    return row


def _quizzes(**fields: Any) -> Callable[[User, range], None]:
    def build(user: User, units: range) -> None:
        for n in units:
            attempt(user, quiz(), **{"number": 1, "moment": at(n), **fields})

    return build


def _attempts(user: User, units: range) -> None:
    taken = QuizAttempt.objects.filter(user=user).select_related("quiz").first()
    of = taken.quiz if taken else quiz()
    for n in units:
        attempt(user, of, n + 1, at(n), passed=False, percent=0, score=0)


def _thorough(user: User, units: range) -> None:
    """Nine of ten questions in a first attempt, the last one in a second."""
    for n in units:
        of = quiz(questions=10)
        questions = list(of.questions.all())
        first = attempt(user, of, 1, at(n) - timedelta(hours=2), passed=False, percent=0, score=0)
        for question in questions[1:9]:
            QuizAnswer.objects.create(attempt=first, question=question, position=1, max_mark=1, answered_at=at(0))
        second = attempt(user, of, 2, at(n), passed=False, percent=0, score=0)
        QuizAnswer.objects.create(attempt=second, question=questions[9], position=9, max_mark=1, answered_at=at(0))


def topic(author: User | None = None, **fields: Any) -> Topic:
    category, _made = Category.objects.get_or_create(slug="all", defaults={"name": "All"})
    row = Topic.objects.create(author=author or UserFactory(), category=category, title="How does it work?", **fields)
    Post.objects.create(topic=row, number=1, author=row.author, content="I wonder how.", content_html="x")
    return row


def _comments(user: User, units: range) -> None:
    """By turns a comment on a course and a reply in the forum; too short ones count nothing."""
    course, thread = courses(1)[0], topic()
    Comment.objects.bulk_create(
        Comment(course=course, author=user, content="Good lesson.", content_html="x", created_at=at(n))
        for n in units
        if n % 2 == 0
    )
    Post.objects.bulk_create(
        Post(topic=thread, number=n + 2, author=user, content="It does this.", content_html="x", created_at=at(n))
        for n in units
        if n % 2
    )
    Comment.objects.create(course=course, author=user, content="+1", content_html="x", created_at=at(0))


def _topics(user: User, units: range) -> None:
    for n in units:
        topic(user, created_at=at(n))
    topic(user, created_at=at(0), deleted_at=at(1))


def _likes(user: User, units: range) -> None:
    post = topic(user).posts.get()
    comment = Comment.objects.create(course=courses(1)[0], author=user, content="Good lesson.", content_html="x")
    Like.objects.bulk_create(
        Like(user=fan, created_at=at(n), **{"post" if n % 2 else "comment": post if n % 2 else comment})  # type: ignore[misc]
        for n, fan in zip(units, people(len(units)), strict=True)
    )


def _answers(user: User, units: range) -> None:
    askers = people(len(units))
    for n, asker in zip(units, askers, strict=True):
        asked = topic(asker)
        asked.best_answer = Post.objects.create(
            topic=asked, number=2, author=user, content="It does this.", content_html="x", created_at=at(n)
        )
        asked.save()


def _followers(user: User, units: range) -> None:
    Follow.objects.bulk_create(
        Follow(follower=fan, following=user, created_at=at(n))
        for n, fan in zip(units, people(len(units)), strict=True)
    )


def _published(user: User, units: range) -> None:
    for n, row in zip(units, courses(len(units), instructor=user), strict=True):
        Course.objects.filter(pk=row.pk).update(published_at=at(n))


def _students(user: User, units: range) -> None:
    course = courses(1, instructor=user)[0]
    Enrollment.ever.bulk_create(
        Enrollment(user=student, course=course, enrolled_at=at(n))
        for n, student in zip(units, people(len(units)), strict=True)
    )


def _review(course: Course, student: User, rating: int, moment: datetime) -> None:
    row = Enrollment.ever.create(user=student, course=course, progress_percent=20)
    Review.objects.create(enrollment=row, course=course, user=student, rating=rating, created_at=moment)


def _rating(user: User, units: range) -> None:
    """Ten reviews with a mean of 4.5: the tenth makes a rating at all. A unit is a step from nothing to it."""
    course = courses(1, instructor=user)[0]
    for k, student in enumerate(people(10)):
        _review(course, student, 5 if k % 2 else 4, at(k))


def _well_rated(user: User, units: range) -> None:
    for n, course in zip(units, courses(len(units), instructor=user), strict=True):
        for k, student in enumerate(people(5)):
            _review(course, student, 5 if k else 4, at(10 * n + k) - timedelta(minutes=4 + 9 * n))


def _five_stars(user: User, units: range) -> None:
    course = courses(1, instructor=user)[0]
    for n, student in zip(units, people(len(units)), strict=True):
        _review(course, student, 5, at(n))


def _streak(user: User, units: range) -> None:
    days = [BEGIN.date() + timedelta(days=n) for n in units]
    DailyActivity.objects.bulk_create(
        DailyActivity(user=user, date=day, lessons_completed=1, is_qualifying=True) for day in days
    )
    Streak.objects.update_or_create(
        user=user, defaults={"current_streak": units.stop, "longest_streak": units.stop, "last_active_date": days[-1]}
    )


def _rank(user: User, units: range) -> None:
    """The place 101 is none; the step to it gives place 100."""
    SignupRank.objects.create(user=user, rank=100 if not SignupRank.objects.filter(rank=100) else 99, assigned_at=at(0))


def _bugs(user: User, units: range) -> None:
    BugReport.objects.bulk_create(
        BugReport(user=user, title="x", description="y", state="confirmed", decided_at=at(n)) for n in units
    )


def _holidays(user: User, units: range) -> None:
    for holiday in Holiday.objects.order_by("month", "day")[units.start : units.stop]:
        day = BEGIN.date().replace(year=BEGIN.year, month=holiday.month, day=holiday.day)
        DailyActivity.objects.create(user=user, date=day, is_qualifying=True)


def _birthday(user: User, units: range) -> None:
    day = BEGIN.date()
    Birthday.objects.create(user=user, month=day.month, day=day.day, noted_on=day - timedelta(days=30))
    DailyActivity.objects.create(user=user, date=day, is_qualifying=True)


def _certificates(user: User, units: range) -> None:
    Certificate.objects.bulk_create(
        Certificate(
            user=user, course=course, issued_at=at(n), holder_name="A", course_title="B", instructor_name="C",
            uuid=uuid.uuid4(),
        )
        for n, course in zip(units, courses(len(units)), strict=True)
    )  # fmt: skip


def _all_badges(user: User, units: range) -> None:
    """All that count but the last, then the last."""
    wanted = list(Badge.objects.filter(counts_for_ultimate=True).order_by("number"))
    have = UserBadge.objects.filter(user=user).count()
    some = wanted[:-1] if not have and len(units) == 0 else wanted[have:]
    UserBadge.objects.bulk_create(
        UserBadge(user=user, badge=badge, earned_at=at(badge.number), is_quiet=True) for badge in some
    )


BUILDERS: dict[str, Callable[[User, range], None]] = {
    "lessons_completed": _lessons,
    "courses_completed": _courses,
    "fast_course_completions": _fast,
    "long_courses_completed": _long,
    "course_categories_completed": _categories,
    "max_courses_in_category": _in_category,
    "night_lessons": _at_hour(23),
    "dawn_lessons": _at_hour(4),
    "best_weekend_lessons": _weekend,
    "quizzes_passed": _quizzes(),
    "perfect_quizzes": _quizzes(percent=100, number=2),
    "quick_quizzes": _quizzes(duration_seconds=300, number=2),
    "fully_answered_courses": _thorough,
    "max_attempts_one_quiz": _attempts,
    "first_try_quizzes": _quizzes(),
    "comments_posted": _comments,
    "topics_created": _topics,
    "likes_received": _likes,
    "best_answers": _answers,
    "people_helped": _answers,
    "followers": _followers,
    "courses_published": _published,
    "students_total": _students,
    "instructor_rating": _rating,
    "courses_rated_45": _well_rated,
    "five_star_reviews": _five_stars,
    "longest_streak": _streak,
    "signup_rank": _rank,
    "bug_reports_confirmed": _bugs,
    "holidays_active": _holidays,
    "event_lessons": _event,
    "birthday_active": _birthday,
    "certificates_active": _certificates,
}


def build(metric: str, user: User, units: range) -> None:
    """Let `user` have done the units of this metric."""
    if len(units):
        BUILDERS[metric](user, units)

