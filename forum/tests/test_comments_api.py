"""/api/comments: statuses, fields, paging, constant cost."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import Course, Status
from courses.tests.factories import CourseFactory, EnrollmentFactory, LessonFactory
from forum.models import Comment
from forum.services import comments as services

pytestmark = pytest.mark.django_db
FIELDS = {
    "id", "course", "lesson", "parent", "content", "content_html", "author", "replies_count", "replies",
    "likes_count", "is_liked", "is_edited", "is_deleted", "is_pinned", "is_locked", "created_at", "updated_at",
}  # fmt: skip
LIST_QUERIES = 4  # course, count, roots, replies


@pytest.fixture(autouse=True)
def _no_hurry(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1000


@pytest.fixture
def course(irina: Any) -> Course:
    return CourseFactory(instructor=irina)


def say(actor: Any, target: Any, content: str = "Thank you") -> Comment:
    return services.post_comment(actor=actor, target=target, content=content)


def answer(actor: Any, comment: Comment, content: str = "You are welcome") -> Comment:
    return services.reply(actor=actor, comment=comment, content=content)


def test_a_comment_is_created_with_every_field(anna: Any, course: Course, as_api: Any) -> None:
    response = as_api(anna).post("/api/comments", {"course": course.pk, "content": "Hello"})
    assert response.status_code == 201
    assert set(response.json()) == FIELDS
    assert response.json()["author"]["username"] == "anna"
    assert response.json()["course"] == course.pk
    assert response.json()["lesson"] is None
    assert response.headers["ETag"]


def test_a_course_may_be_named_by_its_slug_and_a_lesson_by_id(anna: Any, course: Course, as_api: Any) -> None:
    EnrollmentFactory(user=anna, course=course)
    lesson = LessonFactory(course=course)
    client = as_api(anna)
    assert client.post("/api/comments", {"course": course.slug, "content": "Hello"}).status_code == 201
    answer = client.post("/api/comments", {"lesson": lesson.pk, "content": "Hello"})
    assert (answer.status_code, answer.json()["lesson"]) == (201, lesson.pk)
    assert client.get(f"/api/courses/{course.slug}/comments").json()["count"] == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"content": "Hi"}, "course"),
        ({"content": "Hi", "course": 999_999}, "course"),
        ({"content": "Hi", "course": 2**70}, "course"),
        ({"content": "Hi", "lesson": 999_999}, "lesson"),
        ({"content": "Hi", "course": {"id": 1}}, "course"),
        ({"course": "COURSE"}, "content"),
        ({"course": "COURSE", "content": ""}, "content"),
        ({"course": "COURSE", "content": "a\x00b"}, "content"),
        ({"course": "COURSE", "content": "x" * 5001}, "content"),
        ({"course": "COURSE", "content": ["x"]}, "content"),
        ({"course": "COURSE", "lesson": 1, "content": "Hi"}, "lesson"),
    ],
)
def test_bad_input_is_400_on_its_field(
    anna: Any, course: Course, as_api: Any, body: dict[str, Any], field: str
) -> None:
    if body.get("course") == "COURSE":
        body = {**body, "course": course.pk}
    response = as_api(anna).post("/api/comments", body)
    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]


def test_visitors_read_and_may_not_write(anna: Any, course: Course, as_api: Any) -> None:
    comment = say(anna, course)
    client = as_api()
    assert client.get(f"/api/courses/{course.pk}/comments").status_code == 200
    assert client.get(f"/api/comments/{comment.pk}").status_code == 200
    for answer in (
        client.post("/api/comments", {"course": course.pk, "content": "Hi"}),
        client.post(f"/api/comments/{comment.pk}/reply", {"content": "Hi"}),
        client.put(f"/api/comments/{comment.pk}", {"content": "Hi"}),
        client.delete(f"/api/comments/{comment.pk}"),
        client.post(f"/api/comments/{comment.pk}/like"),
        client.put(f"/api/comments/{comment.pk}/pin", {"is_pinned": True}),
    ):
        assert answer.status_code == 401


def test_roots_are_pinned_first_then_newest_and_replies_oldest_first(
    anna: Any, boris: Any, irina: Any, course: Course, as_api: Any
) -> None:
    roots = [say(anna, course, f"Root {n}") for n in range(22)]
    replies = [answer(boris, roots[0], f"Reply {n}") for n in range(3)]
    nested = answer(anna, replies[0], "Nested")
    services.pin_comment(actor=irina, comment=roots[0], is_pinned=True)
    first = as_api().get(f"/api/courses/{course.pk}/comments").json()
    assert first["count"] == 22
    assert [item["id"] for item in first["results"]] == [roots[0].pk, *(r.pk for r in reversed(roots[3:]))]
    thread = first["results"][0]["replies"]
    assert [item["id"] for item in thread] == [*(r.pk for r in replies), nested.pk]
    assert thread[-1]["parent"] == replies[0].pk
    second = as_api().get(first["next"]).json()
    assert [item["id"] for item in second["results"]] == [roots[2].pk, roots[1].pk]
    assert as_api().get(f"/api/courses/{course.pk}/comments?page=3").status_code == 404


def test_a_deleted_root_with_replies_stays_empty_and_other_deleted_ones_go(
    anna: Any, boris: Any, course: Course, as_api: Any
) -> None:
    kept, gone = say(anna, course, "Secret one"), say(anna, course, "Secret two")
    replies = [answer(boris, kept, "Stays"), answer(boris, kept, "Goes")]
    for comment in (kept, gone):
        assert as_api(anna).delete(f"/api/comments/{comment.pk}").status_code == 204
    assert as_api(boris).delete(f"/api/comments/{replies[1].pk}").status_code == 204
    (item,) = as_api().get(f"/api/courses/{course.pk}/comments").json()["results"]
    assert (item["id"], item["is_deleted"], item["content"], item["content_html"]) == (kept.pk, True, "", "")
    assert [reply["id"] for reply in item["replies"]] == [replies[0].pk]


def test_a_deleted_comment_is_404_for_all_but_moderators(
    anna: Any, maxim: Any, course: Course, as_api: Any
) -> None:
    comment = say(anna, course, "Secret")
    services.delete_comment(actor=anna, comment=comment)
    assert as_api(anna).get(f"/api/comments/{comment.pk}").status_code == 404
    assert as_api(anna).post(f"/api/comments/{comment.pk}/reply", {"content": "Hi"}).status_code == 404
    seen = as_api(maxim).get(f"/api/comments/{comment.pk}").json()
    assert (seen["is_deleted"], seen["content"]) == (True, "Secret")
    assert as_api(anna).post(f"/api/comments/{comment.pk}/restore").status_code == 404
    assert as_api(maxim).post(f"/api/comments/{comment.pk}/restore").json()["is_deleted"] is False


def test_others_may_neither_edit_nor_delete(
    anna: Any, boris: Any, maxim: Any, course: Course, as_api: Any
) -> None:
    comment = say(anna, course)
    assert as_api(boris).put(f"/api/comments/{comment.pk}", {"content": "Mine"}).status_code == 403
    assert as_api(boris).delete(f"/api/comments/{comment.pk}").status_code == 403
    assert as_api(maxim).put(f"/api/comments/{comment.pk}", {"content": "Mild"}).json()["is_edited"] is True
    assert as_api(maxim).delete(f"/api/comments/{comment.pk}").status_code == 204


def test_a_stale_if_match_is_412_and_liking_keeps_the_tag(
    anna: Any, boris: Any, course: Course, as_api: Any
) -> None:
    comment = say(anna, course)
    client = as_api(anna)
    tag = client.get(f"/api/comments/{comment.pk}").headers["ETag"]
    as_api(boris).post(f"/api/comments/{comment.pk}/like")
    assert client.get(f"/api/comments/{comment.pk}").headers["ETag"] == tag
    url = f"/api/comments/{comment.pk}"
    assert client.put(url, {"content": "One"}, HTTP_IF_MATCH=tag).status_code == 200
    assert client.put(url, {"content": "Two"}, HTTP_IF_MATCH=tag).status_code == 412


def test_likes_are_idempotent_and_seen_by_the_one_who_likes(
    anna: Any, boris: Any, course: Course, as_api: Any
) -> None:
    comment = say(anna, course)
    url = f"/api/comments/{comment.pk}/like"
    client = as_api(boris)
    assert [client.post(url).json() for _ in range(2)] == [{"liked": True, "likes_count": 1}] * 2
    (item,) = client.get(f"/api/courses/{course.pk}/comments").json()["results"]
    assert item["is_liked"] is True
    assert [client.delete(url).json() for _ in range(2)] == [{"liked": False, "likes_count": 0}] * 2


def test_pin_and_lock_are_for_the_instructor_of_the_course(
    anna: Any, irina: Any, make_user: Any, course: Course, as_api: Any
) -> None:
    comment = say(anna, course)
    daniel = make_user("daniel", role="instructor")
    for name, body in (("pin", {"is_pinned": True}), ("lock", {"is_locked": True})):
        assert as_api(anna).put(f"/api/comments/{comment.pk}/{name}", body).status_code == 403
        assert as_api(daniel).put(f"/api/comments/{comment.pk}/{name}", body).status_code == 403
        assert as_api(irina).put(f"/api/comments/{comment.pk}/{name}", {}).status_code == 400
        assert as_api(irina).put(f"/api/comments/{comment.pk}/{name}", body).json()[next(iter(body))] is True
    response = as_api(anna).post(f"/api/comments/{comment.pk}/reply", {"content": "Hi"})
    assert (response.status_code, response.json()["code"]) == (409, "comment_locked")


def test_comments_of_a_draft_are_404_for_all_but_its_instructor(
    anna: Any, irina: Any, maxim: Any, course: Course, as_api: Any
) -> None:
    comment = say(anna, course)
    lesson = LessonFactory(course=course)
    Course.objects.filter(pk=course.pk).update(status=Status.DRAFT)
    for url in (
        f"/api/courses/{course.pk}/comments", f"/api/lessons/{lesson.pk}/comments", f"/api/comments/{comment.pk}",
    ):  # fmt: skip
        assert as_api(anna).get(url).status_code == 404
        assert as_api().get(url).status_code == 404
        assert as_api(irina).get(url).status_code == 200
    assert as_api(anna).post("/api/comments", {"course": course.pk, "content": "Hi"}).status_code == 400


def test_a_lesson_not_enrolled_in_is_403(anna: Any, course: Course, as_api: Any) -> None:
    lesson = LessonFactory(course=course)
    response = as_api(anna).post("/api/comments", {"lesson": lesson.pk, "content": "Hi"})
    assert (response.status_code, response.json()["code"]) == (403, "not_enrolled")


def test_a_repeated_key_answers_the_first_comment_again(anna: Any, course: Course, as_api: Any) -> None:
    key = {"HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}
    body = {"course": course.pk, "content": "Once"}
    first, again = (as_api(anna).post("/api/comments", body, **key) for _ in range(2))
    assert first.content == again.content
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Comment.objects.count() == 1


def test_ids_beyond_any_row_are_404(as_api: Any) -> None:
    for url in (
        f"/api/comments/{2**70}",
        f"/api/courses/{2**70}/comments",
        f"/api/lessons/{2**70}/comments",
        "/api/comments/1/",
    ):
        assert as_api().get(url).status_code == 404


@pytest.mark.parametrize("rows", [3, 30])
def test_a_list_costs_the_same_for_3_and_30_rows(
    anna: Any, boris: Any, course: Course, as_api: Any, rows: int
) -> None:
    for n in range(rows):
        root = say(anna, course, f"Root {n}")
        if n % 2:
            answer(boris, answer(anna, root))
    with CaptureQueriesContext(connection) as queries:
        as_api().get(f"/api/courses/{course.pk}/comments")
    assert len(queries) == LIST_QUERIES, [query["sql"] for query in queries]
