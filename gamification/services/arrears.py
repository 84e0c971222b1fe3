"""Points that an event should have paid and did not: it was lost, or the rows came from an import or the demo school.

Everything that pays is read with one query an action; what has no row in the ledger yet is written many at once, with
the same limits a day that `ledger.award` keeps. Rows whose source is gone are taken back.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import CharField, Exists, F, Min, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from community_platform.core.db import add_all
from courses.models import Course, Enrollment, LessonProgress, QuizAttempt, Review, Status
from forum.models import Comment, Like, Post, Topic
from gamification.models import ActionPoints, PointBudget, PointTransaction
from gamification.selectors.days import local_date, zone_of
from gamification.selectors.metrics.learning import not_own
from gamification.selectors.metrics.quizzes import WHOLE, reports
from gamification.selectors.metrics.teaching import REAL_PROGRESS
from gamification.services import earning, ledger
from gamification.services.ledger import Payment
from profiles.models import User

BATCH = 500


class Due(NamedTuple):
    """One cause: what `ledger.award` takes."""

    user_id: int
    key: str
    at: datetime
    title: str
    url: str
    course_id: int | None = None
    source_id: int = 0


Priced = tuple[ActionPoints, Due]


def settle(*, since: datetime | None = None) -> int:
    """Pay what is owed for deeds after `since` (None: ever), take back what is gone; return the rows written.

    In the order in which it happened, so that levels are reached as they would have been.
    """
    prices = {price.action: price for price in ActionPoints.objects.all()}
    rows = [(prices[action], row) for action, due in _SOURCES.items() if action in prices for row in due(since)]
    rows.sort(key=lambda priced: priced[1].at)
    rows = list({row.key: (price, row) for price, row in reversed(rows)}.values())[::-1]  # of one cause the first
    written = sum(_pay(rows[start : start + BATCH]) for start in range(0, len(rows), BATCH))
    return written + _take_back(since)


def _pay(rows: list[Priced]) -> int:
    """Write what fits into the limits of each day; what does not is written with nothing, as `award` does."""
    people = {row.user_id for _price, row in rows}
    zones = dict(User.objects.filter(pk__in=people, is_active=True).values_list("pk", "timezone"))
    with transaction.atomic():
        ledger.lock_people(*people)
        days = [local_date(row.at, zone_of(zones[row.user_id])) for _price, row in rows if row.user_id in zones]
        budgets = PointBudget.objects.filter(user__in=people, date__range=(min(days), max(days))) if days else []
        limits = _Limits({(b.user_id, b.date, b.action, b.source): b.used for b in budgets})
        payments = [
            _payment(price, row, limits.take(price, row, local_date(row.at, zone_of(zones[row.user_id]))))
            for price, row in rows
            if row.user_id in zones
        ]
        new = ledger.pay_many(payments)
        add_all(
            PointBudget,
            [
                {"user_id": u, "date": d, "action": a, "source": s, "used": n}
                for (u, d, a, s), n in sorted(limits.spent.items())
            ],
            unique=["user_id", "date", "action", "source"],
            sums=["used"],
        )
    return len(new)


class _Limits:
    """What was used of the limits of some days, and what is taken out of them now."""

    def __init__(self, used: dict[tuple[int, date, str, int], int]) -> None:
        self.used = used
        self.spent: Counter[tuple[int, date, str, int]] = Counter()

    def take(self, price: ActionPoints, row: Due, day: date) -> bool:
        """Take the points out of each limit of the day, all or none; tell whether they fit."""
        pair = [(row.source_id, price.pair_cap)] if row.source_id else []
        wanted = [(0, price.daily_cap), *pair]
        caps = [((row.user_id, day, price.action, source), cap) for source, cap in wanted if cap is not None]
        if any(self.used.get(place, 0) + self.spent[place] + price.points > cap for place, cap in caps):
            return False
        for place, _cap in caps:
            self.spent[place] += price.points
        return True


def _payment(price: ActionPoints, row: Due, fits: bool) -> Payment:
    paid = Payment(
        user_id=row.user_id, amount=price.points, bucket=price.bucket, reason=price.action, key=row.key,
        occurred_at=row.at, title=row.title, url=row.url, course_ref=row.course_id,
    )  # fmt: skip
    return paid if fits else replace(paid, amount=0, is_capped=True)


def _take_back(since: datetime | None) -> int:
    """Take back what was paid for texts that were deleted since, and nobody told."""
    if since is None:
        return 0
    standing = PointTransaction.objects.filter(reverses=None, reversal=None, key=OuterRef("_key"))
    found = [
        (kind, pk)
        for kind, model in (("topic", Topic), ("post", Post), ("comment", Comment))
        for pk in _keyed(model._default_manager.filter(deleted_at__gte=since), f"{kind}:")
        .filter(Exists(standing))
        .values_list("pk", flat=True)
    ]
    for kind, pk in found:
        earning.text(kind, pk)
    return len(found)


def _keyed(rows: QuerySet[Any], prefix: str) -> QuerySet[Any]:
    """Annotate the ledger's key of each row."""
    return rows.annotate(_key=Concat(Value(prefix), Cast(F("pk"), CharField()), output_field=CharField()))


def _unpaid(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(~Exists(PointTransaction.objects.filter(key=OuterRef("_key"))))


def _after(since: datetime | None, column: str) -> Q:
    return Q() if since is None else Q(**{f"{column}__gte": since})


def _pair_key(rows: QuerySet[Any], prefix: str, thing: str) -> QuerySet[Any]:
    parts = (Value(prefix), Cast(F(thing), CharField()), Value(":"), Cast(F("user"), CharField()))
    return rows.annotate(_key=Concat(*parts, output_field=CharField()))


def _lessons(since: datetime | None) -> Iterator[Due]:
    rows = LessonProgress.objects.filter(_after(since, "completed_at"), not_own("lesson__course"))
    rows = rows.filter(completed_at__isnull=False).exclude(lesson__course__status=Status.DRAFT)
    for row in _unpaid(_pair_key(rows, "lesson:", "lesson")).select_related("lesson__course"):
        lesson = row.lesson
        yield Due(row.user_id, row._key, row.completed_at, lesson.title, lesson.get_absolute_url(), lesson.course_id)


def _courses(since: datetime | None) -> Iterator[Due]:
    rows = Enrollment.ever.filter(_after(since, "completed_at"), not_own("course"), completed_at__isnull=False)
    for row in _unpaid(_pair_key(rows, "course:", "course")).select_related("course"):
        course = row.course
        yield Due(row.user_id, row._key, row.completed_at, course.title, course.get_absolute_url(), course.pk)


def _quizzes(since: datetime | None, prefix: str = "quiz:", **which: Any) -> Iterator[Due]:
    done = QuizAttempt.objects.filter(not_own("quiz__lesson__course"), passed=True, **which)
    done = done.filter(_after(since, "submitted_at"), submitted_at__isnull=False)
    first = done.order_by().values("user", "quiz").annotate(_first=Min("pk")).values("_first")
    rows = _unpaid(_pair_key(QuizAttempt.objects.filter(pk__in=first), prefix, "quiz"))
    for row in rows.select_related("quiz__lesson__course"):
        lesson = row.quiz.lesson
        yield Due(row.user_id, row._key, row.submitted_at, lesson.title, lesson.get_absolute_url(), lesson.course_id)
    told = reports(None).filter(_after(since, "at"), data__passed=True)
    told = told.filter(value=WHOLE) if "percent" in which else told
    for event in _unpaid(_pair_key(told, prefix, "lesson__quiz")).select_related("lesson__course").order_by("at"):
        lesson = event.lesson
        yield Due(event.user_id, event._key, event.at, lesson.title, lesson.get_absolute_url(), lesson.course_id)


def _perfect(since: datetime | None) -> Iterator[Due]:
    return _quizzes(since, "quiz-perfect:", percent=100)


def _topics(since: datetime | None) -> Iterator[Due]:
    rows = Topic.objects.filter(_after(since, "created_at"), deleted_at__isnull=True)
    for row in _unpaid(_keyed(rows, "topic:")):
        yield Due(row.author_id, row._key, row.created_at, row.title, row.get_absolute_url())


def _posts(since: datetime | None) -> Iterator[Due]:
    rows = Post.objects.filter(_after(since, "created_at"), deleted_at__isnull=True, number__gt=1)
    for row in _unpaid(_keyed(rows, "post:")).select_related("topic").defer("content", "content_html"):
        yield Due(row.author_id, row._key, row.created_at, row.topic.title, row.get_absolute_url())


def _comments(since: datetime | None) -> Iterator[Due]:
    rows = _unpaid(_keyed(Comment.objects.filter(_after(since, "created_at"), deleted_at__isnull=True), "comment:"))
    for row in rows.select_related("course", "lesson").defer("content", "content_html"):
        yield Due(row.author_id, row._key, row.created_at, row.target.title, row.get_absolute_url())


def _likes(since: datetime | None) -> Iterator[Due]:
    rows = _unpaid(_keyed(Like.objects.filter(_after(since, "created_at")), "like:"))
    for row in rows.select_related("post__topic", "comment__course", "comment__lesson"):
        liked: Any = row.post or row.comment
        title = liked.topic.title if row.post else liked.target.title
        yield Due(liked.author_id, row._key, row.created_at, title, liked.get_absolute_url(), source_id=row.user_id)


def _answers(since: datetime | None, prefix: str = "answer:", *, is_asker: bool = False) -> Iterator[Due]:
    rows = Topic.objects.filter(deleted_at__isnull=True, best_answer__deleted_at__isnull=True)
    rows = rows.filter(best_answer__isnull=False).exclude(best_answer__author=F("author"))
    rows = rows.filter(_after(since, "best_answer__created_at"))
    for row in _unpaid(_keyed(rows, prefix)).select_related("best_answer"):
        best = row.best_answer
        who = row.author_id if is_asker else best.author_id
        yield Due(who, row._key, best.created_at, row.title, best.get_absolute_url())


def _chosen(since: datetime | None) -> Iterator[Due]:
    return _answers(since, "answer-chosen:", is_asker=True)


def _published(since: datetime | None) -> Iterator[Due]:
    rows = Course.objects.filter(_after(since, "published_at"), published_at__isnull=False).exclude(status=Status.DRAFT)
    for row in _unpaid(_keyed(rows, "course-published:")):
        at: Any = row.published_at
        yield Due(row.instructor_id, row._key, at, row.title, row.get_absolute_url(), row.pk)


def _praise(since: datetime | None) -> Iterator[Due]:
    """Also of long ago: a student may have seen enough of the course only now."""
    rows = Review.objects.filter(rating=5, counts=True, enrollment__progress_percent__gte=REAL_PROGRESS)
    rows = rows.exclude(user=F("course__instructor"))
    for row in _unpaid(_keyed(rows, "review:")).select_related("course"):
        course = row.course
        yield Due(course.instructor_id, row._key, row.created_at, course.title, row.get_absolute_url(), course.pk)


_SOURCES = {
    "lesson_completed": _lessons,
    "course_completed": _courses,
    "quiz_passed": _quizzes,
    "quiz_perfect": _perfect,
    "topic_created": _topics,
    "post_created": _posts,
    "comment_posted": _comments,
    "like_received": _likes,
    "best_answer_received": _answers,
    "best_answer_chosen": _chosen,
    "course_published": _published,
    "five_star_review": _praise,
}
