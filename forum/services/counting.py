"""What topics and categories count and remember of their posts, moved under the locks of the caller."""

from typing import Any

from forum.models import Category, Post, Topic
from forum.services.locks import move_category_counters


def last_activity(topic: Topic) -> dict[str, Any]:
    """Return `last_post_at` and `last_post_author_id` of a topic: of its newest post that is not deleted.

    Newest by time: posts that were merged in stand last and may be old.
    """
    rows = Post.objects.filter(topic=topic, deleted_at=None).order_by("-created_at", "-number")
    created_at, author_id = rows.values_list("created_at", "author_id")[0]
    return {"last_post_at": created_at, "last_post_author_id": author_id}


def live_posts(topic: Topic) -> int:
    """Return how many posts of the topic are not deleted, its body included: what its category counts."""
    return Post.objects.filter(topic=topic, deleted_at=None).count()


def put_into(topic: Topic, shelf: Category) -> None:
    """Make `shelf` the category of the locked topic, not yet saved; a live topic takes its counters along."""
    if topic.deleted_at is None:
        count = live_posts(topic)
        moves = [(topic.category_id, -1, -count), (shelf.pk, +1, +count)]
        for category_id, topics, posts in sorted(moves):  # by primary key: two moves must not deadlock
            move_category_counters(category_id, topics=topics, posts=posts)
    topic.category = shelf
