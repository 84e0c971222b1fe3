"""Writing comments: rights, states, counters, live events."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from community_platform.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from community_platform.core.models import ChannelEvent
from courses.models import Course, Lesson, Status
from courses.tests.factories import CourseFactory, EnrollmentFactory, LessonFactory
from forum.models import Comment
from forum.services import comments as services
from forum.services import likes

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(irina: Any) -> Course:
    return CourseFactory(instructor=irina)


@pytest.fixture
def lesson(course: Course) -> Lesson:
    return LessonFactory(course=course)


def say(actor: Any, target: Any, content: str = "Thank you") -> Comment:
    return services.post_comment(actor=actor, target=target, content=content)


def answer(actor: Any, comment: Comment, content: str = "You are welcome") -> Comment:
    return services.reply(actor=actor, comment=comment, content=content)


def test_a_comment_is_rendered_and_counted_on_its_course(anna: Any, course: Course) -> None:
    comment = say(anna, course, "Is **this** it?")
    course.refresh_from_db()
    assert comment.content_html == "<p>Is <strong>this</strong> it?</p>\n"
    assert course.comments_count == 1


def test_a_reply_to_a_reply_stands_under_the_same_root_with_its_true_parent(
    anna: Any, boris: Any, course: Course
) -> None:
    root = say(anna, course)
    first = answer(boris, root)
    second = answer(anna, first)
    root.refresh_from_db()
    assert (second.root_id, second.parent_id, root.replies_count) == (root.pk, first.pk, 2)


def test_a_lesson_takes_comments_of_those_who_may_open_it(
    anna: Any, boris: Any, irina: Any, course: Course, lesson: Lesson
) -> None:
    with pytest.raises(NotAllowed) as refusal:
        say(anna, lesson)
    assert refusal.value.code == "not_enrolled"
    EnrollmentFactory(user=boris, course=course)
    say(boris, lesson)
    say(irina, lesson)
    lesson.refresh_from_db()
    assert lesson.comments_count == 2


def test_a_preview_lesson_takes_comments_of_every_member_but_not_of_visitors(
    anna: Any, course: Course
) -> None:
    lesson = LessonFactory(course=course, is_preview=True)
    say(anna, lesson)
    with pytest.raises(Exception, match="Sign in"):
        say(AnonymousUser(), lesson)


def test_a_locked_root_refuses_replies_of_students_only(
    anna: Any, irina: Any, maxim: Any, course: Course
) -> None:
    root = say(anna, course)
    reply = answer(anna, root)
    services.lock_comment(actor=irina, comment=root, is_locked=True)
    for above in (root, reply):
        with pytest.raises(Conflict) as refusal:
            answer(anna, above)
        assert refusal.value.code == "comment_locked"
    answer(maxim, root)
    root.refresh_from_db()
    assert root.replies_count == 2


def test_only_the_instructor_of_the_course_and_moderators_pin(
    anna: Any, irina: Any, maxim: Any, make_user: Any, course: Course
) -> None:
    root = say(anna, course)
    for actor in (anna, make_user("daniel", role="instructor")):
        with pytest.raises(NotAllowed):
            services.pin_comment(actor=actor, comment=root, is_pinned=True)
    assert services.pin_comment(actor=irina, comment=root, is_pinned=True).is_pinned
    assert not services.pin_comment(actor=maxim, comment=root, is_pinned=False).is_pinned
    with pytest.raises(Conflict):
        services.pin_comment(actor=irina, comment=answer(anna, root), is_pinned=True)


def test_an_edit_is_marked_and_a_stale_one_refused(anna: Any, boris: Any, course: Course) -> None:
    comment = say(anna, course, "Frist")
    edited = services.edit_comment(actor=anna, comment=comment, content="First", expected_revision=0)
    assert (edited.content, edited.is_edited, edited.revision) == ("First", True, 1)
    with pytest.raises(Stale):
        services.edit_comment(actor=anna, comment=comment, content="Second", expected_revision=0)
    with pytest.raises(NotAllowed):
        services.edit_comment(actor=boris, comment=comment, content="Mine")


def test_the_same_text_is_no_edit(anna: Any, course: Course) -> None:
    assert not services.edit_comment(
        actor=anna, comment=say(anna, course, "As it was"), content="As it was "
    ).is_edited


def test_deleting_and_restoring_move_the_counters_once(
    anna: Any, boris: Any, maxim: Any, course: Course
) -> None:
    root = say(anna, course)
    reply = answer(boris, root)
    for _again in range(2):
        services.delete_comment(actor=boris, comment=reply)
    root.refresh_from_db(), course.refresh_from_db()
    assert (root.replies_count, course.comments_count) == (0, 1)
    with pytest.raises(NotFound):
        answer(anna, reply)
    with pytest.raises(NotAllowed):
        services.restore_comment(actor=boris, comment=reply)
    for _again in range(2):
        services.restore_comment(actor=maxim, comment=reply)
    root.refresh_from_db(), course.refresh_from_db()
    assert (root.replies_count, course.comments_count) == (1, 2)


def test_a_like_counts_once_and_never_for_oneself(anna: Any, boris: Any, course: Course) -> None:
    comment = say(anna, course)
    assert [likes.like_comment(actor=boris, comment=comment) for _ in range(2)] == [1, 1]
    assert [likes.unlike_comment(actor=boris, comment=comment) for _ in range(2)] == [0, 0]
    with pytest.raises(NotAllowed):
        likes.like_comment(actor=anna, comment=comment)


@pytest.mark.parametrize("text", ["", "  \n", "\u200b\u200b", "a\x00b", "\ud800", "x" * 5001, None])
def test_text_that_cannot_be_stored_or_read_is_refused_on_its_field(
    anna: Any, course: Course, text: Any
) -> None:
    with pytest.raises(Invalid) as refusal:
        say(anna, course, text)
    assert refusal.value.field == "content"
    assert not Comment.objects.exists()


def test_a_course_hidden_meanwhile_takes_no_comment(anna: Any, course: Course) -> None:
    Course.objects.filter(pk=course.pk).update(status=Status.DRAFT)
    with pytest.raises(NotFound):
        say(anna, course)


def test_a_reply_is_told_on_the_course_and_to_the_author_of_the_parent(
    anna: Any, boris: Any, course: Course
) -> None:
    root = say(anna, course)
    reply = answer(boris, root)
    told = ChannelEvent.objects.filter(type="comment:new_reply").exclude(data__parent_id=None)
    assert {event.channel for event in told} == {f"course.{course.pk}", f"user.{anna.pk}"}
    assert told[0].data["comment_id"] == reply.pk
    assert told[0].data["author"]["username"] == "boris"


def test_answering_oneself_is_not_told_to_oneself(anna: Any, course: Course) -> None:
    answer(anna, say(anna, course))
    assert not ChannelEvent.objects.filter(channel=f"user.{anna.pk}").exists()
