"""A badge as a goal: its bar on home, and two marks on the way that are told once each."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from gamification.models import Badge, GamificationPreference
from gamification.services import evaluation
from gamification.services.catalogue import sync_catalogue
from gamification.services.goals import set_goal
from gamification.tests import deeds
from profiles.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_counters]
FRIEND = "/badges/friend/"  # ten followers


@pytest.fixture(autouse=True)
def _catalogue(db: None) -> None:
    sync_catalogue()


def followed_by(user: User, people: range) -> None:
    deeds.build("followers", user, people)
    evaluation.evaluate(metrics=["followers"], people=[user.pk])
    cache.clear()  # what waits for a commit


def news(browser: Client) -> str:
    answer = browser.post("/badges/seen/", headers={"X-Fragment": "celebration"})
    cache.clear()
    return "" if answer.status_code == 204 else answer.content.decode()


def test_each_mark_is_told_once_in_one_tab(anna: User, as_html: Any) -> None:
    one, two = as_html(anna), as_html(anna)
    one.post(f"{FRIEND}goal/", {"chosen": "1"})
    cache.clear()
    told = []
    for people in (range(7), range(7, 8), range(8, 9)):  # 70, 80, 90 percent
        followed_by(anna, people)
        page = one.get("/").content.decode()
        assert "Your goal" in page
        assert f"{people.stop} / 10" in page
        assert ("data-unseen" in page) == (people.stop >= 8)
        told.append([news(two).count("data-quiet"), news(one).count("data-quiet")])
    assert told == [[0, 0], [1, 0], [1, 0]]


def test_the_badge_itself_is_celebrated_and_is_no_goal_any_more(anna: User, as_html: Any) -> None:
    set_goal(actor=anna, account=anna, slug="friend")
    followed_by(anna, range(10))
    said = news(as_html(anna))
    assert 'data-said="You earned a badge: Friend"' in said
    assert "data-quiet" not in said
    row = GamificationPreference.objects.get()
    assert (row.goal, row.goal_reached) == (None, 0)
    assert "Your goal" not in as_html(anna).get("/").content.decode()


def test_how_far_one_is_already_is_no_news(anna: User, as_html: Any) -> None:
    followed_by(anna, range(8))
    as_html(anna).post(f"{FRIEND}goal/", {"chosen": "1"})
    cache.clear()
    assert news(as_html(anna)) == ""
    assert "No longer my goal" in as_html(anna).get(FRIEND).content.decode()
    as_html(anna).post(f"{FRIEND}goal/", {"chosen": "0"})
    cache.clear()
    followed_by(anna, range(8, 9))
    assert news(as_html(anna)) == ""


def test_what_is_held_hidden_or_without_a_bar_is_no_goal(anna: User, as_html: Any, as_api: Any) -> None:
    followed_by(anna, range(10))
    api = as_api(anna)
    for slug, status in [("friend", 400), ("night-owl", 400), ("ultimate-champion", 404), ("nothing", 404)]:
        assert api.put(f"/api/gamification/badges/{slug}/goal").status_code == status, slug
    assert Badge.objects.get(slug="night-owl").has_progress is False
    assert api.put("/api/gamification/badges/getting-started/goal").json()["slug"] == "getting-started"
    assert GamificationPreference.objects.get().goal.slug == "getting-started"
    assert api.delete("/api/gamification/badges/getting-started/goal").status_code == 204
    assert GamificationPreference.objects.get().goal is None
    assert "You hold this badge" in as_html(anna).post(f"{FRIEND}goal/", follow=True).content.decode()
    assert as_api().put("/api/gamification/badges/getting-started/goal").status_code == 401
