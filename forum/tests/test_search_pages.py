"""Finding through the page and the API: what they answer, how often they may be asked, what they cost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from courses.models import Lesson
from courses.tests.factories import CourseFactory, LessonFactory
from forum import services
from forum.selectors.search import search
from forum.selectors.search_titles import similar, suggest
from forum.services import comments, search_index
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.models import User

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]
Api = Callable[..., APIClient]
PAGE, API = "/forum/search/", "/api/forum/search"
COSTS = {"search": 8, "suggest": 8, "similar": 4}  # with session, account and header where there are any

NASTY = (
    "'", '"', "'\"", "\\", "\\'", "%", "_", "*", "a*", '"*"', "(", ")", "(((", "a AND", "OR", "NOT a", "NEAR(a b)",
    "a NEAR/2 b", "^a", "{words} : a", "title_words:a", "-", "--", "-a", '-"', '"a b', "a:b:c", ":", "::", "tag:",
    "tag:::", "author:@", "author:", "is:", "order:", "before:", "before:2026-02-30", "after:0000", "after:99999",
    "a & b | !c", "a <-> b", "'a':*", "a:*", "a\\:b", "&", "; DROP TABLE forum_searchentry; --", "' OR 1=1",
    "<script>alert(1)</script>", "%00", "\u0000", "\ud800", "\u202e", "\ufeff", "é́́", "我喜欢", "한국어", "🦓🦓", "ﷺ",
    "İi", "ß", "ǅ", "½", "²", "①", "'" * 150, '"' * 151, "a " * 100, "-a " * 60, "ё" * 300, "#", "##a", "c++",
    "c+++", "+", "a+b", "a-b-c", "don't", "rock'n'roll", "’’", "1e400", "-1", "tag:" + "a" * 190, "course:%",
    "course:'", 'category:"', "author:\x00", "category:\x00", "course:\ud800", "tag:\x00", "author:" + "ж" * 150,
    "has:code has:code", "in:title in:title", "-in:title", "-order:likes", "-before:2026", "after:2026 -after:2026",
    "is:mine -is:mine", "order:likes order:oldest", "«", "«»", "“”", "«a", "a»",
)  # fmt: skip


def test_the_page_shows_results_with_marks_and_where_they_stand(as_html: Html, anna: User) -> None:
    beasts = CategoryFactory(name="Beasts")
    topic = TopicFactory(author=anna, category=beasts, title="Zebra <b>", content="Black stripes")
    page = as_html().get(PAGE, {"q": "zebra stripes"}).content.decode()
    assert f'href="/forum/topic/{topic.pk}/"><mark>Zebra</mark> &lt;b&gt;</a>' in page
    assert "Black <mark>stripes</mark>" in page
    assert "Beasts" in page
    assert "1 result" in page
    assert '<meta name="robots" content="noindex">' in page


def test_every_kind_of_thing_has_a_card(as_html: Html, anna: User, irina: User, maxim: User) -> None:
    """An icon that does not exist raises here."""
    topic = TopicFactory(author=maxim, kind="announcement", title="Zebra news")
    reply(topic, anna, "A zebra")
    TopicFactory(author=anna, kind="question", title="Zebra, why?")
    TopicFactory(author=anna, title="Zebra talk")
    course = CourseFactory(instructor=irina, title="Zebra care")
    for kind in ("article", "video", "quiz"):
        lesson = LessonFactory(course=course, title=f"Zebra {kind}")
        Lesson.objects.filter(pk=lesson.pk).update(kind=kind)
    comments.post_comment(actor=anna, target=course, content="A zebra")
    search_index.put_course(course.pk)
    search_index.put_people(User.objects.create_user("zebra", email="zebra@example.com").pk)
    page = as_html().get(PAGE, {"q": "zebra"}).content.decode()
    assert "10 results" in page
    assert page.count('class="hit hit--') == 10
    piece = as_html().get(f"{PAGE}suggest/", {"q": "zebra"}).content.decode()
    assert piece.count('role="option"') == 6  # five, and the way to all


def test_the_empty_page_and_one_without_results_explain_the_operators(as_html: Html) -> None:
    for query in ({}, {"q": "zebra"}, {"q": "zebra is:purple"}):
        page = as_html().get(PAGE, query).content.decode()
        assert "author:anna" in page
    assert "takes one of" in page
    assert "Nothing found" in page


def test_tabs_orders_and_pages_keep_what_was_asked(as_html: Html, anna: User) -> None:
    topic = TopicFactory(author=anna, title="Zebra")
    for n in range(25):
        reply(topic, anna, f"Zebra {n}")
    client = as_html()
    page = client.get(PAGE, {"q": "zebra", "tab": "posts", "order": "oldest", "page": "2"}).content.decode()
    assert "25 results" in page
    assert "<mark>Zebra</mark> 24" in page
    assert 'href="?q=zebra&amp;tab=people&amp;order=oldest"' in page
    assert 'href="?q=zebra&amp;tab=posts&amp;order=likes"' in page
    assert client.get(PAGE, {"q": "zebra", "page": "3"}).status_code == 404
    assert client.get(PAGE, {"q": "zebra", "tab": "nonsense", "order": "nonsense"}).status_code == 200


def test_the_api_answers_what_the_contract_says(as_api: Api, anna: User, irina: User) -> None:
    topic = TopicFactory(author=anna, title="Zebra", content="Stripes")
    answer = reply(topic, irina, "A zebra")
    hits = as_api().get(API, {"q": "zebra"}).json()
    assert set(hits) == {"count", "next", "previous", "results"}
    assert [(hit["type"], hit["id"], hit["url"]) for hit in hits["results"]] == [
        ("topic", topic.pk, f"/forum/topic/{topic.pk}/"), ("post", answer.pk, f"/forum/post/{answer.pk}/"),
    ]  # fmt: skip
    first = hits["results"][0]
    assert set(first) == {"type", "id", "title", "snippet_html", "url", "author", "created_at"}
    assert first["snippet_html"] == "<mark>Zebra</mark>"  # it was found by its title alone
    assert first["author"]["username"] == "anna"
    assert first["created_at"].endswith("Z")
    assert as_api().get(API, {"q": "zebra", "tab": "posts"}).json()["count"] == 1
    assert as_api().get(API, {"q": ""}).json() == {"count": 0, "next": None, "previous": None, "results": []}
    assert as_api().get(API).json()["count"] == 0
    wrong = as_api().get(API, {"q": "zebra", "tab": "stars"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "tab")
    assert as_api().get(API, {"q": "zebra", "page": "2"}).status_code == 404


def test_suggestions_and_similar_questions_are_pieces_and_lists(
    as_html: Html, as_api: Api, anna: User
) -> None:
    topic = TopicFactory(title="Zebra <stripes>")
    search_index.put_people(anna.pk)
    piece = as_html().get(f"{PAGE}suggest/", {"q": "zeb"}).content.decode()
    assert f'role="option" tabindex="-1" aria-selected="false" href="/forum/topic/{topic.pk}/"' in piece
    assert "<mark>Zebra</mark> &lt;stripes&gt;" in piece
    assert "<html" not in piece
    assert "@anna" in as_html().get(f"{PAGE}suggest/", {"q": "ann"}).content.decode()
    assert [hit["type"] for hit in as_api().get(f"{API}/suggest", {"q": "zeb"}).json()["results"]] == [
        "topic"
    ]
    piece = as_html().get(f"{PAGE}similar/", {"title": "Stripes of a zebra"}).content.decode()
    assert f'href="/forum/topic/{topic.pk}/"' in piece
    assert as_api().get(f"{API}/similar", {"title": "Stripes of a zebra"}).json()["count"] == 1
    assert as_html().get(f"{PAGE}similar/").content.decode().strip() == ""


def test_similar_questions_are_shown_without_a_script_where_a_form_comes_back(
    as_html: Html, anna: User
) -> None:
    other = TopicFactory(title="Why do zebras have stripes?")
    client = as_html(anna)
    page = client.post("/forum/new/", {"title": "Stripes of zebras", "content": "", "kind": "question"})
    assert page.status_code == 400
    assert f'href="/forum/topic/{other.pk}/"' in page.content.decode()
    assert "Perhaps this has been asked" not in client.get("/forum/new/").content.decode()


def test_searching_too_often_is_refused_with_the_wait(
    as_html: Html, as_api: Api, anna: User, settings: Any
) -> None:
    settings.RATE_LIMIT_SCALE = 1
    visitor, member = as_html(), as_api(anna)
    assert {visitor.get(PAGE, {"q": "zebra"}).status_code for _ in range(15)} == {200}
    refused = visitor.get(PAGE, {"q": "zebra"})
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert visitor.get(PAGE).status_code == 200  # the empty page asks nothing
    assert visitor.get(f"{PAGE}suggest/", {"q": "ze"}).status_code == 200
    assert {member.get(API, {"q": "zebra"}).status_code for _ in range(30)} == {200}
    assert member.get(API, {"q": "zebra"}).status_code == 429


@pytest.mark.parametrize("rows", [3, 30])
def test_finding_costs_the_same_at_3_and_30_rows(as_html: Html, anna: User, irina: User, rows: int) -> None:
    shelf, course = CategoryFactory(), CourseFactory(instructor=irina, title="Zebra care")
    search_index.put_course(course.pk)
    for n in range(rows):
        person = User.objects.create_user(f"zebra{n}", email=f"zebra{n}@example.com")
        search_index.put_people(person.pk)
        topic = TopicFactory(author=person, category=shelf, title=f"Zebra {n}", tags=[f"tag{n}"])
        reply(topic, anna, "A zebra")
        comments.post_comment(actor=person, target=course, content="A zebra")
    client = as_html(anna)
    client.get("/forum/")
    costs = {}
    for name, path, query in (
        ("search", PAGE, {"q": "zebra order:oldest"}), ("suggest", f"{PAGE}suggest/", {"q": "zebra"}),
        ("similar", f"{PAGE}similar/", {"title": "Zebra"}),
    ):  # fmt: skip
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(path, query)
        assert "<mark>" in answer.content.decode()
        costs[name] = len(captured)
    assert costs == COSTS


def test_nothing_typed_breaks_page_or_api(as_html: Html, as_api: Api, anna: User) -> None:
    TopicFactory(author=anna, title="Zebra c++ don't", content="```\na b\n```", tags=["c++"])
    visitor, member, program = as_html(), as_html(anna), as_api(anna)
    for typed in NASTY:
        shown = typed.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        answers = (
            visitor.get(PAGE, {"q": shown}), member.get(PAGE, {"q": shown}), program.get(API, {"q": shown}),
            visitor.get(f"{PAGE}suggest/", {"q": shown}), visitor.get(f"{PAGE}similar/", {"title": shown}),
        )  # fmt: skip
        expected = 400 if "\x00" in typed else 200  # the site takes no NUL in any address
        assert {answer.status_code for answer in answers} == {expected}, repr(typed)


PIECES = st.sampled_from([
    *NASTY[:40], "zebra", "зебра", "tag:c++", "is:solved", "-", '"', "author:anna", "before:2026", "in:title", " ",
    "order:likes",
])  # fmt: skip


TYPED = st.one_of(
    st.text(max_size=60),
    st.lists(PIECES, max_size=6).map(" ".join),
    st.lists(PIECES, max_size=6).map("".join),
)


@pytest.fixture
def reader(anna: User, boris: User) -> User:
    """Return anna, where there is something to find."""
    topic = TopicFactory(
        author=anna, kind="question", title="Zebra c++ & зебра", content="a b c <b>", tags=["c++"]
    )
    services.accept_answer(actor=anna, topic=topic, post=reply(topic, boris, "x and OR zebra").pk)
    return anna


@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(typed=TYPED)
def test_a_thousand_fuzzed_searches_give_results_not_errors(reader: User, typed: str) -> None:
    for hit in search(reader, typed)[:3]:
        assert "<" not in hit.snippet_html.replace("<mark>", "").replace("</mark>", "")


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(typed=TYPED)
def test_fuzzed_beginnings_and_titles_give_lists_not_errors(reader: User, typed: str) -> None:
    assert len(suggest(reader, typed)) <= 11
    assert len(similar(reader, typed)) <= 5
