"""Following, blocking, ignoring. Counters move by the rows really inserted or deleted."""

from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import ratelimits
from community_platform.core.db import insert_once
from community_platform.core.errors import Conflict, Invalid, NotFound
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from community_platform.core.rates import limits_for
from profiles import limits, privacy
from profiles.events import Followed
from profiles.models import Block, BlockKind, Follow, Profile, User


def follow(*, actor: Any, person: User) -> int:
    """Follow `person` and return how many follow them now; a second time changes nothing. Publishes Followed once.

    Raises Invalid `self`, NotFound for a private or blocked person, Conflict `too_many`, TooFast.
    """
    ensure(actor, "profiles.follow")
    if person.pk == actor.pk:
        raise Invalid(_("You cannot follow yourself."), code="self")
    if not privacy.can_see(actor, person):
        raise NotFound
    if not Follow.objects.filter(follower=actor, following=person).exists():
        ratelimits.hit(actor.pk, *limits_for(actor, "follow"))
    with transaction.atomic():
        followers = _lock(actor.pk, person.pk)
        if followers[actor.pk].following_count >= limits.FOLLOWS_HIGH:
            raise Conflict(
                _("You follow %(n)d people, which is the most there can be.") % {"n": limits.FOLLOWS_HIGH},
                code="too_many",
            )
        if insert_once(Follow, follower_id=actor.pk, following_id=person.pk, created_at=timezone.now()):
            _count(actor.pk, person.pk, +1)
            publish(Followed(follower_id=actor.pk, following_id=person.pk))
    return followers_count(person)


def unfollow(*, actor: Any, person: User) -> int:
    """Stop following and return how many follow `person` now; again changes nothing."""
    ensure(actor, "profiles.follow")
    with transaction.atomic():
        _lock(actor.pk, person.pk)
        _part(Q(follower_id=actor.pk, following_id=person.pk))
    return followers_count(person)


def block(*, actor: Any, person: User, kind: str = BlockKind.BLOCK) -> Block:
    """Block or ignore `person`; the other kind replaces the first. Blocking ends following, both ways.

    Raises Invalid `self`, TooFast.
    """
    ensure(actor, "profiles.block")
    if person.pk == actor.pk:
        raise Invalid(_("You cannot block yourself."), code="self")
    if kind not in BlockKind.values:
        raise Invalid(_("Choose to block or to ignore."), code="invalid_choice", field="kind")
    ratelimits.hit(actor.pk, *limits_for(actor, "follow"))
    with transaction.atomic():
        _lock(actor.pk, person.pk)
        barrier, _made = Block.objects.update_or_create(user=actor, other=person, defaults={"kind": kind})
        if kind == BlockKind.BLOCK:
            _part(
                Q(follower_id=actor.pk, following_id=person.pk) | Q(follower_id=person.pk, following_id=actor.pk)
            )
    return barrier


def unblock(*, actor: Any, person: User) -> None:
    """Take back a block or ignore; again changes nothing."""
    ensure(actor, "profiles.block")
    Block.objects.filter(user=actor, other=person).delete()


def followers_count(person: User) -> int:
    """Return how many people follow `person`."""
    return int(Profile.objects.values_list("followers_count", flat=True).get(pk=person.pk))


def leave_graph(user: User) -> None:
    """Remove everybody's ties to `user`, for the end of an account. Repeatable."""
    with transaction.atomic():
        _part(Q(follower_id=user.pk) | Q(following_id=user.pk))
        Block.objects.filter(Q(user=user) | Q(other=user)).delete()


def part(one: int, two: int) -> None:
    """End following between two people, both ways. A part of services that keep them apart. Repeatable."""
    with transaction.atomic():
        _lock(one, two)
        _part(Q(follower_id=one, following_id=two) | Q(follower_id=two, following_id=one))


def carry_follows(*, keep: User, absorb: User) -> int:
    """Let the ties of `absorb` be those of `keep`, and return how many there were. A part of merging accounts.

    A tie that both have counts once; one between the two, or across a block, ends.
    """
    with transaction.atomic():
        ties = Follow.objects.filter(Q(follower=absorb) | Q(following=absorb)).order_by("pk")
        wanted = [
            (_either(tie.follower_id, keep, absorb), _either(tie.following_id, keep, absorb), tie.created_at)
            for tie in ties
        ]
        _lock(*{pk for follower, following, _at in wanted for pk in (follower, following)}, absorb.pk)
        _part(Q(follower=absorb) | Q(following=absorb))
        blocks = Block.objects.filter(Q(user=keep) | Q(other=keep), kind=BlockKind.BLOCK)
        apart = {pk for pair in blocks.values_list("user", "other") for pk in pair} - {keep.pk}
        for follower, following, created_at in wanted:
            other = following if follower == keep.pk else follower
            if other == keep.pk or other in apart:
                continue
            if insert_once(Follow, follower_id=follower, following_id=following, created_at=created_at):
                _count(follower, following, +1)
    return len(wanted)


def _either(pk: int, keep: User, absorb: User) -> int:
    return keep.pk if pk == absorb.pk else pk


def _lock(*pks: int) -> dict[int, Profile]:
    """Lock profiles by primary key, so that two people who follow each other do not deadlock."""
    rows = Profile.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk")
    return {row.pk: row for row in rows}


def _part(which: Q) -> None:
    """Delete follows; profiles may be many, so they are counted in primary key order."""
    steps: dict[tuple[int, str], int] = {}
    for tie in Follow.objects.filter(which).order_by("pk"):
        if tie.delete()[0]:
            steps[tie.follower_id, "following_count"] = steps.get((tie.follower_id, "following_count"), 0) - 1
            steps[tie.following_id, "followers_count"] = steps.get((tie.following_id, "followers_count"), 0) - 1
    for (pk, column), step in sorted(steps.items()):
        Profile.objects.filter(pk=pk).update(**{column: F(column) + step})


def _count(follower: int, following: int, step: int) -> None:
    Profile.objects.filter(pk=follower).update(following_count=F("following_count") + step)
    Profile.objects.filter(pk=following).update(followers_count=F("followers_count") + step)
