"""The shelves of the catalogue, in order, and what the reasons of the ledger are called."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

CATEGORIES = (
    ("learning", pgettext_lazy("badges", "Learning")),
    ("completion", pgettext_lazy("badges", "Courses")),
    ("mastery", pgettext_lazy("badges", "Mastery")),
    ("knowledge", pgettext_lazy("badges", "Quizzes")),
    ("streak", pgettext_lazy("badges", "Streaks")),
    ("social", pgettext_lazy("badges", "Community")),
    ("helping", pgettext_lazy("badges", "Helping")),
    ("teaching", pgettext_lazy("badges", "Teaching")),
    ("early_bird", pgettext_lazy("badges", "First members")),
    ("seasonal", pgettext_lazy("badges", "Seasons")),
    ("limited", pgettext_lazy("badges", "Rare occasions")),
    ("hidden", pgettext_lazy("badges", "Secret")),
)

REASONS = {
    "lesson_completed": (_("Lesson completed"), "book-open"),
    "course_completed": (_("Course completed"), "graduation-cap"),
    "quiz_passed": (_("Quiz passed"), "circle-check"),
    "quiz_perfect": (_("Quiz without a mistake"), "target"),
    "topic_created": (_("Topic started"), "message-square-plus"),
    "post_created": (_("Reply written"), "message-square"),
    "comment_posted": (_("Comment written"), "message-circle"),
    "like_received": (_("Like received"), "heart"),
    "best_answer_received": (_("Best answer"), "badge-check"),
    "best_answer_chosen": (_("Best answer chosen"), "check"),
    "course_published": (_("Course published"), "presentation"),
    "five_star_review": (_("Five stars from a student"), "star"),
    "badge_awarded": (_("Badge earned"), "award"),
    "streak_reward": (_("Streak reward"), "flame"),
    "referral_joined": (_("A friend joined by invitation"), "user-plus"),
    "referral_completed": (_("A friend finished the first course"), "graduation-cap"),
    "referral_ladder": (_("Many friends invited"), "trophy"),
    "correction": (_("Correction by the school"), "pencil"),
}
OTHER = (_("Reward"), "gift")
