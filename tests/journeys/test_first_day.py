"""A person's first day, told through both doors: what one shows, the other shows too."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client, TestCase
from rest_framework.test import APIClient

from courses.tests.factories import CourseFactory, LessonFactory
from forum.models import Topic
from forum.tests.factories import CategoryFactory
from profiles.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-walk-42"
Act = Callable[..., Any]


@pytest.fixture
def act() -> Act:
    """Do one thing and let everybody who hears of it react, as after a commit."""

    def do(request: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with TestCase.captureOnCommitCallbacks(execute=True):
            return request(*args, **kwargs)

    return do


def test_register_verify_ask_reply_notification_and_streak(
    act: Act, as_html: Callable[..., Client], boris: User
) -> None:
    category = CategoryFactory(slug="general")
    program, browser = APIClient(), Client()

    # Registers by the API and is signed in at once, in the same session as pages.
    answer = act(
        program.post,
        "/api/auth/register",
        {"username": "dora", "email": "dora@example.com", "password": PASSWORD},
    )
    assert answer.status_code == 201, answer.content
    assert answer.json()["email_confirmed"] is False
    browser.cookies = program.cookies
    assert 'href="/settings/"' in browser.get("/").content.decode()

    # The link of the mail, in any browser, confirms the address.
    link = re.search(r"https?://[^/\s]+(/accounts/confirm-email/\S+)", mail.outbox[-1].body)
    assert link is not None
    act(browser.post, link[1])
    assert program.get("/api/auth/me").json()["email_confirmed"] is True

    # Asks by the API; the page shows it.
    asked = act(
        program.post, "/api/forum/topics",
        {"title": "Why is it so?", "content": "I **wonder**.", "category": category.pk, "kind": "question"},
    )  # fmt: skip
    assert asked.status_code == 201, asked.content
    topic = Topic.objects.get(pk=asked.json()["id"])
    assert "<strong>wonder</strong>" in browser.get(topic.get_absolute_url()).content.decode()
    assert program.get("/api/streak").json()["current_streak"] == 0  # asking is no learning

    # Enrols and finishes an article; that is what a day of the streak is made of.
    lesson = LessonFactory(course=CourseFactory())
    assert act(program.post, f"/api/courses/{lesson.course_id}/enroll").status_code == 201
    assert act(program.post, f"/api/lessons/{lesson.pk}/complete").status_code == 200
    assert program.get("/api/streak").json()["current_streak"] == 1
    # It was the only lesson of its course.
    certificate = program.get("/api/notifications").json()["results"]
    assert [note["kind"] for note in certificate] == ["certificate"]

    # Boris answers on the page; the API shows the reply, and dora hears of it through both doors.
    replied = act(as_html(boris).post, f"{topic.get_absolute_url()}reply/", {"content": "Because it is."})
    assert replied.status_code == 302
    posts = program.get(f"/api/forum/topics/{topic.pk}").json()["posts"]["results"]
    assert [post["content"] for post in posts] == ["I **wonder**.", "Because it is."]
    assert program.get("/api/auth/me").json()["unread"]["notifications"] == 2
    told = program.get("/api/notifications").json()["results"]
    assert [(note["kind"], note["read_at"]) for note in told] == [("topic_reply", None), ("certificate", None)]
    assert [actor["username"] for actor in told[0]["actors"]] == ["boris"]
    assert told[0]["text"] in browser.get("/notifications/").content.decode().replace("&#x27;", "'")

    # Opening it on the page reads it for the API; the answer accepted by the API is marked on the page.
    assert browser.get(f"/notifications/{told[0]['id']}/open/")["Location"] == told[0]["url"]
    assert program.get("/api/auth/me").json()["unread"]["notifications"] == 1
    accepted = act(program.put, f"/api/forum/topics/{topic.pk}/best-answer", {"post": posts[1]["id"]})
    assert accepted.json()["is_solved"] is True
    assert "Best answer" in as_html().get(topic.get_absolute_url()).content.decode()
