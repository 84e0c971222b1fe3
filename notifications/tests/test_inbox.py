"""Who hears of what, once; and the inbox as API and page."""

import json
import threading
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from community_platform.core import lifecycle
from community_platform.core.errors import Invalid
from community_platform.core.models import ChannelEvent
from courses.models import Course, Status
from courses.tests.factories import CourseFactory
from forum import services as forum
from forum.events import CommentCreated, PostCreated
from forum.models import Category, Comment
from forum.services import comments
from forum.tests.factories import CategoryFactory, TopicFactory
from notifications import catalogue, reactions
from notifications.models import Notification
from notifications.services import telling
from notifications.services.inbox import mark_read, notify
from profiles.selectors import unread

pytestmark = pytest.mark.django_db
FIELDS = {"id", "kind", "text", "url", "actors", "count", "created_at", "read_at"}
API_QUERIES = 3  # session, user, rows with actors
LIST_QUERIES = 4  # session, user, rows with actors, unread
HEADER_QUERIES = 1  # the bell; the streak is kept in the cache


@pytest.fixture(autouse=True)
def _no_hurry(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1000


@pytest.fixture
def live(django_capture_on_commit_callbacks: Any) -> Any:
    """Return a block whose events are delivered at its end, as after a commit."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def told() -> set[tuple[str, str]]:
    return set(Notification.objects.values_list("user__username", "kind"))


def give(user: Any, n: int = 1, actor: Any = None) -> None:
    for number in range(n):
        notify(
            user_ids=[user.pk], kind=catalogue.MENTION, actor_id=actor.pk if actor else None,
            subject=f"Subject {number}", url="/forum/", key=f"key:{number}",
        )  # fmt: skip


def test_the_author_of_a_topic_hears_of_replies_but_not_of_own_ones(anna: Any, boris: Any, live: Any) -> None:
    topic = TopicFactory(author=anna)
    with live():
        forum.reply(actor=anna, topic=topic, content="To myself")
        post = forum.reply(actor=boris, topic=topic, content="To you")
    assert told() == {("anna", "topic_reply")}
    assert Notification.objects.get().url == f"/forum/post/{post.pk}/"


def test_one_text_tells_a_person_once_by_the_closest_reason(
    anna: Any, boris: Any, irina: Any, live: Any
) -> None:
    topic = TopicFactory(author=anna)
    first = forum.reply(actor=irina, topic=topic, content="My answer")
    with live():
        forum.reply(actor=boris, topic=topic, content="@anna look, and @boris too", reply_to=first.pk)
    assert told() == {("anna", "mention"), ("irina", "post_reply")}


def test_a_mention_in_a_new_topic_is_told(anna: Any, boris: Any, live: Any) -> None:
    with live():
        TopicFactory(author=anna, content="What do you think, @Boris?")
    assert told() == {("boris", "mention")}


def test_the_best_answer_is_told_to_who_wrote_it(anna: Any, boris: Any, live: Any) -> None:
    topic = TopicFactory(author=anna, kind="question")
    post = forum.reply(actor=boris, topic=topic, content="Like this")
    with live():
        forum.accept_answer(actor=anna, topic=topic, post=post.pk)
    assert told() == {("boris", "best_answer")}


def test_an_answered_comment_is_told_to_its_author_alone(
    anna: Any, boris: Any, irina: Any, live: Any
) -> None:
    root = comments.post_comment(actor=anna, target=CourseFactory(title="Sums"), content="Hm")
    first = comments.reply(actor=boris, comment=root, content="Yes?")
    with live():
        comments.reply(actor=irina, comment=first, content="No")
        comments.reply(actor=anna, comment=root, content="To myself")
    assert told() == {("boris", "comment_reply")}
    assert Notification.objects.get().text == "irina answered your comment on “Sums”"


def test_a_doubled_event_tells_once(anna: Any, boris: Any) -> None:
    topic = TopicFactory(author=anna)
    post = forum.reply(actor=boris, topic=topic, content="Hello")
    for _again in range(2):
        reactions.post_created(PostCreated(post_id=post.pk, topic_id=topic.pk, author_id=boris.pk))
    assert Notification.objects.count() == 1
    assert ChannelEvent.objects.filter(type="notification:new").count() == 1


def test_nobody_hears_of_what_they_cannot_see(anna: Any, maxim: Any, boris: Any) -> None:
    shelf = CategoryFactory()
    topic = TopicFactory(author=anna, category=shelf)
    post = forum.reply(actor=boris, topic=topic, content="Hello")
    Category.objects.filter(pk=shelf.pk).update(audience="staff")
    event = PostCreated(post_id=post.pk, topic_id=topic.pk, author_id=boris.pk, mentioned=("anna", "maxim"))
    reactions.post_created(event)
    assert told() == {("maxim", "mention")}


def shown_to(client: Any) -> tuple[list[str], bool]:
    """Return the sentences of the API's inbox, and whether the page shows the title `Plans`."""
    texts = [row["text"] for row in client.get("/api/notifications").json()["results"]]
    return texts, "Plans" in client.get("/notifications/").content.decode()


def test_a_title_does_not_outlive_its_topic(anna: Any, boris: Any, maxim: Any, as_api: Any, live: Any) -> None:
    shelf = CategoryFactory()
    with live():
        topic = TopicFactory(author=anna, category=shelf, title="Plans of ours", content="Look, @boris")
        forum.reply(actor=boris, topic=topic, content="Hello @maxim")
    told_anna, told_boris, told_maxim = as_api(anna), as_api(boris), as_api(maxim)
    assert [shown_to(client)[1] for client in (told_anna, told_boris, told_maxim)] == [True, True, True]
    Category.objects.filter(pk=shelf.pk).update(audience="staff")
    assert shown_to(told_anna) == shown_to(told_boris) == ([], False)
    assert (unread(anna)["notifications"], unread(maxim)["notifications"]) == (0, 1)
    assert shown_to(told_maxim)[1]
    Category.objects.filter(pk=shelf.pk).update(audience="everyone")
    assert shown_to(told_anna)[1]
    forum.delete_topic(actor=maxim, topic=topic)
    assert shown_to(told_anna) == shown_to(told_boris) == ([], False)


def test_an_answer_that_was_taken_back_leaves_the_inbox(anna: Any, boris: Any, as_api: Any, live: Any) -> None:
    course = CourseFactory(title="Plans of ours")
    with live():
        post = forum.reply(actor=boris, topic=TopicFactory(author=anna, title="Plans of ours"), content="Hello")
        comment = comments.post_comment(actor=boris, target=course, content="Hello @anna")
    client = as_api(anna)
    assert len(shown_to(client)[0]) == 2
    forum.delete_post(actor=boris, post=post)
    assert len(shown_to(client)[0]) == 1
    comments.delete_comment(actor=boris, comment=comment)
    assert shown_to(client) == ([], False)


def test_a_course_that_becomes_a_draft_takes_its_title_along(
    anna: Any, boris: Any, as_api: Any, live: Any
) -> None:
    course = CourseFactory(title="Plans of ours")
    with live():
        comments.post_comment(actor=boris, target=course, content="Hello @anna")
    client = as_api(anna)
    assert shown_to(client)[1]
    Course.objects.filter(pk=course.pk).update(status=Status.DRAFT)
    assert shown_to(client) == ([], False)


def test_what_was_deleted_meanwhile_is_not_told(anna: Any, boris: Any, maxim: Any) -> None:
    topic = TopicFactory(author=anna)
    post = forum.reply(actor=boris, topic=topic, content="Oops")
    forum.delete_post(actor=boris, post=post)
    reactions.post_created(
        PostCreated(post_id=post.pk, topic_id=topic.pk, author_id=boris.pk, mentioned=("maxim",))
    )
    comment = comments.post_comment(actor=anna, target=CourseFactory(), content="Oops")
    comments.delete_comment(actor=anna, comment=comment)
    reactions.comment_created(
        CommentCreated(comment_id=comment.pk, author_id=anna.pk, parent_id=None, mentioned=("boris",))
    )
    assert Comment.objects.get().is_deleted
    assert not Notification.objects.exists()


def test_the_socket_carries_the_api_object_in_the_readers_language_and_the_true_count(
    make_user: Any, anna: Any, as_api: Any
) -> None:
    reader = make_user("reader", language="en")
    give(reader, 2, actor=anna)
    events = ChannelEvent.objects.filter(channel=f"user.{reader.pk}").order_by("seq")
    assert [event.data["unread_count"] for event in events] == [1, 2]
    assert events[1].data["notification"] == as_api(reader).get("/api/notifications").json()["results"][0]


def test_the_list_has_every_field_newest_first_and_pages_by_cursor(
    anna: Any, boris: Any, as_api: Any
) -> None:
    give(anna, 25, actor=boris)
    page = as_api(anna).get("/api/notifications").json()
    assert set(page) == {"next", "previous", "results"}
    assert set(page["results"][0]) == FIELDS
    assert page["results"][0]["text"] == "boris mentioned you in “Subject 24”"
    assert page["results"][0]["actors"][0]["username"] == "boris"
    rest = as_api(anna).get(page["next"]).json()
    assert [item["text"][-2] for item in rest["results"]] == ["4", "3", "2", "1", "0"]
    assert as_api(boris).get("/api/notifications").json()["results"] == []
    assert as_api().get("/api/notifications").status_code == 401


def test_reading_some_or_all_answers_what_is_left(anna: Any, as_api: Any) -> None:
    give(anna, 3)
    client = as_api(anna)
    first = Notification.objects.order_by("pk")[0].pk
    for _again in range(2):
        assert client.post("/api/notifications/read", {"ids": [first]}).json() == {"unread_count": 2}
    assert client.get("/api/auth/me").json()["unread"]["notifications"] == 2
    assert client.post("/api/notifications/read", {"all": True}).json() == {"unread_count": 0}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ids": [1], "all": True},
        {"all": False},
        {"ids": ["x"]},
        {"ids": [2**70]},
        {"ids": [-1]},
        {"ids": 3},
        [],
    ],
)
def test_bad_reading_is_400(anna: Any, as_api: Any, body: Any) -> None:
    give(anna)
    assert as_api(anna).post("/api/notifications/read", body).status_code == 400
    assert unread(anna)["notifications"] == 1


def test_the_notifications_of_others_cannot_be_read_or_opened(
    anna: Any, boris: Any, as_api: Any, as_html: Any
) -> None:
    give(anna)
    pk = Notification.objects.get().pk
    assert as_api(boris).post("/api/notifications/read", {"ids": [pk]}).status_code == 400
    assert as_html(boris).get(f"/notifications/{pk}/open/").status_code == 404
    assert as_html(boris).get(f"/notifications/{2**70}/open/").status_code == 404
    with pytest.raises(Invalid):
        mark_read(actor=boris, ids=[pk])
    with pytest.raises(Exception, match="Sign in"):
        mark_read(actor=AnonymousUser())
    assert unread(anna)["notifications"] == 1


def test_opening_marks_as_read_and_leads_there(anna: Any, as_html: Any) -> None:
    give(anna, 2)
    pk = Notification.objects.order_by("pk")[0].pk
    response = as_html(anna).get(f"/notifications/{pk}/open/")
    assert (response.status_code, response.headers["Location"]) == (302, "/forum/")
    assert unread(anna)["notifications"] == 1


def test_the_page_marks_unread_ones_and_all_can_be_read(anna: Any, boris: Any, as_html: Any) -> None:
    client = as_html(anna)
    assert "Nothing here yet" in client.get("/notifications/").content.decode()
    give(anna, 2, actor=boris)
    text = client.get("/notifications/").content.decode()
    assert text.count("inbox__item--unread") == 2
    assert "boris mentioned you in “Subject 1”" in text
    assert client.post("/notifications/read/").status_code == 302
    after = client.get("/notifications/").content.decode()
    assert "inbox__item--unread" not in after
    assert "Mark all as read" not in after
    assert as_html().get("/notifications/").status_code == 302


def test_the_bell_shows_99_plus(anna: Any, as_html: Any) -> None:
    Notification.objects.bulk_create(
        Notification(user=anna, kind="mention", subject="x", url="/", key=f"k{n}") for n in range(120)
    )
    text = as_html(anna).get("/notifications/").content.decode()
    assert "data-number>99+</span>" in text


@pytest.mark.parametrize("rows", [3, 30])
def test_the_page_costs_the_same_for_3_and_30_rows(anna: Any, boris: Any, as_html: Any, rows: int) -> None:
    give(anna, rows, actor=boris)
    client = as_html(anna)
    client.get("/notifications/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/notifications/")
    assert len(queries) == LIST_QUERIES + HEADER_QUERIES, [query["sql"] for query in queries]


def test_a_kind_of_an_older_release_is_shown_by_its_subject(anna: Any) -> None:
    row = Notification.objects.create(user=anna, kind="gone", subject="Old news", url="/", key="old")
    assert (row.text, row.icon) == ("Old news", "bell")


def test_an_inactive_person_is_not_told(anna: Any, make_user: Any) -> None:
    gone = make_user("gone", is_active=False)
    give(gone)
    assert not Notification.objects.exists()


def test_administrators_look_at_inboxes_and_change_nothing(anna: Any, admin: Any, as_html: Any) -> None:
    give(anna)
    pk = Notification.objects.get().pk
    admin.is_staff = admin.is_superuser = True
    admin.save()
    client = as_html(admin)
    assert client.get("/admin/notifications/notification/").status_code == 200
    assert client.get(f"/admin/notifications/notification/{pk}/delete/").status_code == 403
    assert client.get("/admin/notifications/notification/add/").status_code == 403


def test_the_inbox_is_exported_and_erased(anna: Any, boris: Any) -> None:
    give(anna, 2, actor=boris)
    held = lifecycle.export(anna)["notifications/inbox.json"]
    assert len(json.loads(json.dumps(held))) == 2
    lifecycle.erase(anna)
    assert not Notification.objects.exists()


@pytest.mark.parametrize("rows", [3, 30])
def test_the_api_costs_the_same_for_3_and_30_rows(anna: Any, boris: Any, as_api: Any, rows: int) -> None:
    give(anna, rows, actor=boris)
    client = as_api(anna)
    client.get("/api/notifications")
    with CaptureQueriesContext(connection) as queries:
        client.get("/api/notifications")
    assert len(queries) == API_QUERIES, [query["sql"] for query in queries]


def test_a_notification_speaks_the_language_of_its_reader(make_user: Any, anna: Any) -> None:
    reader = make_user("reader", language="ru")
    give(reader, actor=anna)
    with translation.override("ru"):
        worded = Notification.objects.get().text
    assert ChannelEvent.objects.get(type="notification:new").data["notification"]["text"] == worded


def test_a_long_title_is_cut_to_what_the_inbox_holds(anna: Any, boris: Any) -> None:
    told_to = notify(
        user_ids=[anna.pk], kind=catalogue.MENTION, actor_id=boris.pk, subject="x" * 500, url="/", key="long"
    )
    assert told_to == [anna.pk]
    assert len(Notification.objects.get().subject) == 160


def test_at_most_twenty_people_hear_of_one_text(anna: Any, make_user: Any) -> None:
    names = [make_user(f"reader{n}").username for n in range(25)]
    topic = TopicFactory(author=anna)
    reactions.post_created(
        PostCreated(
            post_id=topic.posts.get(number=1).pk, topic_id=topic.pk, author_id=anna.pk, mentioned=tuple(names)
        )
    )
    assert Notification.objects.count() == telling.MENTIONS_MAX


@pytest.mark.parametrize("path", ["/notifications/", "/notifications/1/open/", "/streak/"])
def test_visitors_sign_in_first_and_come_back(as_html: Any, path: str) -> None:
    response = as_html().get(path)
    assert response.status_code == 302
    assert response.headers["Location"] == f"/accounts/login/?next={path.replace('/', '%2F')}"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_parallel_tellings_arrive_once_each_with_counts_in_order(anna: Any, boris: Any) -> None:
    errors: list[Exception] = []

    def work(n: int) -> None:
        try:
            notify(
                user_ids=[anna.pk, boris.pk], kind=catalogue.MENTION, actor_id=None,
                subject="x", url="/", key=f"key:{n // 2}",
            )  # fmt: skip
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(20)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert not errors
    for person in (anna, boris):
        assert Notification.objects.filter(user=person).count() == 10
        events = ChannelEvent.objects.filter(channel=f"user.{person.pk}").order_by("seq")
        assert [event.data["unread_count"] for event in events] == list(range(1, 11))
