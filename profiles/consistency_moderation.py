"""What must hold for reports and the cases they meet in."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from community_platform.core.consistency import alarm, count_of, counter, register, sum_of
from profiles.models import CaseState, Flag, ReviewCase


def _half_decided() -> QuerySet[ReviewCase]:
    """Cases whose state and decision disagree."""
    decided = Q(resolved_at__isnull=False)
    return ReviewCase.objects.filter(Q(decided, state=CaseState.OPEN) | Q(~decided & ~Q(state=CaseState.OPEN)))


register(
    counter(
        "profiles.case.flags_count", "reports of a case", ReviewCase, "flags_count",
        count_of(Flag.objects.all(), "case"),
    ),
    counter(
        "profiles.case.score", "weight of the reports of a case", ReviewCase, "score",
        sum_of(Flag.objects.all(), "case", "weight"),
    ),
    alarm("profiles.case.decided", "a case is open or has a decision", _half_decided, stored="state"),
    alarm(
        "profiles.case.reported", "a case has a report",
        lambda: ReviewCase.objects.filter(~Exists(Flag.objects.filter(case=OuterRef("pk")))),
    ),
    alarm(
        "profiles.flag.own", "nobody reports what they wrote",
        lambda: Flag.objects.filter(user=F("case__author")),
    ),
)  # fmt: skip
