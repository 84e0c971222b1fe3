"""Lists of followers: search, mutual marks, pages; limits of following; the feed's pages and what vanishes from it."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from community_platform.core.errors import TooFast
from forum import services
from forum.services.hiding import hide_topic
from forum.tests.factories import CategoryFactory
from profiles import privacy
from profiles.models import Activity, ActivityType, User
from profiles.selectors import feed, people
from profiles.services import graph

pytestmark = pytest.mark.django_db


def test_a_list_finds_names_and_marks_who_is_mutual(
    anna: Any, boris: Any, make_user: Any, as_api: Any, as_html: Any
) -> None:
    chen, dana = make_user("chen"), make_user("dana", display_name="Дана Новак")
    for person in (anna, chen, dana):
        graph.follow(actor=person, person=boris)
    graph.follow(actor=anna, person=chen)
    graph.follow(actor=dana, person=anna)
    rows = {row.username: (row.is_following, row.is_follower) for row in people.followers(anna, boris)}
    assert rows == {"anna": (False, False), "chen": (True, False), "dana": (False, True)}
    client = as_api(anna)
    for typed in ("новак", "dan", "@DANA"):
        found = client.get("/api/users/boris/followers", {"q": typed}).json()
        assert [row["username"] for row in found["results"]] == ["dana"]
    page = as_html(anna).get("/profile/boris/followers/").content.decode()
    assert "follows you" in page
    assert "Follow back" in page
    assert "Nobody found" in as_html(anna).get("/profile/boris/followers/?q=zzz").content.decode()


def test_a_name_search_does_not_find_the_private(anna: Any, boris: Any, make_user: Any) -> None:
    hidden = make_user("hidden")
    graph.follow(actor=hidden, person=boris)
    User.objects.filter(pk=hidden.pk).update(is_profile_public=False)
    assert [row.is_shown for row in people.followers(anna, boris)] == [False]
    assert list(people.followers(anna, boris, "hidden")) == []


def test_lists_come_in_pages(anna: Any, boris: Any, make_user: Any, as_api: Any, as_html: Any, settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1000
    for n in range(23):
        graph.follow(actor=make_user(f"p{n}"), person=boris)
    answer = as_api(anna).get("/api/users/boris/followers").json()
    assert (answer["count"], len(answer["results"]), answer["next"] is not None) == (23, 20, True)
    assert "?page=2" in as_html(anna).get("/profile/boris/followers/").content.decode()
    assert as_html(anna).get("/profile/boris/followers/?page=99").status_code == 200


def test_following_has_a_pace_which_following_again_does_not_use_up(anna: Any, make_user: Any, settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1
    first = make_user("first")
    for _again in range(70):
        graph.follow(actor=anna, person=first)
    others = [make_user(f"p{n}") for n in range(20)]
    for person in others[:19]:
        graph.follow(actor=anna, person=person)
    with pytest.raises(TooFast):
        graph.follow(actor=anna, person=others[19])  # the twenty-first within a minute


def deeds(person: Any, number: int) -> None:
    now = timezone.now()
    Activity.objects.bulk_create(
        Activity(
            user=person, activity_type=ActivityType.LEVEL_UP, dedupe_key=f"level:{person.pk}:{n}",
            metadata={"level": n},
            created_at=now - timedelta(minutes=n // 3),
        )
        for n in range(number)
    )  # fmt: skip


def test_pages_of_the_feed_join_without_gap_or_repeat(anna: Any, boris: Any) -> None:
    User.objects.filter(pk=boris.pk).update(show_activity=True)
    graph.follow(actor=anna, person=boris)
    deeds(boris, 47)
    seen: list[int] = []
    before = ""
    while True:
        rows, before = feed.feed(anna).page(before)
        seen += [row.pk for row in rows]
        if len(seen) == feed.FEED_PAGE:  # somebody does more meanwhile: it comes first, and moves nothing
            deed = Activity(user=boris, activity_type=ActivityType.LEVEL_UP, dedupe_key="late", metadata={"level": 9})
            deed.save()
        if not before:
            break
    assert len(seen) == len(set(seen)) == 47
    assert [row.pk for row in feed.activities_of(anna, boris)][1:] == seen


@pytest.mark.parametrize("broken", ["x", "1e999_1", "1_99999999999999999999999", "_", "nan_1"])
def test_a_broken_cursor_is_the_beginning(anna: Any, boris: Any, as_html: Any, broken: str) -> None:
    User.objects.filter(pk=boris.pk).update(show_activity=True)
    deeds(boris, 2)
    assert as_html(anna).get(f"/profile/boris/activity/?before={broken}").status_code == 200


def test_several_deeds_of_a_kind_are_told_as_one(anna: Any, boris: Any, as_html: Any, settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1000
    User.objects.filter(pk=boris.pk).update(show_activity=True)
    graph.follow(actor=anna, person=boris)
    shelf = CategoryFactory()
    for n in range(5):
        services.create_topic(actor=boris, category=shelf.pk, title=f"Stone {n}", content=f"Stone {n} to strike.")
    page = as_html(anna).get("/feed/").content.decode()
    assert "started 5 topics" in page
    assert "and 2 more" in page


def test_a_page_is_full_though_much_of_what_was_done_is_gone(anna: Any, boris: Any) -> None:
    User.objects.filter(pk=boris.pk).update(show_activity=True)
    deeds(boris, 90)
    Activity.objects.filter(pk__in=[row.pk for n, row in enumerate(Activity.objects.order_by("pk")) if n % 6]).update(
        activity_type=ActivityType.TOPIC_CREATED, object_id=10**9
    )
    rows, more = feed.activities_of(anna, boris).page(size=10)
    rest, end = feed.activities_of(anna, boris).page(more, size=10)
    assert (len(rows), len(rest), end) == (10, 5, "")


@pytest.mark.parametrize("who", ["anna", "boris", "maxim", "visitor"])
def test_the_rule_for_rows_at_hand_is_the_rule_for_querysets(
    anna: Any, boris: Any, maxim: Any, make_user: Any, who: str
) -> None:
    viewer = {"anna": anna, "boris": boris, "maxim": maxim, "visitor": AnonymousUser()}[who]
    topic = services.create_topic(
        actor=boris, category=CategoryFactory().pk, title="Quartz", content="Stones to strike."
    )
    Activity.objects.all().delete()
    owners = [boris, anna, *(make_user(f"o{n}") for n in range(16))]
    for n, owner in enumerate(owners):
        shown = [bool(n >> bit & 1) for bit in range(4)]
        names = ("is_profile_public", "show_badges", "show_courses", "show_activity")
        User.objects.filter(pk=owner.pk).update(**dict(zip(names, shown, strict=True)))
        for kind in ActivityType:
            for pk in (None, topic.pk, 10**9):
                Activity.objects.create(user=owner, activity_type=kind, object_id=pk, dedupe_key=f"{kind}:{n}:{pk}")
    graph.block(actor=owners[17], person=anna)
    rows = list(Activity.objects.select_related("user").order_by("pk"))
    expected = set(privacy.visible_activities(viewer).values_list("pk", flat=True))
    assert {row.pk for row in privacy.seen_activities(viewer, rows)} == expected
    assert expected


@pytest.mark.parametrize("act", ["delete", "hide", "move"])
def test_what_is_gone_vanishes_from_every_feed(
    anna: Any, boris: Any, maxim: Any, as_html: Any, as_api: Any, act: str
) -> None:
    User.objects.filter(pk=boris.pk).update(show_activity=True)
    graph.follow(actor=anna, person=boris)
    topic = services.create_topic(
        actor=boris, category=CategoryFactory().pk, title="Quartz", content="Stones to strike."
    )
    assert "Quartz" in as_html(anna).get("/feed/").content.decode()
    if act == "delete":
        services.delete_topic(actor=boris, topic=topic)
    elif act == "hide":
        hide_topic(actor=maxim, topic=topic, reason="spam")
    else:
        services.move_topic(actor=maxim, topic=topic, category=CategoryFactory(audience="staff").pk)
    for path in ("/feed/", "/profile/boris/activity/"):
        assert "Quartz" not in as_html(anna).get(path).content.decode()
    assert as_api(anna).get("/api/feed").json()["results"] == []
