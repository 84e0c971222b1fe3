"""What a student sees of their own figures: the same as their instructor, and what would raise them."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.models import StudentEngagement


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score. `points` of `possible` are what it gives to the 0-100."""

    key: str
    label: str
    hint: str
    value: float
    points: float
    possible: float


def own(user: Any) -> list[StudentEngagement]:
    """Return how `user` stands in each course they study, the last active first."""
    rows = StudentEngagement.objects.filter(user=user).select_related("course", "furthest_lesson")
    rows = rows.defer("course__description", "course__description_html", "furthest_lesson__content_html")
    return sorted(rows, key=lambda row: (row.last_activity_at or row.enrolled_at, row.pk), reverse=True)


def explain(row: StudentEngagement) -> list[Part]:
    """Return the parts of the score in their order: what was reached, what is possible, and what would raise it."""
    words = {
        "coverage": (_("Keeping up"), _("Finish the next lesson to keep up with the plan.")),
        "regularity": (_("Regularity"), _("Learn on 12 of 28 days, however short.")),
        "assessment": (_("Quizzes"), _("Take a quiz you skipped, or repeat one for a better result.")),
        "social": (_("Taking part"), _("Write four comments or questions within four weeks.")),
        "recency": (_("Recently active"), _("Come back today.")),
    }
    total = sum(part["weight"] for part in row.components.values()) or 1
    found = []
    for key, (label, hint) in words.items():
        part = row.components.get(key)
        if part is not None:
            possible = 100 * part["weight"] / total
            found.append(Part(key, label, hint, part["value"], round(possible * part["value"], 1), round(possible, 1)))
    return found
