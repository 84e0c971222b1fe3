"""The written part of the forum, said through the services that everybody writes through, then moved into the past."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from community_platform.core import text
from community_platform.demo import backdate, texts
from community_platform.demo.seeding import COMMENT, POST, Seeding, insert
from community_platform.demo.texts import WrittenComment, WrittenTopic
from courses.models import Course, Lesson
from courses.services import enrollment
from forum.models import Category, Comment, Like, Post, Tag, Topic, Watch
from forum.services import answers, likes, moderation, posts, reading, watching
from forum.services import comments as comment_services
from forum.services import topics as topic_services
from profiles.models import User

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
WATCHED = (
    ("anna", "category", "programming", "watching"), ("anna", "category", "design", "muted"),
    ("anna", "tag", "statistics", "tracking"), ("boris", "category", "announcements", "watching"),
    ("chen", "category", "mathematics", "tracking"), ("irina", "category", "programming", "tracking"),
)  # fmt: skip
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


@contextmanager
def unhurried() -> Iterator[None]:
    """Three months of talk in a few seconds would meet every rate limit."""
    scale, settings.RATE_LIMIT_SCALE = settings.RATE_LIMIT_SCALE, 1e9
    try:
        yield
    finally:
        settings.RATE_LIMIT_SCALE = scale


def topics(run: Seeding) -> None:
    """Make the written topics, spread over the last three months, the last one still warm."""
    dice = run.dice("topics")
    written = list(texts.topics())
    ages = sorted((86 * dice.random() ** 1.4 + 0.15 for _ in written), reverse=True)
    order = sorted(range(len(written)), key=lambda n: (not written[n].is_pinned, dice.random()))
    with unhurried():
        for age, n in zip(ages, order, strict=True):
            _topic(run, dice, written[n], run.now - timedelta(days=age))


def _topic(run: Seeding, dice: random.Random, written: WrittenTopic, begun: datetime) -> None:
    author = run.people[written.author]
    about_code = written.category == "programming" and "python" not in written.tags
    topic = topic_services.create_topic(
        actor=author,
        category=written.category,
        title=written.title,
        content=written.content,
        kind=written.kind,
        tags=written.tags,
        course=None if about_code else COURSES.get(written.category),
    )
    said = [topic.posts.get(number=1)]
    for reply in written.replies:
        answered = said[reply.answers - 1].pk if reply.answers else None
        said.append(
            posts.reply(actor=run.people[reply.author], topic=topic, content=reply.content, reply_to=answered)
        )
    for post, reply in zip(said[1:], written.replies, strict=True):
        if reply.is_best:
            answers.accept_answer(actor=author, topic=topic, post=post.pk)
    if written.is_pinned:
        moderation.pin_topic(actor=run.people["maxim"], topic=topic, is_pinned=True)
    moments = _moments(run, dice, begun, len(written.replies))
    loved = {n for n, reply in enumerate(written.replies, start=1) if reply.is_best}
    for n, (post, moment) in enumerate(zip(said, moments, strict=True)):
        _like(post, _likers(run, dice, post.author_id, 7 if n in loved else 2.5))
        run.did(post.author_id, moment, POST)
    _read(run, dice, topic, len(said))
    backdate.topic(topic, said, moments, views=dice.randrange(30, 400), dice=dice, now=run.now)


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


def _likers(run: Seeding, dice: random.Random, author: int, mean: float) -> list[User]:
    """Return who likes it: people out of a circle of sixty, in a school of any size."""
    circle = run.circle
    count = min(int(dice.expovariate(1 / mean)), len(circle) - 1)
    return [user for user in dice.sample(circle, count) if user.pk != author]


def _like(row: Post | Comment, likers: list[User]) -> None:
    """Let the first of `likers` like `row` as on the site, which tells its author; the others are merely counted."""
    for liker in likers[:1]:
        if isinstance(row, Post):
            likes.like_post(actor=liker, post=row)
        else:
            likes.like_comment(actor=liker, comment=row)
    target = {"post": row} if isinstance(row, Post) else {"comment": row}
    others = insert(Like(user=liker, **target) for liker in likers[1:])
    more = {"likes_count": F("likes_count") + len(others)}
    type(row)._default_manager.filter(pk=row.pk).update(**more)
    if isinstance(row, Post) and row.is_body:
        Topic.objects.filter(pk=row.topic_id).update(**more)


def _read(run: Seeding, dice: random.Random, topic: Topic, newest: int) -> None:
    """Those who can sign in have read most of it, some only the beginning: they find something unread."""
    for name in ("anna", "boris", "chen", "irina", "daniel", "maxim"):
        if dice.random() < 0.8:
            number = newest if dice.random() < 0.7 else max(1, newest - 2)
            reading.mark_read(user=run.people[name], topic=topic, number=number)


def watch(run: Seeding) -> None:
    """Let some people choose what they want to hear of, and boris clear away what is old."""
    for name, kind, slug, level in WATCHED:
        person = run.people[name]
        if kind == "category":
            watching.watch_category(actor=person, category=Category.objects.get(slug=slug), level=level)
        else:
            watching.watch_tag(actor=person, tag=Tag.objects.get(slug=slug), level=level)
    Watch.objects.update(created_at=run.now)
    reading.mark_all_read(actor=run.people["boris"], category="study", until=run.now - timedelta(days=20))


def comments(run: Seeding, catalogue: dict[str, list[Lesson]]) -> None:
    """Make the written comments under courses and lessons."""
    dice = run.dice("comments")
    with unhurried():
        for slug, place, said in texts.comments():
            lessons = catalogue[slug]
            lesson = next(row for row in lessons if row.slug == text.slug(place)) if place else None
            moment = run.now - timedelta(days=dice.uniform(3, 80))
            above: list[Comment] = []
            for comment in said:
                moment = min(moment + timedelta(hours=dice.uniform(0.2, 20)), run.now - timedelta(minutes=10))
                above = above[: comment.depth]
                row = _comment(run, dice, comment, lesson or lessons[0].course, above)
                backdate.comment(row, moment, dice=dice, now=run.now)
                run.did(row.author_id, moment, COMMENT)
                above = [*above, row]


def _comment(
    run: Seeding, dice: random.Random, said: WrittenComment, target: Course | Lesson, above: list[Comment]
) -> Comment:
    author = run.people[said.author]
    _enroll(run, author, target if isinstance(target, Course) else target.course)
    if above:
        row = comment_services.reply(actor=author, comment=above[-1], content=said.content)
    else:
        row = comment_services.post_comment(actor=author, target=target, content=said.content)
    _like(row, _likers(run, dice, author.pk, 3))
    return row


def _enroll(run: Seeding, author: User, course: Course) -> None:
    """Only who learns may comment. What they have learned is told later, in `school.enroll`."""
    if author.role == "student":
        enrollment.enroll(actor=author, course=course)
        mine = run.enrolled.setdefault(author.pk, [])
        if course.slug not in mine:
            mine.append(course.slug)
