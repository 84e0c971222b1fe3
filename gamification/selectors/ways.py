"""What to do next for a badge: where the things are that it counts."""

from django.utils.translation import gettext as _

from gamification.models import Badge

_WAYS = {
    "/courses/": (
        "lessons_completed", "courses_completed", "fast_course_completions", "long_courses_completed",
        "course_categories_completed", "max_courses_in_category", "night_lessons", "dawn_lessons",
        "best_weekend_lessons", "quizzes_passed", "perfect_quizzes", "quick_quizzes", "fully_answered_courses",
        "max_attempts_one_quiz", "first_try_quizzes", "holidays_active", "event_lessons", "certificates_active",
    ),
    "/forum/": ("comments_posted", "topics_created", "likes_received", "best_answers", "people_helped"),
    "/people/": ("followers",),
    "/streak/": ("longest_streak",),
    "/bugs/": ("bug_reports_confirmed",),
    "/settings/profile/": ("birthday_active", "signup_rank"),
}  # fmt: skip
_WAY_OF = {metric: url for url, metrics in _WAYS.items() for metric in metrics}


def way_to(badge: Badge) -> tuple[str, str] | None:
    """Return the address and the words of the next step towards `badge`; None where there is nothing to do."""
    words = {
        "/courses/": _("Go on with a course"),
        "/forum/": _("Answer a question in the forum"),
        "/people/": _("Find people"),
        "/streak/": _("Look after your streak"),
        "/bugs/": _("Report a bug"),
        "/settings/profile/": _("Complete your profile"),
    }
    url = _WAY_OF.get(badge.metric)
    return (url, words[url]) if url else None
