"""Topics that were merged into others: empty, but their addresses still lead somewhere."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from forum.models import Topic
from forum.services.transfer.rows import Kind, known, remember


@dataclass(slots=True)
class Signpost:
    """A merged topic as it came, and where it and its body went, by the names that things have everywhere."""

    source: str
    key: str
    columns: dict[str, Any]
    tags: list[int]
    last_number: int
    merged_into: str
    merged_post: dict[str, Any]  # topic, number


def write_signposts(signposts: list[Signpost]) -> Counter[str]:
    """Write those that lead to something that is here; one may lead to another. All in one transaction."""
    waiting = [one for one in signposts if not known(Kind.TOPIC, one.source, [one.key])]
    done = 0
    with transaction.atomic():
        while waiting:
            rest = [one for one in waiting if not _write(one)]
            if len(rest) == len(waiting):
                break  # they lead nowhere
            done, waiting = done + len(waiting) - len(rest), rest
    return Counter(topics=done, skipped=len(waiting))


def _write(one: Signpost) -> bool:
    origin, _slash, key = one.merged_into.rpartition("/")
    body_origin, _slash, body_topic = one.merged_post["topic"].rpartition("/")
    target = known(Kind.TOPIC, origin, [key]).get(key)
    body = f"{body_topic}#{one.merged_post['number']}"
    post = known(Kind.POST, body_origin, [body]).get(body)
    if target is None or post is None:
        return False
    row = Topic.objects.create(
        **one.columns, merged_into_id=target, merged_post_id=post, last_post_number=one.last_number,
        moved_posts=one.last_number, last_post_at=one.columns["deleted_at"],
        last_post_author_id=one.columns["author_id"],
    )  # fmt: skip
    row.tags.set(one.tags)
    remember(Kind.TOPIC, one.source, {one.key: row.pk})
    return True
