"""Badges and points as pages and API: what is shown to whom, and what a secret badge never tells."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from gamification.models import Badge, PointTransaction, UserBadge, UserMetric
from gamification.services import awarding, ledger
from gamification.services.catalogue import sync_catalogue
from profiles.models import User
from profiles.selectors import feed
from profiles.services import graph
from profiles.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SECRET = "ultimate-champion"
Html = Callable[..., Client]
Api = Callable[..., APIClient]


@pytest.fixture(autouse=True)
def _catalogue(db: None) -> None:
    sync_catalogue()


def give(user: User, slug: str, *, days_ago: int = 0) -> UserBadge:
    badge = Badge.objects.get(slug=slug)
    awarding.award(badge, {user.pk: timezone.now() - timedelta(days=days_ago)})
    return UserBadge.objects.get(user=user, badge=badge)


def bar(user: User, metric: str, value: int) -> None:
    UserMetric.objects.create(user=user, metric=metric, value=value)


def test_the_catalogue_of_a_visitor_has_no_secret_and_no_bars(client: Client, as_api: Api) -> None:
    page = client.get("/badges/").content.decode()
    assert "First Steps" in page
    assert SECRET not in page
    assert "<progress" not in page
    rows = as_api().get("/api/gamification/badges").json()
    assert rows["count"] == 61
    assert {row["progress"] for row in rows["results"]} == {None}
    assert set(rows["results"][0]) >= {
        "slug", "name", "description", "category", "rarity", "points", "icon", "progress",
    }  # fmt: skip


def test_the_catalogue_shows_ones_own_way(anna: User, as_html: Html, as_api: Api) -> None:
    give(anna, "getting-started")
    bar(anna, "courses_completed", 4)
    rows = as_api(anna).get("/api/gamification/badges").json()["results"]
    assert rows[0]["slug"] == "getting-started"  # held ones first
    assert rows[0]["earned_at"].endswith("Z")
    seeker = next(row for row in rows if row["slug"] == "knowledge-seeker")
    assert seeker["progress"] == {"value": 4, "target": 5}
    assert next(row for row in rows if row["slug"] == "night-owl")["progress"] is None  # nothing to count towards
    page = as_html(anna).get("/badges/").content.decode()
    assert "You hold 1 of 61." in page
    assert "Almost there" in page
    held = as_html(anna).get("/badges/?show=held").content.decode()
    assert "Getting Started" in held
    assert "Knowledge Seeker" not in held
    assert "Speed Runner" in as_html(anna).get("/badges/?category=learning&show=open").content.decode()


def test_a_secret_badge_is_in_no_answer_until_it_is_held(
    anna: User, boris: User, maxim: User, as_html: Html, as_api: Api
) -> None:
    User.objects.filter(pk=boris.pk).update(show_activity=True)
    graph.follow(actor=anna, person=boris)
    give(boris, SECRET)
    for reader in (anna, maxim):
        pages = ("/badges/", "/badges/?category=hidden", "/profile/boris/", "/feed/", "/points/", "/levels/")
        for url in pages:
            answer = as_html(reader).get(url)
            assert SECRET not in answer.content.decode(), url
            assert "Ultimate Champion" not in answer.content.decode(), url
        for url in (
            "/api/gamification/badges", f"/api/users/{boris.username}/badges", f"/api/users/{boris.username}/activity",
            "/api/feed", "/api/notifications", "/api/schema",
        ):  # fmt: skip
            assert SECRET not in as_api(reader).get(url).content.decode(), url
        assert as_html(reader).get(f"/badges/{SECRET}/").status_code == 404
        assert as_api(reader).get(f"/api/gamification/badges/{SECRET}").status_code == 404
        assert as_api(reader).get(f"/api/gamification/badges/{SECRET}/holders").status_code == 404
        assert not [deed for deed in feed.feed(reader) if deed.metadata.get("badge") == SECRET]
    refused = as_api(anna).put("/api/gamification/pins", {"badges": [SECRET]}, format="json")
    unknown = as_api(anna).put("/api/gamification/pins", {"badges": ["no-such-badge"]}, format="json")
    assert refused.status_code == unknown.status_code == 400
    assert refused.json()["errors"][0]["code"] == unknown.json()["errors"][0]["code"]
    assert "Ultimate Champion" in as_html(boris).get("/badges/").content.decode()
    assert as_html(boris).get(f"/badges/{SECRET}/").status_code == 200
    assert as_api(boris).get("/api/gamification/badges").json()["count"] == 62
    give(anna, SECRET)  # who holds it, too, may know
    assert SECRET in as_api(anna).get(f"/api/users/{boris.username}/badges").content.decode()


def test_the_page_of_a_badge_names_holders_who_show_their_badges(
    anna: User, boris: User, irina: User, as_html: Html, as_api: Api
) -> None:
    User.objects.filter(pk=boris.pk).update(show_badges=False)
    for person, days in ((anna, 3), (boris, 2), (irina, 1)):
        give(person, "first-steps", days_ago=days)
    rows = as_api(irina).get("/api/gamification/badges/first-steps/holders").json()["results"]
    assert [row["user"]["username"] for row in rows] == ["anna", "irina"]
    page = as_html(irina).get("/badges/first-steps/").content.decode()
    assert "3 people" in page
    assert 'href="/profile/boris/"' not in page
    assert as_api(irina).get("/api/users/boris/badges").status_code == 404
    profile = as_html(irina).get("/profile/boris/").content.decode().partition("<main")[2].partition("</main")[0]
    assert "badge" not in profile
    assert as_api(irina).get("/api/gamification/badges/no-such-badge").status_code == 404


def test_next_steps(anna: User, as_html: Html) -> None:
    give(anna, "quiz-novice")
    assert "Quiz Expert" in as_html(anna).get("/badges/quiz-novice/").content.decode()
    assert 'href="/forum/"' in as_html(anna).get("/badges/helpful/").content.decode()


def test_the_showcase_is_chosen_on_the_page_and_by_the_api(anna: User, as_html: Html, as_api: Api) -> None:
    for slug in ("first-steps", "friend", "ace"):
        give(anna, slug)
    answer = as_api(anna).put("/api/gamification/pins", {"badges": ["ace", "friend"]}, format="json")
    assert [row["slug"] for row in answer.json()["badges"]] == ["ace", "friend"]
    listed = as_api(anna).get("/api/users/anna/badges").json()["results"]
    assert [row["slug"] for row in listed] == ["ace", "friend", "first-steps"]
    assert set(listed[0]) >= {"slug", "name", "description", "category", "rarity", "points", "icon", "earned_at"}
    html = as_html(anna)
    assert html.post("/badges/pins/", {"badges": ["first-steps"]}).status_code == 302
    assert list(UserBadge.objects.filter(pin=1).values_list("badge__slug", flat=True)) == ["first-steps"]
    assert UserBadge.objects.filter(pin__isnull=False).count() == 1
    page = html.get("/profile/anna/").content.decode()
    assert page.index("First Steps") < page.index("Ace")
    assert html.post("/badges/pins/", {"badges": ["celebrity"]}).status_code == 400
    too_many = as_api(anna).put("/api/gamification/pins", {"badges": [f"x{n}" for n in range(7)]}, format="json")
    assert (too_many.status_code, too_many.json()["errors"][0]["field"]) == (400, "badges")
    assert as_api().put("/api/gamification/pins", {"badges": []}, format="json").status_code == 401


def test_a_badge_is_celebrated_by_one_device(
    anna: User, as_html: Html, as_api: Api, django_capture_on_commit_callbacks: Any
) -> None:
    phone, desk = as_html(anna), as_html(anna)
    assert "data-unseen" not in phone.get("/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        give(anna, "first-steps")
    assert "data-unseen" in phone.get("/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        shown = phone.post("/badges/seen/", headers={"X-Fragment": "celebration"})
        assert "First Steps" in shown.content.decode()
        assert desk.post("/badges/seen/", headers={"X-Fragment": "celebration"}).status_code == 204
    assert as_api(anna).post("/api/gamification/badges/seen").json() == {"badges": []}
    assert "data-unseen" not in desk.get("/").content.decode()
    assert desk.get("/badges/seen/").status_code == 405
    assert desk.post("/badges/seen/").url == "/badges/"


def test_points_say_what_they_were_for(anna: User, as_html: Html, as_api: Api) -> None:
    give(anna, "first-steps")
    row = as_api(anna).get("/api/gamification/points/history").json()["results"][0]
    assert (row["amount"], row["reason"], row["title"], row["url"]) == (
        10, "badge_awarded", "First Steps", "/badges/first-steps/",
    )  # fmt: skip
    assert row["created_at"].endswith("Z")
    assert as_api().get("/api/gamification/points/history").status_code == 401
    page = as_html(anna).get("/points/").content.decode()
    assert "+10" in page
    assert "Первые шаги" in as_html(anna).get("/points/", headers={"Accept-Language": "ru"}).content.decode()
    levels = as_api().get("/api/gamification/levels").json()["results"]
    assert levels[:3] == [{"level": 1, "threshold": 0}, {"level": 2, "threshold": 100}, {"level": 3, "threshold": 300}]
    assert "Best answer" in as_html(anna).get("/levels/").content.decode()


def test_a_profile_shows_level_and_reputation(anna: User, boris: User, as_html: Html) -> None:
    for n, reason in enumerate(("like_received", "best_answer_received", "lesson_completed")):
        ledger.pay(
            user_id=anna.pk, amount=40, bucket="community", reason=reason, key=f"r{n}", occurred_at=timezone.now()
        )
    page = as_html(boris).get("/profile/anna/").content.decode()
    assert "80 points of reputation" in page
    assert "Level 2" in page
    User.objects.filter(pk=anna.pk).update(is_profile_public=False)
    assert "reputation" not in as_html(boris).get("/profile/anna/").content.decode()


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len([q for q in seen.captured_queries if "gamification" in q["sql"] or "profiles" in q["sql"]])


def test_the_catalogue_asks_little_however_much_one_holds(anna: User, as_html: Html) -> None:
    html = as_html(anna)
    give(anna, "first-steps")
    few = queries(html, "/badges/")
    for badge in Badge.objects.exclude(slug="first-steps")[:30]:
        give(anna, badge.slug)
    assert queries(html, "/badges/") == few <= 8


def test_pages_ask_the_same_for_three_and_thirty(anna: User, as_html: Html) -> None:
    html = as_html(anna)
    crowd = [UserFactory() for _ in range(24)]
    for person in crowd[:3]:
        give(person, "friend")
    few = queries(html, "/badges/friend/")
    for person in crowd[3:]:
        give(person, "friend")
    assert queries(html, "/badges/friend/") == few
    for n in range(3):
        PointTransaction.objects.create(
            user=anna, amount=0, bucket="learning", reason="lesson_completed", key=f"a{n}", date="2026-01-01",
            local_date="2026-01-01",
        )  # fmt: skip
    few = queries(html, "/points/")
    for n in range(3, 29):
        PointTransaction.objects.create(
            user=anna, amount=0, bucket="learning", reason="lesson_completed", key=f"a{n}", date="2026-01-01",
            local_date="2026-01-01",
        )  # fmt: skip
    assert queries(html, "/points/") == few


def test_who_turned_the_game_off_sees_none_of_it(anna: User, as_html: Html, as_api: Api) -> None:
    from gamification.services.preferences import set_preferences

    give(anna, "first-steps")
    set_preferences(actor=anna, account=anna, is_on=False)
    from django.core.cache import cache

    cache.clear()
    for url in ("/badges/", "/badges/first-steps/", "/points/", "/levels/"):
        page = as_html(anna).get(url).content.decode()
        assert "First Steps" not in page
        assert "celebrate" not in page
    assert as_api(anna).get("/api/gamification/badges").status_code == 404
    assert UserBadge.objects.filter(user=anna).exists()
