"""Who sees what of a person: the one place that decides, for pages, API, sockets, search, feeds, mail and exports.

A person has four switches (`is_profile_public`, `show_badges`, `show_courses`, `show_activity`). Each guards a facet,
and a private profile hides them all. The owner and staff always see everything; somebody who is blocked by the owner,
or blocks them, sees nothing. Hidden means absent: pages and API leave the facet out, its own addresses answer 404.

Two forms of one rule: `can_see` for a loaded person, `seen_by` for the rows of a queryset. They are tested against each
other. Nothing here is cached: the switches are columns of the account, so a change holds at once.
"""

from collections.abc import Callable, Collection
from enum import Enum
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from community_platform.core.permissions import SYSTEM
from profiles.models import Activity, ActivityType, Block, BlockKind, User


class Facet(Enum):
    """What a switch guards; the value is the column of the switch beside `is_profile_public`."""

    PROFILE = "is_profile_public"  # texts, links, counters, followers, mention in lists and leaderboards
    BADGES = "show_badges"
    COURSES = "show_courses"  # and certificates
    ACTIVITY = "show_activity"  # feed, calendar, last seen


def can_see(viewer: Any, owner: User, facet: Facet = Facet.PROFILE) -> bool:
    """Tell whether `viewer` may see this facet of `owner`. At most one query, none for owner, staff and visitors."""
    if not owner.is_active:
        return False
    if sees_all(viewer) or viewer.pk == owner.pk:
        return True
    if not (owner.is_profile_public and getattr(owner, facet.value)):
        return False
    return not (viewer.is_authenticated and is_blocked(viewer, owner))


def facets_of(viewer: Any, owner: User) -> frozenset[Facet]:
    """Return the facets of `owner` that `viewer` may see. At most one query."""
    if not can_see(viewer, owner):
        return frozenset()
    open_to_all = sees_all(viewer) or viewer.pk == owner.pk
    return frozenset(facet for facet in Facet if open_to_all or getattr(owner, facet.value))


def seen_by(viewer: Any, facet: Facet = Facet.PROFILE, *, person: str = "") -> Q:
    """Return the condition under which `viewer` sees this facet of the person at the lookup `person` ("" = the row)."""
    path = f"{person}__" if person else ""
    active = Q(**{f"{path}is_active": True})
    if sees_all(viewer):
        return active
    shown = Q(**{f"{path}is_profile_public": True, f"{path}{facet.value}": True})
    if not viewer.is_authenticated:
        return active & shown
    blocked = Q(**{f"{person or 'pk'}__in": blocked_ids(viewer)})  # asked once, not for each row
    return active & (Q(**{person or "pk": viewer.pk}) | (shown & ~blocked))


def sees_all(viewer: Any) -> bool:
    """Staff and the site itself see what people hide."""
    return viewer is SYSTEM or bool(viewer.is_authenticated and viewer.is_moderator)


def block_with(viewer: Any) -> dict[str, Any]:
    """Return the annotations of people by which `is_blocked` knows without a query whether `viewer` meets a block."""
    return {"_asked_by": Value(viewer.pk), "_is_blocked": Exists(_blocks_between(viewer.pk, OuterRef("pk")))}


def is_blocked(viewer: Any, other: Any) -> bool:
    """Tell whether one of the two blocks the other. One query, none where `other` was loaded with `block_with`."""
    known = other.__dict__
    if known.get("_asked_by") == viewer.pk:
        return bool(known["_is_blocked"])
    return _blocks_between(viewer.pk, other.pk).exists()


def blocked_ids(viewer: Any) -> QuerySet[Any]:
    """Return the keys of those whom `viewer` blocks or who block `viewer`, as subquery material."""
    theirs = Block.objects.filter(kind=BlockKind.BLOCK, other_id=viewer.pk).values("user")
    return Block.objects.filter(kind=BlockKind.BLOCK, user_id=viewer.pk).values("other").union(theirs)


def unheard_ids(viewer: Any) -> QuerySet[Any]:
    """Return the keys of those whom `viewer` blocks or ignores: nothing they do is told to `viewer`."""
    return Block.objects.filter(user_id=viewer.pk).values("other")


def hearing(actor_id: int | None, *, person: str = "") -> Q:
    """Return the condition under which the person at the lookup `person` is told what `actor_id` does.

    Not who ignores or blocks them, and not whom they block. What the site itself does (None) everybody hears.
    """
    if actor_id is None:
        return Q()
    deaf = Block.objects.filter(user=OuterRef(person or "pk"), other=actor_id)
    shut_out = Block.objects.filter(user=actor_id, other=OuterRef(person or "pk"), kind=BlockKind.BLOCK)
    return ~Q(Exists(deaf)) & ~Q(Exists(shut_out))


def hears(listener_id: int, actor_id: int) -> bool:
    """Tell whether one person is told what another does. One query."""
    return User.objects.filter(hearing(actor_id), pk=listener_id).exists()


def heard_by(listener_id: int, *, person: str) -> Q:
    """Return the condition under which `listener_id` is told what the person at the lookup `person` does.

    `hearing` from the other end.
    """
    ignored = Block.objects.filter(user=listener_id).values("other")
    shut_out = Block.objects.filter(other=listener_id, kind=BlockKind.BLOCK).values("user")
    return ~Q(**{f"{person}__in": ignored}) & ~Q(**{f"{person}__in": shut_out})


def may_write_to(writer: Any, people: Collection[int]) -> set[int]:
    """Return those of `people` (keys) to whom `writer` may write in private: no block between, either way. One query.

    Being ignored does not count: the writer must not notice; `hearing` keeps quiet about what they send.
    """
    if writer is SYSTEM:
        return set(people)
    either = Q(user=writer.pk, other__in=people) | Q(user__in=people, other=writer.pk)
    pairs = Block.objects.filter(either, kind=BlockKind.BLOCK).values_list("user_id", "other_id")
    return set(people) - {pk for pair in pairs for pk in pair if pk != writer.pk}


def _blocks_between(one: Any, two: Any) -> QuerySet[Block]:
    either = Q(user=one, other=two) | Q(user=two, other=one)
    return Block.objects.filter(either, kind=BlockKind.BLOCK)


# Activities: the app that owns a type says which of its objects a viewer may see.
VisibleObjects = Callable[[Any], QuerySet[Any]]
_objects: dict[str, VisibleObjects] = {}


def register_activity(activity_type: str, visible: VisibleObjects) -> None:
    """Let `visible(viewer)` answer for the objects of `activity_type`: a queryset of those that `viewer` may see."""
    if activity_type not in ActivityType.values:
        raise KeyError(f"unknown activity type {activity_type!r}")
    _objects[activity_type] = visible


def visible_activities(viewer: Any) -> QuerySet[Activity]:
    """Return the activities of people whose activity `viewer` may see, about things that `viewer` may see.

    A badge or a finished course also needs its own facet. Types whose app registered nothing have no object to hide.
    """
    shown = Q()
    for facet, types in _FACETS.items():
        shown &= ~Q(activity_type__in=types) | seen_by(viewer, facet, person="user")
    for activity_type, visible in _objects.items():
        there = Exists(visible(viewer).filter(pk=OuterRef("object_id")))
        shown &= ~Q(activity_type=activity_type) | Q(there)
    return Activity.objects.filter(shown, seen_by(viewer, Facet.ACTIVITY, person="user"))


def seen_activities(
    viewer: Any, rows: list[Activity], heard: Collection[int] | None = None
) -> list[Activity]:
    """Return those of `rows`, people loaded, that `visible_activities` would: the same rule for rows at hand.

    `heard` are the people whose activity the viewer is known to see; without it that is a query. One more for each
    type of object among the rows.
    """
    if heard is None:
        owners = User.objects.filter(seen_by(viewer, Facet.ACTIVITY), pk__in={row.user_id for row in rows})
        heard = set(owners.values_list("pk", flat=True))
    objects: dict[str, set[int]] = {}
    for activity_type in {row.activity_type for row in rows} & set(_objects):
        keys = {row.object_id for row in rows if row.activity_type == activity_type} - {None}
        objects[activity_type] = set(_objects[activity_type](viewer).filter(pk__in=keys).values_list("pk", flat=True))
    return [
        row
        for row in rows
        if row.user_id in heard
        and _shows(viewer, row)
        and (row.activity_type not in objects or row.object_id in objects[row.activity_type])
    ]


def _shows(viewer: Any, row: Activity) -> bool:
    facets = [facet for facet, types in _FACETS.items() if row.activity_type in types]
    own = sees_all(viewer) or viewer.pk == row.user_id
    return own or all(getattr(row.user, facet.value) for facet in facets)


_FACETS = {
    Facet.BADGES: [ActivityType.BADGE_EARNED],
    Facet.COURSES: [ActivityType.COURSE_COMPLETED, ActivityType.COURSE_CREATED],
}
