"""What courses add to other pages."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from community_platform.core import panels
from courses import selectors
from courses.selectors.people import courses_of

SHOWN, SHOWN_TAKEN = 6, 8  # cards of what is taught, rows of what is taken


def courses_of_person(request: HttpRequest, seen: Any) -> Mapping[str, Any] | None:
    """Show the courses that a person teaches, as cards, and those that they take; nothing if they hide them.

    At most two queries: the second, what the reader takes of the cards, only where there are cards.
    """
    if not seen.shows_courses:
        return None
    rows: list[Any] = list(courses_of(seen.viewer, seen.person).for_card()[: SHOWN + SHOWN_TAKEN])
    taught = [row for row in rows if row.role == "instructor"][:SHOWN]
    taken = [row for row in rows if row.role == "student"][:SHOWN_TAKEN]
    mine = selectors.enrollments_in(seen.viewer, taught) if taught else {}
    return {"cards": [(row, mine.get(row.pk)) for row in taught], "taken": taken} if rows else None


panels.register("profile.main", "courses/_courses_of_person.html", courses_of_person, order=50)
