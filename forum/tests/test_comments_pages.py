"""Comments as pages: without JavaScript, with htmx, kept texts, the same rows as by API."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from community_platform.core import panels
from community_platform.core.models import IdempotencyKey
from courses.models import Course, Status
from courses.tests.factories import CourseFactory, LessonFactory
from forum.models import Comment
from forum.services import comments as services

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://testserver/courses/one/?x=1"}
PAGE_QUERIES = (
    11  # session, user, course, count, roots, replies, likes, live head, streak, bell, savings for none
)


@pytest.fixture(autouse=True)
def _no_hurry(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1000


@pytest.fixture
def course(irina: Any) -> Course:
    return CourseFactory(instructor=irina, slug="one", title="One & only")


def say(actor: Any, target: Any, content: str = "Thank you") -> Comment:
    return services.post_comment(actor=actor, target=target, content=content)


def answer(actor: Any, comment: Comment, content: str = "You are welcome") -> Comment:
    return services.reply(actor=actor, comment=comment, content=content)


def list_url(course: Course) -> str:
    return f"/forum/comments/course/{course.pk}/"


def test_a_form_post_leads_back_to_the_course_at_the_comment(anna: Any, course: Course, as_html: Any) -> None:
    response = as_html(anna).post(list_url(course), {"content": "Hello"})
    comment = Comment.objects.get()
    assert response.status_code == 302
    assert response.headers["Location"] == f"/courses/one/#comment-{comment.pk}"


def test_a_double_click_makes_one_comment(anna: Any, course: Course, as_html: Any) -> None:
    token = uuid.uuid4().hex
    answers = [as_html(anna).post(list_url(course), {"content": "Hello", "token": token}) for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert Comment.objects.count() == 1
    assert IdempotencyKey.objects.count() == 1


def test_a_form_that_the_back_button_brought_back_sends_another_text(
    anna: Any, course: Any, as_html: Any
) -> None:
    token, client = uuid.uuid4().hex, as_html(anna)
    for content in ("Hello", "And one more thing", "Hello"):
        client.post(list_url(course), {"content": content, "token": token})
    assert sorted(Comment.objects.values_list("content", flat=True)) == ["And one more thing", "Hello"]


def test_page_and_api_write_the_same_row(anna: Any, course: Course, as_html: Any, as_api: Any) -> None:
    text = " Line one\r\nLine **two** \n"
    as_html(anna).post(list_url(course), {"content": text})
    as_api(anna).post("/api/comments", {"course": course.pk, "content": text})
    columns = (
        "course",
        "lesson",
        "author",
        "root",
        "parent",
        "content",
        "content_html",
        "replies_count",
        "is_pinned",
    )
    first, second = Comment.objects.order_by("pk").values(*columns)
    assert first == second


@pytest.mark.parametrize("text", ["", "\u200b", "a\x00b", "x" * 5001])
def test_page_and_api_refuse_the_same_texts_and_the_page_keeps_them(
    anna: Any, course: Course, as_html: Any, as_api: Any, text: str
) -> None:
    page = as_html(anna).post(list_url(course), {"content": text})
    assert page.status_code == 400
    assert as_api(anna).post("/api/comments", {"course": course.pk, "content": text}).status_code == 400
    assert not Comment.objects.exists()
    if len(text) > 1 and "\x00" not in text:
        assert text in page.content.decode()


def test_a_locked_thread_shows_the_reason_above_the_kept_text(
    anna: Any, irina: Any, course: Course, as_html: Any
) -> None:
    root = say(irina, course)
    services.lock_comment(actor=irina, comment=root, is_locked=True)
    page = as_html(anna).post(f"/forum/comment/{root.pk}/reply/", {"content": "My long answer"})
    text = page.content.decode()
    assert page.status_code == 409
    assert text.index("it takes no more replies") < text.index("My long answer")
    piece = as_html(anna).post(f"/forum/comment/{root.pk}/reply/", {"content": "My long answer"}, **HTMX)
    assert piece.status_code == 409
    assert "<html" not in piece.content.decode()


def test_htmx_gets_the_thread_back_after_a_reply(anna: Any, boris: Any, course: Course, as_html: Any) -> None:
    root = say(anna, course)
    page = as_html(boris).post(f"/forum/comment/{root.pk}/reply/", {"content": "You **are**"}, **HTMX)
    text = page.content.decode()
    assert page.status_code == 200
    assert text.lstrip().startswith("{#") is False
    assert f'id="comment-{root.pk}"' in text
    assert "<strong>are</strong>" in text
    assert 'name="next" value="/courses/one/?x=1"' in text


def test_htmx_gets_the_panel_back_after_a_comment_and_the_refusal_in_it(
    anna: Any, course: Course, as_html: Any
) -> None:
    piece = as_html(anna).post(list_url(course), {"content": "Hello"}, **HTMX)
    assert (piece.status_code, piece.content.decode().count("comment__card")) == (200, 1)
    refused = as_html(anna).post(list_url(course), {"content": ""}, **HTMX)
    assert refused.status_code == 400
    assert "may not be blank" in refused.content.decode()


def test_an_expired_session_keeps_the_text(anna: Any, course: Course, as_html: Any) -> None:
    client = as_html()
    response = client.post(list_url(course), {"content": "Typed for an hour"})
    assert response.status_code == 302
    assert f"next=%2Fforum%2Fcomments%2Fcourse%2F{course.pk}%2F" in response.headers["Location"]
    client.force_login(anna, backend="profiles.backends.AccountBackend")
    assert "Typed for an hour" in client.get(list_url(course)).content.decode()


def test_the_like_button_says_what_it_will_do(anna: Any, boris: Any, course: Course, as_html: Any) -> None:
    root = say(anna, course)
    client = as_html(boris)
    page = client.post(f"/forum/comment/{root.pk}/like/", {"liked": "1", "next": "/courses/one/"})
    assert page.headers["Location"] == f"/courses/one/#comment-{root.pk}"
    piece = client.post(f"/forum/comment/{root.pk}/like/", {"liked": "1"}, **HTMX).content.decode()
    assert 'name="liked" value="0"' in piece
    piece = client.post(f"/forum/comment/{root.pk}/like/", {"liked": "0"}, **HTMX).content.decode()
    assert 'name="liked" value="1"' in piece
    root.refresh_from_db()
    assert root.likes_count == 0


def test_nobody_is_sent_to_another_site(anna: Any, boris: Any, course: Course, as_html: Any) -> None:
    root = say(anna, course)
    page = as_html(boris).post(
        f"/forum/comment/{root.pk}/like/", {"liked": "1", "next": "https://evil.example/"}
    )
    assert page.headers["Location"].startswith("/forum/comment/")


def test_edit_delete_restore_pin_and_lock_by_forms(
    anna: Any, irina: Any, maxim: Any, course: Course, as_html: Any
) -> None:
    root = say(anna, course, "Frist")
    url = f"/forum/comment/{root.pk}"
    client = as_html(anna)
    assert "Frist" in client.get(f"{url}/edit/").content.decode()
    assert client.post(f"{url}/edit/", {"content": "First", "revision": 0}).status_code == 302
    assert client.post(f"{url}/edit/", {"content": "Late", "revision": 0}).status_code == 409
    assert as_html(irina).post(f"{url}/pin/", {"is_pinned": "1"}).status_code == 302
    assert as_html(irina).post(f"{url}/lock/", {"is_locked": "1"}).status_code == 302
    assert client.post(f"{url}/pin/", {"is_pinned": "0"}).status_code == 403
    root.refresh_from_db()
    assert (root.content, root.is_pinned, root.is_locked) == ("First", True, True)
    assert client.post(f"{url}/delete/").status_code == 302
    assert client.get(f"{url}/").status_code == 404
    assert as_html(maxim).get(f"{url}/").status_code == 200
    assert as_html(maxim).post(f"{url}/restore/").status_code == 302
    assert client.get(f"{url}/").status_code == 200


def test_visitors_are_invited_and_see_no_form(anna: Any, course: Course, as_html: Any) -> None:
    say(anna, course)
    text = as_html().get(list_url(course)).content.decode()
    assert f"/accounts/login/?next={list_url(course)}" in text
    assert "<textarea" not in text


def test_who_is_not_enrolled_is_told_so(anna: Any, course: Course, as_html: Any) -> None:
    lesson = LessonFactory(course=course)
    text = as_html(anna).get(f"/forum/comments/lesson/{lesson.pk}/").content.decode()
    assert "Enrol in the course" in text
    assert "<textarea" not in text


def test_comments_of_a_draft_have_no_pages(anna: Any, course: Course, as_html: Any) -> None:
    comment = say(anna, course)
    Course.objects.filter(pk=course.pk).update(status=Status.DRAFT)
    for url in (list_url(course), f"/forum/comment/{comment.pk}/", f"/forum/comment/{2**70}/"):
        assert as_html(anna).get(url).status_code == 404


def test_show_more_leads_to_the_next_page_with_and_without_htmx(
    anna: Any, course: Course, as_html: Any
) -> None:
    for n in range(21):
        say(anna, course, f"Root number {n}")
    first = as_html().get(list_url(course)).content.decode()
    assert "Root number 0<" not in first
    assert f"{list_url(course)}?page=2" in first
    assert "Root number 0<" in as_html().get(f"{list_url(course)}?page=2").content.decode()
    piece = as_html().get(f"{list_url(course)}?page=2", **HTMX).content.decode()
    assert piece.count("comment__card") == 1
    assert "<html" not in piece


def test_a_deeper_answer_names_whom_it_answers(anna: Any, boris: Any, course: Course, as_html: Any) -> None:
    root = say(anna, course)
    answer(anna, answer(boris, root))
    assert "to boris" in as_html().get(f"/forum/comment/{root.pk}/").content.decode()


def test_both_slots_show_the_panel(anna: Any, irina: Any, course: Course) -> None:
    lesson = LessonFactory(course=course)
    say(anna, course, "On the course")
    say(irina, lesson, "On the lesson")
    request = RequestFactory().get("/")
    request.user, request.session, request.htmx = anna, {}, None
    assert "On the course" in panels.render("course.below", request, course)
    assert f'data-channel="lesson.{lesson.pk}"' in panels.render("lesson.below", request, lesson)


def test_the_page_costs_the_same_for_3_and_30_rows(anna: Any, boris: Any, course: Course, as_html: Any) -> None:
    client, counts = as_html(boris), []
    for rows in (3, 30):
        while Comment.objects.filter(root=None).count() < rows:
            root = say(anna, course)
            answer(boris, answer(anna, root))
        client.get(list_url(course))
        with CaptureQueriesContext(connection) as queries:
            client.get(list_url(course))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= PAGE_QUERIES
