"""The forum as a file: out, in again, byte for byte; again and again; and after an interruption."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from community_platform.core import consistency
from community_platform.core.errors import Invalid, NotAllowed
from community_platform.core.permissions import SYSTEM
from courses.models import Course
from courses.services.enrollment import enroll
from courses.tests.factories import CourseFactory, LessonFactory
from forum import models, services
from forum.models import Category, Comment, ImportedRow, Like, Post, SearchEntry, Tag, Topic
from forum.services import comments as comment_services
from forum.services import merging, splitting, tagging
from forum.services.transfer import lines, rows
from forum.services.transfer.export import export_lines
from forum.services.transfer.ndjson import import_lines
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from notifications.models import Notification
from profiles.models import User
from profiles.services.importing import NOBODY

pytestmark = pytest.mark.django_db
FORUM = (
    ImportedRow, models.TopicRead, models.ReadMark, models.Watch, models.Draft, models.Picture, models.Revision, Like,
    SearchEntry,
)  # fmt: skip


def exported() -> list[str]:
    return list(export_lines(actor=SYSTEM))


def wipe() -> None:
    """Leave a site with its people and courses, and an empty forum."""
    Notification.objects.all().delete()
    for model in FORUM:
        model.objects.all().delete()
    Comment.objects.update(parent=None, root=None)
    Comment.objects.all().delete()
    Topic.objects.update(best_answer=None, merged_into=None, merged_post=None)
    Topic.tags.through.objects.all().delete()
    Post.objects.update(reply_to=None)
    Post.objects.all().delete()
    Topic.objects.all().delete()
    Tag.objects.update(synonym_of=None)
    for model in (Tag, Category):
        model.objects.all().delete()
    Course.objects.update(comments_count=0)
    LessonFactory._meta.model.objects.update(comments_count=0)


@pytest.fixture
def school(anna: User, boris: User, irina: User, maxim: User) -> dict[str, Any]:
    """A forum with one of everything that a file must hold."""
    course = CourseFactory(instructor=irina, slug="algebra")
    lesson = LessonFactory(course=course, kind="video", slug="limits", duration_seconds=600)
    shelf = CategoryFactory(slug="general", name="Общее", description="О разном", order_index=3)
    staff = CategoryFactory(slug="staff", audience="staff", staff_only_topics=True, slow_mode_seconds=30)
    CategoryFactory(slug="students", audience="course", course=course)
    asked = services.create_topic(
        actor=anna, category=shelf.pk, title="Почему так?", content="Вопрос @boris #c++\n\n```python\nx = 1\n```",
        kind="question", tags=["c++", "анализ"], lesson=lesson.pk, lesson_second=205,
    )  # fmt: skip
    first = reply(asked, boris, 'Because\u2028"so" </script>')
    answer = reply(asked, irina, "Better", reply_to=first.pk)
    services.edit_post(
        actor=boris, post=first, content="Because I say so, and then some more words to outlive the grace"
    )
    services.accept_answer(actor=anna, topic=asked, post=answer.pk)
    services.endorse(actor=maxim, post=answer)
    services.like_post(actor=anna, post=first)
    services.like_post(actor=boris, post=asked.posts.get(number=1))
    gone = reply(asked, anna, "Gone")
    services.delete_post(actor=maxim, post=gone)
    locked = TopicFactory(author=boris, category=shelf, title="A locked talk")
    services.lock_topic(actor=maxim, topic=locked, is_locked=True, reason="Enough of this")
    services.pin_topic(actor=maxim, topic=locked, is_pinned=True)
    Topic.objects.filter(pk=locked.pk).update(
        pinned_until=timezone.now() + timedelta(days=1), slow_mode_seconds=60, views_count=77
    )
    services.delete_topic(actor=maxim, topic=TopicFactory(author=boris, category=shelf, title="Removed talk"))
    TopicFactory(author=maxim, category=staff, title="Among ourselves")
    for person in (anna, boris):
        enroll(actor=person, course=course)
    root = comment_services.post_comment(actor=anna, target=lesson, content="How?")
    under = comment_services.reply(actor=boris, comment=root, content="Like this")
    comment_services.reply(actor=irina, comment=under, content="No, like that")
    comment_services.reply(actor=anna, comment=root, content="I see")
    services.like_comment(actor=anna, comment=under)
    comment_services.delete_comment(
        actor=boris, comment=comment_services.post_comment(actor=boris, target=course, content="Gone")
    )
    return {"asked": asked, "course": course}


def test_out_and_in_again_gives_the_same_bytes(school: dict[str, Any]) -> None:
    before = exported()
    wipe()
    added = import_lines(actor=SYSTEM, source=before)
    assert exported() == before
    assert (added["topics"], added["posts"], added["comments"], added["likes"]) == (4, 7, 5, 3)
    asked = Topic.objects.get(title="Почему так?")
    assert (asked.replies_count, asked.likes_count, asked.best_answer.number) == (2, 1, 3)
    assert asked.best_answer.reply_to.number == 2
    assert asked.posts.get(number=1).content_html.count("<a ") == 2  # the mention and the tag are links again
    assert (asked.lesson.slug, asked.course.slug, asked.lesson_second) == ("limits", "algebra", 205)


def test_again_adds_nothing_and_tells_nobody(
    school: dict[str, Any], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    before = exported()
    wipe()
    with django_capture_on_commit_callbacks() as told:
        import_lines(actor=SYSTEM, source=before)
        first = {model: model.objects.count() for model in (Topic, Post, Like, Comment, ImportedRow)}
        assert not +import_lines(actor=SYSTEM, source=before)
    assert {model: model.objects.count() for model in first} == first
    assert (told, Notification.objects.count()) == ([], 0)
    assert exported() == before


@pytest.mark.parametrize("stop", [2, 5, 9, 12, 15, 18])
def test_an_interrupted_import_is_begun_again(
    school: dict[str, Any], stop: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each batch is one topic, and the plug is pulled somewhere."""
    before = exported()
    wipe()
    monkeypatch.setattr("forum.services.transfer.ndjson.BATCH", 1)

    def torn() -> Iterator[str]:
        yield from before[:stop]
        raise ConnectionError

    with pytest.raises(ConnectionError):
        import_lines(actor=SYSTEM, source=torn())
    assert [result.invariant.id for result in consistency.check() if result.violations] == []
    import_lines(actor=SYSTEM, source=before)
    assert exported() == before


def test_a_later_export_adds_what_was_written_since(
    school: dict[str, Any], boris: User, anna: User, maxim: User
) -> None:
    """The site here has moved on, too: its own reply keeps its place."""
    asked = school["asked"]
    early = exported()
    late_reply = reply(asked, boris, "Written there later")
    services.like_post(actor=maxim, post=asked.posts.get(number=2))
    late = exported()
    wipe()
    import_lines(actor=SYSTEM, source=early)
    here = Topic.objects.get(title="Почему так?")
    own = reply(here, anna, "Written here")
    added = import_lines(actor=SYSTEM, source=late)
    assert +added == {"posts": 1, "likes": 1}
    words = list(here.posts.order_by("number").values_list("content", flat=True))
    assert words[-2:] == ["Written here", late_reply.content]
    assert own.number == late_reply.number  # both were the fifth, each at home
    here.refresh_from_db()
    assert (here.replies_count, here.last_post_number) == (4, 6)


def test_split_and_merged_topics_keep_their_addresses(
    school: dict[str, Any], maxim: User, anna: User, boris: User
) -> None:
    shelf = Category.objects.get(slug="general")
    talk, other = (TopicFactory(author=anna, category=shelf, title=f"Talk {n} of two") for n in (1, 2))
    moved, stays = reply(talk, boris, "This goes"), reply(talk, boris, "This stays")
    splitting.split_topic(actor=maxim, topic=talk, posts=[moved.pk], title="A topic of its own")
    merging.merge_topic(actor=maxim, topic=other, into=talk.pk)
    tagging.merge_tags(
        actor=maxim, tag=Tag.objects.get(slug="cplusplus"), into=Tag.objects.get(slug="analiz")
    )
    before = exported()
    wipe()
    import_lines(actor=SYSTEM, source=before)
    assert exported() == before
    signpost = Topic.objects.get(title="Talk 2 of two")
    assert (signpost.merged_into.title, signpost.merged_post.topic) == ("Talk 1 of two", signpost.merged_into)
    assert Post.objects.get(content="This stays").number == stays.number == 3
    assert Tag.objects.get(slug="cplusplus").synonym_of.slug == "analiz"


def test_people_come_without_rights_passwords_or_addresses(school: dict[str, Any], anna: User) -> None:
    told = [json.loads(raw) for raw in exported()]
    assert not any("email" in one for one in told)
    told = [
        {**one, "username": "newcomer", "display_name": "Новый"} if one.get("username") == "anna" else one
        for one in told
    ]
    text = "\n".join(json.dumps(one) for one in told).replace('"anna"', '"newcomer"')
    wipe()
    added = import_lines(actor=SYSTEM, source=text.splitlines())
    made = User.objects.get(username="newcomer")
    assert (added["people"], made.name, made.role) == (1, "Новый", "student")
    assert not made.has_usable_password()
    assert made.email.endswith(f"@{NOBODY}")
    assert made.profile.total_points == 0
    assert Topic.objects.get(title="Почему так?").author == made


def test_emails_are_told_only_when_asked_for(school: dict[str, Any]) -> None:
    told = [json.loads(raw) for raw in export_lines(actor=SYSTEM, with_emails=True)]
    assert {one["email"] for one in told if one["type"] == "user"} >= {"anna@example.com"}


def test_comments_on_absent_courses_are_left_out_and_categories_are_rather_hidden(
    school: dict[str, Any], maxim: User
) -> None:
    before = [raw.replace("algebra", "unknown-course") for raw in exported()]
    wipe()
    added = import_lines(actor=SYSTEM, source=before)
    assert (added["comments"], added["skipped"]) == (0, 5)
    assert Category.objects.get(slug="students").audience == "staff"
    assert Topic.objects.get(title="Почему так?").course is None


@pytest.mark.parametrize(
    "bad",
    [
        "{", "[]", '"topic"', '{"type":"nonsense"}', "{}", '{"type":"topic","id":"x"}', '{"type":"post","number":1}',
        '{"type":"user","username":"a b"}', '{"type":"user","username":"anna","joined_at":"yesterday"}',
        '{"type":"category","slug":"x","name":"x","order_index":-1}',
        '{"type":"category","slug":"x","name":"x","audience":"nobody"}', '{"type":"forum","version":2}',
        '{"type":"topic","id":"a/1","category":"nowhere"}', "[" * 100_000, '{"type":"user","username":7}',
    ],
)  # fmt: skip
def test_a_bad_line_is_named_and_what_stands_before_it_stays(bad: str) -> None:
    good = [
        lines.line("forum", format=lines.FORMAT, version=1),
        lines.line("tag", slug="python", name="Python"),
    ]
    with pytest.raises(Invalid, match="Line 3"):
        import_lines(actor=SYSTEM, source=[*good, bad])
    assert Tag.objects.get().slug == "python"


def test_a_file_of_something_else_is_refused() -> None:
    for first in ('{"type":"tag","slug":"x","name":"x"}', '{"type":"forum","format":"phpbb","version":1}'):
        with pytest.raises(Invalid, match="Line 1"):
            import_lines(actor=SYSTEM, source=[first])
    assert not Tag.objects.exists()


def test_only_administrators_take_the_forum_out_or_in(maxim: User, anna: User, admin: User) -> None:
    for person in (anna, maxim):
        with pytest.raises(NotAllowed):
            export_lines(actor=person)
        with pytest.raises(NotAllowed):
            import_lines(actor=person, source=[])
    assert next(iter(export_lines(actor=admin)))


def test_the_commands_write_and_read_a_file(school: dict[str, Any], tmp_path: Any) -> None:
    path, said = tmp_path / "forum.ndjson", io.StringIO()
    call_command("export_forum", str(path), stdout=said)
    before = path.read_bytes()
    wipe()
    call_command("import_forum", str(path), stdout=said)
    call_command("import_forum", str(path), stdout=said)
    call_command("export_forum", str(path), stdout=said)
    assert path.read_bytes() == before
    assert "4 topics" in said.getvalue()
    assert "nothing new" in said.getvalue()
    path.write_text("nonsense")
    with pytest.raises(CommandError, match="Line 1"):
        call_command("import_forum", str(path))
    with pytest.raises(CommandError):
        call_command("import_forum", str(tmp_path / "absent"))


@pytest.mark.parametrize("model", [Category, Tag, Topic, Post, Comment, Like, models.Revision])
def test_no_column_is_forgotten(model: Any) -> None:
    """A new column is told, made anew or named as never told: decided, not overlooked."""
    name = model.__name__
    told = {
        "Category": lines.CATEGORY, "Tag": lines.TAG, "Topic": lines.TOPIC, "Post": lines.POST,
        "Comment": lines.COMMENT, "Revision": lines.REVISION, "Like": (),
    }[name]  # fmt: skip
    decided = {"id", *told} | lines.TOLD_BY_NAME[name]
    decided |= lines.MADE_ANEW.get(name, set()) | lines.NEVER_TOLD.get(name, set())
    columns = {field.name for field in model._meta.get_fields() if field.concrete}
    assert columns == decided


def test_many_rows_take_the_same_queries_each(
    school: dict[str, Any], django_assert_max_num_queries: Callable[..., Any]
) -> None:
    shelf = Category.objects.get(slug="general")
    for n in range(12):
        TopicFactory(category=shelf, author=school["asked"].author, title=f"Talk number {n}", tags=["one"])
    with django_assert_max_num_queries(45):
        before = exported()
    wipe()
    import_lines(actor=SYSTEM, source=before)
    assert rows.known("topic", "127.0.0.1:8000", [str(school["asked"].pk)])
