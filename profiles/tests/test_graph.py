"""Following and blocking: idempotent, exact, by page and by program."""

import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community_platform.core.errors import Conflict, Invalid, NotFound
from profiles import limits
from profiles.models import Block, Follow, Profile, User
from profiles.services import graph

pytestmark = pytest.mark.django_db


def counters(*users):
    rows = Profile.objects.in_bulk([user.pk for user in users])
    return [(rows[user.pk].followers_count, rows[user.pk].following_count) for user in users]


def test_following_twice_counts_once_and_unfollowing_twice_too(anna, boris):
    assert graph.follow(actor=anna, person=boris) == 1
    assert graph.follow(actor=anna, person=boris) == 1
    assert counters(anna, boris) == [(0, 1), (1, 0)]
    assert graph.unfollow(actor=anna, person=boris) == 0
    assert graph.unfollow(actor=anna, person=boris) == 0
    assert counters(anna, boris) == [(0, 0), (0, 0)]


def test_nobody_follows_themselves_or_who_is_private(anna, boris):
    with pytest.raises(Invalid):
        graph.follow(actor=anna, person=anna)
    User.objects.filter(pk=boris.pk).update(is_profile_public=False)
    boris.refresh_from_db()
    with pytest.raises(NotFound):
        graph.follow(actor=anna, person=boris)
    assert not Follow.objects.exists()


def test_a_block_ends_following_both_ways_and_prevents_it(anna, boris):
    graph.follow(actor=anna, person=boris)
    graph.follow(actor=boris, person=anna)
    graph.block(actor=anna, person=boris)
    assert counters(anna, boris) == [(0, 0), (0, 0)]
    for one, other in ((anna, boris), (boris, anna)):
        with pytest.raises(NotFound):
            graph.follow(actor=one, person=other)
    graph.unblock(actor=anna, person=boris)
    graph.unblock(actor=anna, person=boris)
    assert graph.follow(actor=boris, person=anna) == 1


def test_ignoring_leaves_following_alone_and_a_block_replaces_it(anna, boris):
    graph.follow(actor=boris, person=anna)
    graph.block(actor=anna, person=boris, kind="ignore")
    assert counters(anna) == [(1, 0)]
    graph.block(actor=anna, person=boris, kind="block")
    assert Block.objects.get().kind == "block"
    assert counters(anna) == [(0, 0)]
    with pytest.raises(Invalid):
        graph.block(actor=anna, person=boris, kind="curse")


def test_there_is_a_most_one_can_follow(anna, boris, make_user, monkeypatch):
    monkeypatch.setattr(limits, "FOLLOWS_HIGH", 1)
    graph.follow(actor=anna, person=boris)
    with pytest.raises(Conflict):
        graph.follow(actor=anna, person=make_user("third"))


def test_the_api_answers_as_the_contract_says(as_api, anna, boris):
    client = as_api(anna)
    for _again in range(2):
        answer = client.post(f"/api/users/{boris.pk}/follow")
        assert (answer.status_code, answer.json()) == (200, {"following": True, "followers_count": 1})
    assert client.get("/api/users/boris/followers").json()["results"][0]["username"] == "anna"
    assert client.get("/api/users/anna/following").json()["results"][0]["is_following"] is True
    assert client.get("/api/users/boris/profile").json()["is_following"] is True
    for _again in range(2):
        answer = client.delete(f"/api/users/{boris.pk}/unfollow")
        assert (answer.status_code, answer.json()) == (200, {"following": False, "followers_count": 0})
    assert client.post(f"/api/users/{anna.pk}/follow").status_code == 400
    assert client.post("/api/users/999999/follow").status_code == 404
    assert as_api(None).post(f"/api/users/{boris.pk}/follow").status_code == 401
    assert client.post(f"/api/users/{boris.pk}/block").json() == {"blocked": True, "kind": "block"}
    assert client.delete(f"/api/users/{boris.pk}/block").status_code == 204


def test_the_buttons_of_the_page_do_the_same(as_html, anna, boris):
    client = as_html(anna)
    assert client.post(f"/people/{boris.pk}/follow/", {"do": "follow", "next": "/people/"}).url == "/people/"
    assert counters(boris) == [(1, 0)]
    assert "Following" in client.get("/profile/boris/").content.decode()
    away = {"do": "unfollow", "next": "//evil.example"}
    assert client.post(f"/people/{boris.pk}/follow/", away).url == "/profile/boris/"
    assert counters(boris) == [(0, 0)]
    client.post(f"/people/{boris.pk}/block/", {"do": "block"})
    assert Block.objects.filter(user=anna, other=boris).exists()
    assert "boris" in client.get("/settings/people/").content.decode()
    client.post(f"/people/{boris.pk}/block/", {"do": "unblock"})
    assert not Block.objects.exists()
    assert as_html(None).post(f"/people/{boris.pk}/follow/").url.startswith("/accounts/login/")


@pytest.mark.parametrize("page", ["/profile/boris/", "/profile/boris/followers/", "/people/", "/feed/"])
def test_pages_of_people_cost_the_same_at_3_and_30(as_html, anna, boris, make_user, page):
    client = as_html(anna)
    counts = []
    for size in (3, 15):
        for n in range(size):
            person = make_user(f"p{size}-{n}")
            graph.follow(actor=person, person=boris)
        client.get(page)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12, counts


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_follow_each_other_at_once_neither_deadlock_nor_miscount(anna, boris, make_user):
    people = [anna, boris, *(make_user(f"p{n}") for n in range(4))]
    failures = []

    def run(me):
        try:
            for other in people:
                if other != me:
                    graph.follow(actor=me, person=other)
                    graph.follow(actor=me, person=other)
            graph.unfollow(actor=me, person=people[(people.index(me) + 1) % len(people)])
        except Exception as error:  # shown below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failures
    assert counters(*people) == [(4, 4)] * 6
