"""A refusal for being too fast says when, on pages and in the API, whoever counts."""

import pytest

from forum.models import Post
from forum.tests.factories import TopicFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tight(settings):
    settings.RATE_LIMIT_SCALE = 1
    settings.RATE_LIMITS = {"reply": "1/3600", "search": "1/60", "visitor:search": "1/60"}


def test_a_page_keeps_the_text_and_names_the_wait(tight, as_html, anna, boris):
    topic = TopicFactory(author=boris)
    door = f"{topic.get_absolute_url()}reply/"
    assert as_html(anna).post(door, {"content": "First"}).status_code == 302
    answer = as_html(anna).post(door, {"content": "Second, typed with care"})
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 3600
    assert "Try again in" in answer.text
    assert "Second, typed with care" in answer.text


def test_the_api_says_the_same(tight, as_api, anna, boris):
    topic = TopicFactory(author=boris)
    door = f"/api/forum/topics/{topic.pk}/posts"
    for empty in range(3):  # what is refused for other reasons costs nothing
        assert as_api(anna).post(door, {"content": ""}).status_code == 400, empty
    assert as_api(anna).post(door, {"content": "First"}).status_code == 201
    answer = as_api(anna).post(door, {"content": "Second"})
    assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
    assert 1 <= int(answer["Retry-After"]) <= 3600
    assert Post.objects.filter(author=anna).count() == 1


def test_a_replayed_request_takes_no_place(tight, as_api, anna, boris):
    topic = TopicFactory(author=boris)
    for _n in range(3):
        answer = as_api(anna).post(
            f"/api/forum/topics/{topic.pk}/posts", {"content": "First"}, headers={"Idempotency-Key": "one"}
        )
        assert answer.status_code == 201


def test_the_sign_in_library_says_when_too(settings, as_html):
    settings.ACCOUNT_RATE_LIMITS = {"signup": "1/m/ip"}
    typed = {"email": "nobody@example.com", "username": "", "password1": ""}
    assert as_html().post("/accounts/signup/", typed).status_code != 429
    answer = as_html().post("/accounts/signup/", typed)
    assert answer.status_code == 429
    assert answer["Retry-After"] == "60"
    assert "60 seconds" in answer.text
