"""Putting something into people's inboxes, and marking it read."""

from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from community_platform.core import realtime
from community_platform.core.db import insert_once
from community_platform.core.errors import Invalid, NotSignedIn
from notifications.catalogue import Kind
from notifications.models import Notification
from notifications.selectors import shown, unread_count
from profiles.models import User

MAX_IDS = 1000
SUBJECT_MAX = 160


def notify(
    *,
    user_ids: Iterable[int],
    kind: Kind,
    actor_id: int | None,
    subject: str,
    url: str,
    key: str,
    post_id: int | None = None,
    comment_id: int | None = None,
) -> list[int]:
    """Tell each active person of `user_ids` but the actor, once per `key`; return whom it told.

    `post_id` or `comment_id` is the text that it is about, where there is one.

    The caller answers for everybody being allowed to see what it is about. The rows of the recipients are locked, so
    the unread count that goes over the socket is true. Publishes `notification:new` on their channels.
    """
    wanted = {user_id for user_id in user_ids if user_id != actor_id}
    with transaction.atomic():
        people = (
            User.objects.select_for_update(no_key=True).filter(pk__in=wanted, is_active=True).order_by("pk")
        )
        told = [
            person
            for person in people
            if insert_once(
                Notification,
                user_id=person.pk,
                kind=kind.name,
                actor_id=actor_id,
                subject=subject[:SUBJECT_MAX],
                url=url,
                key=key,
                post_id=post_id,
                comment_id=comment_id,
            )
        ]
        rows = Notification.objects.filter(key=key, user__in=told).select_related("actor")
        by_user = {row.user_id: row for row in rows}
        for person in sorted(told, key=lambda person: realtime.user_channel(person.pk)):
            _push(person, by_user[person.pk])
    return [person.pk for person in told]


def _push(person: User, notification: Notification) -> None:
    with translation.override(person.language or settings.LANGUAGE_CODE):
        data = {"notification": shown(notification), "unread_count": unread_count(person)}
    realtime.publish(channel=realtime.user_channel(person.pk), type="notification:new", data=data)


def mark_read(*, actor: Any, ids: Collection[int] | None = None) -> int:
    """Mark the notifications `ids` of `actor` as read (all of them by default) and return how many are left unread.

    Raises: NotSignedIn, Invalid on `ids` for one that is not theirs.
    """
    if not actor.is_authenticated:
        raise NotSignedIn
    mine = Notification.objects.filter(user=actor)
    if ids is not None:
        wanted = {pk for pk in ids if 0 < pk < 2**63}
        if (
            len(ids) > MAX_IDS
            or len(wanted) != len(set(ids))
            or mine.filter(pk__in=wanted).count() != len(wanted)
        ):
            raise Invalid(_("There is no such notification."), code="does_not_exist", field="ids")
        mine = mine.filter(pk__in=wanted)
    mine.filter(read_at=None).update(read_at=timezone.now())
    return unread_count(actor)
