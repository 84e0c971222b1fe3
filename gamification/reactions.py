"""When somebody learns or writes, their day counts."""

from community_platform.core.events import subscribe
from courses.events import LessonCompleted, QuizSubmitted, VideoWatched
from forum.events import CommentCreated, PostCreated, TopicCreated
from gamification.services.activity import record_activity


def count_lesson(event: LessonCompleted) -> None:
    record_activity(user_id=event.user_id, at=event.at, lessons=1, cause=event.uid)


def count_quiz(event: QuizSubmitted) -> None:
    """An attempt that the clock closed empty is no learning."""
    if event.score > 0:
        record_activity(user_id=event.user_id, at=event.at, quizzes=1, cause=event.uid)


def count_watching(event: VideoWatched) -> None:
    record_activity(user_id=event.user_id, at=event.at, seconds=event.seconds, cause=event.uid)


def count_topic(event: TopicCreated) -> None:
    record_activity(user_id=event.author_id, at=event.at, posts=1, cause=event.uid)


def count_post(event: PostCreated) -> None:
    record_activity(user_id=event.author_id, at=event.at, posts=1, cause=event.uid)


def count_comment(event: CommentCreated) -> None:
    record_activity(user_id=event.author_id, at=event.at, comments=1, cause=event.uid)


subscribe(LessonCompleted, count_lesson)
subscribe(QuizSubmitted, count_quiz)
subscribe(VideoWatched, count_watching)
subscribe(TopicCreated, count_topic)
subscribe(PostCreated, count_post)
subscribe(CommentCreated, count_comment)
