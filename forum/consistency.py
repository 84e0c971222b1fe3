"""What must hold between forum rows; the kernel checks it after tests, at night, and by `check_consistency`."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from community_platform.core.consistency import alarm, count_of, counter, register
from forum.models import Category, Like, Post, Tag, Topic, TopicRead, Watch, WatchLevel

_live_posts = Post.objects.filter(deleted_at=None)


def _gaps() -> QuerySet[Topic]:
    """Topics that miss their body, or whose newest number is not the one they remember; later ones may have moved away.

    A merged topic has no posts at all.
    """
    newest = Post.objects.filter(topic=OuterRef("pk")).order_by("-number").values("number")[:1]
    body = Post.objects.filter(topic=OuterRef("pk"), number=1, deleted_at=None)
    rows = Topic.objects.filter(merged_into=None).annotate(_newest=Coalesce(Subquery(newest), 0))
    return rows.filter(
        Q(_newest__gt=F("last_post_number"))
        | Q(_newest__lt=F("last_post_number"), moved_posts=0)
        | ~Exists(body)
    )


def _haunted() -> QuerySet[Topic]:
    """Merged topics that are not empty, or whose address leads nowhere."""
    posts = Post.objects.filter(topic=OuterRef("pk"))
    return Topic.objects.exclude(merged_into=None).filter(
        Exists(posts) | Q(merged_post=None) | Q(deleted_at=None)
    )


def _late() -> QuerySet[Topic]:
    newest = _live_posts.filter(topic=OuterRef("pk")).order_by("-created_at").values("created_at")[:1]
    rows = Topic.objects.filter(merged_into=None)
    return rows.annotate(_at=Subquery(newest)).exclude(last_post_at=F("_at"))


def _wrong_answers() -> QuerySet[Topic]:
    return Topic.objects.exclude(best_answer=None).filter(
        ~Q(best_answer__topic=F("pk"))
        | Q(best_answer__number=1)
        | Q(best_answer__deleted_at__isnull=False)
        | Q(kind="announcement")
    )


def _wrong_endorsements() -> QuerySet[Post]:
    endorsed = Post.objects.filter(Q(endorsed_at__isnull=False) | Q(endorsed_by__isnull=False))
    return endorsed.filter(Q(number=1) | Q(topic__kind="announcement") | Q(endorsed_at=None))


def _numbers() -> QuerySet[Topic]:
    """Topics whose posts and moved posts are not as many as their numbers: a number was lost or given twice."""
    return Topic.objects.annotate(_rows=count_of(Post.objects.all(), "topic")).exclude(
        last_post_number=F("_rows") + F("moved_posts")
    )


def _foreign_answers() -> QuerySet[Post]:
    return Post.objects.exclude(reply_to=None).exclude(reply_to__topic=F("topic"))


def _wrong_synonyms() -> QuerySet[Tag]:
    used = Topic.tags.through.objects.filter(tag=OuterRef("pk"))
    return Tag.objects.exclude(synonym_of=None).filter(Q(synonym_of__synonym_of__isnull=False) | Exists(used))


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
    alarm("forum.topic.numbers", "post numbers run from 1, none lost", _numbers, stored="last_post_number"),
    alarm("forum.topic.merged", "a merged topic is an empty signpost", _haunted),
    alarm("forum.post.reply_to", "an answer stands in the topic of what it answers", _foreign_answers),
    alarm("forum.topic.last_post_number", "a topic knows its newest number and has its body", _gaps),
    alarm("forum.topic.last_post_at", "a topic's last activity is its newest post", _late, stored="last_post_at"),
    alarm("forum.post.endorsed", "only replies outside announcements are endorsed", _wrong_endorsements),
    alarm("forum.topic.best_answer", "a best answer is a visible reply of its own topic", _wrong_answers),
    alarm("forum.tag.synonym", "a synonym stands for a tag and is on no topic", _wrong_synonyms),
    alarm(
        "forum.read.last_read_number", "nobody has read further than the topic goes",
        lambda: TopicRead.objects.filter(last_read_number__gt=F("topic__last_post_number")),
        stored="last_read_number",
    ),
    alarm(
        "forum.read.level", "what was chosen is a level",
        lambda: TopicRead.objects.filter(is_manual=True, level=None), stored="is_manual",
    ),
    alarm(
        "forum.watch.shelf", "who watches a tag watches no synonym, and normal is no choice for a shelf",
        lambda: Watch.objects.filter(Q(tag__synonym_of__isnull=False) | Q(level=WatchLevel.NORMAL)), stored="level",
    ),
)  # fmt: skip
