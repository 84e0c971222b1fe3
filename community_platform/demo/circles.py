"""Who follows whom in the demo school, and what everybody is seen to have done."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from community_platform.demo.people import NAMED
from community_platform.demo.seeding import BATCH, Seeding, insert
from courses.models import Course, Enrollment
from forum.models import Comment, Topic
from profiles.models import Activity, ActivityType, Follow, Profile

FOLLOWED_HIGH = 12  # by one of the many
MANY = 5_000  # how many of the many follow somebody


def make(run: Seeding) -> None:
    """Make follows and deeds, then count both on the profiles."""
    _follows(run)
    Activity.objects.all().delete()  # services noted the deeds of today, before their dates went into the past
    _insert(_deeds())
    _count()


def _follows(run: Seeding) -> None:
    dice = run.dice("circles")
    known = [run.people[person.username].pk for person in NAMED]
    pairs = {(one, other) for one in known for other in known if one != other and dice.random() < 0.6}
    for follower in run.students[:MANY]:
        for _n in range(int(FOLLOWED_HIGH * dice.random() ** 2)):
            other = dice.choice(known) if dice.random() < 0.3 else run.someone(dice)
            if other != follower:
                pairs.add((follower, other))
    insert(
        Follow(
            follower_id=follower, following_id=other, created_at=run.now - timedelta(days=dice.uniform(0, 90))
        )
        for follower, other in sorted(pairs)
    )


def _deeds() -> Iterator[Activity]:
    done = Enrollment.ever.exclude(completed_at=None).select_related("course").order_by("pk")
    for row in done.iterator():
        yield _deed(
            ActivityType.COURSE_COMPLETED, row.user_id, row.course, f"course_completed:{row.user_id}:{row.course_id}",
            row.completed_at,
        )  # fmt: skip
    for course in Course.objects.exclude(published_at=None).order_by("pk"):
        key = f"course_created:{course.pk}"
        yield _deed(ActivityType.COURSE_CREATED, course.instructor_id, course, key, course.published_at)
    for topic in Topic.objects.live().order_by("pk").iterator():
        yield Activity(
            user_id=topic.author_id, activity_type=ActivityType.TOPIC_CREATED, dedupe_key=f"topic:{topic.pk}",
            object_id=topic.pk, url=topic.get_absolute_url(), metadata={"title": topic.title},
            created_at=topic.created_at,
        )  # fmt: skip
    said = Comment.objects.filter(deleted_at=None).select_related("course", "lesson__course").order_by("pk")
    for comment in said.iterator():
        yield Activity(
            user_id=comment.author_id, activity_type=ActivityType.COMMENT_POSTED, dedupe_key=f"comment:{comment.pk}",
            object_id=comment.pk, url=f"{comment.get_absolute_url()}#comment-{comment.pk}",
            metadata={"title": comment.target.title}, created_at=comment.created_at,
        )  # fmt: skip


def _deed(kind: ActivityType, user: int, course: Course, key: str, at: datetime | None) -> Activity:
    return Activity(
        user_id=user, activity_type=kind, dedupe_key=key, object_id=course.pk, url=course.get_absolute_url(),
        metadata={"title": course.title, "course": course.slug}, created_at=at or course.created_at,
    )  # fmt: skip


def _insert(rows: Iterable[Activity]) -> None:
    batch: list[Activity] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            insert(batch)
            batch = []
    insert(batch)


def _count() -> None:
    def number(rows: QuerySet[Follow] | QuerySet[Enrollment] | QuerySet[Course], column: str) -> Coalesce:
        counted = rows.filter(**{column: OuterRef("pk")}).order_by().values(column).annotate(n=Count("pk"))
        return Coalesce(Subquery(counted.values("n")), 0)

    Profile.objects.update(
        followers_count=number(Follow.objects.all(), "following"),
        following_count=number(Follow.objects.all(), "follower"),
        courses_completed=number(Enrollment.ever.exclude(completed_at=None), "user"),
        courses_created=number(Course.objects.exclude(published_at=None), "instructor"),
    )
