"""What is found, by whom, and in which order."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from courses.models import Course
from courses.tests.factories import CourseFactory
from forum import services
from forum.models import Post, SearchEntry, Tag, Topic
from forum.selectors.search import search
from forum.selectors.search_titles import similar, suggest
from forum.services import comments, search_index
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.models import User
from profiles.services.graph import block

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()


def found(user: Any, typed: str, **options: Any) -> list[tuple[str, int]]:
    return [(hit.type, hit.id) for hit in search(user, typed, **options)]


def keys(user: Any, typed: str, **options: Any) -> list[int]:
    return [hit.id for hit in search(user, typed, **options)]


def backdate(post: Post, **ago: int) -> None:
    """Make a text older; the index follows by the services' own way."""
    moment = timezone.now() - timedelta(**ago)
    Post.objects.filter(pk=post.pk).update(created_at=moment)
    Topic.objects.filter(pk=post.topic_id, last_post_number=post.number).update(last_post_at=moment)
    search_index.put_posts(post.pk)


def test_every_kind_is_found_and_stands_in_its_tab(anna: User, irina: User) -> None:
    topic = TopicFactory(author=anna, title="Zebra stripes")
    answer = reply(topic, irina, "A zebra is no horse")
    course = CourseFactory(instructor=irina, title="Zebra care")
    said = comments.post_comment(actor=anna, target=course, content="More zebras!")
    person = User.objects.create_user("zebra", email="zebra@example.com")
    search_index.put_course(course.pk)
    search_index.put_people(person.pk)
    everything = {
        ("topic", topic.pk), ("post", answer.pk), ("course", course.pk), ("comment", said.pk), ("person", person.pk),
    }  # fmt: skip
    assert set(found(VISITOR, "zebras")) == everything
    tabs = {
        "topics": "topic",
        "posts": "post",
        "comments": "comment",
        "courses": "course",
        "people": "person",
    }
    for tab, kind in tabs.items():
        assert found(VISITOR, "zebra", tab=tab) == [each for each in everything if each[0] == kind]


def test_all_words_must_be_there_and_excluded_ones_not() -> None:
    one = TopicFactory(title="Zebra and horse")
    two = TopicFactory(title="Zebra and donkey")
    assert keys(VISITOR, "zebra horse") == [one.pk]
    assert keys(VISITOR, "zebra -horse") == [two.pk]
    assert keys(VISITOR, '"horse zebra"') == []
    assert set(keys(VISITOR, "zebr")) == {one.pk, two.pk}  # the beginning of a word in a title


def test_russian_words_are_found_in_any_form_and_case() -> None:
    topic = TopicFactory(title="Ёлочные ИНТЕГРАЛЫ", content="Как взять?")
    for typed in ("интеграл", "интегралам", "елочный интеграл", "ЁЛОЧНЫХ"):
        assert keys(VISITOR, typed) == [topic.pk], typed


def test_operators_narrow_what_is_found(anna: User, boris: User, irina: User) -> None:
    CourseFactory(instructor=irina, slug="zoo", title="The zoo")
    shelf = CategoryFactory(slug="animals", name="Beasts")
    solved = TopicFactory(
        author=anna, kind="question", title="Zebra one", category=shelf, tags=["C++"], course="zoo"
    )
    answer = reply(solved, boris, "```\nzebra = 1\n```")
    services.accept_answer(actor=anna, topic=solved, post=answer.pk)
    alone = TopicFactory(author=boris, kind="question", title="Zebra two")
    backdate(alone.posts.get(), days=100)
    day = (timezone.now() - timedelta(days=50)).date()
    both = {("topic", solved.pk), ("post", answer.pk)}
    for typed, expected in {
        "zebra author:anna": {("topic", solved.pk)},
        "zebra author:@Boris": {("post", answer.pk), ("topic", alone.pk)},
        "zebra -author:boris": {("topic", solved.pk)},
        "zebra tag:c++": both,
        "zebra category:animals": both,
        "zebra category:beasts": both,
        "zebra course:zoo": both,
        'zebra course:"the zoo"': both,
        "zebra is:solved": both,
        "zebra is:unanswered": {("topic", alone.pk)},
        "zebra has:code": {("post", answer.pk)},
        "zebra in:title": {("topic", solved.pk), ("topic", alone.pk)},
        f"zebra before:{day}": {("topic", alone.pk)},
        f"zebra after:{day}": both,
        "tag:c++": both,
    }.items():
        assert set(found(VISITOR, typed)) == expected, typed
    assert set(found(anna, "zebra is:mine")) == {("topic", solved.pk)}
    assert set(found(anna, "zebra author:me")) == {("topic", solved.pk)}


def test_unread_is_what_the_unread_list_says(anna: User, boris: User) -> None:
    read, unread = (
        TopicFactory(author=anna, title="Zebra read"),
        TopicFactory(author=anna, title="Zebra unread"),
    )
    reply(unread, boris, "New")
    assert found(anna, "zebra is:unread") == [("topic", unread.pk)]
    assert found(boris, f'"{read.title}" is:unread') == []


def test_a_synonym_of_a_tag_means_the_tag() -> None:
    topic = TopicFactory(title="Zebra one", tags=["javascript"])
    Tag.objects.create(name="js", slug="js", synonym_of=Tag.objects.get(slug="javascript"))
    assert keys(VISITOR, "tag:js") == [topic.pk]


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("zebra author:nobody", "no person “nobody”"),
        ("zebra tag:nothing", "no tag “nothing”"),
        ("zebra category:nowhere", "no category “nowhere”"),
        ("zebra course:none", "no course “none”"),
        ("zebra before:soon", "“soon” is no date"),
        ("zebra after:2026-13", "“2026-13” is no date"),
        ("zebra after:9999-12-31", "is no date"),
        ("zebra after:2999-12-31", ""),
        ("zebra before:0001-01-01", "is no date"),
        ("zebra is:purple", "“is:” takes one of"),
        ("zebra is:mine", "Sign in"),
        ("z", "at least two letters"),
    ],
)
def test_a_wrong_value_leaves_a_note_and_no_error(typed: str, note: str) -> None:
    TopicFactory(title="Zebra one")
    results = search(VISITOR, typed)
    assert any(note in each for each in results.notes) or (not note and not results.notes), results.notes
    assert len(results) in {0, 1}


def test_what_is_hidden_is_named_like_what_does_not_exist(anna: User, maxim: User) -> None:
    hidden = CategoryFactory(slug="secret", audience="staff")
    TopicFactory(author=maxim, title="Zebra plans", category=hidden)
    draft = CourseFactory(slug="draft")
    Course.objects.filter(pk=draft.pk).update(status="draft")
    for typed in ("zebra", "plans in:title", "category:secret", "course:draft", "author:maxim"):
        assert not [each for each in found(anna, typed) if each[0] != "person"], typed
    assert search(anna, "category:secret").notes == ("There is no category “secret”.",)
    assert len(found(maxim, "category:secret")) == 1
    assert suggest(anna, "zeb") == similar(anna, "Zebra plans") == []
    assert len(suggest(maxim, "zeb")) == 1


def test_a_hidden_profile_is_found_by_its_owner_and_moderators(anna: User, boris: User, maxim: User) -> None:
    search_index.put_people(anna.pk)
    User.objects.filter(pk=anna.pk).update(is_profile_public=False)
    search_index.put_people(anna.pk)
    assert found(boris, "anna") == found(VISITOR, "anna") == []
    assert suggest(boris, "ann") == []
    assert found(anna, "anna") == found(maxim, "anna") == [("person", anna.pk)]


def test_the_account_itself_is_asked_who_may_see_it(anna: User, boris: User) -> None:
    """The index hears of a switch a moment later."""
    search_index.put_people(anna.pk)
    User.objects.filter(pk=anna.pk).update(is_profile_public=False)
    assert found(boris, "anna") == []


def test_who_is_blocked_finds_no_profile(anna: User, boris: User) -> None:
    search_index.put_people(anna.pk, boris.pk)
    block(actor=anna, person=boris)
    assert found(boris, "anna") == found(anna, "boris") == []
    assert found(VISITOR, "anna") == [("person", anna.pk)]


def test_permission_comes_before_the_limit(anna: User, maxim: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forum.selectors.search.HITS_MAX", 3)
    seen = [TopicFactory(title=f"Zebra plain {n}").pk for n in range(3)]
    staff = CategoryFactory(audience="staff")
    for _ in range(5):
        TopicFactory(author=maxim, title="Zebra", category=staff)
    assert sorted(keys(anna, "zebra")) == seen
    assert len(keys(maxim, "zebra")) == 3
    assert search(maxim, "zebra").is_cut


def test_titles_come_first_then_answers_likes_and_news(anna: User, boris: User) -> None:
    question = TopicFactory(author=anna, kind="question", title="Something else", content="Stripes")
    plain, liked, best = (reply(question, boris, f"A zebra, {n}") for n in range(3))
    old = TopicFactory(title="Zebra")
    backdate(old.posts.get(), days=700)
    longer = TopicFactory(title="What to do about a zebra in the garden of my house")
    services.like_post(actor=anna, post=liked)
    services.accept_answer(actor=anna, topic=question, post=best.pk)
    assert found(VISITOR, "zebra") == [
        ("topic", old.pk), ("topic", longer.pk), ("post", best.pk), ("post", liked.pk), ("post", plain.pk),
    ]  # fmt: skip


def test_other_orders_are_by_time_and_likes(anna: User) -> None:
    first, second, third = (TopicFactory(title=f"Zebra {n}") for n in range(3))
    backdate(second.posts.get(), days=3)
    services.like_post(actor=anna, post=second.posts.get())
    assert keys(VISITOR, "zebra order:latest") == [third.pk, first.pk, second.pk]
    assert keys(VISITOR, "zebra order:oldest") == [second.pk, first.pk, third.pk]
    assert keys(VISITOR, "zebra order:likes") == [second.pk, third.pk, first.pk]
    assert keys(VISITOR, "zebra order:likes", order="oldest") == [second.pk, first.pk, third.pk]


def test_a_hit_says_where_it_stands_and_why_it_was_found(anna: User) -> None:
    shelf = CategoryFactory(name="Beasts", slug="beasts")
    topic = TopicFactory(
        author=anna, category=shelf, title="Zebras & <horses>", content="Their *stripes* are black"
    )
    results = search(VISITOR, "stripe zebra")
    hit = results[0]
    assert list(results) == [hit]
    assert hit.title_html == "<mark>Zebras</mark> &amp; &lt;horses&gt;"
    assert hit.snippet_html == "Their <mark>stripes</mark> are black"
    assert (hit.url, hit.author) == (f"/forum/topic/{topic.pk}/", anna)
    assert list(hit.crumbs) == [("Beasts", "/forum/beasts/")]


def test_suggestions_are_names_that_begin_so(anna: User, irina: User) -> None:
    topic = TopicFactory(title="Learning zebra dances")
    TopicFactory(title="Unrelated", content="zebra")
    course = CourseFactory(instructor=irina, title="Zebra care")
    person = User.objects.create_user("zebra", email="zebra@example.com")
    search_index.put_course(course.pk)
    search_index.put_people(person.pk)
    wanted = [("person", person.pk), ("course", course.pk), ("topic", topic.pk)]
    assert [(hit.type, hit.id) for hit in suggest(VISITOR, "zeb")] == wanted
    (only,) = suggest(VISITOR, "learn zeb")
    assert only.title_html == "<mark>Learning</mark> <mark>zebra</mark> dances"
    assert suggest(VISITOR, "z") == suggest(VISITOR, "") == suggest(VISITOR, "***") == []


def test_similar_questions_put_solved_ones_first(anna: User, boris: User) -> None:
    near = TopicFactory(title="Why does my zebra not eat grass?")
    solved = TopicFactory(author=anna, kind="question", title="Zebras do not eat my grass")
    services.accept_answer(actor=anna, topic=solved, post=reply(solved, boris).pk)
    TopicFactory(title="Grass for horses")
    assert [hit.id for hit in similar(boris, "My zebra eats no grass")] == [solved.pk, near.pk]
    assert similar(boris, "How do I do that?") == []
    assert similar(boris, "") == []


def test_category_lists_are_narrowed_by_the_same_words(as_html: Callable[..., Any]) -> None:
    shelf = CategoryFactory(slug="beasts")
    topic = TopicFactory(category=shelf, title="Полосатые зебры")
    TopicFactory(category=shelf, title="Horses")
    page = as_html().get("/forum/beasts/?q=зебра").content.decode()
    assert topic.title in page
    assert "Horses" not in page
    assert SearchEntry.objects.count() == 2
