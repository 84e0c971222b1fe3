"""Lines that gather, and what people chose to be told."""

import threading
from datetime import UTC, datetime, time
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from forum import services as forum
from forum.tests.factories import TopicFactory
from notifications import catalogue
from notifications.models import Notification, NotificationPreference, OutboxItem, Unsubscription
from notifications.selectors.preferences import quiet_end, wanted
from notifications.services.inbox import mark_read, notify
from profiles.services import graph
from profiles.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
URL = "/api/notifications/preferences"


@pytest.fixture(autouse=True)
def _no_hurry(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1000


@pytest.fixture
def live(django_capture_on_commit_callbacks: Any) -> Any:
    return lambda: django_capture_on_commit_callbacks(execute=True)


def follow(reader: Any, n: int, *people: Any) -> None:
    for number, person in enumerate(people, start=n):
        notify(
            user_ids=[reader.pk], kind=catalogue.FOLLOWER, actor_id=person.pk, subject="", url="/",
            key=f"follow:{number}", group="followers",
        )  # fmt: skip


def test_replies_of_several_people_are_one_line_with_all_of_them(anna: Any, as_api: Any, live: Any) -> None:
    topic = TopicFactory(author=anna, title="How to begin?")
    people = [UserFactory(display_name=f"Person {n}") for n in range(5)]
    with live():
        posts = [forum.reply(actor=person, topic=topic, content="My answer") for person in people]
        forum.reply(actor=people[4], topic=topic, content="And more")
    client = as_api(anna)
    (line,) = client.get("/api/notifications").json()["results"]
    assert line["text"] == "Person 4 and 4 other people replied in your topic “How to begin?”"
    assert [actor["display_name"] for actor in line["actors"]] == ["Person 4", "Person 3", "Person 2"]
    assert (line["count"], line["url"]) == (5, posts[0].get_absolute_url())
    assert OutboxItem.objects.filter(channel="email").count() == 1
    graph.block(actor=anna, person=people[4], kind="ignore")
    (line,) = client.get("/api/notifications").json()["results"]
    assert (line["count"], line["actors"][0]["display_name"]) == (4, "Person 3")
    with live():
        forum.delete_post(actor=people[0], post=posts[0])
    (line,) = client.get("/api/notifications").json()["results"]
    assert (line["count"], line["url"]) == (3, posts[1].get_absolute_url())


def test_a_line_gathers_until_it_is_read_and_repeats_nothing(anna: Any, boris: Any, irina: Any) -> None:
    for _again in range(2):
        follow(anna, 1, boris, irina)
    assert Notification.objects.get().count == 2
    mark_read(actor=anna)
    follow(anna, 1, boris, irina)
    follow(anna, 3, irina)
    assert list(Notification.objects.order_by("pk").values_list("count", flat=True)) == [2, 1]


@pytest.mark.parametrize("rows", [3, 30])
def test_gathered_lines_cost_one_query_more(anna: Any, as_html: Any, rows: int) -> None:
    one, two = UserFactory(), UserFactory()
    for n in range(rows):
        for person in (one, two):
            notify(
                user_ids=[anna.pk], kind=catalogue.LIKE, actor_id=person.pk, subject="x", url="/",
                key=f"like:{n}:{person.pk}", group=f"like:{n}",
            )  # fmt: skip
    client = as_html(anna)
    client.get("/notifications/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/notifications/")
    assert len(queries) == 6, [query["sql"] for query in queries]


def test_the_page_goes_back_and_filters(anna: Any, as_html: Any) -> None:
    for n in range(35):
        notify(user_ids=[anna.pk], kind=catalogue.MENTION, actor_id=None, subject=f"S{n}.", url="/", key=f"k{n}")
    notify(user_ids=[anna.pk], kind=catalogue.BADGE, actor_id=None, subject="Gold", url="/", key="b")
    client = as_html(anna)
    first = client.get("/notifications/")
    older = client.get("/notifications/", {"before": first.context["after"]})
    seen = [row.pk for page in (first, older) for row in page.context["items"]]
    assert len(seen) == len(set(seen)) == 36
    assert older.context["after"] == ""
    assert [row.kind for row in client.get("/notifications/?show=game").context["items"]] == ["badge"]
    assert client.post(f"/notifications/{seen[0]}/read/").status_code == 302
    assert seen[0] not in {row.pk for row in client.get("/notifications/?show=unread").context["items"]}
    assert client.get("/notifications/?show=nonsense").status_code == 404
    assert client.get("/notifications/?before=nonsense").status_code == 200


def test_preferences_by_api_and_page_hold(anna: Any, as_api: Any, as_html: Any) -> None:
    client = as_api(anna)
    before = client.get(URL)
    wish = {"preferences": [{"kind": "mention", "in_app": False, "email": False}], "digest": "daily"}
    wish["quiet_hours"] = {"from": "22:00", "to": "07:00"}
    after = client.put(URL, wish)
    assert after.json() == client.get(URL).json()
    assert (after.json()["digest"], after.json()["quiet_hours"]) == ("daily", {"from": "22:00", "to": "07:00"})
    assert next(row for row in after.json()["preferences"] if row["kind"] == "mention") == {
        "kind": "mention", "in_app": False, "email": False, "push": True,
    }  # fmt: skip
    assert client.put(URL, wish, headers={"If-Match": before["ETag"]}).status_code == 412
    notify(user_ids=[anna.pk], kind=catalogue.MENTION, actor_id=None, subject="x", url="/", key="k")
    assert client.get("/api/notifications").json()["results"] == []
    assert set(OutboxItem.objects.values_list("channel", flat=True)) == {"push"}
    page = as_html(anna)
    posted = {"shown": ["mention"], "on": ["mention.in_app"], "digest": "off"}
    assert page.post("/notifications/preferences/", posted).status_code == 302
    kept = client.get(URL).json()
    assert (kept["digest"], kept["quiet_hours"]) == ("off", None)
    assert kept["preferences"][0] == {"kind": "mention", "in_app": True, "email": False, "push": False}
    assert 'value="mention.in_app"' in page.get("/notifications/preferences/").content.decode()


@pytest.mark.parametrize(
    "body",
    [
        {"preferences": [{"kind": "gone", "email": True}]},
        {"preferences": [{"kind": "penalty", "in_app": False}]},
        {"preferences": [{"kind": "mention"}, {"kind": "mention"}]},
        {"digest": "hourly"},
        {"quiet_hours": {"from": "22:00"}},
        {"quiet_hours": {"from": "22:00", "to": "22:00"}},
    ],
)
def test_bad_preferences_are_400(anna: Any, as_api: Any, body: Any) -> None:
    assert as_api(anna).put(URL, body).status_code == 400
    assert not NotificationPreference.objects.exists()


def test_an_unsubscription_beats_defaults_and_a_later_choice_beats_it(anna: Any, boris: Any) -> None:
    people = [anna.pk, boris.pk]
    Unsubscription.objects.create(user=anna, category="forum")
    assert wanted(people, "mention", "email") == {boris.pk}
    assert wanted(people, "mention", "in_app") == set(people)
    assert wanted(people, "certificate", "email") == set(people)
    NotificationPreference.objects.create(user=anna, kind="mention", channel="email", is_on=True)
    assert wanted(people, "mention", "email") == set(people)


@pytest.mark.parametrize(
    ("start", "end", "now", "until"),
    [
        ((22, 0), (7, 0), (23, 30), (2, 7)), ((22, 0), (7, 0), (6, 59), (1, 7)), ((22, 0), (7, 0), (7, 0), None),
        ((13, 0), (15, 0), (14, 0), (1, 15)), ((13, 0), (15, 0), (15, 0), None), ((13, 0), (15, 0), (12, 59), None),
    ],
)  # fmt: skip
def test_quiet_hours_end_where_the_person_lives(start: Any, end: Any, now: Any, until: Any) -> None:
    moment = datetime(2026, 6, 1, *now, tzinfo=UTC)
    found = quiet_end(time(*start), time(*end), UTC, moment)
    assert found == (datetime(2026, 6, *until, tzinfo=UTC) if until else None)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_parallel_causes_make_one_line_with_the_true_number(anna: Any) -> None:
    people = [UserFactory() for _ in range(8)]
    errors: list[Exception] = []

    def work(n: int) -> None:
        try:
            follow(anna, n % 8, people[n % 8])
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(24)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert not errors
    line = Notification.objects.get()
    assert (line.count, line.causes.count()) == (8, 8)
