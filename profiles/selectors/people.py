"""Reads about people as others see them: profiles, lists of people, suggestions, the directory."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Lower

from profiles import privacy
from profiles.models import Follow, FormerUsername, User

PEOPLE_PER_PAGE = 20
DIRECTORY_SORTS = ("active", "newest", "name", "points")


@dataclass(frozen=True, slots=True)
class Link:
    """An address on a profile; `icon` is a Lucide name."""

    icon: str
    url: str

    @property
    def text(self) -> str:
        return self.url.partition("://")[2].removeprefix("www.").rstrip("/")


@dataclass(frozen=True, slots=True)
class Seen:
    """One person as one viewer sees them: `facets` says which parts exist for this viewer.

    Panels read as `viewer`, not as who is signed in: in the preview that is a visitor.
    """

    viewer: Any
    person: User
    facets: frozenset[privacy.Facet]
    is_self: bool
    is_following: bool = False
    is_follower: bool = False
    barrier: str = ""  # block, ignore: what the viewer has put between them

    @property
    def is_private(self) -> bool:
        return privacy.Facet.PROFILE not in self.facets

    @property
    def links(self) -> list[Link]:
        """The addresses that the person gives, each as people write it."""
        profile = self.person.profile
        found = [Link("globe", profile.website)] if profile.website else []
        others = (profile.github_url, profile.linkedin_url, profile.twitter_url)
        return [*found, *(Link("link", url) for url in others if url)]

    @property
    def shows_badges(self) -> bool:
        return privacy.Facet.BADGES in self.facets

    @property
    def shows_courses(self) -> bool:
        return privacy.Facet.COURSES in self.facets

    @property
    def shows_activity(self) -> bool:
        return privacy.Facet.ACTIVITY in self.facets


def find(viewer: Any, username: str) -> User | None:
    """Return the active person of this name in any case, with roles, profile and their ties to `viewer`; else None.

    One query, which leaves none to `seen` and `privacy.can_see`.
    """
    rows = User.objects.visible_to(viewer).by_names([username]).with_roles().select_related("profile")
    if viewer.is_authenticated and viewer.pk is not None:
        rows = rows.annotate(
            is_following=Exists(Follow.objects.filter(follower=viewer.pk, following=OuterRef("pk"))),
            is_follower=Exists(Follow.objects.filter(follower=OuterRef("pk"), following=viewer.pk)),
            barrier=Subquery(viewer.blocks.filter(other=OuterRef("pk")).values("kind")[:1]),
            **privacy.block_with(viewer),
        )
    return rows.first()


def renamed(username: str) -> User | None:
    """Return the person who once had this name, to lead old addresses to the new one. One query."""
    former = FormerUsername.objects.filter(username=username.lower(), user__is_active=True)
    row = former.select_related("user").first()
    return row.user if row else None


def seen(viewer: Any, person: User) -> Seen:
    """Return `person`, as `find` loaded them for `viewer`, as `viewer` sees them. No query."""
    if viewer.pk == person.pk:
        return Seen(viewer, person, frozenset(privacy.Facet), is_self=True)
    facets = privacy.facets_of(viewer, person)
    if not viewer.is_authenticated:
        return Seen(viewer, person, facets, is_self=False)
    ties: Any = person
    return Seen(viewer, person, facets, False, ties.is_following, ties.is_follower, ties.barrier or "")


def as_visitor(person: User) -> Seen:
    """Return `person` as somebody sees them who is not signed in: the preview of one's own settings. No query."""
    nobody = AnonymousUser()
    return Seen(nobody, person, privacy.facets_of(nobody, person), is_self=False)


def followers(viewer: Any, person: User, q: str = "") -> QuerySet[User]:
    """Return who follows `person`, the newest first; private people are in it and to be shown as such."""
    return _tied(viewer, Follow.objects.filter(following=person), "follower", q)


def following(viewer: Any, person: User, q: str = "") -> QuerySet[User]:
    """Return whom `person` follows, the newest first."""
    return _tied(viewer, Follow.objects.filter(follower=person), "following", q)


def _tied(viewer: Any, ties: QuerySet[Follow], side: str, q: str) -> QuerySet[User]:
    own_end = "followed_by" if side == "following" else "follows"
    rows = User.objects.filter(**{f"{own_end}__in": ties}, is_active=True)
    if q:
        rows = named_like(rows.filter(privacy.seen_by(viewer)), q)
    return for_list(viewer, rows).order_by(f"-{own_end}__created_at", f"-{own_end}__pk")


def named_like(rows: QuerySet[User], q: str) -> QuerySet[User]:
    """Narrow to people whose user name begins with, or whose shown name holds, `q`, in any case."""
    q = q.strip().removeprefix("@")[:60]
    cyrillic = Q(display_name__contains=q.capitalize()) | Q(display_name__contains=q.lower())  # SQLite folds ASCII only
    return rows.filter(Q(username__istartswith=q) | Q(display_name__icontains=q) | cyrillic)


def for_list(viewer: Any, rows: QuerySet[User]) -> QuerySet[User]:
    """Annotate `is_shown` (else the person is private to `viewer`), `is_following`, `is_follower`; load profiles."""
    no = Value(False, output_field=BooleanField())
    mine: Any = no
    theirs: Any = no
    if viewer.is_authenticated:
        mine = Exists(Follow.objects.filter(follower_id=viewer.pk, following=OuterRef("pk")))
        theirs = Exists(Follow.objects.filter(following_id=viewer.pk, follower=OuterRef("pk")))
    shown = Case(When(privacy.seen_by(viewer), then=Value(True)), default=no, output_field=BooleanField())
    return rows.select_related("profile").annotate(is_shown=shown, is_following=mine, is_follower=theirs)


def directory(viewer: Any, *, q: str = "", role: str = "", sort: str = "active") -> QuerySet[User]:
    """Return the people whom `viewer` may find, filtered and sorted by one of DIRECTORY_SORTS."""
    rows = User.objects.filter(privacy.seen_by(viewer))
    if q:
        rows = named_like(rows, q)
    if role == "instructor":
        rows = rows.filter(groups__name="instructor")
    elif role == "staff":
        rows = rows.filter(groups__name__in=["moderator", "administrator"]).distinct()
    orders: dict[str, tuple[Any, ...]] = {
        "newest": ("-date_joined", "-pk"),
        "name": (Lower("username"),),
        "points": (F("profile__total_points").desc(), "-pk"),
    }
    return for_list(viewer, rows).order_by(*orders.get(sort, (F("profile__followers_count").desc(), "-pk")))


# Whom to follow: apps above say who is near (in the same courses, answered you) and in which words.
Suggester = Callable[[Any], Iterable[tuple[int, str]]]
_suggesters: list[Suggester] = []


def register_suggester(suggester: Suggester) -> None:
    """Let `suggester(user)` name a few people (primary key, reason in the reader's language), the nearest first."""
    _suggesters.append(suggester)


def suggestions(user: Any, limit: int = 6) -> list[tuple[User, str]]:
    """Return people whom `user` might follow, each with a reason: visible, not followed, not blocked or ignored.

    One query, and those of the suggesters.
    """
    reasons: dict[int, str] = {}
    for suggester in _suggesters:
        for pk, reason in suggester(user):
            reasons.setdefault(pk, reason)
    reasons.pop(user.pk, None)
    rows = User.objects.filter(privacy.seen_by(user), pk__in=reasons)
    rows = rows.exclude(followed_by__follower_id=user.pk).exclude(blocked_by__user_id=user.pk)
    found = {row.pk: row for row in for_list(user, rows)}
    return [(found[pk], reason) for pk, reason in reasons.items() if pk in found][:limit]
