"""Another name in texts that mention somebody: when an account is erased, or two become one."""

import re
from collections.abc import Callable, Collection
from typing import Any

from django.db import transaction
from django.db.models import CharField, Q
from django.db.models.functions import Cast

from community_platform.core import markdown
from forum.models import Comment, Draft, Post, Revision
from forum.selectors.tags import tag_addresses
from forum.services.search_index import put_comments, put_posts
from profiles.selectors import profile_addresses

CHUNK = 200


def rename_mentions(*, names: Collection[str], to: str) -> int:
    """Write `@to` wherever a text, a former version or a draft says `@name`, and return how many rows changed.

    No edit: authors, dates and revisions stay. Texts are rendered anew, so that a mention links where its new name
    leads, or nowhere. Reads every text that holds one of the words: for background work and administrators.
    """
    wanted = [name for name in names if name]
    if not wanted:
        return 0
    spoken = re.compile(
        r"(?<![\w@/])@(?:" + "|".join(map(re.escape, wanted)) + r")(?![\w@+-]|\.\w)", re.IGNORECASE
    )
    changed = 0
    with transaction.atomic():
        for model, put in ((Post, put_posts), (Comment, put_comments)):
            changed += _texts(model, put, _says("content", wanted), spoken, to)
        for revision in Revision.objects.filter(_says("content", wanted)).iterator(CHUNK):
            changed += _store(revision, "content", spoken.sub(f"@{to}", revision.content))
        drafts = Draft.objects.annotate(_words=Cast("payload", CharField())).filter(_says("_words", wanted))
        for draft in drafts.iterator(CHUNK):
            fields = {
                key: spoken.sub(f"@{to}", value) if isinstance(value, str) else value
                for key, value in draft.payload.items()
            }
            changed += _store(draft, "payload", fields)
    return changed


def _says(column: str, names: Collection[str]) -> Q:
    condition = Q()
    for name in names:
        condition |= Q(**{f"{column}__icontains": f"@{name}"})
    return condition


def _texts(model: Any, put: Callable[..., None], says: Q, spoken: re.Pattern[str], to: str) -> int:
    changed = 0
    for row in model._default_manager.filter(says).iterator(CHUNK):
        source = spoken.sub(f"@{to}", row.content)
        if source == row.content:
            continue
        rendered = markdown.render(source, resolve_mentions=profile_addresses, resolve_tags=tag_addresses)
        model._default_manager.filter(pk=row.pk).update(
            content=source, content_html=rendered.html, renderer_version=markdown.RENDERER_VERSION
        )
        put(row.pk)
        changed += 1
    return changed


def _store(row: Any, column: str, value: Any) -> int:
    if value == getattr(row, column):
        return 0
    return int(type(row)._default_manager.filter(pk=row.pk).update(**{column: value}))
