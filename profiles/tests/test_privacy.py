"""The one policy: both of its forms agree for every viewer, owner and setting; hidden is absent everywhere."""

import itertools

import pytest
from django.contrib.auth.models import AnonymousUser

from profiles import privacy
from profiles.models import Activity, ActivityType, Block, BlockKind, User
from profiles.privacy import Facet
from profiles.selectors import feed, people
from profiles.services import graph

pytestmark = pytest.mark.django_db
SWITCHES = ("is_profile_public", "show_badges", "show_courses", "show_activity")


def set_switches(user, values):
    User.objects.filter(pk=user.pk).update(**dict(zip(SWITCHES, values, strict=True)))
    return User.objects.with_roles().get(pk=user.pk)


@pytest.mark.parametrize("barrier", ["", "block", "blocked", "ignore"])
@pytest.mark.parametrize("facet", list(Facet))
def test_the_rule_for_a_person_and_for_rows_is_one_rule(make_user, anna, maxim, facet, barrier):
    owner = make_user("owner")
    if barrier == "blocked":
        Block.objects.create(user=owner, other=anna)
    elif barrier:
        Block.objects.create(user=anna, other=owner, kind=barrier)
    for values in itertools.product([True, False], repeat=4):
        owner = set_switches(owner, values)
        for viewer in (AnonymousUser(), anna, maxim, owner):
            rows = User.objects.filter(privacy.seen_by(viewer, facet), pk=owner.pk)
            assert rows.exists() == privacy.can_see(viewer, owner, facet), (viewer, values)
            assert (facet in privacy.facets_of(viewer, owner)) == rows.exists()


def test_the_defaults_are_the_customers(make_user):
    owner = make_user("owner")
    assert [getattr(owner, name) for name in SWITCHES] == [True, True, True, False]


def test_a_closed_account_is_seen_by_nobody(anna, boris, maxim):
    User.objects.filter(pk=boris.pk).update(is_active=False)
    boris.refresh_from_db()
    assert not any(privacy.can_see(viewer, boris) for viewer in (anna, maxim, AnonymousUser()))


def test_a_private_profile_is_four_fields_for_others_and_whole_for_its_owner(as_api, anna, boris, maxim):
    set_switches(anna, [False, True, True, True])
    path = "/api/users/anna/profile"
    for client in (as_api(boris), as_api(None)):
        body = client.get(path).json()
        assert set(body) == {"username", "display_name", "avatar_url", "is_private"}
        assert body["is_private"] is True
    assert as_api(anna).get(path).json()["is_private"] is False
    assert as_api(maxim).get(path).json()["is_private"] is False


@pytest.mark.parametrize("name", ["followers", "following", "activity"])
def test_what_belongs_to_a_private_profile_is_absent(as_api, as_html, anna, boris, name):
    set_switches(anna, [False, True, True, True])
    assert as_api(boris).get(f"/api/users/anna/{name}").status_code == 404
    assert as_html(boris).get(f"/profile/anna/{name}/").status_code == 404
    assert as_api(anna).get(f"/api/users/anna/{name}").status_code == 200


def test_hidden_activity_is_404_and_hidden_courses_leave_their_counters_out(as_api, anna, boris):
    set_switches(anna, [True, True, False, False])
    client = as_api(boris)
    assert client.get("/api/users/anna/activity").status_code == 404
    body = client.get("/api/users/anna/profile").json()
    assert "courses_completed" not in body
    assert body["followers_count"] == 0


def test_the_page_of_a_private_person_says_so_and_nothing_more(as_html, anna, boris):
    set_switches(anna, [False, True, True, True])
    anna.profile.bio = anna.profile.bio_html = "canary"
    anna.profile.save()
    answer = as_html(boris).get("/profile/anna/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "noindex" in text
    assert "canary" not in text
    assert "private" in text
    assert "canary" in as_html(anna).get("/profile/anna/").content.decode()
    assert "canary" not in as_html(anna).get("/profile/anna/?as=visitor").content.decode()


def test_a_flip_holds_at_once(as_api, anna, boris):
    client = as_api(boris)
    assert client.get("/api/users/anna/profile").json()["is_private"] is False
    assert as_api(anna).patch("/api/users/profile", {"is_profile_public": False}).status_code == 200
    assert client.get("/api/users/anna/profile").json()["is_private"] is True


def deed(user, activity_type=ActivityType.TOPIC_CREATED, n=1, **more):
    return Activity.objects.create(
        user=user, activity_type=activity_type, dedupe_key=f"{activity_type}:{user.pk}:{n}", **more
    )


def test_the_feed_holds_what_is_shown_by_people_one_hears(anna, boris, make_user):
    shown, hidden, ignored, stranger = (make_user(name) for name in ("shown", "hidden", "ignored", "stranger"))
    for person in (shown, ignored, stranger):
        set_switches(person, [True, True, True, True])
    for person in (shown, hidden, ignored):
        graph.follow(actor=anna, person=person)
    graph.block(actor=anna, person=ignored, kind=BlockKind.IGNORE)
    for person in (shown, hidden, ignored, stranger):
        deed(person, ActivityType.LEVEL_UP, metadata={"level": 2})
    assert [row.user_id for row in feed.feed(anna)] == [shown.pk]


def test_badges_and_courses_need_their_own_switch_too(anna, boris):
    boris = set_switches(boris, [True, False, False, True])
    for n, kind in enumerate(ActivityType):
        deed(boris, kind, n, metadata={"title": "x"})
    seen = {row.activity_type for row in feed.activities_of(anna, boris)}
    assert not seen & {ActivityType.BADGE_EARNED, ActivityType.COURSE_COMPLETED, ActivityType.COURSE_CREATED}


def test_lists_of_others_show_a_private_person_without_a_name(as_api, as_html, anna, boris, make_user):
    graph.follow(actor=anna, person=boris)
    set_switches(anna, [False, True, True, True])
    row = as_api(make_user("reader")).get("/api/users/boris/followers").json()["results"][0]
    names = ("id", "username", "display_name", "avatar_url", "is_following")
    assert row == {**dict.fromkeys(names), "is_private": True}
    page = as_html(make_user("other")).get("/profile/boris/followers/").content.decode()
    assert "Private member" in page
    assert "/profile/anna/" not in page


def test_the_directory_finds_only_who_can_be_found(anna, boris, make_user):
    set_switches(boris, [False, True, True, True])
    names = {row.username for row in people.directory(anna)}
    assert "boris" not in names
    assert "anna" in names
