"""Former versions and edit conflicts: through services, pages and API."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client, TestCase
from django.utils import timezone
from rest_framework.test import APIClient

from community_platform.core.errors import NotAllowed, NotFound, Stale
from courses.tests.factories import CourseFactory
from forum import services
from forum.events import CommentEdited, PostEdited
from forum.models import Comment, Post, Revision, Tag, Topic
from forum.selectors.history import history
from forum.services import comments
from forum.tests.factories import TopicFactory, reply
from profiles.models import ReviewCase, User

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]
Api = Callable[..., APIClient]
LATER = timedelta(seconds=301)


def edit(actor: User, post: Post, text: str, **more: Any) -> Post:
    return services.edit_post(actor=actor, post=post, content=text, **more)


@pytest.fixture
def post(anna: User) -> Post:
    return reply(TopicFactory(), anna, "The first text of the answer.")


def test_an_edit_keeps_the_former_text_with_reason_and_editor(post: Post, maxim: User) -> None:
    edit(maxim, post, "The second text.", reason="Names removed")
    kept = Revision.objects.get()
    assert (kept.number, kept.content, kept.editor, kept.reason) == (
        0, "The first text of the answer.", maxim, "Names removed",
    )  # fmt: skip
    newest, first = history(maxim, post)[0]
    assert (newest.number, newest.editor, newest.reason) == (2, maxim, "Names removed")
    assert (first.number, first.editor, first.changes) == (1, post.author, None)


def test_a_small_correction_soon_after_writing_keeps_nothing_but_marks_the_edit(post: Post, anna: User) -> None:
    assert edit(anna, post, "The first text of the answer!").is_edited
    assert not Revision.objects.exists()


@pytest.mark.parametrize(
    ("seconds", "text", "reason", "kept"),
    [
        (299, "The first text of an answer.", "", 0),
        (301, "The first text of an answer.", "", 1),
        (10, "x" * 120, "", 1),
        (10, "The first text of an answer.", "Grammar", 1),
    ],
)
def test_the_grace_time_ends_by_time_size_and_reason(
    anna: User, seconds: int, text: str, reason: str, kept: int
) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        post = reply(TopicFactory(), anna, "The first text of the answer.")
    with time_machine.travel(now + timedelta(seconds=seconds), tick=False):
        edit(anna, post, text, reason=reason)
    assert Revision.objects.count() == kept


@pytest.mark.breaks_counters  # a case without its reports
def test_another_editor_and_a_report_end_the_grace_time(post: Post, anna: User, maxim: User) -> None:
    edit(maxim, post, "The first text of an answer.")
    assert Revision.objects.count() == 1
    edit(maxim, post, "The first text of his answer.")
    assert Revision.objects.count() == 1  # his own correction
    ReviewCase.objects.create(kind="post", object_id=post.pk)
    edit(maxim, post, "The first text of her answer.")
    assert list(Revision.objects.order_by("number").values_list("number", "content")) == [
        (0, "The first text of the answer."), (1, "The first text of his answer."),
    ]  # fmt: skip


def test_a_topic_keeps_title_and_tags_and_brings_them_back(anna: User) -> None:
    topic = TopicFactory(author=anna, title="The first title", content="Words", tags=["one", "two"])
    services.edit_topic(actor=anna, topic=topic, title="The second title", content="Words", tags=["three"])
    kept = Revision.objects.get()
    assert (kept.title, kept.tags, kept.content) == ("The first title", ["one", "two"], "Words")
    services.restore_revision(actor=anna, revision=kept)
    topic = Topic.objects.get()
    assert topic.title == "The first title"
    assert sorted(topic.tags.values_list("name", flat=True)) == ["one", "two"]
    assert [row.reason for row in Revision.objects.order_by("number")] == ["", "Version 1 restored"]
    assert dict(Tag.objects.values_list("slug", "topics_count")) == {"one": 1, "two": 1, "three": 0}


def test_a_hidden_version_is_read_and_restored_by_moderators_alone(post: Post, anna: User, maxim: User) -> None:
    edit(anna, post, "Better words than before, and quite different ones.", reason="Phone number")
    kept = Revision.objects.get()
    with pytest.raises(NotAllowed):
        services.hide_revision(actor=anna, revision=kept, is_hidden=True)
    kept = services.hide_revision(actor=maxim, revision=kept, is_hidden=True)
    with pytest.raises(NotFound):
        services.restore_revision(actor=anna, revision=kept)
    newest, first = history(anna, post)[0]
    assert (first.content, first.is_shown, newest.changes) == ("", False, None)
    assert history(maxim, post)[0][1].content == "The first text of the answer."
    assert services.restore_revision(actor=maxim, revision=kept).pk == post.pk


def test_editing_tells_whom_it_mentions_newly(
    post: Post, anna: User, boris: User, maxim: User, hear: Any
) -> None:
    posts, commented = hear(PostEdited), hear(CommentEdited)
    with TestCase.captureOnCommitCallbacks(execute=True):
        edit(anna, post, "Hello @boris")
        edit(anna, post, "Hello @BORIS and @maxim, `@anna`")
        edit(anna, post, "Hello @maxim")
    assert [event.mentioned for event in posts] == [("boris",), ("maxim",), ()]
    assert posts[0].post_id == post.pk
    comment = comments.post_comment(actor=anna, target=CourseFactory(), content="Words")
    with TestCase.captureOnCommitCallbacks(execute=True):
        comments.edit_comment(actor=anna, comment=comment, content="Words for @boris")
    assert [(event.comment_id, event.mentioned) for event in commented] == [(comment.pk, ("boris",))]


def test_many_versions_come_in_pages_each_with_its_difference(post: Post, maxim: User) -> None:
    for n in range(25):
        edit(maxim, post, f"Text number {n}", reason="r")
    pages = [history(maxim, post, number)[0] for number in (1, 2, 3)]
    assert [[version.number for version in page] for page in pages] == [
        list(range(26, 16, -1)), list(range(16, 6, -1)), list(range(6, 0, -1)),
    ]  # fmt: skip
    assert all(version.changes for page in pages for version in page if version.number > 1)
    assert pages[2][-1].content == "The first text of the answer."
    assert history(maxim, post, 4)[0] == []


def test_the_history_page_shows_changes_escaped_and_restores(as_html: Html, post: Post, anna: User) -> None:
    edit(anna, post, "The first <b>bold</b> text of the answer.", reason="Why <not>")
    page = as_html().get(f"/forum/post/{post.pk}/history/").content.decode()
    assert "<ins>" in page
    assert "&lt;" in page
    assert "<b>bold" not in page
    assert "Why &lt;not&gt;" in page
    assert "Restore this version" not in page
    client = as_html(anna)
    assert "Restore this version" in client.get(f"/forum/post/{post.pk}/history/").content.decode()
    answer = client.post(f"/forum/revision/{Revision.objects.get().pk}/restore/")
    assert answer["Location"] == f"/forum/post/{post.pk}/history/"
    post.refresh_from_db()
    assert post.content == "The first text of the answer."
    assert "history/" in as_html().get(post.topic.get_absolute_url()).content.decode()


def test_who_sees_the_text_sees_its_history(as_html: Html, as_api: Api, post: Post, anna: User, maxim: User) -> None:
    edit(anna, post, "Other words here, really.", reason="r")
    services.delete_post(actor=anna, post=post)
    for client in (as_html(anna), as_html()):
        assert client.get(f"/forum/post/{post.pk}/history/").status_code == 404
    assert as_api(anna).get(f"/api/forum/posts/{post.pk}/revisions").status_code == 404
    assert as_html(maxim).get(f"/forum/post/{post.pk}/history/").status_code == 200
    revision = Revision.objects.get()
    assert as_html(anna).post(f"/forum/revision/{revision.pk}/restore/").status_code == 404
    for path in ("?page=0", "?page=9", "?page=x"):
        assert as_html(maxim).get(f"/forum/post/{post.pk}/history/{path}").status_code == 404


def test_the_api_lists_versions_hides_and_restores(as_api: Api, anna: User, maxim: User) -> None:
    comment = comments.post_comment(actor=anna, target=CourseFactory(), content="First words")
    comments.edit_comment(actor=anna, comment=comment, content="Second words", reason="Clearer")
    path = f"/api/comments/{comment.pk}/revisions"
    body = as_api().get(path).json()
    assert body["count"] == 2
    assert [(row["number"], row["content"], row["reason"]) for row in body["results"]] == [
        (2, "Second words", "Clearer"), (1, "First words", ""),
    ]  # fmt: skip
    pk = body["results"][1]["id"]
    assert as_api(anna).put(f"/api/forum/revisions/{pk}", {"is_hidden": True}).status_code == 403
    assert as_api(maxim).put(f"/api/forum/revisions/{pk}", {"is_hidden": True}).json() == {"is_hidden": True}
    assert as_api(anna).get(path).json()["results"][1]["content"] == ""
    assert as_api(anna).post(f"/api/forum/revisions/{pk}/restore").status_code == 404
    assert as_api(maxim).post(f"/api/forum/revisions/{pk}/restore").status_code == 204
    assert Comment.objects.get().content == "First words"


def test_the_api_takes_a_reason(as_api: Api, post: Post, anna: User) -> None:
    body = {"content": "Other words", "reason": "Because"}
    assert as_api(anna).put(f"/api/forum/posts/{post.pk}", body).status_code == 200
    assert Revision.objects.get().reason == "Because"


# Conflicts


def conflicting(client: Client, path: str, **fields: str) -> Any:
    page = client.get(path)
    form = page.context["form"]
    return values(form) | fields


def values(form: Any) -> dict[str, str]:
    return {name: "" if (value := form[name].value()) is None else str(value) for name in form.fields}


def test_edits_of_different_places_are_joined(as_html: Html, anna: User, maxim: User) -> None:
    post = reply(TopicFactory(), anna, "One\nTwo\nThree")
    client, path = as_html(anna), f"/forum/post/{post.pk}/edit/"
    mine = conflicting(client, path, content="One\r\nTwo\r\nThree and four")
    edit(maxim, post, "Zero\nTwo\nThree")
    answer = client.post(path, mine)
    assert answer.status_code == 409
    form = answer.context["form"]
    assert form["content"].value() == "Zero\nTwo\nThree and four"
    assert form["revision"].value() == 1
    assert "could be joined" in answer.content.decode()
    assert client.post(path, values(form)).status_code == 302
    post.refresh_from_db()
    assert (post.content, post.revision) == ("Zero\nTwo\nThree and four", 2)


def test_edits_of_the_same_place_both_stand_and_nothing_is_lost(as_html: Html, anna: User, maxim: User) -> None:
    post = reply(TopicFactory(), anna, "One")
    client, path = as_html(anna), f"/forum/post/{post.pk}/edit/"
    mine = conflicting(client, path, content="Mine", reason="My reason")
    edit(maxim, post, "Theirs")
    answer = client.post(path, mine)
    assert answer.status_code == 409
    assert answer.context["form"]["content"].value() == "Theirs\nMine"
    assert answer.context["form"]["reason"].value() == "My reason"
    assert "In 1 place you both changed the same" in answer.content.decode()


def test_without_a_base_both_texts_are_shown(as_html: Html, anna: User, maxim: User) -> None:
    post = reply(TopicFactory(), anna, "One")
    edit(maxim, post, "Theirs")
    for base in ("", "no json", "[1]", '{"content": 5}'):
        sent = {"content": "Mine", "revision": "0", "base": base}
        answer = as_html(anna).post(f"/forum/post/{post.pk}/edit/", sent)
        assert answer.status_code == 409
        assert answer.context["form"]["content"].value() == "Mine"


def test_a_topics_fields_are_joined_one_by_one(as_html: Html, anna: User, maxim: User) -> None:
    topic = TopicFactory(author=anna, title="The first title", content="Words", tags=["one"])
    client, path = as_html(anna), f"/forum/topic/{topic.pk}/edit/"
    mine = conflicting(client, path, content="My words", category=topic.category.slug)
    services.edit_topic(actor=maxim, topic=topic, title="A better title", content="Words", tags=["one", "two"])
    answer = client.post(path, mine)
    form = answer.context["form"]
    assert answer.status_code == 409
    assert [form[name].value() for name in ("title", "content", "tags")] == ["A better title", "My words", "one, two"]
    assert client.post(path, values(form)).status_code == 302
    topic.refresh_from_db()
    assert (topic.title, topic.posts.get().content) == ("A better title", "My words")


def test_the_same_text_normalised_is_no_conflict(as_html: Html, anna: User) -> None:
    """What the server trims or rewrites (line ends) is stored; the next save is compared by number, never by text."""
    post = reply(TopicFactory(), anna, "One")
    client, path = as_html(anna), f"/forum/post/{post.pk}/edit/"
    for text in ("  One\r\n\r\nTwo  \r\n", "One\r\n\r\nTwo  ", "One\r\n\r\nThree\r\n"):
        sent = conflicting(client, path, content=text)
        assert client.post(path, sent).status_code == 302
    post.refresh_from_db()
    assert post.content == "One\n\nThree"


def test_a_draft_of_an_edit_keeps_the_revision_it_was_made_from(as_html: Html, anna: User, maxim: User) -> None:
    post = reply(TopicFactory(), anna, "One\nTwo\nThree")
    fields = {"content": "One\nTwo\nMine", "revision": "0", "base": json.dumps({"content": "One\nTwo\nThree"})}
    services.save_draft(actor=anna, key=f"edit-post:{post.pk}", fields=fields)
    edit(maxim, post, "Theirs\nTwo\nThree")
    client, path = as_html(anna), f"/forum/post/{post.pk}/edit/"
    answer = client.post(path, conflicting(client, path))
    assert answer.status_code == 409
    assert answer.context["form"]["content"].value() == "Theirs\nTwo\nMine"


def test_a_comment_conflicts_likewise_and_the_api_says_412(as_html: Html, as_api: Api, anna: User, maxim: User) -> None:
    comment = comments.post_comment(actor=anna, target=CourseFactory(), content="One")
    client, path = as_html(anna), f"/forum/comment/{comment.pk}/edit/"
    mine = conflicting(client, path, content="One, mine")
    comments.edit_comment(actor=maxim, comment=comment, content="Theirs, One")
    answer = client.post(path, mine)
    assert answer.status_code == 409
    assert answer.context["form"]["content"].value() == "Theirs, One, mine"
    stale = as_api(anna).put(
        f"/api/comments/{comment.pk}", {"content": "x"}, headers={"If-Match": f'"comment-{comment.pk}-0"'}
    )
    assert stale.status_code == 412
    with pytest.raises(Stale):
        comments.edit_comment(actor=anna, comment=comment, content="x", expected_revision=0)
