"""The many topics, posts and comments of the larger schools: bulk inserts whose counters are right as they are made."""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from community_platform.core import markdown
from community_platform.demo import phrases
from community_platform.demo.phrases import Phrase
from community_platform.demo.seeding import COMMENT, POST, Progress, Seeding, insert
from courses.models import Lesson
from forum.models import Category, Comment, Like, Post, Tag, Topic

MONTHS = 14  # how far back the forum goes
TOPICS_AT_ONCE = 500
LIKES = 0.5  # a post, on average


@dataclass(slots=True)
class _Plan:
    """One topic before it has a key."""

    row: Topic
    moments: list[datetime]
    authors: list[int]
    likers: list[list[int]]
    body: Phrase
    best: int  # index of the best answer's post; 0 for none


def talk(run: Seeding, shelves: dict[str, Category], progress: Progress, done: int) -> None:
    """Fill the forum up to the scale's number of topics and posts."""
    dice = run.dice("bulk")
    sizes = _sizes(run, dice)
    open_shelves = [shelf for shelf in shelves.values() if not shelf.staff_only_topics]
    tags = list(Tag.objects.order_by("pk"))
    bodies, replies = phrases.bodies(dice), phrases.replies(dice)
    in_category: Counter[int] = Counter()
    posts_in_category: Counter[int] = Counter()
    with_tag: Counter[int] = Counter()
    for start in range(0, len(sizes), TOPICS_AT_ONCE):
        plans = [
            _plan(run, dice, size, open_shelves, bodies) for size in sizes[start : start + TOPICS_AT_ONCE]
        ]
        insert(plan.row for plan in plans)
        links = []
        for plan in plans:
            in_category[plan.row.category_id] += 1
            posts_in_category[plan.row.category_id] += len(plan.moments)
            for tag in dice.sample(tags, dice.choice((0, 1, 1, 2))):
                links.append(Topic.tags.through(topic_id=plan.row.pk, tag_id=tag.pk))
                with_tag[tag.pk] += 1
        insert(links)
        done += _write(run, dice, plans, replies)
        progress.show(done, "forum")
    for pk, number in in_category.items():
        Category.objects.filter(pk=pk).update(
            topics_count=F("topics_count") + number, posts_count=F("posts_count") + posts_in_category[pk]
        )
    for pk, number in with_tag.items():
        Tag.objects.filter(pk=pk).update(topics_count=F("topics_count") + number)


def _sizes(run: Seeding, dice: random.Random) -> list[int]:
    """Return the number of posts of each topic that is still to be made; a few are long, most are short."""
    topics = run.scale.topics - Topic.objects.count()
    posts = run.scale.posts - Post.objects.count() - run.scale.biggest_topic
    weights = [dice.paretovariate(1.6) for _ in range(topics - 1)]
    whole, spare = sum(weights), posts - len(weights)
    sizes = [1 + min(int(spare * weight / whole), run.scale.biggest_topic // 2) for weight in weights]
    missing = posts - sum(sizes)
    for n in range(missing):
        sizes[n % len(sizes)] += 1
    return [run.scale.biggest_topic, *sizes]


def _plan(
    run: Seeding, dice: random.Random, size: int, shelves: list[Category], bodies: list[Phrase]
) -> _Plan:
    begun = run.now - timedelta(days=dice.uniform(0.05, 30 * MONTHS))
    span = min((run.now - begun) * 0.98, timedelta(days=dice.expovariate(1 / 6)))
    moments = [
        begun,
        *(begun + span * share for share in sorted(dice.random() ** 2 for _ in range(size - 1))),
    ]
    authors = [run.someone(dice) for _ in range(size)]
    likers = [_likers(run, dice, author) for author in authors]
    shelf = dice.choice(shelves)
    is_question = dice.random() < 0.5
    best = dice.randrange(1, min(size, 8)) if is_question and size > 1 and dice.random() < 0.6 else 0
    body = dice.choice(bodies)
    row = Topic(
        category=shelf, author_id=authors[0], kind="question" if is_question else "discussion", title=phrases.title(dice, body),
        created_at=begun, last_post_at=moments[-1], last_post_author_id=authors[-1], last_post_number=size,
        replies_count=size - 1, likes_count=len(likers[0]), views_count=size * dice.randrange(3, 25),
    )  # fmt: skip
    return _Plan(row, moments, authors, likers, body, best)


def _likers(run: Seeding, dice: random.Random, author: int) -> list[int]:
    count = int(dice.expovariate(1 / LIKES))
    if not count:
        return []
    return sorted({run.someone(dice) for _ in range(count)} - {author})


def _write(run: Seeding, dice: random.Random, plans: list[_Plan], replies: list[Phrase]) -> int:
    """Insert the posts and likes of topics that have keys; return how many posts."""
    posts, likers, best = [], [], []
    for plan in plans:
        for n, (author, moment) in enumerate(zip(plan.authors, plan.moments, strict=True)):
            phrase = plan.body if n == 0 else replies[int(len(replies) * dice.random())]
            run.did(author, moment, POST)
            posts.append(
                Post(
                    topic_id=plan.row.pk, number=n + 1, author_id=author, content=phrase.source, content_html=phrase.html,
                    renderer_version=markdown.RENDERER_VERSION, likes_count=len(plan.likers[n]), created_at=moment,
                )
            )  # fmt: skip
            likers.append(plan.likers[n])
            if plan.best and plan.best == n:
                best.append((plan.row, posts[-1]))
    insert(posts)
    insert(
        Like(user_id=user, post_id=post.pk, created_at=post.created_at + (run.now - post.created_at) * 0.3)
        for post, people in zip(posts, likers, strict=True)
        for user in people
    )
    for topic, post in best:
        topic.best_answer_id = post.pk
    Topic.objects.bulk_update([topic for topic, _ in best], ["best_answer"], batch_size=250)
    return len(posts)


def comments(run: Seeding, catalogue: dict[str, list[Lesson]]) -> None:
    """Put comments of the many under the lessons, every third one an answer."""
    dice = run.dice("bulk comments")
    replies = phrases.replies(run.dice("bulk"))
    lessons = [lesson for lessons in catalogue.values() for lesson in lessons]
    roots: list[Comment] = []
    for _ in range(run.scale.comments * 2 // 3):
        lesson = lessons[int(len(lessons) * dice.random() ** 1.5)]
        roots.append(
            _comment(
                run, dice, lesson, dice.choice(replies), run.now - timedelta(days=dice.uniform(0.1, 300))
            )
        )
    answered = dice.choices(range(len(roots)), k=run.scale.comments // 3) if roots else []
    for index, number in Counter(answered).items():
        roots[index].replies_count = number
    insert(roots)
    answers = []
    for index in answered:
        root = roots[index]
        answer = _comment(
            run,
            dice,
            root.lesson,
            dice.choice(replies),
            root.created_at + (run.now - root.created_at) * 0.4 * dice.random(),
        )
        answer.root_id = answer.parent_id = root.pk
        answers.append(answer)
    insert(answers)
    counts = Counter(row.lesson_id for row in [*roots, *answers] if row.lesson_id)
    for pk, number in counts.items():
        Lesson.objects.filter(pk=pk).update(comments_count=F("comments_count") + number)


def _comment(
    run: Seeding, dice: random.Random, lesson: Lesson | None, phrase: Phrase, moment: datetime
) -> Comment:
    author = run.someone(dice)
    run.did(author, moment, COMMENT)
    return Comment(
        lesson=lesson, author_id=author, content=phrase.source, content_html=phrase.html, created_at=moment,
        renderer_version=markdown.RENDERER_VERSION,
    )  # fmt: skip
