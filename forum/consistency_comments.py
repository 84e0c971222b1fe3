"""What must hold for comments."""

from django.db.models import F, Q

from community_platform.core.consistency import alarm, count_of, counter, register
from courses.models import Course, Lesson
from forum.models import Comment, Like

LIVING = Comment.objects.filter(deleted_at=None)

register(
    counter(
        "forum.comment.replies",
        "living comments under a root",
        Comment,
        "replies_count",
        count_of(LIVING, "root"),
        among=lambda: Comment.objects.filter(root=None),
    ),
    counter(
        "forum.comment.likes",
        "likes of a comment",
        Comment,
        "likes_count",
        count_of(Like.objects.all(), "comment"),
    ),
    counter(
        "forum.course.comments",
        "living comments on a course",
        Course,
        "comments_count",
        count_of(LIVING, "course"),
    ),
    counter(
        "forum.lesson.comments",
        "living comments on a lesson",
        Lesson,
        "comments_count",
        count_of(LIVING, "lesson"),
    ),
    alarm(
        "forum.comment.two_levels",
        "a root is a root, and its thread is about the same course or lesson",
        lambda: Comment.objects.exclude(root=None).exclude(
            Q(root__root=None) & (Q(root__course=F("course")) | Q(root__lesson=F("lesson")))
        ),
    ),
    alarm(
        "forum.comment.parent_in_thread",
        "a parent stands in the same thread",
        lambda: Comment.objects.exclude(parent=None).exclude(Q(parent=F("root")) | Q(parent__root=F("root"))),
    ),
)
