"""The forum over the API: every path, every status."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from forum import services
from forum.models import Post, Topic
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.models import User

pytestmark = pytest.mark.django_db
Api = Callable[..., APIClient]
TOPIC_FIELDS = set(
    "id title kind category author course lesson lesson_second tags content content_html is_pinned is_locked "
    "lock_reason is_solved pinned_until slow_mode_seconds slow_mode_until best_answer views_count replies_count "
    "likes_count is_liked is_edited is_deleted last_post_at created_at "
    "updated_at url".split()
)
POST_FIELDS = set(
    "id number topic content content_html author reply_to likes_count is_liked is_edited is_best_answer is_deleted "
    "is_endorsed endorsed_at endorsed_by created_at updated_at url".split()
)


def test_categories_are_one_list_with_counters(as_api: Api) -> None:
    TopicFactory(category=CategoryFactory(slug="general"))
    CategoryFactory(audience="staff")
    answer = as_api().get("/api/forum/categories").json()
    assert (answer["count"], answer["next"], answer["previous"]) == (1, None, None)
    assert set(answer["results"][0]) == {
        "id", "slug", "name", "description", "icon", "order_index", "topics_count", "posts_count",
    }  # fmt: skip


def test_a_topic_is_made_and_read_back_with_its_posts(as_api: Api, anna: User) -> None:
    shelf = CategoryFactory(slug="general")
    body = {"title": "How does it work?", "content": "**Tell** me", "category": "general", "tags": ["python"]}
    made = as_api(anna).post("/api/forum/topics", body)
    assert made.status_code == 201
    assert set(made.json()) == TOPIC_FIELDS
    assert made["ETag"]
    read = as_api().get(f"/api/forum/topics/{made.json()['id']}").json()
    assert set(read) == TOPIC_FIELDS | {"posts"}
    assert (read["category"], read["tags"], read["content"]) == (shelf.pk, ["python"], "**Tell** me")
    assert set(read["posts"]["results"][0]) == POST_FIELDS
    assert read["author"] == {"id": anna.pk, "username": "anna", "display_name": "anna", "avatar_url": None}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "abc"}, "title"),
        ({"title": None}, "title"),
        ({"content": "x" * 20_001}, "content"),
        ({"content": "\u200b"}, "content"),
        ({"content": "a\x00b"}, "content"),
        ({"content": "a\ud800b"}, "content"),
        ({"category": 10**30}, "category"),
        ({"category": "nowhere"}, "category"),
        ({"category": True}, "category"),
        ({"course": "nowhere"}, "course"),
        ({"lesson": 12345}, "lesson"),
        ({"kind": "poem"}, "kind"),
        ({"tags": ["aa", "bb", "cc", "dd", "ee", "ff"]}, "tags"),
    ],
)
def test_bad_input_is_400_on_its_field(as_api: Api, anna: User, change: dict[str, Any], field: str) -> None:
    body = {"title": "A fine title", "content": "Some text", "category": CategoryFactory().pk} | change
    # Escaped by json, as a client may send a lone surrogate.
    answer = as_api(anna).post("/api/forum/topics", json.dumps(body), content_type="application/json")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert Topic.objects.count() == 0


def test_everything_that_writes_answers_401_to_visitors(as_api: Api) -> None:
    post = reply(TopicFactory())
    topic, api = post.topic_id, as_api()
    for method, path in [
        ("post", "/api/forum/topics"), ("put", f"/api/forum/topics/{topic}"),
        ("delete", f"/api/forum/topics/{topic}"), ("post", f"/api/forum/topics/{topic}/posts"),
        ("put", f"/api/forum/posts/{post.pk}"), ("delete", f"/api/forum/posts/{post.pk}"),
        ("post", f"/api/forum/topics/{topic}/like"), ("delete", f"/api/forum/posts/{post.pk}/like"),
        ("put", f"/api/forum/topics/{topic}/pin"), ("put", f"/api/forum/topics/{topic}/lock"),
        ("put", f"/api/forum/topics/{topic}/best-answer"), ("post", f"/api/forum/topics/{topic}/restore"),
    ]:  # fmt: skip
        assert getattr(api, method)(path).status_code == 401, path


def test_strangers_get_403_and_absent_things_404(as_api: Api, boris: User) -> None:
    post = reply(TopicFactory())
    api = as_api(boris)
    words = {"title": "Mine now, yes", "content": "Mine"}
    assert api.put(f"/api/forum/topics/{post.topic_id}", words).status_code == 403
    assert api.delete(f"/api/forum/topics/{post.topic_id}").status_code == 403
    assert api.put(f"/api/forum/posts/{post.pk}", words).status_code == 403
    assert api.put(f"/api/forum/topics/{post.topic_id}/pin", {"is_pinned": True}).status_code == 403
    assert api.put(f"/api/forum/topics/{post.topic_id}/lock", {"is_locked": True}).status_code == 403
    assert api.put(f"/api/forum/topics/{post.topic_id}/best-answer", {"post": post.pk}).status_code == 403
    assert api.post(f"/api/forum/posts/{post.pk}/restore").status_code == 403
    for path in ("topics/999", f"topics/{10**25}", "posts/999", f"topics/{post.topic_id}?page=2"):
        assert api.get(f"/api/forum/{path}").status_code == 404, path
    assert api.get(f"/api/forum/topics/{post.topic_id}/").status_code == 404


def test_a_stale_if_match_is_412(as_api: Api, anna: User) -> None:
    topic = TopicFactory(author=anna)
    api, path = as_api(anna), f"/api/forum/topics/{topic.pk}"
    old = api.get(path)["ETag"]
    words = {"title": "Another title", "content": "Another text"}
    changed = api.put(path, words, HTTP_IF_MATCH=old)
    assert (changed.status_code, changed.json()["is_edited"]) == (200, True)
    assert changed["ETag"] != old
    assert api.put(path, words, HTTP_IF_MATCH=old).status_code == 412


def test_reading_and_liking_leave_the_etag_alone(as_api: Api, anna: User, boris: User) -> None:
    topic = TopicFactory(author=anna)
    path = f"/api/forum/topics/{topic.pk}"
    before = as_api().get(path)["ETag"]
    as_api(boris).post(f"{path}/like")
    assert as_api().get(path)["ETag"] == before


def test_a_repeated_key_makes_one_reply(as_api: Api, anna: User) -> None:
    path = f"/api/forum/topics/{TopicFactory().pk}/posts"
    api = as_api(anna)
    answers = [api.post(path, {"content": "Only once"}, HTTP_IDEMPOTENCY_KEY="k1") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert answers[1]["Idempotency-Replayed"] == "true"
    assert Post.objects.filter(number=2).count() == 1
    assert api.post(path, {"content": "Other"}, HTTP_IDEMPOTENCY_KEY="k1").status_code == 422


def test_a_locked_topic_is_409_with_the_reason(as_api: Api, anna: User, maxim: User) -> None:
    topic = TopicFactory()
    path = f"/api/forum/topics/{topic.pk}"
    locked = as_api(maxim).put(f"{path}/lock", {"is_locked": True, "reason": "Solved"})
    assert (locked.status_code, locked.json()["is_locked"]) == (200, True)
    answer = as_api(anna).post(f"{path}/posts", {"content": "But still"})
    assert (answer.status_code, answer.json()["code"]) == (409, "topic_locked")
    assert "Solved" in answer.json()["detail"]


def test_pin_like_accept_and_back(as_api: Api, anna: User, boris: User, maxim: User) -> None:
    topic = TopicFactory(author=anna, kind="question")
    post = reply(topic, boris)
    path = f"/api/forum/topics/{topic.pk}"
    assert as_api(maxim).put(f"{path}/pin", {"is_pinned": True}).json()["is_pinned"]
    assert as_api(boris).post(f"{path}/like").json() == {"liked": True, "likes_count": 1}
    assert as_api(boris).post(f"{path}/like").json() == {"liked": True, "likes_count": 1}
    assert as_api(boris).get(path).json()["is_liked"]
    assert as_api(boris).delete(f"{path}/like").json() == {"liked": False, "likes_count": 0}
    assert as_api(anna).post(f"{path}/like").status_code == 403
    assert as_api(anna).post(f"/api/forum/posts/{post.pk}/like").json()["likes_count"] == 1
    solved = as_api(anna).put(f"{path}/best-answer", {"post": post.pk}).json()
    assert (solved["best_answer"], solved["is_solved"]) == (post.pk, True)
    assert as_api().get(f"/api/forum/posts/{post.pk}").json()["is_best_answer"]
    body = topic.posts.get(number=1).pk
    assert as_api(anna).put(f"{path}/best-answer", {"post": body}).status_code == 400
    assert not as_api(anna).delete(f"{path}/best-answer").json()["is_solved"]


def test_a_deleted_post_is_404_but_for_moderators_who_restore_it(as_api: Api, anna: User, maxim: User) -> None:
    post = reply(TopicFactory(), anna)
    path = f"/api/forum/posts/{post.pk}"
    assert as_api(anna).delete(path).status_code == 204
    assert as_api(anna).get(path).status_code == 404
    assert as_api(maxim).get(path).json()["is_deleted"]
    assert len(as_api(anna).get(f"/api/forum/topics/{post.topic_id}").json()["posts"]["results"]) == 1
    assert as_api(maxim).post(f"{path}/restore").status_code == 200
    assert as_api(anna).get(path).status_code == 200


def test_a_deleted_topic_is_404_but_for_moderators_who_restore_it(as_api: Api, anna: User, maxim: User) -> None:
    topic = TopicFactory(author=anna)
    path = f"/api/forum/topics/{topic.pk}"
    assert as_api(anna).delete(f"/api/forum/posts/{topic.posts.get().pk}").json()["code"] == "body"
    assert as_api(anna).delete(path).status_code == 204
    assert as_api(anna).get(path).status_code == 404
    assert as_api(maxim).get(path).json()["is_deleted"]
    assert as_api(maxim).post(f"{path}/restore").status_code == 200


def test_pages_are_fixed_windows_of_ten(as_api: Api, anna: User) -> None:
    topic = TopicFactory()
    replies = [reply(topic, anna, f"Answer {n}") for n in range(11)]
    services.delete_post(actor=anna, post=replies[3])
    first = as_api().get(f"/api/forum/topics/{topic.pk}").json()["posts"]
    assert [post["number"] for post in first["results"]] == [1, 2, 3, 4, 6, 7, 8, 9, 10]
    second = as_api().get(first["next"]).json()["posts"]
    assert [post["number"] for post in second["results"]] == [11, 12]
    assert (first["count"], first["previous"], second["next"]) == (11, None, None)


def test_lists_are_ordered_and_filtered(as_api: Api, anna: User, boris: User, maxim: User) -> None:
    shelf = CategoryFactory()
    old = TopicFactory(category=shelf, author=anna, title="Интегралы и пределы", tags=["math"])
    new = TopicFactory(category=shelf, author=boris, title="Second topic", kind="question")
    pinned = TopicFactory(category=shelf, author=anna, title="Pinned topic")
    services.pin_topic(actor=maxim, topic=pinned, is_pinned=True)
    reply(old, boris)
    services.accept_answer(actor=boris, topic=new, post=reply(new, anna).pk)

    def ids(query: str) -> list[int]:
        answer = as_api().get(f"/api/forum/categories/{shelf.pk}/topics{query}")
        assert answer.status_code == 200
        return [topic["id"] for topic in answer.json()["results"]]

    assert ids("") == [pinned.pk, new.pk, old.pk]
    assert ids("?ordering=created_at") == [old.pk, new.pk, pinned.pk]
    assert ids("?tag=math") == [old.pk]
    assert ids("?author=BORIS") == [new.pk]
    assert ids("?is_solved=true") == [new.pk]
    assert ids("?q=интегралы") == [old.pk]
    bad = as_api().get(f"/api/forum/categories/{shelf.pk}/topics?ordering=password")
    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (400, "ordering")
    assert as_api().get(f"/api/forum/categories/{shelf.pk}/topics?is_solved=maybe").status_code == 400
    hidden = CategoryFactory(audience="staff")
    assert as_api().get(f"/api/forum/categories/{hidden.pk}/topics").status_code == 404


def test_search_finds_titles_and_escapes_them(as_api: Api) -> None:
    TopicFactory(title="<b>Bold</b> integrals")
    hit = as_api().get("/api/forum/search?q=integrals").json()["results"][0]
    assert hit["snippet_html"] == "&lt;b&gt;Bold&lt;/b&gt; <mark>integrals</mark>"
    assert set(hit) == {"type", "id", "title", "snippet_html", "url", "author", "created_at"}
    assert as_api().get("/api/forum/search?q=").json()["count"] == 0


@pytest.mark.parametrize("rows", [3, 30])
def test_the_api_costs_the_same_at_3_and_30_rows(
    as_api: Api, anna: User, rows: int, django_assert_num_queries: Any
) -> None:
    shelf = CategoryFactory()
    for n in range(rows):
        topic = TopicFactory(category=shelf, tags=["one", f"tag{n}"])
    for n in range(rows):
        reply(topic, content=f"Answer {n}")
    api = as_api(anna)
    api.get("/api/forum/categories")  # notes the session
    api.get(f"/api/forum/topics/{topic.pk}")  # from then on the cache knows who moderates what
    with django_assert_num_queries(8):  # session, user, category, what is watched, count, topics, tags, bodies
        api.get(f"/api/forum/categories/{shelf.pk}/topics")
    with django_assert_num_queries(6):  # session, user, topic, body, tags, posts
        api.get(f"/api/forum/topics/{topic.pk}")
