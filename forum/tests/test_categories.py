"""Categories made and changed by moderators: service, page, API."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.test import Client

from community_platform.core.errors import Invalid, NotAllowed
from courses.tests.factories import CourseFactory
from forum import urls
from forum.limits import RESERVED_SLUGS
from forum.models import Category
from forum.services.categories import create_category, edit_category
from forum.tests.factories import CategoryFactory, TopicFactory
from profiles.models import ModerationAction, User

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]
FORM = {
    "name": "Physics", "slug": "", "description": "Why things fall", "icon": "atom", "order_index": 3,
    "audience": "members", "course": "", "min_trust_level": 1, "slow_mode_seconds": 60, "moderators": "boris, @anna",
}  # fmt: skip


def test_a_category_is_made_with_its_address_and_moderators(maxim: User, anna: User) -> None:
    row = create_category(actor=maxim, name="По-русски о физике", audience="staff", moderators=["ANNA"])
    assert (row.slug, row.audience, list(row.moderators.all())) == ("po-russki-o-fizike", "staff", [anna])
    assert ModerationAction.objects.filter(action="create_category", is_public=False).exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"), ({"name": "x" * 61}, "name"), ({"slug": "New"}, "slug"), ({"slug": "search"}, "slug"),
        ({"slug": "general"}, "slug"), ({"audience": "friends"}, "audience"), ({"audience": "course"}, "course"),
        ({"course": "nowhere"}, "course"), ({"course": 2**70}, "course"), ({"icon": "no-such"}, "icon"),
        ({"min_trust_level": 4}, "min_trust_level"), ({"slow_mode_seconds": -1}, "slow_mode_seconds"),
        ({"moderators": ["nobody"]}, "moderators"), ({"description": "x" * 201}, "description"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_on_its_field(maxim: User, fields: dict[str, Any], field: str) -> None:
    CategoryFactory(slug="general")
    with pytest.raises(Invalid) as refused:
        create_category(actor=maxim, **({"name": "Physics"} | fields))
    assert field in (refused.value.fields or {})
    assert Category.objects.count() == 1


def test_only_moderators_of_the_whole_forum_keep_categories(anna: User, irina: User) -> None:
    row = CategoryFactory()
    row.moderators.add(anna)
    for user in (anna, irina):
        with pytest.raises(NotAllowed):
            edit_category(actor=user, category=row, name="Mine")
        with pytest.raises(NotAllowed):
            create_category(actor=user, name="Mine")


def test_what_is_left_out_stays_and_counters_too(maxim: User) -> None:
    topic = TopicFactory()
    row = topic.category
    edit_category(actor=maxim, category=Category(pk=row.pk), name="Renamed")
    row.refresh_from_db()
    assert (row.name, row.topics_count, row.slug) == ("Renamed", 1, row.slug)


def test_a_category_asks_for_trust_to_start_topics(anna: User, maxim: User) -> None:
    row = CategoryFactory(min_trust_level=1)
    with pytest.raises(NotAllowed):
        TopicFactory(author=anna, category=row)
    User.objects.filter(pk=anna.pk).update(trust_level=1)
    assert TopicFactory(author=User.objects.with_roles().get(pk=anna.pk), category=row).pk
    assert TopicFactory(author=maxim, category=row).pk


def test_categories_on_pages(maxim: User, anna: User, boris: User, as_html: Html) -> None:
    browser = as_html(maxim)
    assert browser.get("/moderation/categories/new/").status_code == 200
    made = browser.post("/moderation/categories/new/", FORM)
    assert (made.status_code, made["Location"]) == (302, "/moderation/categories/")
    row = Category.objects.get()
    assert (row.slug, row.audience, row.min_trust_level, row.slow_mode_seconds) == ("physics", "members", 1, 60)
    assert set(row.moderators.all()) == {anna, boris}
    assert "Physics" in browser.get("/moderation/categories/").content.decode()
    shown = browser.get(f"/moderation/categories/{row.pk}/").content.decode()
    assert 'value="anna, boris"' in shown
    bad = browser.post(f"/moderation/categories/{row.pk}/", FORM | {"slug": "search"})
    assert (bad.status_code, "uses this address itself" in bad.content.decode()) == (400, True)
    browser.post(f"/moderation/categories/{row.pk}/", FORM | {"name": "Physics!", "slug": "physics", "moderators": ""})
    row.refresh_from_db()
    assert (row.name, row.moderators.count()) == ("Physics!", 0)
    for path in ("", "new/", f"{row.pk}/"):
        assert as_html(anna).get(f"/moderation/categories/{path}").status_code == 403


def test_categories_by_the_api(maxim: User, anna: User, irina: User, as_api: Html) -> None:
    course = CourseFactory(instructor=irina, slug="physics")
    body = {"name": "Physics", "audience": "course", "course": "physics", "moderators": ["anna"], "icon": "atom"}
    made = as_api(maxim).post("/api/forum/categories", body, format="json")
    assert (made.status_code, made.json()["slug"], made.json()["course"]) == (201, "physics", course.pk)
    assert [person["username"] for person in made.json()["moderators"]] == ["anna"]
    path = f"/api/forum/categories/{made.json()['id']}"
    changed = as_api(maxim).put(path, {"order_index": 7, "moderators": []}, format="json")
    assert (changed.status_code, changed.json()["order_index"], changed.json()["moderators"]) == (200, 7, [])
    bad = as_api(maxim).put(path, {"course": None}, format="json")
    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (400, "course")
    assert as_api(anna).put(path, {"name": "Mine"}, format="json").status_code in {403, 404}
    assert as_api(anna).post("/api/forum/categories", {"name": "Mine"}, format="json").status_code == 403
    assert as_api().post("/api/forum/categories", {"name": "Mine"}, format="json").status_code == 401


def test_no_category_takes_the_address_of_a_page() -> None:
    assert set(_words(urls.urlpatterns)) - RESERVED_SLUGS == set()


def _words(patterns: Iterable[Any], before: str = "") -> Iterable[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern).lstrip("^")
        if hasattr(pattern, "url_patterns"):
            yield from _words(pattern.url_patterns, route)
        elif route and not route.startswith("<"):
            yield route.partition("/")[0]
