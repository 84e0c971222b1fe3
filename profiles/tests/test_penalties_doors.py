"""Penalties through every door: page, API, socket, admin, sign-in."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rest_framework.test import APIClient

from community_platform.core import realtime
from community_platform.core.permissions import SYSTEM
from community_platform.core.realtime import protocol
from conftest import PASSWORD
from forum.models import Post
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from notifications.models import Notification
from profiles.models import Penalty, User
from profiles.services import penalties, roles, tokens
from tests.core.realtime_client import Client, in_test, run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unhurried(settings):
    settings.RATE_LIMIT_SCALE = 10_000


def suspend(person, hours=24, reason="Spam"):
    until = timezone.now() + timedelta(hours=hours)
    return penalties.penalise(actor=SYSTEM, user=person, kind="suspension", reason=reason, until=until)


def page_of(person):
    return reverse("profiles:moderation-person", args=[person.username])


# The moderator's page


def test_a_moderator_issues_changes_and_lifts_by_forms(as_html, maxim, anna):
    browser = as_html(maxim)
    page = browser.get(page_of(anna))
    assert page.status_code == 200
    assert "No penalties so far" in page.text
    token = page.context["form"]["token"].value()
    typed = {"kind": "silence", "lasts": "3d", "reason": "Shouting", "note": "see the chat", "token": token}
    assert browser.post(page_of(anna), typed).status_code == 302
    assert browser.post(page_of(anna), typed).status_code == 302  # a double click is one penalty
    made = Penalty.objects.get()
    assert timedelta(days=3) - (made.ends_at - made.starts_at) < timedelta(seconds=5)
    assert "Shouting" in browser.get(page_of(anna)).text
    door = reverse("profiles:penalty-change", args=[anna.username, made.pk])
    assert browser.post(door, {"lasts": "good"}).status_code == 302
    made.refresh_from_db()
    assert made.ends_at is None
    assert browser.post(door, {"lasts": "over"}).status_code == 302
    assert not User.objects.get(pk=anna.pk).is_silenced


def test_the_page_is_for_moderators_and_says_whom_they_cannot_judge(as_html, maxim, admin, anna):
    assert as_html(anna).get(page_of(maxim)).status_code == 403
    assert as_html().get(page_of(anna)).status_code == 302
    assert "cannot penalise this person" in as_html(maxim).get(page_of(admin)).text
    typed = {"kind": "silence", "lasts": "1d", "reason": "Because"}
    assert as_html(maxim).post(page_of(admin), typed).status_code == 403
    assert as_html(maxim).post(page_of(maxim), typed).status_code == 403
    assert not Penalty.objects.exists()


def test_bad_input_comes_back_with_the_text(as_html, maxim, anna):
    answer = as_html(maxim).post(
        page_of(anna), {"kind": "silence", "lasts": "1d", "reason": "", "note": "kept"}
    )
    assert answer.status_code == 400
    assert "kept" in answer.text


@pytest.mark.parametrize("rows", [3, 30])
def test_the_page_costs_the_same_for_3_and_30_rows(as_html, maxim, anna, django_assert_max_num_queries, rows):
    for n in range(rows):
        penalties.penalise(actor=maxim, user=anna, kind="warning", reason=f"No {n}")
    browser = as_html(maxim)
    browser.get(page_of(anna))
    with django_assert_max_num_queries(9):
        assert f"No {rows - 1}" in browser.get(page_of(anna)).text


# The API


def test_ban_and_unban(as_api, maxim, anna):
    api, door = as_api(maxim), f"/api/forum/users/{anna.pk}/ban"
    until = (timezone.now() + timedelta(days=1)).isoformat()
    answer = api.post(door, {"reason": "Spam", "until": until})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["kind"], body["reason"], body["is_active"]) == ("forum_ban", "Spam", True)
    assert body["ends_at"].endswith("Z")
    topic = TopicFactory(author=maxim)
    written = as_api(anna).post(f"/api/forum/topics/{topic.pk}/posts", {"content": "Hello there"})
    assert (written.status_code, written.json()["code"]) == (403, "forum_banned")
    assert "Spam" in written.json()["detail"]
    assert as_api(anna).get(f"/api/forum/topics/{topic.pk}").status_code == 200
    assert as_api(anna).get("/api/auth/me").status_code == 200
    assert api.delete(door).status_code == 204
    assert api.delete(door).status_code == 204
    assert (
        as_api(anna).post(f"/api/forum/topics/{topic.pk}/posts", {"content": "Hello there"}).status_code
        == 201
    )


@pytest.mark.parametrize("body", [{"reason": "Spam", "until": None}, {"reason": "Spam"}])
def test_without_an_end_it_is_for_good(as_api, maxim, anna, body):
    answer = as_api(maxim).post(f"/api/users/{anna.pk}/suspend", body)
    assert (answer.status_code, answer.json()["ends_at"]) == (200, None)
    with time_machine.travel(timezone.now() + timedelta(days=20_000)):
        assert User.objects.get(pk=anna.pk).is_suspended


@pytest.mark.parametrize("door", ["/api/forum/users/{}/ban", "/api/users/{}/suspend"])
def test_the_doors_refuse_alike(as_api, maxim, admin, anna, boris, door):
    body = {"reason": "Spam", "until": None}
    assert as_api().post(door.format(anna.pk), body).status_code == 401
    assert as_api(boris).post(door.format(anna.pk), body).status_code == 403
    assert as_api(boris).delete(door.format(anna.pk)).status_code == 403
    assert as_api(maxim).post(door.format(maxim.pk), body).status_code == 403
    assert as_api(maxim).post(door.format(admin.pk), body).status_code == 403
    assert as_api(maxim).post(door.format(10**6), body).status_code == 404
    past = as_api(maxim).post(door.format(anna.pk), {"reason": "Spam", "until": "2020-01-01T00:00:00Z"})
    assert (past.status_code, past.json()["errors"][0]["field"]) == (400, "until")
    assert as_api(maxim).post(door.format(anna.pk), {"until": None}).json()["errors"][0]["field"] == "reason"
    assert not Penalty.objects.exists()


def test_all_kinds_have_a_list_and_can_be_changed(as_api, maxim, anna, boris):
    api = as_api(maxim)
    made = api.post(
        f"/api/moderation/people/{anna.pk}/penalties", {"kind": "warning", "reason": "Mind your words"}
    )
    assert made.status_code == 201
    silence = api.post(
        f"/api/moderation/people/{anna.pk}/penalties", {"kind": "silence", "reason": "Loud"}
    ).json()
    listed = api.get(f"/api/moderation/people/{anna.pk}/penalties").json()
    assert [row["kind"] for row in listed["results"]] == ["silence", "warning"]
    until = timezone.now() + timedelta(hours=5)
    changed = api.put(f"/api/moderation/penalties/{silence['id']}", {"until": until.isoformat()})
    assert parse_datetime(changed.json()["ends_at"]) == until
    assert as_api(boris).get(f"/api/moderation/people/{anna.pk}/penalties").status_code == 403
    assert as_api(boris).delete(f"/api/moderation/penalties/{silence['id']}").status_code == 403
    assert api.delete(f"/api/moderation/penalties/{silence['id']}").status_code == 204
    assert api.put(f"/api/moderation/penalties/{silence['id']}", {}).status_code == 409


# What they forbid


WRITES = {
    "topic": lambda w: (
        "post", "/api/forum/topics", {"title": "A new topic", "content": "Text", "category": w["shelf"]},
    ),
    "reply": lambda w: ("post", f"/api/forum/topics/{w['topic']}/posts", {"content": "Text"}),
    "edit": lambda w: ("put", f"/api/forum/posts/{w['own']}", {"content": "Other text"}),
    "delete": lambda w: ("delete", f"/api/forum/posts/{w['own']}", None),
    "like": lambda w: ("post", f"/api/forum/topics/{w['topic']}/like", None),
}  # fmt: skip


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize(("kind", "code"), [("silence", "silenced"), ("forum_ban", "forum_banned")])
def test_nothing_is_written_in_the_forum(as_api, anna, boris, write, kind, code):
    shelf = CategoryFactory()
    topic = TopicFactory(author=boris, category=shelf)
    own = reply(topic, anna)
    penalties.penalise(actor=SYSTEM, user=anna, kind=kind, reason="Shouting")
    method, path, body = WRITES[write]({"shelf": shelf.pk, "topic": topic.pk, "own": own.pk})
    answer = getattr(as_api(anna), method)(path, body)
    assert (answer.status_code, answer.json()["code"]) == (403, code)
    assert Post.objects.filter(deleted_at=None, edited_at=None, likes_count=0).count() == 2


@pytest.mark.parametrize("kind", ["silence", "forum_ban"])
def test_pages_show_why_in_place_of_the_box(as_html, anna, boris, kind):
    topic = TopicFactory(author=boris)
    browser = as_html(anna)
    assert 'name="content"' in browser.get(topic.get_absolute_url()).text
    penalties.penalise(actor=SYSTEM, user=anna, kind=kind, reason="Shouting")
    page = browser.get(topic.get_absolute_url()).text
    assert "Shouting" in page
    assert 'name="content"' not in page
    assert "Shouting" in browser.get("/forum/new/").text
    refused = browser.post(f"{topic.get_absolute_url()}reply/", {"content": "But I must"})
    assert refused.status_code == 403
    assert "Shouting" in refused.text


def test_a_suspended_person_meets_one_page_and_may_sign_out(as_html, anna):
    browser = as_html(anna)
    suspend(anna)
    for path in ("/", "/forum/", "/courses/", "/settings/", "/no-such-page/"):
        answer = browser.get(path)
        assert answer.status_code == 403, path
        assert "Spam" in answer.text
    assert browser.post("/forum/new/", {}).status_code == 403
    api = browser.get("/api/courses")
    assert (api.status_code, api.json()["code"]) == (403, "suspended")
    assert api["Content-Type"] == "application/problem+json"
    assert browser.post("/accounts/logout/").status_code == 302
    assert browser.get("/").status_code == 200


def test_a_suspension_ends_by_the_clock(as_html, anna):
    browser = as_html(anna)
    end = suspend(anna, hours=1).ends_at
    with time_machine.travel(end - timedelta(seconds=1), tick=False):
        assert browser.get("/").status_code == 403
    with time_machine.travel(end, tick=False):
        assert browser.get("/").status_code == 200


def test_signing_in_is_refused_with_the_reason(as_html, anna):
    suspend(anna)
    typed = {"login": "anna", "password": PASSWORD}
    page = as_html().post("/accounts/login/", typed)
    assert page.status_code == 403
    assert "Spam" in page.text
    wrong = as_html().post("/accounts/login/", {**typed, "password": "another-password"})
    assert wrong.status_code == 200  # who does not know the password learns nothing
    assert "Spam" not in wrong.text
    token = APIClient().post("/api/auth/token", {"username": "anna", "password": PASSWORD})
    assert (token.status_code, token.json()["code"]) == (403, "suspended")
    assert "Spam" in token.json()["detail"]
    wrong = APIClient().post("/api/auth/token", {"username": "anna", "password": "another-password"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "invalid_credentials")


def test_tokens_are_refused_and_work_again_afterwards(anna):
    _token, key = tokens.create_sign_in_token(account=anna)
    program = APIClient(headers={"Authorization": f"Token {key}"})
    assert program.get("/api/auth/me").status_code == 200
    made = suspend(anna)
    answer = program.get("/api/auth/me")
    assert (answer.status_code, answer.json()["code"]) == (403, "suspended")
    penalties.lift(actor=SYSTEM, penalty=made)
    assert program.get("/api/auth/me").status_code == 200


def test_the_admin_is_closed_to_suspended_staff(as_html, maxim):
    maxim = roles.set_role(actor=SYSTEM, account=maxim, role="moderator")
    browser = as_html(maxim)
    assert browser.get("/admin/").status_code == 200
    suspend(maxim)
    assert browser.get("/admin/").status_code == 403


# Sockets


@pytest.mark.django_db(transaction=True)
def test_an_open_socket_closes_at_once_and_no_new_one_opens(anna):
    open_one, late = Client(anna), Client(anna)

    async def scenario():
        await open_one.open()
        await in_test(suspend, anna)
        assert await open_one.close_code() == 4403
        assert await late.refusal() == 4403

    run(scenario)


@pytest.mark.django_db(transaction=True)
def test_a_silenced_person_listens_but_does_not_type(anna, monkeypatch):
    monkeypatch.setitem(protocol._app_handlers, "typing", lambda user, d: {"state": d["state"]})
    socket = Client(anna)

    async def scenario():
        await socket.open()
        assert (await socket.ask("typing", channel="conv.1", state="start"))["t"] == "ack"
        await in_test(penalties.penalise, actor=SYSTEM, user=anna, kind="silence", reason="Shouting")
        assert (await socket.next())["t"] == "notification:new"
        refused = await socket.ask("typing", channel="conv.1", state="start")
        assert (refused["t"], refused["d"]["code"]) == ("error", "forbidden")
        assert "Shouting" in refused["d"]["message"]
        assert (await socket.ask("ping"))["t"] == "ack"
        await socket.leave()

    run(scenario)


def test_one_check_is_kept_once():
    before = len(protocol._frame_checks["typing"])
    realtime.register_frame_check("typing", penalties.ensure_may_write)
    assert len(protocol._frame_checks["typing"]) == before == 1


# What the person hears, and the admin


def test_the_person_is_told_without_the_name_of_the_moderator(
    maxim, anna, django_capture_on_commit_callbacks, as_html
):
    with django_capture_on_commit_callbacks(execute=True):
        penalties.penalise(actor=maxim, user=anna, kind="warning", reason="Mind your words")
    told = Notification.objects.get()
    assert (told.user, told.kind, told.actor, told.subject) == (anna, "penalty", None, "Mind your words")
    own = as_html(anna).get(told.url)
    assert "Mind your words" in own.text
    assert "maxim" not in own.text


def test_moderators_issue_and_lift_in_the_admin(as_html, maxim, anna, admin):
    maxim = roles.set_role(actor=SYSTEM, account=maxim, role="moderator")
    browser = as_html(maxim)
    assert browser.get("/admin/profiles/penalty/add/").status_code == 200
    typed = {"user": anna.pk, "kind": "suspension", "lasts": "7d", "reason": "Spam", "note": ""}
    assert browser.post("/admin/profiles/penalty/add/", typed).status_code == 302
    made = Penalty.objects.get()
    assert (made.user, made.kind, made.issued_by) == (anna, "suspension", maxim)
    assert User.objects.get(pk=anna.pk).is_suspended
    assert browser.get("/admin/profiles/penalty/").status_code == 200
    assert "Spam" in browser.get(f"/admin/profiles/penalty/{made.pk}/change/").text
    refused = browser.post("/admin/profiles/penalty/add/", {**typed, "user": admin.pk})
    assert refused.status_code == 200
    assert Penalty.objects.count() == 1
    chosen = {"action": "lift", "_selected_action": [made.pk]}
    assert browser.post("/admin/profiles/penalty/", chosen).status_code == 302
    assert not User.objects.get(pk=anna.pk).is_suspended


def test_students_do_not_see_penalties_in_the_admin(as_html, anna):
    assert as_html(anna).get("/admin/profiles/penalty/").status_code in (302, 403)
