"""What moderators do with tags: describe them, give them synonyms, merge them.

Topics are locked before tags, as everywhere; a tag that is merged away becomes a synonym, which no topic has.
"""

from collections.abc import Iterable
from typing import Any
from zlib import crc32

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community_platform.core import ratelimits, text
from community_platform.core.errors import Conflict, Invalid, NotFound, Stale
from community_platform.core.permissions import ensure
from community_platform.core.rates import limits_for
from forum.limits import TAG_DESCRIPTION_MAX, TAG_SYNONYMS_MAX
from forum.models import Tag, Topic, Watch
from forum.services.locks import ATTEMPTS
from forum.services.tags import clean_tag
from profiles.services.log import log


def tag_revision(tag: Tag) -> int:
    """Return a number that changes with whatever of the tag can be edited. One query."""
    synonyms = sorted(tag.synonyms.values_list("slug", flat=True))
    return crc32("\n".join([tag.name, tag.description, *synonyms]).encode())


def edit_tag(
    *,
    actor: Any,
    tag: Tag,
    name: str,
    description: str,
    synonyms: Iterable[str] | None = None,
    expected_revision: int | None = None,
) -> Tag:
    """Change what a tag is called and means, and which words stand for it (None leaves those as they are).

    The address stays. Words that are new become synonyms, one that is left out a tag of its own again. Raises:
    NotAllowed, NotFound, Stale, Invalid (also for a synonym that topics have: merge it), Conflict, TooFast.
    """
    ensure(actor, "forum.edit_tags")
    name = clean_tag(name, field="name")[1]
    if description.strip():
        description = text.clean(description, field="description", high=TAG_DESCRIPTION_MAX, multiline=False)
    words = None if synonyms is None else _clean_synonyms(tag, synonyms)
    ratelimits.hit(actor.pk, *limits_for(actor, "edit"))
    with transaction.atomic():
        locked = _lock([tag.pk])[0]
        if locked.synonym_of_id is not None:
            raise Conflict(_("This tag is a synonym. Edit the tag that it stands for."), code="synonym")
        if expected_revision is not None and expected_revision != tag_revision(locked):
            raise Stale
        locked.name, locked.description = name, description.strip()
        locked.save(update_fields=["name", "description"])
        if words is not None:
            _set_synonyms(locked, words)
        log(actor, "edit_tag", kind="tag", object_id=locked.pk, title=locked.name, url=locked.get_absolute_url())
    return locked


def merge_tags(*, actor: Any, tag: Tag, into: Tag) -> Tag:
    """Give all topics of `tag` the tag `into`; `tag` becomes a synonym of it, with all of its own. Return `into`.

    Who watches or mutes `tag` does so with `into`, unless they had decided about that. Locks all topics of `tag`.
    Raises: NotAllowed, NotFound, Conflict (the same tag, or one of them is a synonym).
    """
    ensure(actor, "forum.edit_tags")
    if tag.pk == into.pk:
        raise Conflict(_("Choose another tag to merge into."), code="same_tag")
    with transaction.atomic():
        source, target = _lock_with_topics(tag.pk, into.pk)
        if source.synonym_of_id or target.synonym_of_id:
            raise Conflict(_("A synonym cannot be merged. Choose the tag that it stands for."), code="synonym")
        links = Topic.tags.through.objects
        both = links.filter(tag=target).values("topic")
        links.filter(tag=source, topic__in=both).delete()
        links.filter(tag=source).update(tag=target)
        live = links.filter(tag=target, topic__deleted_at=None).count()
        Tag.objects.filter(pk=target.pk).update(topics_count=live)
        Tag.objects.filter(pk=source.pk).update(topics_count=0, synonym_of=target)
        Tag.objects.filter(synonym_of=source).update(synonym_of=target)
        _move_watches(source, target)
        target.topics_count = live
        log(
            actor, "merge_tag", kind="tag", object_id=target.pk, title=f"{source.name} → {target.name}",
            url=target.get_absolute_url(),
        )  # fmt: skip
    return target


def _lock(pks: Iterable[int]) -> list[Tag]:
    wanted = sorted(set(pks))
    rows = list(Tag.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"))
    if len(rows) < len(wanted):
        raise NotFound
    return rows


def _lock_with_topics(source: int, target: int) -> tuple[Tag, Tag]:
    """Lock the topics of `source`, then both tags; again if a topic got the tag between."""
    tagged = Topic.objects.filter(tags=source)
    for _attempt in range(ATTEMPTS):
        savepoint = transaction.savepoint()
        keys = Topic.objects.filter(pk__in=tagged.values("pk")).order_by("pk")
        locked = set(keys.select_for_update(no_key=True).values_list("pk", flat=True))
        tags = {tag.pk: tag for tag in _lock([source, target])}
        if set(tagged.values_list("pk", flat=True)) <= locked:
            transaction.savepoint_commit(savepoint)
            return tags[source], tags[target]
        transaction.savepoint_rollback(savepoint)
    raise Conflict(_("This changed at the same moment. Try again."), code="busy")


def _move_watches(source: Tag, target: Tag) -> None:
    decided = Watch.objects.filter(tag=target).values("user")
    Watch.objects.filter(tag=source, user__in=decided).delete()
    Watch.objects.filter(tag=source).update(tag=target)


def _clean_synonyms(tag: Tag, words: Iterable[str]) -> dict[str, str]:
    found = dict(clean_tag(word, field="synonyms") for word in words if word.strip())
    if tag.slug in found:
        raise Invalid(_("A tag is no synonym of itself."), field="synonyms")
    if len(found) > TAG_SYNONYMS_MAX:
        message = ngettext("Give at most %(n)d synonym.", "Give at most %(n)d synonyms.", TAG_SYNONYMS_MAX)
        raise Invalid(message % {"n": TAG_SYNONYMS_MAX}, code="max_length", field="synonyms")
    return found


def _set_synonyms(tag: Tag, words: dict[str, str]) -> None:
    """Make `words` the synonyms of the locked tag."""
    known = Tag.objects.filter(slug__in=words).exclude(synonym_of=tag)
    taken = known.annotate(used=Count("topics"), own=Count("synonyms"))
    clash = taken.filter(Q(used__gt=0) | Q(own__gt=0) | Q(synonym_of__isnull=False)).first()
    if clash is not None:
        message = _("“%(name)s” is a tag in use. Merge it into this one instead.") % {"name": clash.name}
        raise Invalid(message, code="in_use", field="synonyms")
    missing = [Tag(slug=slug, name=name, synonym_of=tag) for slug, name in sorted(words.items())]
    Tag.objects.bulk_create(missing, ignore_conflicts=True)
    Tag.objects.filter(slug__in=words).update(synonym_of=tag)
    Tag.objects.filter(synonym_of=tag).exclude(slug__in=words).update(synonym_of=None)
