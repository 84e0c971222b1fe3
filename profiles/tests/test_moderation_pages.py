"""Reporting and reviewing through pages without JavaScript, the API, and the admin."""

import importlib
import re
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations import RunPython
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community_platform.core import append_only
from forum import services
from forum.models import Category, Post
from forum.tests.factories import TopicFactory, reply
from notifications.models import Notification
from profiles.models import Flag, ModerationAction, Penalty, ReviewCase, User
from profiles.selectors.moderation import open_count
from profiles.services import penalties, reports, review
from profiles.services.review import Sentence
from profiles.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]


@pytest.fixture(autouse=True)
def _no_rate_limits(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 10_000


@pytest.fixture
def post(boris: User) -> Post:
    return reply(TopicFactory(title="A talk about clocks"), boris, "Buy cheap watches")


@pytest.fixture
def case(anna: User, post: Post) -> ReviewCase:
    return reports.report(actor=anna, kind="post", pk=post.pk, reason="spam", note="Look at the link").case


# --- Reporting --------------------------------------------------------------------------------------------------


def test_the_button_leads_to_a_page_that_reports(anna: User, post: Post, as_html: Html) -> None:
    page = as_html(anna).get(post.topic.get_absolute_url()).content.decode()
    assert f'href="/moderation/report/post/{post.pk}/"' in page
    assert "Buy cheap watches" in as_html(anna).get(f"/moderation/report/post/{post.pk}/").content.decode()
    token = uuid.uuid4().hex
    for _ in range(2):  # a double click
        data = {"reason": "spam", "note": "Look", "token": token}
        sent = as_html(anna).post(f"/moderation/report/post/{post.pk}/", data)
        assert (sent.status_code, sent["Location"]) == (302, post.get_absolute_url())
    assert Flag.objects.values_list("user", "reason", "note").get() == (anna.pk, "spam", "Look")
    again = as_html(anna).post(f"/moderation/report/post/{post.pk}/", {"reason": "abusive"})
    assert again.status_code == 409
    assert "reported this already" in again.content.decode()


def test_authors_find_no_button_and_are_refused(boris: User, post: Post, as_html: Html, as_api: Html) -> None:
    page = as_html(boris).get(post.topic.get_absolute_url()).content.decode()
    assert f"/moderation/report/post/{post.pk}/" not in page
    assert as_html(boris).post(f"/moderation/report/post/{post.pk}/", {"reason": "spam"}).status_code == 403
    answer = as_api(boris).post(f"/api/forum/posts/{post.pk}/flag", {"reason": "spam"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "own_content")


def test_visitors_sign_in_first(post: Post, as_html: Html, as_api: Html) -> None:
    for path in (
        f"/moderation/report/post/{post.pk}/",
        "/moderation/",
        "/moderation/log/",
        "/moderation/reports/",
    ):
        assert "/accounts/login/" in as_html().get(path)["Location"]
    assert (
        as_api().post(f"/api/forum/posts/{post.pk}/flag", {"reason": "spam"}, format="json").status_code
        == 401
    )
    assert as_api().get("/api/moderation/queue").status_code == 401


def test_each_kind_is_reported_by_the_api(anna: User, post: Post, as_api: Html) -> None:
    api = as_api(anna)
    made = api.post(f"/api/forum/posts/{post.pk}/flag", {"reason": "cheating", "note": "x"}, format="json")
    assert (made.status_code, made.json()["state"]) == (201, "open")
    again = api.post(f"/api/forum/posts/{post.pk}/flag", {"reason": "cheating"}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "already_flagged")
    assert (
        api.post(f"/api/forum/topics/{post.topic_id}/flag", {"reason": "spam"}, format="json").status_code
        == 201
    )
    assert api.post(f"/api/forum/posts/{2**70}/flag", {"reason": "spam"}, format="json").status_code == 404
    assert api.post("/api/comments/1/flag", {"reason": "spam"}, format="json").status_code == 404
    bad = api.post(f"/api/forum/posts/{post.pk}/flag", {"reason": "ugly"}, format="json")
    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (400, "reason")
    assert api.get("/api/moderation/reports").json()["count"] == 2


def test_the_reporter_hears_what_became_of_it(
    anna: User, maxim: User, case: ReviewCase, as_html: Html, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        review.resolve(actor=maxim, case=case, action="hide")
    told = Notification.objects.get(user=anna, kind="flag_resolved")
    assert (told.actor, told.url) == (None, "/moderation/reports/")
    page = as_html(anna).get(told.url).content.decode()
    assert "You were right" in page
    assert "A talk about clocks" in page


# --- Hidden texts -----------------------------------------------------------------------------------------------


def test_who_sees_what_of_a_hidden_post(
    anna: User, boris: User, maxim: User, post: Post, as_html: Html, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        reports.report(actor=maxim, kind="post", pk=post.pk, reason="abusive")
    path = f"{post.topic.get_absolute_url()}"
    for user in (None, anna):
        page = as_html(user).get(path).content.decode()
        assert "Buy cheap watches" not in page
        assert "Moderators hid this post." in page
    own = as_html(boris).get(path).content.decode()
    assert "Buy cheap watches" in own
    assert "Reason: Insulting or abusive" in own
    assert f'href="/forum/post/{post.pk}/edit/"' in own
    assert "Buy cheap watches" in as_html(maxim).get(path).content.decode()
    told = Notification.objects.visible_to(boris).get(kind="content_hidden")
    assert told.url == post.get_absolute_url()
    assert as_html(boris).get(f"/forum/post/{post.pk}/edit/").status_code == 200
    sent = as_html(boris).post(f"/forum/post/{post.pk}/edit/", {"content": "I am sorry", "revision": 0})
    assert sent.status_code == 302
    assert "I am sorry" in as_html(anna).get(path).content.decode()


def test_a_hidden_topic_is_there_for_its_author_only(
    boris: User, anna: User, maxim: User, as_html: Html
) -> None:
    topic = TopicFactory(author=boris, content="Buy cheap watches")
    reports.report(actor=maxim, kind="topic", pk=topic.pk, reason="spam")
    own = as_html(boris).get(topic.get_absolute_url())
    assert own.status_code == 200
    assert "Reason: Spam" in own.content.decode()
    assert as_html(anna).get(topic.get_absolute_url()).status_code in {404, 410}
    assert topic.title not in as_html(anna).get("/forum/").content.decode()


# --- The queue --------------------------------------------------------------------------------------------------


def test_the_queue_lists_what_waits_with_filters(
    anna: User, maxim: User, case: ReviewCase, as_html: Html
) -> None:
    page = as_html(maxim).get("/moderation/").content.decode()
    assert "A talk about clocks" in page
    assert case.get_absolute_url() in page
    for query, shown in (
        ("state=resolved", False), ("kind=post", True), ("kind=topic", False), ("reason=spam", True),
        ("reason=illegal", False), ("state=all&kind=post&reason=spam", True),
    ):  # fmt: skip
        assert (
            case.get_absolute_url() in as_html(maxim).get(f"/moderation/?{query}").content.decode()
        ) is shown, query
    assert as_html(maxim).get("/moderation/?kind=nonsense").status_code == 302
    assert as_html(anna).get("/moderation/").status_code == 403
    assert as_html(anna).get(case.get_absolute_url()).status_code == 404


def test_a_case_shows_text_reports_and_history(
    maxim: User, case: ReviewCase, post: Post, as_html: Html
) -> None:
    other = reports.report(
        actor=UserFactory(), kind="post", pk=reply(post.topic, post.author).pk, reason="other"
    ).case
    review.resolve(actor=maxim, case=other, action="disagree")
    page = as_html(maxim).get(case.get_absolute_url()).content.decode()
    for words in (
        "Buy cheap watches",
        "Look at the link",
        "anna",
        "Earlier reports",
        f'href="/moderation/case/{other.pk}/"',
    ):
        assert words in page
    services.edit_post(actor=post.author, post=post, content="Nothing to see")
    page = as_html(maxim).get(case.get_absolute_url()).content.decode()
    assert "Nothing to see" in page
    assert "As it was reported" in page


def test_editing_from_a_case_leads_back_to_it(maxim: User, case: ReviewCase, post: Post, as_html: Html) -> None:
    page = as_html(maxim).get(case.get_absolute_url()).content.decode()
    path = f"/forum/post/{post.pk}/edit/?next={case.get_absolute_url()}"
    assert f'href="{path}"' in page
    sent = as_html(maxim).post(path, {"content": "Without the link", "revision": 0})
    assert sent["Location"] == case.get_absolute_url()
    away = as_html(maxim).post(f"/forum/post/{post.pk}/edit/?next=//evil.example/", {"content": "x y", "revision": 1})
    assert away["Location"].startswith("/forum/")
    as_html(maxim).post(f"{case.get_absolute_url()}resolve/", {"action": "edit"})
    post.refresh_from_db()
    assert (post.is_deleted, ReviewCase.objects.get().state) == (False, "agreed")


def test_a_decision_by_form_with_a_penalty(maxim: User, case: ReviewCase, post: Post, as_html: Html) -> None:
    data = {
        "action": "hide",
        "version": 0,
        "note": "seen",
        "penalty": "silence",
        "lasts": "3d",
        "penalty_reason": "Ads",
    }
    answer = as_html(maxim).post(f"{case.get_absolute_url()}resolve/", data)
    assert (answer.status_code, answer["Location"]) == (302, "/moderation/")
    post.refresh_from_db()
    assert (post.is_hidden, Penalty.objects.get().reason) == (True, "Ads")
    assert User.objects.get(pk=post.author_id).is_silenced


def test_the_second_moderator_sees_what_the_first_decided(
    maxim: User, admin: User, case: ReviewCase, as_html: Html, as_api: Html
) -> None:
    as_html(maxim).post(f"{case.get_absolute_url()}resolve/", {"action": "disagree", "version": 0})
    late = as_html(admin).post(f"{case.get_absolute_url()}resolve/", {"action": "hide", "version": 0})
    assert late.status_code == 409
    assert "maxim decided this" in late.content.decode()
    body = {"action": "agree", "note": ""}
    answer = as_api(admin).post(f"/api/moderation/queue/{case.pk}/resolve", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "already_decided")


def test_claiming_by_form_and_api(
    maxim: User, admin: User, case: ReviewCase, as_html: Html, as_api: Html
) -> None:
    as_html(maxim).post(f"{case.get_absolute_url()}claim/", {"is_claimed": "1"})
    assert "maxim looks at this" in as_html(admin).get(case.get_absolute_url()).content.decode()
    path = f"/api/moderation/queue/{case.pk}/claim"
    assert as_api(admin).put(path, {"is_claimed": True}, format="json").status_code == 409
    assert as_api(maxim).put(path, {"is_claimed": False}, format="json").json()["claimed_by"] is None


def test_the_queue_of_the_api(anna: User, maxim: User, case: ReviewCase, post: Post, as_api: Html) -> None:
    found = as_api(maxim).get("/api/moderation/queue").json()
    assert found["count"] == 1
    item = found["results"][0]
    assert (item["kind"], item["object_id"], item["subject"]["content"]) == (
        "post",
        post.pk,
        "Buy cheap watches",
    )
    assert [flag["user"]["username"] for flag in item["flags"]] == ["anna"]
    assert as_api(anna).get("/api/moderation/queue").status_code == 403
    assert as_api(maxim).get("/api/moderation/queue?state=lost").status_code == 400
    body = {
        "action": "hide",
        "note": "n",
        "version": item["version"],
        "penalty": {"kind": "warning", "reason": "Ads"},
    }
    done = as_api(maxim).post(f"/api/moderation/queue/{item['id']}/resolve", body, format="json")
    assert (done.status_code, done.json()["state"], done.json()["resolved_by"]["username"]) == (
        200,
        "agreed",
        "maxim",
    )
    assert Penalty.objects.get().kind == "warning"
    assert as_api(maxim).get("/api/moderation/queue").json()["count"] == 0
    assert as_api(maxim).get("/api/moderation/queue?state=resolved").json()["count"] == 1
    bad = as_api(maxim).post(
        f"/api/moderation/queue/{item['id']}/resolve", {"action": "shout"}, format="json"
    )
    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (400, "action")
    assert (
        as_api(maxim).post("/api/moderation/queue/999/resolve", {"action": "hide"}, format="json").status_code
        == 404
    )


def test_category_moderators_reach_theirs_only(
    boris: User, case: ReviewCase, as_html: Html, as_api: Html
) -> None:
    chen = User.objects.with_roles().get(pk=UserFactory(username="chen").pk)
    other = reports.report(actor=chen, kind="topic", pk=TopicFactory().pk, reason="spam").case
    assert as_api(chen).get("/api/moderation/queue").status_code == 403
    Category.objects.get(pk=case.category_ref).moderators.add(chen)
    assert [row["id"] for row in as_api(chen).get("/api/moderation/queue").json()["results"]] == [case.pk]
    assert as_html(chen).get(case.get_absolute_url()).status_code == 200
    assert as_html(chen).get(other.get_absolute_url()).status_code == 404
    body = {"action": "hide", "note": ""}
    assert (
        as_api(chen).post(f"/api/moderation/queue/{other.pk}/resolve", body, format="json").status_code == 404
    )
    assert (
        as_api(chen).post(f"/api/moderation/queue/{case.pk}/resolve", body, format="json").status_code == 200
    )


@pytest.mark.parametrize("number", [3, 30])
def test_the_queue_costs_the_same_at_any_length(maxim: User, as_html: Html, number: int) -> None:
    topic = TopicFactory()
    for n in range(number):
        said = topic if n % 2 else reply(topic)
        if isinstance(said, Post):
            reports.report(actor=UserFactory(), kind="post", pk=said.pk, reason="spam")
        else:
            reports.report(actor=UserFactory(), kind="topic", pk=TopicFactory().pk, reason="spam")
    browser = as_html(maxim)
    browser.get("/moderation/")
    with CaptureQueriesContext(connection) as queries:
        browser.get("/moderation/")
    assert len(queries) == 9, [query["sql"] for query in queries]


def test_the_header_counts_for_moderators_alone(
    anna: User, maxim: User, case: ReviewCase, as_html: Html
) -> None:
    assert "1 open report" in as_html(maxim).get("/forum/").content.decode()
    assert "open report" not in as_html(anna).get("/forum/").content.decode()
    assert open_count(maxim) == 1


# --- The log ----------------------------------------------------------------------------------------------------


def test_the_log_is_filtered_and_the_public_page_redacted(
    anna: User, maxim: User, case: ReviewCase, post: Post, as_html: Html, as_api: Html
) -> None:
    services.pin_topic(actor=maxim, topic=post.topic, is_pinned=True)
    review.resolve(actor=maxim, case=case, action="hide", note="A secret note", reason="Advertising")
    page = as_html(maxim).get("/moderation/log/").content.decode()
    assert "A secret note" in page
    assert "A secret note" not in as_html(maxim).get("/moderation/log/?action=pin_topic").content.decode()
    assert (
        "A secret note" in as_html(maxim).get("/moderation/log/?moderator=Maxim&kind=post").content.decode()
    )
    public = as_html().get("/moderation/public/").content.decode()
    assert "A talk about clocks" in public
    assert "Advertising" in public
    for secret in ("A secret note", "maxim", "anna", "boris", post.get_absolute_url()):
        assert secret not in public
    Category.objects.update(audience="staff")
    assert "A talk about clocks" not in as_html().get("/moderation/public/").content.decode()
    assert as_html(anna).get("/moderation/log/").status_code == 403
    lines = as_api(maxim).get("/api/moderation/log?kind=post").json()["results"]
    assert [(line["action"], line["note"]) for line in lines] == [("report_hide", "A secret note")]
    assert as_api(anna).get("/api/moderation/log").status_code == 403


def test_the_public_log_names_a_penalty_but_not_what_was_said_to_its_person(
    boris: User, maxim: User, case: ReviewCase, as_html: Html
) -> None:
    penalties.penalise(actor=maxim, user=boris, kind="warning", reason="Boris, your shop is not our forum")
    review.resolve(actor=maxim, case=case, action="hide", penalty=Sentence(kind="silence", until=None, reason=""))
    public = as_html().get("/moderation/public/").content.decode()
    assert "Warning" in public
    assert "your shop" not in public
    assert re.search(r"Silence</span>.*?Spam or advertising", public, re.DOTALL)
    assert "your shop" in as_html(maxim).get("/moderation/log/").content.decode()


@pytest.fixture
def _sealed() -> None:
    """Do what the migration does: tests make their tables without migrations."""
    migration = importlib.import_module("profiles.migrations.0004_review_and_append_only")
    seal = next(step for step in migration.Migration.operations if isinstance(step, RunPython))
    seal.code(None, SimpleNamespace(connection=connection))


@pytest.mark.usefixtures("_sealed")
@pytest.mark.parametrize("statement", ["UPDATE {} SET note = 'x'", "DELETE FROM {}"])
def test_the_database_refuses_to_change_the_log(maxim: User, post: Post, statement: str) -> None:
    services.delete_post(actor=maxim, post=post)
    table = ModerationAction._meta.db_table
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
    with pytest.raises(IntegrityError), transaction.atomic():
        ModerationAction.objects.all().delete() if "DELETE" in statement else ModerationAction.objects.update(
            note="x"
        )
    line = ModerationAction.objects.get()
    with pytest.raises(TypeError):
        line.delete()
    with pytest.raises(TypeError):
        line.save()


@pytest.mark.usefixtures("_sealed")
def test_emptying_the_whole_database_is_possible_and_seals_it_again(maxim: User, post: Post) -> None:
    services.delete_post(actor=maxim, post=post)
    if connection.vendor == "sqlite":
        with append_only.flushing(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {ModerationAction._meta.db_table}")
        services.restore_post(actor=maxim, post=post)
    with pytest.raises(IntegrityError), transaction.atomic():
        ModerationAction.objects.all().delete()
