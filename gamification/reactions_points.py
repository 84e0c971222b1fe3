"""What people do pays points and may earn badges. The days of a streak are counted in `reactions.py`.

Points are settled at once, each by its source as it is now; badges are evaluated a moment later (`tasks.soon`).
"""

from community_platform.core.events import subscribe
from courses.events import (
    CertificateIssued,
    CourseChanged,
    CourseCompleted,
    Enrolled,
    LessonCompleted,
    QuizSubmitted,
    ReviewChanged,
    ReviewPosted,
)
from courses.models import Course
from forum.events import (
    AnswerAccepted,
    AnswerUnaccepted,
    CommentCreated,
    ContentDeleted,
    ContentRestored,
    Liked,
    PostCreated,
    TopicCreated,
    Unliked,
)
from gamification.events import BugReportDecided, StreakUpdated
from gamification.services import earning, facts
from gamification.tasks import soon
from profiles.events import EmailConfirmed, Followed, ProfileChanged


def lesson_completed(event: LessonCompleted) -> None:
    earning.lesson_completed(user_id=event.user_id, lesson_id=event.lesson_id, at=event.at)
    soon("lesson.completed", event.user_id)


def course_completed(event: CourseCompleted) -> None:
    earning.course_completed(user_id=event.user_id, course_id=event.course_id, at=event.at)
    soon("course.completed", event.user_id)


def quiz_submitted(event: QuizSubmitted) -> None:
    earning.quiz_submitted(
        user_id=event.user_id, quiz_id=event.quiz_id, lesson_id=event.lesson_id, percent=event.percent,
        passed=event.passed, at=event.at,
    )  # fmt: skip
    soon("quiz.submitted", event.user_id)


def enrolled(event: Enrolled) -> None:
    _teacher_of(event.course_id, "course.enrolled")


def review_posted(event: ReviewPosted | ReviewChanged) -> None:
    earning.review(event.review_id)
    _teacher_of(event.course_id, "review.saved")


def course_changed(event: CourseChanged) -> None:
    earning.course_published(event.course_id)
    _teacher_of(event.course_id, "course.published")


def certificate_issued(event: CertificateIssued) -> None:
    soon("certificate.issued", event.user_id)


def topic_created(event: TopicCreated) -> None:
    earning.topic(event.topic_id)
    soon("topic.created", event.author_id)


def post_created(event: PostCreated) -> None:
    earning.post(event.post_id)
    soon("post.posted", event.author_id)


def comment_created(event: CommentCreated) -> None:
    earning.comment(event.comment_id)
    soon("comment.posted", event.author_id)


def text_moved(event: ContentDeleted | ContentRestored) -> None:
    earning.text(event.kind, event.object_id)
    soon("topic.created" if event.kind == "topic" else "comment.posted", event.author_id)


def like_changed(event: Liked | Unliked) -> None:
    earning.like(event.like_id)
    soon("like.changed", event.author_id)


def answer_changed(event: AnswerAccepted | AnswerUnaccepted) -> None:
    earning.answer(event.topic_id, at=event.at)
    soon("answer.accepted", event.author_id)


def followed(event: Followed) -> None:
    soon("follow.changed", event.following_id)


def email_confirmed(event: EmailConfirmed) -> None:
    facts.give_rank(user_id=event.user_id)
    soon("email.verified", event.user_id)


def profile_changed(event: ProfileChanged) -> None:
    facts.note_birthday(user_id=event.user_id)


def streak_updated(event: StreakUpdated) -> None:
    soon("streak.updated", event.user_id)
    soon("day.active", event.user_id)


def bug_report_decided(event: BugReportDecided) -> None:
    soon("staff.grant", event.user_id)


def _teacher_of(course_id: int, event: str) -> None:
    teacher = Course.objects.filter(pk=course_id).values_list("instructor_id", flat=True).first()
    if teacher is not None:
        soon(event, teacher)


subscribe(LessonCompleted, lesson_completed)
subscribe(CourseCompleted, course_completed)
subscribe(QuizSubmitted, quiz_submitted)
subscribe(Enrolled, enrolled)
subscribe(ReviewPosted, review_posted)
subscribe(ReviewChanged, review_posted)
subscribe(CourseChanged, course_changed)
subscribe(CertificateIssued, certificate_issued)
subscribe(TopicCreated, topic_created)
subscribe(PostCreated, post_created)
subscribe(CommentCreated, comment_created)
subscribe(ContentDeleted, text_moved)
subscribe(ContentRestored, text_moved)
subscribe(Liked, like_changed)
subscribe(Unliked, like_changed)
subscribe(AnswerAccepted, answer_changed)
subscribe(AnswerUnaccepted, answer_changed)
subscribe(Followed, followed)
subscribe(EmailConfirmed, email_confirmed)
subscribe(ProfileChanged, profile_changed)
subscribe(StreakUpdated, streak_updated)
subscribe(BugReportDecided, bug_report_decided)
