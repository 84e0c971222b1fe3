"""Reviews through the pages and the API: the same services, every status, a flat number of queries."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from courses.models import Course, Review
from courses.services import reviews
from courses.tests.factories import CourseFactory, EnrollmentFactory
from profiles.models import User

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]
Api = Callable[..., APIClient]
Count = Callable[[Client, str], int]


@pytest.fixture
def course(irina: User) -> Course:
    return CourseFactory(instructor=irina, slug="algebra")


@pytest.fixture
def student(course: Course, anna: User) -> User:
    EnrollmentFactory(user=anna, course=course, progress_percent=40)
    return anna


@pytest.fixture
def review(course: Course, student: User) -> Review:
    return reviews.post_review(actor=student, course=course, rating=4, content="Clear.")


def test_the_whole_life_through_pages(course: Course, student: User, irina: User, as_html: Html) -> None:
    browser, teacher = as_html(student), as_html(irina)
    page = browser.get("/courses/algebra/").content.decode()
    assert "Nobody has reviewed this course yet." in page
    assert "/courses/algebra/reviews/#write" in page
    answer = browser.post("/courses/algebra/reviews/", {"rating": "5", "content": "Great & short"})
    assert (answer.status_code, answer["Location"]) == (302, "/courses/algebra/reviews/")
    row = Review.objects.get()
    shown = browser.get("/courses/algebra/").content.decode()
    assert "Great &amp; short" in shown
    answer = browser.post(f"{row.get_absolute_url()}edit/", {"rating": "3", "content": "Fine", "revision": "0"})
    assert answer.status_code == 302
    answer = teacher.post(f"{row.get_absolute_url()}reply/", {"content": "Thank you"})
    assert answer.status_code == 302
    shown = as_html().get("/courses/algebra/reviews/").content.decode()
    assert "Fine" in shown
    assert "Thank you" in shown
    assert teacher.post(f"{row.get_absolute_url()}reply/", {"delete": "1"}).status_code == 302
    row.refresh_from_db()
    assert (row.rating, row.reply) == (3, "")
    assert browser.post(f"{row.get_absolute_url()}delete/").status_code == 302
    assert not Review.objects.exists()


def test_a_double_click_is_one_review(course: Course, student: User, as_html: Html) -> None:
    browser = as_html(student)
    form = {"rating": "5", "content": "Great", "token": "0" * 32}
    for _click in range(2):
        assert browser.post("/courses/algebra/reviews/", form).status_code == 302
    assert Review.objects.count() == 1


@pytest.mark.parametrize(
    ("rating", "content"), [("", "Kept words"), ("9", "Kept words"), ("x", "Kept words"), ("5", "Kept" * 1001)]
)
def test_bad_input_is_named_and_kept(
    course: Course, student: User, as_html: Html, rating: str, content: str
) -> None:
    answer = as_html(student).post("/courses/algebra/reviews/", {"rating": rating, "content": content})
    assert answer.status_code == 400
    assert "Kept" in answer.content.decode()
    assert ("content" if len(content) > 4000 else "rating") in answer.context["form"].errors


def test_who_may_not_sees_no_form_and_is_refused(course: Course, boris: User, as_html: Html) -> None:
    browser = as_html(boris)
    assert "star-input" not in browser.get("/courses/algebra/reviews/").content.decode()
    assert browser.post("/courses/algebra/reviews/", {"rating": "5"}).status_code == 403
    assert as_html().post("/courses/algebra/reviews/", {"rating": "5"}).status_code == 302  # to sign-in


def test_too_early_says_from_when_on(course: Course, boris: User, as_html: Html) -> None:
    EnrollmentFactory(user=boris, course=course, progress_percent=10)
    browser = as_html(boris)
    assert "done a fifth of it" in browser.get("/courses/algebra/").content.decode()
    assert browser.post("/courses/algebra/reviews/", {"rating": "5"}).status_code == 409


def test_pages_of_others_are_closed(review: Review, boris: User, as_html: Html) -> None:
    browser, address = as_html(boris), review.get_absolute_url()
    assert browser.get(f"{address}edit/").status_code == 403
    assert browser.post(f"{address}edit/", {"rating": "1"}).status_code == 403
    assert browser.get(f"{address}reply/").status_code == 403
    assert browser.post(f"{address}delete/").status_code == 403
    assert browser.get("/courses/algebra/reviews/999999/").status_code == 404


def test_a_hidden_review_is_its_authors_to_mend(
    review: Review, student: User, boris: User, maxim: User, as_html: Html
) -> None:
    reviews.hide_review(actor=maxim, review=review, reason="off_topic")
    assert as_html(boris).get(review.get_absolute_url()).status_code == 404
    assert "Clear." not in as_html(boris).get("/courses/algebra/reviews/").content.decode()
    page = as_html(student).get(review.get_absolute_url(), follow=True).content.decode()
    assert "Off topic" in page
    assert "Moderators hid your review" in as_html(student).get("/courses/algebra/").content.decode()
    assert "Clear." in as_html(maxim).get(review.get_absolute_url(), follow=True).content.decode()


def test_a_permalink_leads_to_the_right_page(course: Course, as_html: Html) -> None:
    rated = CourseFactory(slug="rated", ratings=(5,) * 12)
    oldest, newest = Review.objects.filter(course=rated).order_by("pk")[0], Review.objects.order_by("-pk")[0]
    client = as_html()
    assert client.get(oldest.get_absolute_url())["Location"] == f"/courses/rated/reviews/?page=2#review-{oldest.pk}"
    assert client.get(newest.get_absolute_url())["Location"] == f"/courses/rated/reviews/#review-{newest.pk}"
    assert client.get("/courses/rated/reviews/?page=3").status_code == 404
    assert client.get("/courses/rated/reviews/?page=x").status_code == 404
    one_star = client.get("/courses/rated/reviews/?rating=1").content.decode()
    assert "Nobody gave this many stars." in one_star


def test_it_can_be_reported_from_the_page(review: Review, boris: User, as_html: Html) -> None:
    address = f"/moderation/report/review/{review.pk}/"
    browser = as_html(boris)
    assert address in browser.get("/courses/algebra/").content.decode()
    assert browser.post(address, {"reason": "spam", "note": ""}).status_code == 302


# API


def test_the_whole_life_through_the_api(course: Course, student: User, irina: User, as_api: Api) -> None:
    client, teacher = as_api(student), as_api(irina)
    made = client.post("/api/courses/algebra/reviews", {"rating": 5, "content": "**Great**"}, format="json")
    assert made.status_code == 201
    body = made.json()
    assert {k: body[k] for k in ("rating", "content", "content_html", "course", "is_edited", "reply")} == {
        "rating": 5, "content": "**Great**", "content_html": "<p><strong>Great</strong></p>\n",
        "course": course.pk, "is_edited": False, "reply": "",
    }  # fmt: skip
    assert body["author"]["username"] == "anna"
    address = f"/api/reviews/{body['id']}"
    tag = as_api().get(address)["ETag"]
    changed = client.put(address, {"rating": 4}, format="json", HTTP_IF_MATCH=tag)
    assert (changed.status_code, changed.json()["rating"], changed.json()["is_edited"]) == (200, 4, True)
    assert client.put(address, {"rating": 3}, format="json", HTTP_IF_MATCH=tag).status_code == 412
    replied = teacher.put(f"{address}/reply", {"content": "Thanks"}, format="json")
    assert (replied.status_code, replied.json()["replied_by"]["username"]) == (200, "irina")
    listed = as_api().get(f"/api/courses/{course.pk}/reviews").json()
    assert (listed["count"], listed["rating"], listed["ratings_count"]) == (1, 4.0, 1)
    assert listed["histogram"][1] == {"stars": 4, "count": 1, "percent": 100}
    assert listed["results"][0]["reply"] == "Thanks"
    assert as_api().get("/api/courses/algebra/reviews?rating=1").json()["count"] == 0
    assert teacher.delete(f"{address}/reply").status_code == 204
    assert client.delete(address).status_code == 204
    assert client.delete(address).status_code == 404


def test_every_refusal_of_the_api(
    course: Course, student: User, boris: User, irina: User, as_api: Api
) -> None:
    address = "/api/courses/algebra/reviews"
    assert as_api().post(address, {"rating": 5}, format="json").status_code == 401
    assert as_api(boris).post(address, {"rating": 5}, format="json").status_code == 403
    assert as_api(irina).post(address, {"rating": 5}, format="json").status_code == 403
    assert as_api(student).post("/api/courses/none/reviews", {"rating": 5}, format="json").status_code == 404
    for bad in ({}, {"rating": 0}, {"rating": 6}, {"rating": "a"}, {"rating": 5, "content": "a\x00b"}):
        answer = as_api(student).post(address, bad, format="json")
        assert answer.status_code == 400, bad
        assert answer.json()["errors"][0]["field"] in {"rating", "content"}
    assert as_api(student).get(f"{address}?rating=9").status_code == 400
    assert as_api(student).post(address, {"rating": 5}, format="json").status_code == 201
    again = as_api(student).post(address, {"rating": 5}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "already_reviewed")
    review = f"/api/reviews/{Review.objects.get().pk}"
    assert as_api(boris).put(review, {"rating": 1}, format="json").status_code == 403
    assert as_api(boris).put(f"{review}/reply", {"content": "x"}, format="json").status_code == 403
    assert as_api(boris).post(f"{review}/flag", {"reason": "spam"}, format="json").status_code == 201
    assert as_api(boris).post(f"{review}/flag", {"reason": "spam"}, format="json").status_code == 409
    assert as_api(student).post(f"{review}/flag", {"reason": "spam"}, format="json").status_code == 403


def test_an_idempotency_key_makes_a_repeat_harmless(course: Course, student: User, as_api: Api) -> None:
    client, key = as_api(student), {"HTTP_IDEMPOTENCY_KEY": "k1"}
    first = client.post("/api/courses/algebra/reviews", {"rating": 5}, format="json", **key)
    again = client.post("/api/courses/algebra/reviews", {"rating": 5}, format="json", **key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again["Idempotency-Replayed"] == "true"


def test_cost_is_the_same_for_three_and_thirty(
    anna: User, as_html: Html, as_api: Api, count_own_queries: Count
) -> None:
    costs: dict[str, set[int]] = {}
    for number in (3, 30):
        course = CourseFactory(slug=f"c{number}", ratings=(5, 4, 3) * (number // 3))
        EnrollmentFactory(user=anna, course=course, progress_percent=30)
        client: Any = as_html(anna)
        costs.setdefault("course", set()).add(count_own_queries(client, course.get_absolute_url()))
        costs.setdefault("list", set()).add(count_own_queries(client, f"{course.get_absolute_url()}reviews/"))
        costs.setdefault("api", set()).add(count_own_queries(client, f"/api/courses/c{number}/reviews"))
    assert costs == {"course": {5}, "list": {7}, "api": {6}}
