"""What the forum says about people: their best answers, and who answered somebody."""

from typing import Any

from django.db.models import F, Max, Q
from django.utils.translation import gettext as _

from forum.models import Post, Topic
from profiles.privacy import heard_by, seen_by

BEST_SHOWN = 5
NEAR_TEXTS = 50  # latest topics, and posts, that suggestions come from
SUGGESTED = 10


def best_answers_of(viewer: Any, person: Any, limit: int = BEST_SHOWN) -> list[Post]:
    """Return the newest best answers of `person` that `viewer` may see, each with its topic loaded. One query."""
    rows = Post.objects.visible_to(viewer).filter(author=person.pk, deleted_at=None, topic__deleted_at=None)
    best = rows.filter(topic__best_answer=F("pk")).select_related("topic__category", "author")
    return list(best.order_by("-pk")[:limit])


def answerers(user: Any) -> list[tuple[int, str]]:
    """Return who answered the latest topics and posts of `user`, with the words for it: who did so last is first.

    Three queries: with the keys at hand the database walks two indexes, never all posts.
    """
    topics = list(
        Topic.objects.filter(author=user.pk).order_by("-created_at").values_list("pk", flat=True)[:NEAR_TEXTS]
    )
    posts = list(Post.objects.filter(author=user.pk).order_by("-pk").values_list("pk", flat=True)[:NEAR_TEXTS])
    if not posts:
        return []
    answers = Post.objects.visible_to(user).filter(Q(reply_to__in=posts) | Q(topic__in=topics), number__gt=1)
    answers = answers.filter(
        seen_by(user, person="author"), heard_by(user.pk, person="author"), deleted_at=None
    ).exclude(author=user.pk)
    strangers = answers.exclude(author__followed_by__follower=user.pk)
    newest = strangers.order_by().values("author").annotate(last=Max("pk")).order_by("-last")
    return [(row["author"], _("answered you")) for row in newest[:SUGGESTED]]
