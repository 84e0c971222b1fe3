"""Days that must be made anew although no event arrived: accounts that are erased or become one."""

from typing import Any

from analytics.models import DirtyDay, FigureExport, NpsResponse, StudentEngagement, UserCourseDay


def mark_days_of(user: Any) -> int:
    """Mark every day on which `user` was counted, and return how many."""
    days = UserCourseDay.objects.filter(user=user).values_list("course_id", "day")
    return len(DirtyDay.objects.bulk_create(DirtyDay(course_id=course, day=day) for course, day in days))


def forget(user: Any) -> None:
    """Remove what is derived about `user`; the next run counts their days without them. Repeatable."""
    mark_days_of(user)
    UserCourseDay.objects.filter(user=user).delete()
    StudentEngagement.objects.filter(user=user).delete()
    NpsResponse.objects.filter(user=user).update(user=None, comment="")  # the number stays in the mean
    taken = FigureExport.objects.filter(user=user)
    for row in taken.exclude(file=""):
        row.file.delete(save=False)
    taken.update(user=None, file="")


def join(keep: Any, absorb: Any) -> int:
    """Let the next run count the days of both as days of the account that stays."""
    mark_days_of(keep)
    changed = mark_days_of(absorb)
    UserCourseDay.objects.filter(user=absorb).delete()
    StudentEngagement.objects.filter(user=absorb).delete()
    return changed
