"""What every API view does alike: times in UTC, ids and slugs, cursors, problems as JSON."""

import base64
import json
from typing import Any

import pytest

from community_platform.core.api.views import MAX_ID, by_key
from courses.tests.factories import CourseFactory
from forum.tests.factories import CategoryFactory, TopicFactory

pytestmark = pytest.mark.django_db
DIGITS = "9" * 5000  # more than int() takes


def test_times_are_utc_whatever_zone_the_session_prefers(make_user: Any, as_api: Any) -> None:
    topic, course = TopicFactory(), CourseFactory()
    reader = as_api(make_user("aiko", timezone="Asia/Tokyo"))
    for path, names in {
        f"/api/forum/topics/{topic.pk}": ("created_at", "last_post_at"),
        f"/api/courses/{course.pk}": ("published_at",),
    }.items():
        visitors, readers = as_api().get(path).json(), reader.get(path).json()
        assert [readers[name] for name in names] == [visitors[name] for name in names]


@pytest.mark.parametrize(
    ("key", "lookup"),
    [
        (7, {"pk": 7}),
        ("7", {"pk": 7}),
        (DIGITS, {"pk": MAX_ID + 1}),
        ("\u0661", {"slug": "\u0661"}),
        ("python", {"slug": "python"}),
    ],
)
def test_a_key_is_an_id_or_a_slug(key: Any, lookup: Any) -> None:
    assert by_key(key) == lookup


@pytest.mark.parametrize("key", [DIGITS, "%D9%A1", "%C2%B2", "9" * 25])
def test_a_course_that_no_path_can_name_is_404(as_api: Any, key: str) -> None:
    CourseFactory()
    assert as_api().get(f"/api/courses/{key}").status_code == 404
    assert as_api().get(f"/api/courses/{key}/comments").status_code == 404


@pytest.mark.parametrize("key", [DIGITS, "\ud800", "a\x00b", "\u0661", 10**30, -1, True, 1.5, [], {}])
@pytest.mark.parametrize(
    ("path", "field"),
    [("/api/forum/topics", "category"), ("/api/forum/topics", "course"), ("/api/comments", "course")],
)
def test_a_key_that_names_nothing_is_400_on_its_field(
    anna: Any, as_api: Any, key: Any, path: str, field: str
) -> None:
    CourseFactory()
    body = {"title": "A good title", "content": "Something", "category": CategoryFactory().slug}
    if path == "/api/comments":
        body = {"content": "Something"}
    answer = as_api(anna).post(path, json.dumps({**body, field: key}), content_type="application/json")
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    "position",
    [b"p=abc", b"p=%00", b"p=%ED%A0%80", b"p=1e5", b"p=nan", b"p=2020-01-01", b"p=-1", b"p=" + DIGITS.encode()],
)
def test_a_made_up_cursor_is_400(anna: Any, as_api: Any, position: bytes) -> None:
    answer = as_api(anna).get("/api/notifications", {"cursor": base64.b64encode(position).decode()})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "cursor"


def test_a_cursor_that_is_no_base64_is_400(anna: Any, as_api: Any) -> None:
    assert as_api(anna).get("/api/notifications", {"cursor": "garbage"}).status_code == 400


@pytest.mark.parametrize(
    ("method", "accept", "status"), [("get", "application/pdf", 406), ("post", "text/html", 405)]
)
@pytest.mark.parametrize("path", ["/api/docs", "/api/schema", "/api/courses"])
def test_problems_are_json_of_whatever_a_view_renders(
    anna: Any, as_api: Any, path: str, method: str, accept: str, status: int
) -> None:
    answer = getattr(as_api(anna), method)(path, HTTP_ACCEPT=accept)
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    assert answer.status_code in {status, 406}


def test_a_repeated_request_for_a_ticket_is_answered_with_the_first(anna: Any, as_api: Any) -> None:
    client = as_api(anna)
    first, again = (client.post("/api/ws-ticket", HTTP_IDEMPOTENCY_KEY="k") for _ in range(2))
    assert (first.content, again["Idempotency-Replayed"]) == (again.content, "true")
    assert client.post("/api/ws-ticket", HTTP_IDEMPOTENCY_KEY="other").content != first.content


@pytest.mark.parametrize("field", ["username", "password"])
def test_signing_in_with_an_endless_name_or_password_is_401(anna: Any, as_api: Any, field: str) -> None:
    body = {"username": "anna", "password": "x", field: "x" * 100_000}
    assert as_api().post("/api/auth/token", body).status_code == 401


def test_the_sign_in_page_refuses_an_endless_name(as_html: Any) -> None:
    page = as_html().post("/accounts/login/", {"login": "x" * 100_000, "password": "x"})
    assert page.status_code == 200
    assert "login" in page.context["form"].errors
