"""What must hold between forum rows; the kernel checks it after tests, at night, and by `check_consistency`."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from community_platform.core.consistency import alarm, count_of, counter, register
from forum.models import Category, Like, Post, Tag, Topic, TopicRead

_live_posts = Post.objects.filter(deleted_at=None)


def _gaps() -> QuerySet[Topic]:
    """Topics whose newest number is not the one they remember, or that miss their body."""
    newest = Post.objects.filter(topic=OuterRef("pk")).order_by("-number").values("number")[:1]
    body = Post.objects.filter(topic=OuterRef("pk"), number=1, deleted_at=None)
    return Topic.objects.annotate(_newest=Coalesce(Subquery(newest), 0)).filter(
        ~Q(_newest=F("last_post_number")) | ~Exists(body)
    )


def _late() -> QuerySet[Topic]:
    newest = _live_posts.filter(topic=OuterRef("pk")).order_by("-number").values("created_at")[:1]
    return Topic.objects.annotate(_at=Subquery(newest)).exclude(last_post_at=F("_at"))


def _wrong_answers() -> QuerySet[Topic]:
    return Topic.objects.exclude(best_answer=None).filter(
        ~Q(best_answer__topic=F("pk"))
        | Q(best_answer__number=1)
        | Q(best_answer__deleted_at__isnull=False)
        | Q(kind="announcement")
    )


def _numbers() -> QuerySet[Topic]:
    """Topics with fewer posts than numbers: a number was lost."""
    return Topic.objects.annotate(_rows=count_of(Post.objects.all(), "topic")).exclude(
        _rows=F("last_post_number")
    )


register(
    counter(
        "forum.category.topics_count", "topics of a category", Category, "topics_count",
        count_of(Topic.objects.live(), "category"),
    ),
    counter(
        "forum.category.posts_count", "posts of a category, bodies included", Category, "posts_count",
        count_of(_live_posts.filter(topic__deleted_at=None), "topic__category"),
    ),
    counter(
        "forum.tag.topics_count", "topics of a tag", Tag, "topics_count",
        count_of(Topic.tags.through.objects.filter(topic__deleted_at=None), "tag"),
    ),
    counter(
        "forum.topic.replies_count", "replies of a topic", Topic, "replies_count",
        count_of(_live_posts.filter(number__gt=1), "topic"),
    ),
    counter(
        "forum.topic.likes_count", "likes of a topic are those of its body", Topic, "likes_count",
        count_of(Like.objects.filter(post__number=1), "post__topic"),
    ),
    counter("forum.post.likes_count", "likes of a post", Post, "likes_count", count_of(Like.objects.all(), "post")),
    alarm("forum.topic.numbers", "post numbers run from 1 without gap", _numbers, stored="last_post_number"),
    alarm("forum.topic.last_post_number", "a topic knows its newest number and has its body", _gaps),
    alarm("forum.topic.last_post_at", "a topic's last activity is its newest post", _late, stored="last_post_at"),
    alarm("forum.topic.best_answer", "a best answer is a visible reply of its own topic", _wrong_answers),
    alarm(
        "forum.read.last_read_number", "nobody has read further than the topic goes",
        lambda: TopicRead.objects.filter(last_read_number__gt=F("topic__last_post_number")),
        stored="last_read_number",
    ),
)  # fmt: skip
