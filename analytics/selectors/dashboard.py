"""All courses of an instructor: what needs attention first."""

from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

from django.db.models import Avg, Count, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.models import QuestionDay, StudentEngagement
from analytics.selectors.quizzes import SUMS, correlation, verdict
from analytics.selectors.scope import courses_of, today
from courses.models import Course, Lesson, Review
from forum.models import Topic, TopicKind

ITEMS_DAYS = 366
DROP_MIN = 10  # students who reached a lesson
DROP_SHARE = 0.2
DROP_TIMES = 2  # times the mean of the course
RATING_DAYS = 30
RATING_MIN = 3  # reviews
RATING_FALL = 0.3
UNANSWERED_AGE = timedelta(hours=24)


def courses(user: Any) -> list[dict[str, Any]]:
    """Return the courses whose figures `user` may see, worst first.

    Each is {"course", "id", "slug", "title", "students", "at_risk", "rating", "attention"}; an item of `attention` is
    {"code", "count", "weight", "text"} and may name a "lesson" or "question". The number of queries does not grow.
    """
    found = list(courses_of(user).defer("description", "description_html").order_by("pk"))
    keys = [course.pk for course in found]
    items: dict[int, list[dict[str, Any]]] = defaultdict(list)
    people: dict[int, dict[str, Any]] = {
        row["course"]: dict(row)
        for row in StudentEngagement.objects.filter(course__in=keys).order_by().values("course").annotate(
            students=Count("pk"), at_risk=Count("pk", filter=Q(is_at_risk=True))
        )
    }  # fmt: skip
    _at_risk(people, items)
    _unanswered(keys, items)
    _questions(keys, items)
    _drops(keys, items)
    _ratings(found, items)
    shown = []
    for course in found:
        attention = sorted(items[course.pk], key=lambda item: (-item["weight"], item["code"]))
        numbers = people.get(course.pk, {"students": 0, "at_risk": 0})
        shown.append(
            {
                "course": course, "id": course.pk, "slug": course.slug, "title": course.title,
                "students": numbers["students"], "at_risk": numbers["at_risk"], "rating": course.rating,
                "attention": attention,
            }
        )  # fmt: skip
    return sorted(shown, key=lambda row: (-sum(item["weight"] for item in row["attention"]), row["id"]))


def _item(code: str, count: int, weight: float, text: str, **about: Any) -> dict[str, Any]:
    return {"code": code, "count": count, "weight": round(weight, 2), "text": text, **about}


def _at_risk(people: dict[int, dict[str, Any]], items: dict[int, list[dict[str, Any]]]) -> None:
    for course, row in people.items():
        if row["at_risk"]:
            text = ngettext("%(n)s student may need help", "%(n)s students may need help", row["at_risk"])
            share = row["at_risk"] / row["students"]
            items[course].append(_item("at_risk", row["at_risk"], 40 * share, text % {"n": row["at_risk"]}))


def _unanswered(keys: list[int], items: dict[int, list[dict[str, Any]]]) -> None:
    rows = Topic.objects.filter(
        course__in=keys, kind=TopicKind.QUESTION, best_answer=None, replies_count=0, deleted_at=None,
        created_at__lt=timezone.now() - UNANSWERED_AGE,
    )  # fmt: skip
    for course, count in rows.order_by().values_list("course").annotate(n=Count("pk")):
        text = ngettext("%(n)s question without an answer", "%(n)s questions without an answer", count)
        items[course].append(_item("unanswered", count, min(5 * count, 30), text % {"n": count}))


def _questions(keys: list[int], items: dict[int, list[dict[str, Any]]]) -> None:
    since = today() - timedelta(days=ITEMS_DAYS)
    rows = QuestionDay.objects.filter(course__in=keys, day__gt=since, question__retired_at=None).order_by()
    totals = {f"s_{name}": Sum(name) for name in SUMS}
    sums: Any = rows.values("course", "question", "question__text").annotate(**totals)
    for row in sums.order_by("question"):
        n, facility = row["s_n"], row["s_x"] / row["s_max_sum"] if row["s_max_sum"] else None
        found = verdict(n, facility, correlation(n, *(row[f"s_{name}"] for name in ("x", "y", "xx", "yy", "xy"))))
        if found in {"wrong_key", "dubious"}:
            text = _("A question that misleads: better students get it wrong")
            if found == "dubious":
                text = _("A question that says little about what students know")
            about = {"question": {"id": row["question"], "text": row["question__text"][:200]}}
            weight = 25 if found == "wrong_key" else 10
            items[row["course"]].append(_item(f"question_{found}", n, weight, text, **about))


def _drops(keys: list[int], items: dict[int, list[dict[str, Any]]]) -> None:
    rows = StudentEngagement.objects.filter(course__in=keys, furthest_lesson__isnull=False).order_by()
    counts = rows.values("course", "furthest_lesson").annotate(n=Count("pk"), gone=Count("pk", filter=Q(has_left=True)))
    ends: dict[int, Counter[int]] = defaultdict(Counter)
    gone: Counter[int] = Counter()
    for row in counts:
        ends[row["course"]][row["furthest_lesson"]] = row["n"]
        gone[row["furthest_lesson"]] = row["gone"]
    lessons: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for lesson in Lesson.objects.filter(course__in=keys).order_by("position", "pk").values(
        "pk", "course", "slug", "title"
    ):
        lessons[lesson["course"]].append(dict(lesson))
    for course, steps in lessons.items():
        here = sum(ends[course][lesson["pk"]] for lesson in steps)
        shares = []
        for lesson in steps[:-1]:
            if here >= DROP_MIN:
                shares.append((gone[lesson["pk"]] / here, here, lesson))
            here -= ends[course][lesson["pk"]]
        mean = sum(share for share, _n, _l in shares) / len(shares) if shares else 0
        for share, reached, lesson in shares:
            if share >= max(DROP_SHARE, DROP_TIMES * mean):
                text = _("%(percent)s %% of those who reach “%(lesson)s” leave there") % {
                    "percent": round(100 * share), "lesson": lesson["title"],
                }  # fmt: skip
                about = {"id": lesson["pk"], "slug": lesson["slug"], "title": lesson["title"]}
                item = _item("drop_off", gone[lesson["pk"]], 40 * share, text, lesson=about, reached=reached)
                items[course].append(item)


def _ratings(found: list[Course], items: dict[int, list[dict[str, Any]]]) -> None:
    since = timezone.now() - timedelta(days=RATING_DAYS)
    rows = Review.objects.filter(course__in=[course.pk for course in found], counts=True).order_by()
    means = {
        row["course"]: row
        for row in rows.values("course").annotate(
            n=Count("pk", filter=Q(created_at__gte=since)), new=Avg("rating", filter=Q(created_at__gte=since)),
            old=Avg("rating", filter=Q(created_at__lt=since)),
        )
    }  # fmt: skip
    for course, row in means.items():
        if row["n"] >= RATING_MIN and row["old"] is not None and row["old"] - row["new"] >= RATING_FALL:
            fall = row["old"] - row["new"]
            text = _("Ratings fell from %(old)s to %(new)s") % {"old": f"{row['old']:.1f}", "new": f"{row['new']:.1f}"}
            items[course].append(_item("rating", row["n"], 15 * fall, text))
