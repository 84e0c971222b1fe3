"""The index follows the texts, in the transaction that writes them."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, models, transaction

from community_platform.core import consistency, lifecycle
from courses.models import Course, Lesson
from courses.tests.factories import CourseFactory, LessonFactory
from forum import services
from forum.models import Post, SearchEntry, SearchKind, Topic
from forum.models.search_words import FTS_TABLE, GAP, PLACES_MAX, Match, WordsField
from forum.selectors.search import search
from forum.services import comments, search_index
from forum.tasks import mend_search_names
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.models import User

pytestmark = pytest.mark.django_db
MakeUser = Callable[..., User]


def found(user: Any, typed: str, **options: Any) -> list[tuple[str, int]]:
    return [(hit.type, hit.id) for hit in search(user, typed, **options)]


def test_a_topic_and_its_replies_are_found_and_follow_edits(anna: User) -> None:
    topic = TopicFactory(author=anna, title="About zebras", content="They have stripes")
    answer = reply(topic, anna, "And hooves")
    assert found(anna, "zebra") == [("topic", topic.pk)]
    assert found(anna, "stripe") == [("topic", topic.pk)]
    assert found(anna, "hoof hooves") == []
    assert found(anna, "hooves") == [("post", answer.pk)]
    services.edit_post(actor=anna, post=answer, content="And manes")
    services.edit_topic(actor=anna, topic=topic, title="About horses", content="They have stripes")
    assert found(anna, "hooves") == found(anna, "zebra") == []
    assert found(anna, "mane") == [("post", answer.pk)]
    assert found(anna, "horse") == [("topic", topic.pk)]


def test_what_is_deleted_is_found_by_nobody_until_it_is_restored(anna: User, maxim: User) -> None:
    topic = TopicFactory(author=anna, title="About zebras")
    answer = reply(topic, anna, "Hooves")
    services.delete_post(actor=anna, post=answer)
    assert found(anna, "hooves") == found(maxim, "hooves") == []
    services.restore_post(actor=maxim, post=answer)
    services.delete_topic(actor=anna, topic=topic)
    assert found(anna, "hooves") == found(maxim, "zebra") == []
    services.restore_topic(actor=maxim, topic=topic)
    assert found(anna, "hooves") == [("post", answer.pk)]


def test_a_moved_topic_is_found_by_who_sees_its_new_category(anna: User, maxim: User) -> None:
    topic = TopicFactory(author=maxim, title="About zebras")
    reply(topic, maxim, "Zebra hooves")
    staff = CategoryFactory(audience="staff")
    services.edit_topic(actor=maxim, topic=topic, title=topic.title, content="Body", category=staff.pk)
    assert found(anna, "zebra") == []
    assert len(found(maxim, "zebra")) == 2


def test_comments_are_found_where_their_course_is_visible(anna: User, irina: User, maxim: User) -> None:
    course = CourseFactory(instructor=irina)
    said = comments.post_comment(actor=anna, target=course, content="Lovely zebras")
    assert found(anna, "zebra") == [("comment", said.pk)]
    comments.edit_comment(actor=anna, comment=said, content="Lovely horses")
    assert found(anna, "zebra") == []
    comments.delete_comment(actor=anna, comment=said)
    assert found(anna, "horse") == []
    comments.restore_comment(actor=maxim, comment=said)
    type(course).objects.filter(pk=course.pk).update(status="draft")
    assert found(anna, "horse") == []
    assert found(irina, "horse") == [("comment", said.pk)]


def test_a_write_that_fails_leaves_no_entry(anna: User) -> None:
    topic = TopicFactory(author=anna)

    def fail() -> None:
        with transaction.atomic():
            reply(topic, anna, "Zebra hooves")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert found(anna, "zebra") == []


def test_courses_lessons_and_people_are_indexed_when_they_change(
    anna: User, irina: User, django_capture_on_commit_callbacks: Any
) -> None:
    from courses.services import authoring
    from profiles.services import profile

    course = CourseFactory(instructor=irina, title="Zoology")
    lesson = LessonFactory(course=course, title="Striped animals")
    with django_capture_on_commit_callbacks(execute=True):
        authoring.update_course(actor=irina, course=course, title="Zebras for beginners")
        profile.update_profile(actor=anna, account=anna, display_name="Анна Полосатая")
    assert found(anna, "zebra") == [("course", course.pk)]
    assert found(anna, "striped") == [("lesson", lesson.pk)]
    assert found(anna, "полосатую") == [("person", anna.pk)]
    assert found(anna, "anna", tab="people") == [("person", anna.pk)]
    with django_capture_on_commit_callbacks(execute=True):
        authoring.delete_lesson(actor=irina, lesson=lesson)
    assert found(anna, "striped") == []


def test_a_closed_account_is_found_by_nobody(anna: User, admin: User) -> None:
    User.objects.filter(pk=anna.pk).update(is_active=False)
    search_index.put_people(anna.pk)
    assert found(admin, "anna") == []


def test_an_erased_account_leaves_no_name_behind(anna: User, admin: User) -> None:
    search_index.put_people(anna.pk)
    lifecycle.erase(anna)
    assert not SearchEntry.objects.filter(person=anna).exists()
    search_index.catch_up()
    assert found(admin, "anna") == []


def test_names_of_which_nobody_told_are_mended_at_night(anna: User, boris: User, irina: User) -> None:
    course = CourseFactory(instructor=irina, title="Zoology")
    lesson = LessonFactory(course=course, title="Striped animals")
    search_index.catch_up()
    Course.objects.filter(pk=course.pk).update(title="Botany", summary="About nettles", revision=7)
    Lesson.objects.filter(pk=lesson.pk).update(title="Green leaves")
    User.objects.filter(pk=anna.pk).update(display_name="Анна Полосатая")
    SearchEntry.objects.filter(person=boris).delete()
    assert mend_search_names() == 4
    assert found(anna, "botany") == found(anna, "nettle") == [("course", course.pk)]
    assert found(anna, "leaves") == [("lesson", lesson.pk)]
    assert found(anna, "полосатая") == [("person", anna.pk)]
    assert found(anna, "boris", tab="people") == [("person", boris.pk)]
    assert found(anna, "zoology") == found(anna, "striped") == []
    assert mend_search_names() == 0


@pytest.mark.breaks_counters
def test_what_went_around_the_services_is_named_and_caught_up(anna: User) -> None:
    topic = TopicFactory(author=anna, title="About zebras")
    Post.objects.create(topic=topic, number=2, author=anna, content="x", content_html="<p>Hooves</p>")
    Topic.objects.filter(pk=topic.pk).update(title="About horses")
    broken = {result.invariant.id for result in consistency.check() if result.violations}
    assert {"forum.search.posts", "forum.search.outdated"} <= broken
    out = StringIO()
    call_command("reindex_search", stdout=out)
    assert out.getvalue().startswith("2 entries")  # the post and anna herself
    assert found(anna, "hooves")[0][0] == "post"
    call_command("reindex_search", "--all", stdout=out)
    assert found(anna, "horses") == [("topic", topic.pk)]
    call_command("reindex_search", "--all", stdout=out)
    assert SearchEntry.objects.filter(post__isnull=False).count() == 2
    assert not {result.invariant.id for result in consistency.check() if result.violations} & {
        "forum.search.posts", "forum.search.outdated",
    }  # fmt: skip


@pytest.mark.breaks_counters
def test_liveness_and_category_are_repaired(anna: User, boris: User) -> None:
    topic = TopicFactory(author=anna)
    SearchEntry.objects.filter(post__topic=topic).update(is_live=False, category=CategoryFactory())
    consistency.check(repair=True)
    entry = SearchEntry.objects.get(post__topic=topic)
    assert (entry.is_live, entry.category_id) == (True, topic.category_id)


def test_an_entry_is_of_exactly_one_thing(anna: User) -> None:
    entry = SearchEntry.objects.get(post=TopicFactory(author=anna).posts.get())
    entry.person = anna
    with pytest.raises(Exception, match="search_exactly_one"), transaction.atomic():
        SearchEntry.objects.filter(pk=entry.pk).update(person=anna)


def test_no_phrase_runs_from_the_title_into_the_text(anna: User) -> None:
    TopicFactory(author=anna, title="Stripes of zebra", content="hooves and manes")
    assert found(anna, '"zebra hooves"') == []
    assert len(found(anna, '"of zebra"')) == len(found(anna, '"hooves and manes"')) == 1


def test_a_word_said_a_thousand_times_keeps_phrases_alike_everywhere(anna: User) -> None:
    """PostgreSQL keeps 255 places of a word, FTS5 all: so do we keep 255."""
    TopicFactory(author=anna, content="again " * (PLACES_MAX + 5) + "zebra again zebra")
    assert len(found(anna, '"again zebra"')) == 0
    assert len(found(anna, "again zebra")) == 1


def test_words_are_written_alike_for_both_databases() -> None:
    field = WordsField()

    class Vendor:
        def __init__(self, vendor: str) -> None:
            self.vendor = vendor

    words = ["cat", GAP, "c++", "cat"]
    assert field.get_db_prep_value(words, Vendor("postgresql")) == "'cat':1,4 'c++':3"
    assert field.get_db_prep_value(words, Vendor("sqlite")) == "cat … c++ cat"
    match = Match((("a", "b"), ("c",)))
    assert match.for_postgres() == "('a' <-> 'b') & ('c')"
    assert match.for_fts5("words") == '{words} : ("a b" AND "c")'
    either = Match((("a",), ("b",)), any_of=True, prefix=True)
    assert either.for_postgres() == "('a':*) | ('b':*)"
    assert either.for_fts5("words") == '{words} : ("a" * OR "b" *)'


@pytest.mark.django_db(transaction=True)
def test_sqlite_keeps_the_index_when_the_table_is_rebuilt() -> None:
    """Django changes a column of SQLite by making the table anew, which drops its triggers."""
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'search_words'")
            assert "USING gin" in cursor.fetchone()[0]
        return
    user = User.objects.create_user("zebra", email="z@example.com")
    search_index.put_people(user.pk)
    old = SearchEntry._meta.get_field("title")
    new = models.CharField(max_length=160, blank=True)
    new.set_attributes_from_name("title")
    with connection.schema_editor() as editor:
        editor.alter_field(SearchEntry, old, new)
        editor.alter_field(SearchEntry, new, old)
    assert found(user, "zebra") == [("person", user.pk)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'forum_searchentry'"
        )
        assert cursor.fetchone()[0] == 3
        cursor.execute(f"INSERT INTO {FTS_TABLE} ({FTS_TABLE}) VALUES ('integrity-check')")
    User.objects.filter(pk=user.pk).update(username="horse")
    search_index.put_people(user.pk)
    assert found(user, "zebra") == []
    assert SearchEntry.objects.get().kind == SearchKind.PERSON
