"""The triangle of retention."""

from typing import Any

from analytics.models import Cohort
from courses.models import Course

MODES = ("on", "on_or_after")


def triangle(course: Course, by: str = "week", mode: str = "on") -> list[dict[str, Any]]:
    """Return [{"cohort": first day, "size", "cells": [students]}], the oldest first.

    The last cell of every row is the week or month that still runs.
    """
    found: dict[Any, dict[str, Any]] = {}
    for row in Cohort.objects.filter(course=course, grain=by).order_by("began_on", "period"):
        line = found.setdefault(row.began_on, {"cohort": row.began_on, "size": row.size, "cells": []})
        line["cells"].append(row.returned if mode == "on" else row.returned_later)
    return list(found.values())
