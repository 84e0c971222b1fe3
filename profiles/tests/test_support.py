"""Seeing the site as somebody else: administrators only, nothing changes, everything is written down."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError, connection, transaction
from django.urls import get_resolver, reverse
from django.utils import timezone

from community_platform.core import append_only
from community_platform.core.errors import Conflict, Invalid, NotAllowed
from community_platform.core.permissions import SYSTEM
from forum.models import Topic, TopicRead
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.models import SupportAct, SupportAction, User
from profiles.services import roles, support
from profiles.services.penalties import penalise
from profiles.services.roles import set_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(make_user):
    return set_role(actor=SYSTEM, account=make_user("chief"), role="admin")


@pytest.fixture
def begin(admin, as_html):
    """Begin a view as a person in the admin and return the administrator's browser."""

    def start(person, reason="Ticket 12"):
        browser = as_html(admin)
        answer = browser.post(reverse("admin:profiles_user_view_as", args=[person.pk]), {"reason": reason})
        assert (answer.status_code, answer["Location"]) == (302, "/")
        return browser

    return start


def log():
    return list(SupportAction.objects.order_by("pk").values_list("action", "route"))


def test_the_pages_are_those_of_the_person_with_a_banner(begin, anna, boris):
    browser = begin(anna)
    page = browser.get("/feed/")
    assert page.status_code == 200
    assert "You see the site as" in page.text
    assert "@anna" in page.text
    assert page.context["user"].pk == anna.pk
    assert page["Cache-Control"] == "private, no-store"
    assert 'data-user=""' in page.text, "no socket is opened: it would be that of the administrator"
    assert browser.get("/profile/boris/").context["user"] == anna


def test_each_step_is_written_down(begin, anna, admin):
    topic = TopicFactory(category=CategoryFactory())
    browser = begin(anna, "Cannot see her course")
    browser.get("/feed/?q=secret")
    browser.get(f"/forum/topic/{topic.pk}/")
    browser.get("/profile/anna/")
    browser.post("/feed/")
    browser.get("/settings/tokens/")
    browser.post(reverse("profiles:support-stop"))
    assert log() == [
        ("start", ""), ("page", "GET profiles:feed"), ("page", f"GET forum:topic pk={topic.pk}"),
        ("page", "GET profiles:profile"), ("refused", "POST profiles:feed"),
        ("refused", "GET profiles:settings-tokens"), ("stop", ""),
    ]  # fmt: skip
    assert {(line.actor, line.person) for line in SupportAction.objects.all()} == {(admin, anna)}
    assert SupportAction.objects.earliest("pk").reason == "Cannot see her course"


def test_nothing_can_be_changed(begin, anna, boris):
    topic = TopicFactory(author=boris, category=CategoryFactory())
    browser = begin(anna)
    for path, data in (
        (f"/people/{boris.pk}/follow/", {"do": "follow"}),
        ("/settings/privacy/", {"is_profile_public": "on"}),
        (f"/forum/topic/{topic.pk}/reply/", {"content": "As if I were Anna"}),
        ("/accounts/password/change/", {"password1": "x"}),
        ("/api/users/1/follow", {}),
    ):
        assert browser.post(path, data).status_code == 403, path
    for method in ("put", "patch", "delete"):
        assert getattr(browser, method)("/api/users/profile").status_code == 403
    assert not boris.followed_by.exists()
    assert topic.posts.count() == 1


def test_a_page_that_writes_by_being_shown_writes_nothing(begin, anna, boris, as_html):
    topic = TopicFactory(author=boris, category=CategoryFactory())
    reply(topic, boris, "Something to read")
    as_html(anna).get(f"/forum/topic/{topic.pk}/")
    seen, views = TopicRead.objects.filter(user=anna).count(), Topic.objects.get().views_count
    TopicRead.objects.filter(user=anna).delete()
    browser = begin(anna)
    assert browser.get(f"/forum/topic/{topic.pk}/").status_code == 200
    assert TopicRead.objects.filter(user=anna).count() == 0, f"of herself it writes {seen}"
    assert Topic.objects.get().views_count == views


def test_keys_drafts_copies_messages_and_the_api_are_closed(begin, anna):
    browser = begin(anna)
    for path in (
        "/settings/tokens/", "/settings/data/", "/settings/data/1/", "/settings/people/", "/accounts/email/",
        "/accounts/2fa/", "/accounts/sessions/", "/notifications/", "/api/auth/me", "/api/notifications", "/admin/",
        "/messages/", "/messages/1/", "/moderation/", "/nowhere/",
    ):  # fmt: skip
        assert browser.get(path).status_code == 403, path


def test_whole_apps_are_closed_until_somebody_opens_them():
    """An app that comes later is closed; messages are never in the list."""
    apps = {key for key in get_resolver().app_dict if isinstance(key, str)}
    assert apps - support.OPEN_APPS >= {"admin"}
    assert not {"messaging", "notifications", "moderation"} & support.OPEN_APPS
    for name in support.CLOSED_PAGES | support.OPEN_PAGES | support.UNLOGGED:
        assert support.is_open(name) == (name not in support.CLOSED_PAGES)


def test_the_session_of_the_person_is_not_touched_and_the_administrator_stays_signed_in(begin, anna, admin, as_html):
    mine = as_html(anna)
    mine.get("/feed/")
    sessions, seen_at = anna.usersession_set.count(), User.objects.get(pk=anna.pk).last_login
    browser = begin(anna)
    browser.get("/feed/")
    assert browser.session["_auth_user_id"] == str(admin.pk)
    assert anna.usersession_set.count() == sessions
    assert User.objects.get(pk=anna.pk).last_login == seen_at
    assert mine.get("/feed/").context["user"] == anna
    answer = browser.post(reverse("profiles:support-stop"), follow=True)
    assert answer.context["user"] == admin
    assert "support_view" not in browser.session


def test_signing_out_ends_it(begin, anna):
    browser = begin(anna)
    assert browser.post("/accounts/logout/").status_code == 302
    assert "_auth_user_id" not in browser.session


def test_it_ends_by_itself_and_a_form_that_was_open_is_not_sent(begin, anna, admin):
    browser = begin(anna)
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        assert browser.post("/people/1/follow/").status_code == 403
        assert browser.get("/feed/").context["user"] == admin
    assert [action for action, _route in log()] == ["start", "expired"]


@pytest.mark.parametrize("change", ["demoted", "closed", "promoted"])
def test_it_ends_when_either_becomes_somebody_else(begin, anna, admin, make_user, change):
    browser = begin(anna)
    if change == "demoted":
        set_role(actor=SYSTEM, account=admin, role="student")
    elif change == "closed":
        User.objects.filter(pk=anna.pk).update(is_active=False)
    else:
        set_role(actor=SYSTEM, account=anna, role="moderator")
    assert browser.get("/feed/").context["user"].pk == admin.pk
    assert log()[-1][0] == "expired"


def test_who_may(admin, anna, maxim, make_user):
    with pytest.raises(NotAllowed):
        support.start_view(actor=maxim, person=anna, reason="Curious")
    with pytest.raises(NotAllowed):
        support.start_view(actor=admin, person=admin, reason="Myself")
    with pytest.raises(Conflict) as caught:
        support.start_view(actor=admin, person=maxim, reason="A moderator")
    assert caught.value.code == "staff"
    with pytest.raises(Invalid):
        support.start_view(actor=admin, person=anna, reason="  ")
    assert not SupportAction.objects.exists()


def test_the_admin_asks_for_a_reason_and_moderators_have_no_button(admin, anna, make_user, as_html):
    url, page = (reverse(f"admin:profiles_user_{name}", args=[anna.pk]) for name in ("view_as", "change"))
    browser = as_html(admin)
    assert url in browser.get(page).text
    assert browser.get(url).status_code == 200
    assert browser.post(url, {"reason": ""}).status_code == 400
    assert "support_view" not in browser.session
    other = as_html(roles.set_role(actor=SYSTEM, account=make_user("max"), role="moderator"))
    assert url not in other.get(page).text
    assert other.post(url, {"reason": "Curious"}).status_code in {302, 403}
    assert "support_view" not in other.session


def test_only_administrators_read_the_log(begin, anna, admin, make_user, as_html):
    begin(anna)
    assert "Ticket 12" in as_html(admin).get("/admin/profiles/supportaction/").text
    other = roles.set_role(actor=SYSTEM, account=make_user("max"), role="moderator")
    assert as_html(other).get("/admin/profiles/supportaction/").status_code == 403
    assert not SupportAction.objects.visible_to(other).exists()


def test_the_log_is_never_changed(begin, anna):
    begin(anna)
    line = SupportAction.objects.get()
    with pytest.raises(TypeError):
        line.save()
    with pytest.raises(TypeError):
        line.delete()
    append_only.protect(SupportAction._meta.db_table)
    try:
        with pytest.raises(IntegrityError), transaction.atomic():
            SupportAction.objects.update(reason="Nothing")
        with pytest.raises(IntegrityError), transaction.atomic():
            SupportAction.objects.all()._raw_delete(connection.alias)
    finally:
        append_only.unprotect(SupportAction._meta.db_table)
    assert line.action == SupportAct.START


def test_a_suspension_with_end_and_reason_is_made_in_the_admin(admin, anna, as_html):
    """Issue 5, line 9: suspend with expiry and reason."""
    add = {"user": anna.pk, "kind": "suspension", "lasts": "3d", "reason": "Insults", "note": "Case 9"}
    assert as_html(admin).post("/admin/profiles/penalty/add/", add).status_code == 302
    penalty = anna.penalties.get()
    assert (penalty.kind, penalty.reason) == ("suspension", "Insults")
    assert timedelta(days=2, hours=23) < penalty.ends_at - timezone.now() <= timedelta(days=3)
    page = as_html(anna).get("/feed/")
    assert page.status_code == 403
    assert "Insults" in page.text
    with time_machine.travel(timezone.now() + timedelta(days=4), tick=False):
        assert as_html(User.objects.get(pk=anna.pk)).get("/feed/").status_code == 200


def test_a_suspended_person_can_be_looked_at(begin, anna, admin):
    """Their troubles are what one wants to see."""
    penalise(actor=admin, user=anna, kind="suspension", reason="Insults")
    assert begin(User.objects.with_roles().get(pk=anna.pk)).get("/feed/").status_code == 200


def test_the_model_has_no_column_for_names():
    with pytest.raises(FieldDoesNotExist):
        SupportAction._meta.get_field("path")
