"""What must hold for the search index: every text is in it, as it is now, and it lives exactly when the text does.

`manage.py reindex_search` writes what is missing; who inserts posts in bulk calls services.search_index.catch_up().
"""

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from community_platform.core.consistency import alarm, counter, register
from forum.models import Comment, Post, SearchEntry

_posts = Post.objects.filter(pk=OuterRef("post"))
_comments = Comment.objects.filter(pk=OuterRef("comment"))


def _of_posts() -> QuerySet[SearchEntry]:
    return SearchEntry.objects.filter(post__isnull=False)


def _of_comments() -> QuerySet[SearchEntry]:
    return SearchEntry.objects.filter(comment__isnull=False)


def _outdated() -> QuerySet[SearchEntry]:
    """Entries made of another text, another title, or for another place in the topic than they have now."""
    post = (
        ~Q(revision=F("post__revision"), topic=F("post__topic"))
        | Q(post__number=1) & ~(Q(kind="topic") & Q(title=F("post__topic__title")))
        | Q(post__number__gt=1) & ~Q(kind="post")
    )
    comment = ~Q(revision=F("comment__revision"))
    return SearchEntry.objects.filter(Q(post, post__isnull=False) | Q(comment, comment__isnull=False))


register(
    alarm(
        "forum.search.posts", "every post is indexed (reindex_search)", lambda: Post.objects.filter(search_entry=None)
    ),
    alarm(
        "forum.search.comments", "every comment is indexed (reindex_search)",
        lambda: Comment.objects.filter(search_entry=None),
    ),
    alarm("forum.search.outdated", "what is indexed is the text as it is (reindex_search --all)", _outdated),
    counter(
        "forum.search.live_posts", "a post is found while it and its topic live", SearchEntry, "is_live",
        Exists(_posts.filter(deleted_at=None, topic__deleted_at=None)), among=_of_posts,
    ),
    counter(
        "forum.search.live_comments", "a comment is found while it lives", SearchEntry, "is_live",
        Exists(_comments.filter(deleted_at=None)), among=_of_comments,
    ),
    counter(
        "forum.search.category", "a post is found where its topic stands", SearchEntry, "category",
        Subquery(_posts.values("topic__category")[:1]), among=_of_posts,
    ),
)  # fmt: skip
