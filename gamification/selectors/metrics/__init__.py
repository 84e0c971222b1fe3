"""The metrics that badges are made of: one function each, for events, the nightly pass and progress bars alike.

An app above adds its own with `register("referrals_joined", units)`, where `units(people, window)` returns the rows
that count as `who` and `at` (see `units.py`).
"""

from gamification.selectors.metrics import learning, quizzes, social, special, teaching
from gamification.selectors.metrics.units import ALWAYS, Counted, Metric, Number, People, Units, When, Window

__all__ = ["ALWAYS", "Metric", "Number", "People", "When", "Window", "metric", "names", "register"]

_METRICS: dict[str, Metric] = {
    "lessons_completed": Counted(learning.lessons_completed),
    "courses_completed": Counted(learning.courses_completed),
    "fast_course_completions": Counted(learning.fast_courses),
    "long_courses_completed": Counted(learning.long_courses),
    "course_categories_completed": Counted(learning.categories_completed),
    "max_courses_in_category": Counted(learning.courses_in_category, has_parts=True),
    "night_lessons": Counted(learning.night_lessons),
    "dawn_lessons": Counted(learning.dawn_lessons),
    "best_weekend_lessons": Counted(learning.weekend_lessons, has_parts=True),
    "quizzes_passed": Counted(quizzes.passed),
    "perfect_quizzes": Counted(quizzes.perfect),
    "quick_quizzes": Counted(quizzes.quick),
    "fully_answered_courses": Counted(quizzes.fully_answered),
    "max_attempts_one_quiz": Counted(quizzes.attempts_of_one, has_parts=True),
    "first_try_quizzes": Counted(quizzes.first_try),
    "comments_posted": Counted(social.comments_posted),
    "topics_created": Counted(social.topics_created),
    "likes_received": Counted(social.likes_received),
    "best_answers": Counted(social.best_answers),
    "people_helped": Counted(social.people_helped),
    "followers": Counted(social.followers),
    "courses_published": Counted(teaching.courses_published),
    "students_total": Counted(teaching.students),
    "instructor_rating": teaching.Rating(),
    "courses_rated_45": Counted(teaching.well_rated_courses),
    "five_star_reviews": Counted(teaching.five_stars),
    "longest_streak": special.LongestStreak(),
    "signup_rank": special.Rank(),
    "bug_reports_confirmed": Counted(special.bug_reports),
    "referrals_joined": special.Elsewhere(),
    "referrals_completed": special.Elsewhere(),
    "holidays_active": Counted(learning.holidays),
    "event_lessons": Counted(learning.event_lessons),
    "birthday_active": Counted(learning.birthdays),
    "certificates_active": Counted(learning.certificates),
    "badges_missing": special.BadgesMissing(),
}


def metric(name: str) -> Metric:
    """Return the metric of this name. Raises: KeyError."""
    return _METRICS[name]


def names() -> set[str]:
    """Return the names of all metrics."""
    return set(_METRICS)


def register(name: str, units: Units) -> None:
    """Let `units` answer for a metric of the catalogue whose rows an app above owns. Raises: KeyError."""
    if name not in _METRICS:
        raise KeyError(f"unknown metric {name!r}")
    _METRICS[name] = Counted(units)
