"""What the forum does when it hears of something: search, reports and trust keep up.

When a person or a course changes, they are found as they are now. What moderators do to a reported text outside of the
review queue decides its case, and the case follows a text that moves.

A lost event (docs/adr/0004) leaves an old name in the index until the night (`tasks.mend_search_names`); who may be
found is asked of the account itself each time.
"""

from typing import get_args

from django.core.cache import cache

from community_platform.core.events import subscribe
from courses.events import CourseChanged, LessonCompleted
from forum.events import (
    AnswerAccepted,
    AnswerUnaccepted,
    CommentCreated,
    ContentDeleted,
    ContentHidden,
    ContentRestored,
    Liked,
    PostCreated,
    PostEdited,
    PostsMoved,
    TopicCreated,
    TopicMoved,
)
from forum.models import Post, Topic
from forum.services import search_index, trust
from profiles.events import PenaltyChanged, ProfileChanged, UserRegistered
from profiles.models import CaseState
from profiles.services import kept, reports, review

TRUST_SECONDS = 60
Written = (
    TopicCreated | CommentCreated | AnswerAccepted | AnswerUnaccepted | ContentDeleted | ContentHidden | ContentRestored
)


def index_course(event: CourseChanged) -> None:
    search_index.put_course(event.course_id)


def index_person(event: ProfileChanged | UserRegistered) -> None:
    search_index.put_people(event.user_id)


def agree_with_reports(event: ContentDeleted) -> None:
    """Who removes a reported text elsewhere than in the queue has agreed; an author who does has not."""
    if event.actor_id not in {None, event.author_id}:
        _settle(event, event.actor_id, CaseState.AGREED)


def disagree_with_reports(event: ContentRestored) -> None:
    """Who brings a reported text back has disagreed; the site itself has not."""
    if event.actor_id is not None:
        _settle(event, event.actor_id, CaseState.DISAGREED)


def refile_topic(event: TopicMoved) -> None:
    _refile(event.topic_id)


def refile_posts(event: PostsMoved) -> None:
    _refile(event.to_topic_id)


def show_anew(event: Written) -> None:
    """What a profile shows of the forum, and its feed of deeds, is made anew for its next reader."""
    kept.forget(event.author_id)


def show_edited(event: PostEdited) -> None:
    """The title may be another one."""
    kept.forget(*Topic.objects.filter(pk=event.topic_id).values_list("author", flat=True))


def show_moved(event: TopicMoved | PostsMoved) -> None:
    """Whoever wrote there: their titles may have gone out of sight."""
    pk = event.topic_id if isinstance(event, TopicMoved) else event.to_topic_id
    kept.forget(*Post.objects.filter(topic=pk).order_by().values_list("author", flat=True).distinct())


def trust_writer(event: TopicCreated | PostCreated | CommentCreated) -> None:
    _look_at(event.author_id)


def trust_both(event: Liked) -> None:
    _look_at(event.user_id, event.author_id)


def trust_learner(event: LessonCompleted | PenaltyChanged) -> None:
    _look_at(event.user_id)


def _look_at(*people: int) -> None:
    """Raise who has earned it, looking at each person at most once a minute; what that misses, the night finds.

    Looking costs ten times as much as the like that asks for it.
    """
    if trust.is_at_night_only():
        return
    due = [pk for pk in people if cache.add(f"trust:{pk}", 1, TRUST_SECONDS)]
    if due:
        trust.raise_levels(user_ids=due)


def _settle(event: ContentDeleted | ContentRestored, actor_id: int | None, state: CaseState) -> None:
    review.settle(kind=event.kind, pk=event.object_id, actor_id=actor_id, state=state)


def _refile(topic_id: int) -> None:
    """Let reports about a topic and its posts go to those who look after its category now."""
    topic = Topic.objects.select_related("category").filter(pk=topic_id).first()
    if topic is None:
        return
    place = {"course_ref": topic.course_id or topic.category.course_id, "category_ref": topic.category_id}
    reports.refile(kind="topic", pks=[topic_id], **place)
    reports.refile(kind="post", pks=Post.objects.filter(topic=topic).values("pk"), **place)


subscribe(ContentDeleted, agree_with_reports)
subscribe(ContentRestored, disagree_with_reports)
subscribe(TopicMoved, refile_topic)
subscribe(PostsMoved, refile_posts)
subscribe(CourseChanged, index_course)
subscribe(ProfileChanged, index_person)
subscribe(UserRegistered, index_person)
for shown in get_args(Written):
    subscribe(shown, show_anew)
subscribe(PostEdited, show_edited)
subscribe(TopicMoved, show_moved)
subscribe(PostsMoved, show_moved)
subscribe(TopicCreated, trust_writer)
subscribe(PostCreated, trust_writer)
subscribe(CommentCreated, trust_writer)
subscribe(Liked, trust_both)
subscribe(LessonCompleted, trust_learner)
subscribe(PenaltyChanged, trust_learner)
