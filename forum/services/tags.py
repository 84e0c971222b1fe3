"""Tags of a topic. What moderators do with tags themselves stands in `tagging`."""

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
        slug, name = clean_tag(raw, field="tags")
        found.setdefault(slug, name)
    if len(found) > TAGS_MAX:
        message = ngettext("Give at most %(n)d tag.", "Give at most %(n)d tags.", TAGS_MAX)
        raise Invalid(message % {"n": TAGS_MAX}, code="max_length", field="tags")
    return found


def clean_tag(raw: str, *, field: str) -> tuple[str, str]:
    """Return (slug, name) of one word, or raise Invalid on `field`."""
    name = text.clean(raw.strip().lstrip("#"), field=field, low=TAG_MIN, high=TAG_MAX, multiline=False)
    slug = tag_slug(name)
    if not slug:
        raise Invalid(_("A tag needs letters or digits."), field=field)
    return slug, name


def tag_slug(name: str) -> str:
    """Return the slug of a tag's name; C++ and C# are not C."""
    return text.slug(name.replace("+", "plus").replace("#", "sharp"), high=40)


def set_tags(topic: Topic, tags: dict[str, str]) -> bool:
    """Make `tags` the tags of the locked topic, and tell whether that changed any; a synonym gives its target.

    Counters move by the rows really added or removed. The tags stay locked until commit, so that one that is merged
    away at the same moment is not given any more.
    """
    before = {tag.pk: tag for tag in topic.tags.all()}
    wanted = _lock_targets(tags)
    added = [tag for pk, tag in sorted(wanted.items()) if pk not in before]
    removed = [tag for pk, tag in sorted(before.items()) if pk not in wanted]
    topic.tags.add(*added)
    topic.tags.remove(*removed)
    if topic.deleted_at is None:
        # One order over both: a topic that swaps two tags must not meet one that swaps them back.
        steps = {tag.pk: +1 for tag in added} | {tag.pk: -1 for tag in removed}
        for pk in sorted(steps):
            Tag.objects.filter(pk=pk).update(topics_count=F("topics_count") + steps[pk])
    return bool(added or removed)


def _lock_targets(tags: dict[str, str]) -> dict[int, Tag]:
    """Return the tags that these words mean, locked; words that are new become tags."""
    known = set(Tag.objects.filter(slug__in=tags).values_list("slug", flat=True))
    missing = [Tag(slug=slug, name=name) for slug, name in sorted(tags.items()) if slug not in known]
    Tag.objects.bulk_create(missing, ignore_conflicts=True)
    while True:
        named = Tag.objects.filter(slug__in=tags).values_list("pk", "synonym_of")
        targets = {target or pk for pk, target in named}
        rows = Tag.objects.select_for_update(no_key=True).filter(pk__in=targets).order_by("pk")
        found = {tag.pk: tag for tag in rows}
        if all(tag.synonym_of_id is None for tag in found.values()):
            return found


def count_topics(tags: Iterable[Tag], step: int) -> None:
    """Add `step` to the counters, row by row in primary key order: two topics must not deadlock over two tags."""
    for tag in sorted(tags, key=lambda tag: tag.pk):
        Tag.objects.filter(pk=tag.pk).update(topics_count=F("topics_count") + step)
