"""Putting something into people's inboxes, and marking it read."""

from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from community_platform.core import realtime
from community_platform.core.errors import Invalid, NotSignedIn
from notifications.catalogue import COUNTED, MAIL, PUSH, SITE, WATCHING, Kind
from notifications.models import Notification
from notifications.selectors.inbox import gathered, shown, unread_count
from notifications.selectors.preferences import wanted_everywhere
from notifications.services import lines
from notifications.services.lines import News
from notifications.services.outbox import enqueue
from profiles import privacy
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
    group: str = "",
    post_id: int | None = None,
    comment_id: int | None = None,
) -> list[int]:
    """Tell each active person of `user_ids` but the actor, once per `key`; return whom it told.

    Nobody hears of whom they ignore or block (`privacy.hearing`), nor of kinds that they switched off everywhere. With
    a `group` it joins the line about it that a person has not read yet: "Anna and 3 others".

    `post_id` or `comment_id` is the text that it is about, where there is one.

    The caller answers for everybody being allowed to see what it is about. The rows of the recipients are locked, so
    the unread count that goes over the socket is true. Mail and push go into the outbox in the same transaction.
    Publishes `notification:new` on their channels.
    """
    wanted = {user_id for user_id in user_ids if user_id != actor_id}
    if not wanted:
        return []
    news = News(
        kind=kind.name, actor_id=actor_id, subject=subject[:SUBJECT_MAX], url=url, key=key, group=group,
        post_id=post_id, comment_id=comment_id,
    )  # fmt: skip
    with transaction.atomic():
        hears = privacy.hearing(actor_id)
        people = User.objects.select_for_update(no_key=True).filter(hears, pk__in=wanted, is_active=True).order_by("pk")
        by_pk = {person.pk: person for person in people}
        takers = wanted_everywhere(by_pk, kind.name)
        told = lines.write(news, set().union(*takers.values()), listed=takers[SITE])
        rows = [*told.new, *told.joined]
        announced = told.new if kind in COUNTED else rows
        for row in sorted(announced, key=lambda row: realtime.user_channel(row.user_id)):
            if row.is_listed:
                _push(by_pk[row.user_id], row)
        # Who has not read that a topic goes on is mailed once: the next post is no news to them.
        _send(told.new if kind in WATCHING else announced, takers)
    return [row.user_id for row in rows]


def _send(rows: list[Notification], takers: dict[str, set[int]]) -> None:
    for channel in (MAIL, PUSH):
        leaving = [row for row in rows if row.user_id in takers[channel]]
        if leaving:
            enqueue(channel=channel, notifications=leaving)


def _push(person: User, notification: Notification) -> None:
    if realtime.is_silent():
        return
    gathered(person, [notification])
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
