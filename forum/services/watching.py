"""How closely a person watches topics, categories, tags and courses: their own choices."""

from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core.errors import Invalid, NotFound
from community_platform.core.permissions import ensure
from courses.models import Course
from forum.models import Category, Tag, Topic, TopicRead, Watch, WatchLevel

_CHOOSE = """
    INSERT INTO forum_topicread (user_id, topic_id, last_read_number, read_at, level, is_manual)
    VALUES (%s, %s, 0, %s, %s, TRUE)
    ON CONFLICT (user_id, topic_id) DO UPDATE SET level = excluded.level, is_manual = TRUE
"""


def watch_topic(*, actor: Any, topic: Topic, level: str) -> WatchLevel:
    """Choose how closely to watch a topic (watching, tracking, normal, muted); stronger than any shelf it stands on.

    Raises NotSignedIn, Invalid on `level`, NotFound.
    """
    ensure(actor, "forum.watch")
    chosen = clean_level(level)
    _check_visible(Topic.objects.visible_to(actor), topic)
    now = TopicRead._meta.get_field("read_at").get_db_prep_save(timezone.now(), connection)
    with connection.cursor() as cursor:
        cursor.execute(_CHOOSE, [actor.pk, topic.pk, now, chosen])
    return chosen


def watch_category(*, actor: Any, category: Category, level: str) -> WatchLevel:
    """As `watch_topic`, for all topics of a category in which the actor chose nothing. Normal forgets the choice."""
    return _watch(actor, Category.objects.visible_to(actor), category, level, "category")


def watch_tag(*, actor: Any, tag: Tag, level: str) -> WatchLevel:
    """As `watch_category`; a synonym is watched as the tag that it stands for."""
    return _watch(actor, Tag.objects.all(), tag.synonym_of or tag, level, "tag")


def watch_course(*, actor: Any, course: Course, level: str) -> WatchLevel:
    """As `watch_category`, for the topics about a course."""
    return _watch(actor, Course.objects.visible_to(actor), course, level, "course")


def clean_level(level: str) -> WatchLevel:
    """Return the level of this name, or raise Invalid on `level`."""
    try:
        return WatchLevel[str(level).upper()]
    except KeyError:
        message = _("Choose watching, tracking, normal or muted.")
        raise Invalid(message, code="invalid_choice", field="level") from None


def _watch(actor: Any, visible: Any, shelf: Any, level: str, kind: str) -> WatchLevel:
    ensure(actor, "forum.watch")
    chosen = clean_level(level)
    _check_visible(visible, shelf)
    mine = {"user_id": actor.pk, f"{kind}_id": shelf.pk}
    if chosen == WatchLevel.NORMAL:
        Watch.objects.filter(**mine).delete()
    else:  # `created_at` moves, too: what stood there before the choice is not news
        row = Watch(**mine, level=chosen)
        Watch.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["user", kind], update_fields=["level", "created_at"]
        )
    return chosen


def _check_visible(visible: Any, thing: Any) -> None:
    if not visible.filter(pk=thing.pk).exists():
        raise NotFound
