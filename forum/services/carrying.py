"""Carrying posts from one topic to another, with what people have read of them. The caller holds the locks."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from community_platform.core.events import publish
from forum.events import AnswerUnendorsed
from forum.models import Post, Topic, TopicKind, TopicRead
from forum.models.reading import WatchLevel

BATCH = 500
Places = dict[int, int]  # number before → number after


def carry_posts(posts: Sequence[Post], to: Topic, *, after: int) -> Places:
    """Give `posts`, in this order, the numbers behind `after` in `to`; return where each went.

    Numbers in `to` are new, so no two posts ever share one. An answer to a post stays one where both come along.
    """
    carried = {post.pk for post in posts}
    places: Places = {}
    for number, post in enumerate(posts, after + 1):
        places[post.number] = number
        post.topic, post.number = to, number
        if post.reply_to_id not in carried or number == 1:
            post.reply_to = None
        if post.endorsed_at is not None and (number == 1 or to.kind == TopicKind.ANNOUNCEMENT):
            post.endorsed_at = post.endorsed_by = None  # it is no answer any more
            publish(AnswerUnendorsed(topic_id=to.pk, post_id=post.pk, author_id=post.author_id))
    Post.objects.bulk_update(
        posts, ["topic", "number", "reply_to", "endorsed_at", "endorsed_by"], batch_size=BATCH
    )
    for start in range(0, len(posts), BATCH):
        moved = [post.pk for post in posts[start : start + BATCH]]
        Post.objects.filter(reply_to__in=moved).exclude(topic=to).update(reply_to=None)
    return places


def carry_reads_to_new(of: Topic, to: Topic, places: Places) -> None:
    """After a split: who read some of the posts has read them in the new topic `to`, and watches it as the old one."""
    numbers = sorted(places)
    rows = []
    for read in TopicRead.objects.filter(topic=of, last_read_number__gte=numbers[0]).iterator(BATCH):
        seen = bisect_right(numbers, read.last_read_number)
        rows.append(
            TopicRead(
                user_id=read.user_id, topic=to, last_read_number=seen, read_at=read.read_at, level=read.level,
                is_manual=read.is_manual,
            )
        )  # fmt: skip
    TopicRead.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


def finish_reads(topic: Topic) -> None:
    """Who has seen all posts that are left has seen the topic: its last number may have gone elsewhere."""
    newest = Post.objects.filter(topic=topic).order_by("-number").values_list("number", flat=True)[0]
    done = TopicRead.objects.filter(topic=topic, last_read_number__gte=newest)
    done.filter(last_read_number__lt=topic.last_post_number).update(last_read_number=topic.last_post_number)


def merge_reads(of: Topic, into: Topic, places: Places, *, before: int) -> None:
    """After a merge: who had read all of `into` (up to `before`) goes on from where they were in `of`.

    Levels of watching: a person's own level of `into` stays; else the one of `of` comes along. Rows of `of` go.
    """
    # Who has read the first n posts of the new order has read up to needed[n - 1].
    needed = list(accumulate(places, max))
    reads = dict(TopicRead.objects.filter(topic=into).values_list("user_id", "last_read_number"))
    reached: dict[int, list[int]] = {}
    for user_id, seen in TopicRead.objects.filter(topic=of).values_list("user_id", "last_read_number"):
        known = bisect_right(needed, seen)
        if reads.get(user_id, 0) >= before and known:
            reached.setdefault(before + known, []).append(user_id)
    for number, people in sorted(reached.items()):
        rows = TopicRead.objects.filter(topic=into, last_read_number__lt=number)
        for start in range(0, len(people), BATCH):
            rows.filter(user__in=people[start : start + BATCH]).update(last_read_number=number)
    _merge_levels(of, into, reads)
    TopicRead.objects.filter(topic=of).delete()


def _merge_levels(of: Topic, into: Topic, reads: dict[int, int]) -> None:
    for level in WatchLevel:
        for is_manual in (True, False):
            rows = TopicRead.objects.filter(topic=of, level=level, is_manual=is_manual)
            people = list(rows.values_list("user_id", flat=True))
            new = [TopicRead(user_id=pk, topic=into) for pk in people if pk not in reads]
            TopicRead.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)
            undecided = TopicRead.objects.filter(topic=into, level=None)
            for start in range(0, len(people), BATCH):
                undecided.filter(user__in=people[start : start + BATCH]).update(
                    level=level, is_manual=is_manual
                )
