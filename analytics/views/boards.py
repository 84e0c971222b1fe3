"""What each page of a course shows, out of the selectors: tiles, charts, tables."""

from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from analytics.charts import (
    Cell,
    Part,
    Row,
    Series,
    bars,
    funnel,
    heatmap,
    histogram,
    line,
    retention,
    strips,
)
from analytics.models import FunnelDay
from analytics.selectors import cohorts, course, quizzes, students
from analytics.selectors.scope import state
from analytics.views.frame import Frame, labels
from analytics.views.tiles import Tile, tile
from community_platform.core.cache import cached
from courses.models import FeedbackKind

Context = dict[str, Any]
CACHE_SECONDS = 300


def overview(frame: Frame, asked: dict[str, str]) -> Context:
    now, before = course.overview(frame.course, frame.days), course.overview(frame.course, frame.days.before)
    daily = course.daily(frame.course, frame.days)
    active = [
        Series(_("Learned that day"), [d["dau"] for d in daily]),
        Series(_("In 7 days"), [d["wau"] for d in daily], 2, is_dashed=True),
    ]
    grown = [
        Series(_("Enrolments"), [d["enrollments"] for d in daily]),
        Series(_("Completions"), [d["completions"] for d in daily], 5),
    ]
    charts = [
        line(_("Active students"), labels(daily), active),
        bars(_("Enrolments and completions"), labels(daily), grown),
    ]
    return {"tiles": _tiles(frame, now, before, daily), "charts": charts, "exports": ["daily"]}


def _tiles(frame: Frame, now: Context, before: Context, daily: list[Context]) -> list[Tile]:
    people = frame.people
    return [
        tile("students", now["students"], url=people("students")),
        tile("wau", now["active_7_days"], before=before["active_7_days"], trend=[d["wau"] for d in daily],
             url=people("active_7_days")),
        tile("mau", now["active_30_days"], before=before["active_30_days"], trend=[d["mau"] for d in daily],
             url=people("active_30_days")),
        tile("completion_rate", now["completion_rate"], before=before["completion_rate"], unit=" %",
             trend=[d["completion_rate"] for d in daily]),
        tile("starters_rate", now["starters_rate"], unit=" %"),
        tile("at_risk", now["at_risk"], url=people("at_risk")),
        tile("rating", now["rating"]),
        tile("revenue", now["revenue"], before=before["revenue"], unit=f" {now['currency']}",
             trend=[d["revenue"] for d in daily]),
    ]  # fmt: skip


def engagement(frame: Frame, asked: dict[str, str]) -> Context:
    found = course.engagement(frame.course, frame.days)
    daily, drops = found["daily"], found["drop_off"]
    windows = [
        Series(_("A day"), [d["dau"] for d in daily]), Series(_("7 days"), [d["wau"] for d in daily], 2),
        Series(_("30 days"), [d["mau"] for d in daily], 3, is_dashed=True),
    ]  # fmt: skip
    watch = [Series(_("Minutes"), [d["total_watch_time_minutes"] for d in daily])]
    names = dict(zip(FunnelDay.STEPS, _steps(), strict=True))
    steps = [(names[step["step"]], step["students"], "") for step in found["funnel"]]
    left = _("Of all who came this far. Left: no learning for 14 days.")
    charts = [
        line(_("Different people who learned"), labels(daily), windows),
        line(_("Watch time, minutes"), labels(daily), watch),
        strips(_("Where students stop"), _drops(frame, drops), description=left),
        funnel(_("The way of those who enrolled in this time"), steps),
    ]
    return {"charts": charts, "explained": _defined("drop_off", "funnel", "wau"), "exports": ["daily", "lessons"]}


def _drops(frame: Frame, drops: list[Context]) -> list[Row]:
    return [
        Row(
            drop["lesson"]["title"],
            [
                Part(_("Went on"), drop["reached"] - drop["left"] - drop["in_progress"], 1),
                Part(_("Still here"), drop["in_progress"], 6),
                Part(_("Left here"), drop["left"], 4, frame.people("left", lesson=drop["lesson"]["id"])),
            ],
            url=frame.lesson(drop["lesson"]),
        )
        for drop in drops
    ]


def _steps() -> list[str]:
    return [
        _("Enrolled"), _("Began"), _("A quarter"), _("Passed a quiz"), _("Half"), _("Completed"), _("Reviewed"),
    ]  # fmt: skip


def students_page(frame: Frame, asked: dict[str, str]) -> Context:
    found = cached(_key(frame, "summary"), CACHE_SECONDS, lambda: _summary(frame))
    scores = [(f"{10 * n}–{10 * n + (10 if n == 9 else 9)}", v) for n, v in enumerate(found["score_distribution"])]
    times = [
        (f"{row['days_from']}+" if row["days_to"] is None else f"{row['days_from']}–{row['days_to']}", row["students"])
        for row in found["completion_time_distribution"]
    ]
    charts = [
        histogram(_("Best quiz results, per cent"), scores, name=_("Students and quizzes")),
        histogram(_("Days to completion"), times, name=_("Students")),
    ]
    q, order = asked.get("q", "")[:100], asked.get("order", "")
    return {
        "charts": charts, "struggles": found["struggle_points"],
        "rows": students.rows(frame.course, q=q, order=order), "q": q, "order": order, "exports": ["students"],
        "explained": _defined("engagement_score", "estimated_completion_date", "at_risk"),
    }  # fmt: skip


def _summary(frame: Frame) -> Context:
    return {
        "score_distribution": students.score_distribution(frame.course, frame.days),
        "completion_time_distribution": students.completion_times(frame.course, frame.days),
        "struggle_points": students.struggle_points(frame.course, frame.days),
    }


def _key(frame: Frame, name: str) -> str:
    """Return the key of cached figures: a new run of aggregation, in whatever process, is a new key."""
    row = state(frame.course)
    days = frame.days
    return f"analytics:{name}:{frame.course.pk}:{row.version if row else 0}:{days.first}:{days.last}"


def quizzes_page(frame: Frame, asked: dict[str, str]) -> Context:
    found = quizzes.performance(frame.course, frame.days)
    scores = students.score_distribution(frame.course, frame.days)
    bins = [(f"{10 * n}–{10 * n + (10 if n == 9 else 9)}", value) for n, value in enumerate(scores)]
    charts = [histogram(_("Best quiz results, per cent"), bins, name=_("Students and quizzes"))]
    return {
        "charts": charts, "quizzes": found["quizzes"], "questions": found["questions"], "exports": ["questions"],
        "explained": _defined("facility", "discrimination", "average_quiz_score"),
    }  # fmt: skip


def content(frame: Frame, asked: dict[str, str]) -> Context:
    found = course.content(frame.course, frame.days)
    watched = [
        Row(
            row["lesson"]["title"], [Part(_("Minutes"), round(row["watch_minutes"]))], frame.lesson(row["lesson"]),
            _("%(n)s viewers") % {"n": row["viewers"]},
        )
        for row in found["most_watched"]
    ]  # fmt: skip
    marks = found["feedback_heatmap"]
    charts = [
        strips(_("Most watched lessons, minutes"), watched),
        strips(_("Who opened and who finished each lesson"), _done(frame, found["completion"])),
        heatmap(_("Marks of students"), _kinds(), _heat(marks), corner=_("Lesson")),
    ]
    return {
        "charts": charts, "replayed": found["most_replayed"], "exports": ["lessons"],
        "explained": _defined("replays", "lesson_completion", "total_watch_time_minutes"),
    }  # fmt: skip


def _done(frame: Frame, completion: list[Context]) -> list[Row]:
    return [
        Row(
            row["lesson"]["title"],
            [Part(_("Finished"), row["completed"], 5), Part(_("Opened only"), row["viewed"] - row["completed"], 6)],
            frame.lesson(row["lesson"]),
        )
        for row in completion
    ]


def _kinds() -> list[str]:
    return [str(label) for label in FeedbackKind.labels]


def _heat(marks: list[Context]) -> list[tuple[str, list[Cell]]]:
    most = max((row[kind] for row in marks for kind in FeedbackKind.values), default=0)
    return [
        (row["lesson"]["title"], [Cell(str(row[k]), row[k] / most if row[k] else None) for k in FeedbackKind.values])
        for row in marks
        if any(row[kind] for kind in FeedbackKind.values)
    ]


def cohorts_page(frame: Frame, asked: dict[str, str]) -> Context:
    by = asked.get("by") if asked.get("by") in {"week", "month"} else "week"
    mode = asked.get("mode") if asked.get("mode") in cohorts.MODES else "on"
    found = cohorts.triangle(frame.course, str(by), str(mode))[-12:]
    widest = max((len(row["cells"]) for row in found), default=0)
    triangle = [(formats.date_format(r["cohort"], "SHORT_DATE_FORMAT"), r["size"], r["cells"]) for r in found]
    title = _("Students who came back, by week") if by == "week" else _("Students who came back, by month")
    note = _("Dashed cells are not over yet and stay out of the mean.")
    chart = retention(title, triangle, steps=[str(n) for n in range(widest)], description=note)
    return {
        "charts": [chart], "by": by, "mode": mode, "exports": ["cohorts"], "explained": _defined("retention"),
    }  # fmt: skip


def revenue(frame: Frame, asked: dict[str, str]) -> Context:
    found = course.revenue(frame.course, frame.days)
    unit = f" {found['currency']}"
    daily, conversion = found["daily"], found["conversion"]
    said = _("%(paid)s of %(opened)s orders") % conversion
    tiles = [
        tile("revenue", sum(day["net"] for day in daily), unit=unit),
        tile("conversion", conversion["rate"], unit=" %", said=said),
        tile("refund_rate", found["refund_rate"], unit=" %"),
    ]
    money = [
        Series(_("Paid"), [day["gross"] for day in daily], 5),
        Series(_("Refunded"), [-day["refunded"] for day in daily], 4),
    ]
    chart = bars(_("Payments and refunds"), labels(daily), money, is_stacked=True, unit=unit)
    return {"tiles": tiles, "charts": [chart], "coupons": found["coupons"], "unit": unit, "exports": ["revenue"]}


def _defined(*ids: str) -> list[Any]:
    return [tile(id, None).definition for id in ids]


BOARDS = {
    "overview": overview, "engagement": engagement, "students": students_page, "quizzes": quizzes_page,
    "content": content, "cohorts": cohorts_page, "revenue": revenue,
}  # fmt: skip
