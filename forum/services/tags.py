"""Tags of a topic."""

from collections.abc import Iterable

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community_platform.core import text
from community_platform.core.errors import Invalid
from forum.limits import TAG_MAX, TAG_MIN, TAGS_MAX
from forum.models import Tag, Topic


def clean_tags(names: Iterable[str]) -> dict[str, str]:
    """Return slug → name, in order, or raise Invalid on `tags`."""
    found: dict[str, str] = {}
    for raw in names:
        if not isinstance(raw, str):
            raise Invalid(_("A tag must be text."), field="tags")
        if not raw.strip():
            continue
        name = text.clean(raw.strip().lstrip("#"), field="tags", low=TAG_MIN, high=TAG_MAX, multiline=False)
        # C++ and C# are not C.
        slug = text.slug(name.replace("+", "plus").replace("#", "sharp"), high=40)
        if not slug:
            raise Invalid(_("A tag needs letters or digits."), field="tags")
        found.setdefault(slug, name)
    if len(found) > TAGS_MAX:
        message = ngettext("Give at most %(n)d tag.", "Give at most %(n)d tags.", TAGS_MAX)
        raise Invalid(message % {"n": TAGS_MAX}, code="max_length", field="tags")
    return found


def set_tags(topic: Topic, tags: dict[str, str]) -> bool:
    """Make `tags` the tags of the locked topic, and tell whether that changed any.

    Counters move by the rows really added or removed.
    """
    before = {tag.slug: tag for tag in topic.tags.all()}
    missing = [Tag(slug=slug, name=name) for slug, name in sorted(tags.items()) if slug not in before]
    Tag.objects.bulk_create(missing, ignore_conflicts=True)
    added = list(Tag.objects.filter(slug__in=[tag.slug for tag in missing]).order_by("pk"))
    removed = sorted((tag for slug, tag in before.items() if slug not in tags), key=lambda tag: tag.pk)
    topic.tags.add(*added)
    topic.tags.remove(*removed)
    if topic.deleted_at is None:
        # One order over both: a topic that swaps two tags must not meet one that swaps them back.
        steps = {tag.pk: +1 for tag in added} | {tag.pk: -1 for tag in removed}
        for pk in sorted(steps):
            Tag.objects.filter(pk=pk).update(topics_count=F("topics_count") + steps[pk])
    return bool(added or removed)


def count_topics(tags: Iterable[Tag], step: int) -> None:
    """Add `step` to the counters, row by row in primary key order: two topics must not deadlock over two tags."""
    for tag in sorted(tags, key=lambda tag: tag.pk):
        Tag.objects.filter(pk=tag.pk).update(topics_count=F("topics_count") + step)
