"""Moving a topic to another category."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community_platform.core import realtime
from community_platform.core.errors import Conflict
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from forum.events import TopicMoved
from forum.models import Topic
from forum.services import search_index
from forum.services.counting import put_into
from forum.services.locks import lock_counted_topic
from forum.services.noting import note_topic
from forum.services.topics import Key, find_category


def move_topic(*, actor: Any, topic: Topic, category: Key) -> Topic:
    """Put a topic into another category; nobody is told. A move to where it stands changes nothing.

    Whoever may not see it there stops hearing it at once. Raises NotAllowed, Invalid on `category`, Conflict
    `merged`.  Publishes TopicMoved.
    """
    ensure(actor, "forum.move_topic", topic)
    shelf = find_category(actor, category)
    ensure(actor, "forum.create_topic", shelf)
    with transaction.atomic():
        locked = lock_counted_topic(topic.pk, shelf.pk)
        ensure(actor, "forum.move_topic", locked)  # it may have left the actor's reach meanwhile
        if locked.merged_into_id is not None:
            raise Conflict(_("This topic was merged into another one."), code="merged")
        if shelf.pk == locked.category_id:
            return locked
        before = locked.category_id
        put_into(locked, shelf)
        locked.revision += 1
        locked.save(update_fields=["category", "revision"])
        search_index.put_topic(locked.pk)
        note_topic(actor, "move_topic", locked)
        realtime.recheck(channel=f"topic.{locked.pk}")
        publish(
            TopicMoved(
                topic_id=locked.pk, from_category_id=before, to_category_id=shelf.pk, actor_id=actor.pk
            )
        )
    return locked
