"""Reads of what people did: one person's, and that of everybody one follows. Fan-out on read, by keyset."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from profiles import privacy
from profiles.models import Activity, ActivityType, Follow, User

FEED_PAGE = 20
DEEDS_NAMED = 3  # of deeds told together
SIEVED = 3  # rows looked at for each that is shown, at a time
LOOKS_BACK = (3, 30, None)  # days; all time where those hold too little
TOGETHER = timedelta(hours=24)  # deeds of one kind within a day are told as one


@dataclass(slots=True)
class Deeds:
    """One or several activities of one kind by one person, shown as one entry; the newest is first."""

    activities: list[Activity] = field(default_factory=list)

    @property
    def first(self) -> Activity:
        return self.activities[0]

    @property
    def person(self) -> User:
        return self.first.user

    @property
    def created_at(self) -> datetime:
        return self.first.created_at

    @property
    def text(self) -> str:
        return words(self.first.activity_type, len(self.activities), self.first.metadata)

    @property
    def hidden_count(self) -> int:
        """How many are not named one by one."""
        return max(0, len(self.activities) - DEEDS_NAMED)

    @property
    def icon(self) -> str:
        return ICONS.get(self.first.activity_type, "sparkles")


class Stream:
    """What some people did that one viewer may hear of, newest first, read a page at a time.

    Keys come first, out of the index (user, created_at) alone and of the last days before those of months, without a
    question who may see them: only the few rows of a page are asked that (`privacy.seen_activities`). Asked of all
    that 500 people ever did it would take seconds.
    """

    def __init__(self, viewer: Any, people: Sequence[int], *, are_heard: bool = False) -> None:
        """Read the deeds of `people`; `are_heard` says it is known already that `viewer` sees their activity."""
        self.viewer, self.people = viewer, people
        self.heard = frozenset(people) if are_heard else None

    def __iter__(self) -> Iterator[Activity]:
        before = ""
        while True:
            rows, before = self.page(before)
            yield from rows
            if not before:
                return

    def page(self, before: str = "", size: int = FEED_PAGE) -> tuple[list[Activity], str]:
        """Return `size` rows before the cursor and the next cursor, "" at the end. A broken cursor is the beginning."""
        place, found = parse_cursor(before), list[Activity]()
        while len(found) <= size:
            rows = self._rows(place, SIEVED * size)
            found += privacy.seen_activities(self.viewer, rows, self.heard)
            if len(rows) < SIEVED * size:
                break
            place = (rows[-1].created_at, rows[-1].pk)
        return found[:size], cursor_of(found[size - 1]) if len(found) > size else ""

    def _rows(self, place: tuple[datetime, int] | None, number: int) -> list[Activity]:
        """Return the next `number` rows after `place`, seen or not. One query for one person, else two to four."""
        rows = Activity.objects.filter(user_id__in=self.people).order_by("-created_at", "-pk")
        latest = timezone.now()
        if place is not None:
            latest, pk = place
            rows = rows.filter(Q(created_at__lt=latest) | Q(created_at=latest, pk__lt=pk), created_at__lte=latest)
        if len(self.people) == 1:
            return list(rows.select_related("user")[:number])
        keys: list[int] = []
        for days in LOOKS_BACK:
            late = rows if days is None else rows.filter(created_at__gt=latest - timedelta(days=days))
            keys = list(late.values_list("pk", flat=True)[:number])
            if len(keys) == number:
                break
        return list(Activity.objects.filter(pk__in=keys).select_related("user").order_by("-created_at", "-pk"))


def activities_of(viewer: Any, person: User, *, is_heard: bool = False) -> Stream:
    """Return what `person` did that `viewer` may hear of, newest first; `is_heard` as in Stream."""
    return Stream(viewer, [person.pk], are_heard=is_heard)


def feed(user: Any) -> Stream:
    """Return what the people do whom `user` follows, newest first; nothing of who is blocked or ignored. One query."""
    heard = privacy.seen_by(user, privacy.Facet.ACTIVITY, person="following")
    ties = Follow.objects.filter(heard, follower_id=user.pk).exclude(following__in=privacy.unheard_ids(user))
    return Stream(user, list(ties.values_list("following_id", flat=True)), are_heard=True)


def cursor_of(activity: Activity) -> str:
    """Return the place of `activity` in its list."""
    return f"{activity.created_at.timestamp():.6f}_{activity.pk}"


def parse_cursor(value: str) -> tuple[datetime, int] | None:
    """Return the place that a cursor names, None for anything we did not make."""
    moment, _sep, pk = value.partition("_")
    try:
        return datetime.fromtimestamp(float(moment), UTC), min(int(pk), 2**63 - 1)
    except (ValueError, OverflowError, OSError):
        return None


def together(activities: Iterable[Activity]) -> list[Deeds]:
    """Fold neighbours of one person and kind within a day into one entry."""
    shown: list[Deeds] = []
    for activity in activities:
        last = shown[-1].first if shown else None
        if (
            last is not None
            and (last.user_id, last.activity_type) == (activity.user_id, activity.activity_type)
            and last.created_at - activity.created_at < TOGETHER
        ):
            shown[-1].activities.append(activity)
        else:
            shown.append(Deeds([activity]))
    return shown


def words(activity_type: str, count: int, metadata: dict[str, Any]) -> str:
    """Return what was done, without the name of who did it, in the reader's language."""
    if activity_type == ActivityType.LEVEL_UP:
        return _("reached level %(level)s") % {"level": metadata.get("level", "")}
    texts = {
        ActivityType.COURSE_COMPLETED: lambda: ngettext("completed a course", "completed %(n)d courses", count),
        ActivityType.BADGE_EARNED: lambda: ngettext("earned a badge", "earned %(n)d badges", count),
        ActivityType.COURSE_CREATED: lambda: ngettext("published a course", "published %(n)d courses", count),
        ActivityType.COMMENT_POSTED: lambda: ngettext("wrote a comment", "wrote %(n)d comments", count),
        ActivityType.TOPIC_CREATED: lambda: ngettext("started a topic", "started %(n)d topics", count),
    }
    make = texts.get(ActivityType(activity_type)) if activity_type in ActivityType.values else None
    return make() % {"n": count} if make else activity_type


ICONS: dict[str, str] = {
    ActivityType.COURSE_COMPLETED: "graduation-cap",
    ActivityType.BADGE_EARNED: "award",
    ActivityType.LEVEL_UP: "trending-up",
    ActivityType.COURSE_CREATED: "book-open",
    ActivityType.COMMENT_POSTED: "message-circle",
    ActivityType.TOPIC_CREATED: "messages-square",
}
