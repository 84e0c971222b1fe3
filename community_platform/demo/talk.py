"""The written part of the forum: topics, replies, likes, reading, and comments under courses and lessons."""

import random
from datetime import datetime, timedelta

from django.db.models import F
from django.db.models.expressions import CombinedExpression

from community_platform.core import markdown, text
from community_platform.demo import texts
from community_platform.demo.seeding import COMMENT, POST, Seeding, insert
from community_platform.demo.texts import WrittenComment, WrittenReply, WrittenTopic
from courses.models import Lesson
from forum.models import Category, Comment, Like, Post, Tag, Topic, TopicRead

CATEGORIES = (
    ("announcements", "Announcements", "megaphone", "News from the school; everybody may answer."),
    ("welcome", "Introductions", "smile", "Say hello, find people to learn with."),
    ("programming", "Programming", "code", "Python, git, SQL, and whatever does not run."),
    ("data", "Data and statistics", "chart-column", "From the first mean to the last p-value."),
    ("mathematics", "Mathematics", "sigma", "Proofs, pictures, puzzles."),
    ("design", "Design", "palette", "Pages that explain themselves."),
    ("russian", "По-русски", "languages", "Вопросы и разговоры на русском языке."),
    ("study", "Study habits", "coffee", "Streaks, notes, bad days and good ones."),
)
COURSES = {
    "programming": "python-first-steps",
    "data": "statistics-you-can-feel",
    "mathematics": "linear-algebra-in-pictures",
}


def shelves() -> dict[str, Category]:
    """Make the categories of the forum; return them by slug."""
    rows = [
        Category(slug=slug, name=name, icon=icon, description=what, order_index=n, staff_only_topics=n == 0)
        for n, (slug, name, icon, what) in enumerate(CATEGORIES)
    ]
    return {row.slug: row for row in insert(rows)}


def topics(run: Seeding, shelves: dict[str, Category], catalogue: dict[str, list[Lesson]]) -> None:
    """Make the written topics, spread over the last three months, the last one still warm."""
    dice = run.dice("topics")
    written = list(texts.topics())
    ages = sorted((86 * dice.random() ** 1.4 + 0.15 for _ in written), reverse=True)
    order = sorted(range(len(written)), key=lambda n: (not written[n].is_pinned, dice.random()))
    for age, n in zip(ages, order, strict=True):
        _topic(run, dice, written[n], shelves, catalogue, run.now - timedelta(days=age))


def _topic(
    run: Seeding, dice: random.Random, written: WrittenTopic, shelves: dict[str, Category],
    catalogue: dict[str, list[Lesson]], begun: datetime,
) -> None:  # fmt: skip
    author, category = run.people[written.author], shelves[written.category]
    moments = _moments(run, dice, begun, len(written.replies))
    last = written.replies[-1].author if written.replies else written.author
    slug = (
        COURSES.get(written.category)
        if "python" in written.tags or written.category != "programming"
        else None
    )
    topic = Topic.objects.create(
        category=category, author=author, kind=written.kind, title=written.title, is_pinned=written.is_pinned,
        course_id=catalogue[slug][0].course_id if slug else None, created_at=begun, last_post_at=moments[-1],
        last_post_author=run.people[last], last_post_number=len(written.replies) + 1,
        replies_count=len(written.replies), views_count=dice.randrange(30, 400),
    )  # fmt: skip
    tags = [_tag(name) for name in written.tags]
    topic.tags.set(tags)
    Tag.objects.filter(pk__in=[tag.pk for tag in tags]).update(topics_count=_plus("topics_count", 1))
    replies = [WrittenReply(written.author, written.content), *written.replies]
    posts = [
        _post(run, topic, n, reply, moment)
        for n, (reply, moment) in enumerate(zip(replies, moments, strict=True), 1)
    ]
    likers = [
        _likers(run, dice, post.author_id, 9 if reply.is_best else 4)
        for post, reply in zip(posts, replies, strict=True)
    ]
    for post, people in zip(posts, likers, strict=True):
        post.likes_count = len(people)
    insert(posts)
    insert(
        Like(
            user_id=user,
            post=post,
            created_at=min(post.created_at + timedelta(hours=dice.uniform(0.1, 40)), run.now),
        )
        for post, people in zip(posts, likers, strict=True)
        for user in people
    )
    for post, reply in zip(posts, replies, strict=True):
        if reply.answers:
            post.reply_to = posts[reply.answers - 1]
            post.save(update_fields=["reply_to"])
        if reply.is_best:
            topic.best_answer = post
    topic.likes_count = posts[0].likes_count
    topic.save(update_fields=["best_answer", "likes_count"])
    Category.objects.filter(pk=category.pk).update(
        topics_count=_plus("topics_count", 1), posts_count=_plus("posts_count", len(posts))
    )
    _reads(run, dice, topic)


def _moments(run: Seeding, dice: random.Random, begun: datetime, replies: int) -> list[datetime]:
    """Return when each post was written: after the one before and before now."""
    room = (run.now - begun) * 0.95
    gaps = [dice.uniform(0.2, 1) * timedelta(hours=dice.choice((0.3, 1, 3, 9, 20))) for _ in range(replies)]
    whole = sum(gaps, timedelta())
    shrink = min(1.0, room / whole) if whole else 1.0
    moments = [begun]
    for gap in gaps:
        moments.append(moments[-1] + gap * shrink)
    return moments


def _post(run: Seeding, topic: Topic, number: int, reply: WrittenReply, moment: datetime) -> Post:
    author = run.people[reply.author]
    run.did(author.pk, moment, POST)
    return Post(
        topic=topic, number=number, author=author, content=reply.content, created_at=moment,
        content_html=markdown.render(reply.content).html, renderer_version=markdown.RENDERER_VERSION,
    )  # fmt: skip


def _tag(name: str) -> Tag:
    return Tag.objects.get_or_create(slug=text.slug(name), defaults={"name": name})[0]


def _plus(column: str, number: int) -> CombinedExpression:
    return F(column) + number


def _likers(run: Seeding, dice: random.Random, author: int, mean: float) -> list[int]:
    count = min(int(dice.expovariate(1 / mean)), len(run.students) - 1)
    return [user for user in dice.sample(run.students, count) if user != author]


def _reads(run: Seeding, dice: random.Random, topic: Topic) -> None:
    """Those who can sign in have read most of it, some only the beginning: they find something unread."""
    rows = []
    for name in ("anna", "boris", "chen", "irina", "daniel", "maxim"):
        if dice.random() < 0.8:
            number = topic.last_post_number if dice.random() < 0.7 else max(1, topic.last_post_number - 2)
            rows.append(
                TopicRead(
                    user=run.people[name], topic=topic, last_read_number=number, read_at=topic.last_post_at
                )
            )
    insert(rows)


def comments(run: Seeding, catalogue: dict[str, list[Lesson]]) -> None:
    """Make the written comments under courses and lessons."""
    dice = run.dice("comments")
    for slug, place, said in texts.comments():
        lessons = catalogue[slug]
        lesson = next(row for row in lessons if row.slug == text.slug(place)) if place else None
        moment = run.now - timedelta(days=dice.uniform(3, 80))
        above: list[Comment] = []
        for comment in said:
            moment = min(moment + timedelta(hours=dice.uniform(0.2, 20)), run.now - timedelta(minutes=10))
            above = above[: comment.depth]
            row = _comment(run, dice, comment, lesson, lessons[0].course_id, above, moment)
            above = [*above, row]
        target = lesson if lesson is not None else lessons[0].course
        target.comments_count = len(said)
        target.save(update_fields=["comments_count"])


def _comment(
    run: Seeding, dice: random.Random, said: WrittenComment, lesson: Lesson | None, course: int,
    above: list[Comment], moment: datetime,
) -> Comment:  # fmt: skip
    author = run.people[said.author]
    people = _likers(run, dice, author.pk, 3)
    row = Comment.objects.create(
        lesson=lesson, course_id=None if lesson else course, author=author, created_at=moment, content=said.content,
        root=above[0] if above else None, parent=above[-1] if above else None, likes_count=len(people),
        content_html=markdown.render(said.content).html, renderer_version=markdown.RENDERER_VERSION,
    )  # fmt: skip
    insert(
        Like(user_id=user, comment=row, created_at=run.now - (run.now - moment) * dice.random())
        for user in people
    )
    if above:
        Comment.objects.filter(pk=above[0].pk).update(replies_count=_plus("replies_count", 1))
    run.did(author.pk, moment, COMMENT)
    return row
