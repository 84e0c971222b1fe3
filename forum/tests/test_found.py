"""What search engines and shared links learn of a page, checked by machine: JSON-LD, addresses, pictures."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image

from community_platform.core import ogimage
from community_platform.core.ogimage import Card
from forum import services
from forum.models import Category, Post, Topic
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.models import User

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]
SITE = settings.SITE_URL


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


def data_of(page: str) -> list[Any]:
    """Return every JSON-LD block of a page."""
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return [json.loads(block) for block in blocks]


def head_of(page: str) -> dict[str, str]:
    """Return rel → href of the links that name the page's address and neighbours; robots under its own name."""
    links = dict(re.findall(r'<link rel="(canonical|prev|next)" href="([^"]+)">', page))
    return links | dict(re.findall(r'<meta name="(robots)" content="([^"]+)">', page))


@pytest.fixture
def question(anna: User) -> Topic:
    return TopicFactory(author=anna, category=CategoryFactory(slug="maths", name="Maths"), kind="question")


def test_a_question_is_a_qapage_with_its_answers(
    as_html: Html, question: Topic, anna: User, boris: User
) -> None:
    best, other = reply(question, boris, "Because **so**"), reply(question, boris, "I think ||not||")
    reply(question, boris, "![](/media/forum/a.png)")
    gone = reply(question, boris, "Gone")
    services.delete_post(actor=boris, post=gone)
    services.accept_answer(actor=anna, topic=question, post=best.pk)
    services.like_post(actor=anna, post=best)
    page, crumbs = data_of(as_html().get(question.get_absolute_url()).content.decode())
    thing = page["mainEntity"]
    assert (page["@context"], page["@type"], thing["@type"]) == ("https://schema.org", "QAPage", "Question")
    assert (thing["name"], thing["text"]) == (question.title, "I have tried this and that.")
    assert (thing["answerCount"], thing["upvoteCount"]) == (3, 0)
    assert thing["author"] == {"@type": "Person", "name": "anna", "url": f"{SITE}/profile/anna/"}
    accepted = thing["acceptedAnswer"]
    assert (accepted["@type"], accepted["text"], accepted["upvoteCount"]) == ("Answer", "Because so", 1)
    assert accepted["url"] == f"{SITE}/forum/post/{best.pk}/"
    # The picture without words and the deleted answer are not among them, and a spoiler tells nothing.
    assert [(item["url"], item["text"]) for item in thing["suggestedAnswer"]] == [
        (f"{SITE}/forum/post/{other.pk}/", "I think ▒▒▒")
    ]
    assert crumbs["@type"] == "BreadcrumbList"
    assert [item["item"] for item in crumbs["itemListElement"]] == [
        f"{SITE}/forum/", f"{SITE}/forum/maths/", SITE + question.get_absolute_url(),
    ]  # fmt: skip
    assert [item["position"] for item in crumbs["itemListElement"]] == [1, 2, 3]


def test_a_best_answer_of_a_later_page_is_told_on_the_first(
    as_html: Html, question: Topic, anna: User, boris: User
) -> None:
    answers = [reply(question, boris, f"Answer {n}") for n in range(12)]
    services.accept_answer(actor=anna, topic=question, post=answers[-1].pk)
    client = as_html()
    first, second = (client.get(f"{question.get_absolute_url()}?page={n}").content.decode() for n in (1, 2))
    entity = data_of(first)[0]["mainEntity"]
    assert (entity["acceptedAnswer"]["text"], len(entity["suggestedAnswer"])) == ("Answer 11", 9)
    assert f'<a class="btn btn--s" href="/forum/post/{answers[-1].pk}/">' in first
    later = data_of(second)[0]["mainEntity"]
    assert (later["url"], "text" in later) == (SITE + question.get_absolute_url(), False)
    assert (later["acceptedAnswer"]["text"], later["suggestedAnswer"][0]["text"]) == ("Answer 11", "Answer 9")
    assert "best-answer__head" not in second


def test_a_discussion_holds_its_comments_and_later_pages_repeat_the_opening(
    as_html: Html, boris: User
) -> None:
    topic = TopicFactory()
    for n in range(11):
        reply(topic, boris, f"Comment {n}")
    client = as_html()
    first, second = (
        data_of(client.get(f"{topic.get_absolute_url()}?page={n}").content.decode())[0] for n in (1, 2)
    )
    for data in (first, second):
        assert data["@type"] == "DiscussionForumPosting"
        assert data["headline"] == topic.title
        assert data["url"] == data["mainEntityOfPage"] == SITE + topic.get_absolute_url()
        assert {"author", "datePublished", "interactionStatistic"} <= set(data)
        assert data["commentCount"] == 11
    assert (first["text"], "text" in second) == ("I have tried this and that.", False)
    assert [item["text"] for item in second["comment"]] == ["Comment 9", "Comment 10"]
    assert first["comment"][0]["@type"] == "Comment"


def test_a_page_names_one_address_and_its_neighbours(as_html: Html) -> None:
    topic = TopicFactory(category=CategoryFactory(slug="maths"))
    for n in range(21):
        reply(topic, content=f"Answer {n}")
    client, base = as_html(), SITE + topic.get_absolute_url()
    path = topic.get_absolute_url()
    assert head_of(client.get(f"{path}?ref=X&utm_source=mail").content.decode()) == {
        "canonical": base, "next": f"{base}?page=2",
    }  # fmt: skip
    assert head_of(client.get(f"{path}?page=2&quote=3&reply_to=3").content.decode()) == {
        "canonical": f"{base}?page=2", "prev": base, "next": f"{base}?page=3",
    }  # fmt: skip
    assert head_of(client.get(f"{path}?page=3").content.decode()) == {
        "canonical": f"{base}?page=3", "prev": f"{base}?page=2",
    }  # fmt: skip


@pytest.mark.parametrize(
    "path",
    ["/forum/?tab=unanswered", "/forum/maths/?ordering=-likes_count", "/forum/search/?q=x", "/courses/?q=x"],
)
def test_filters_and_searches_stay_out_of_search_engines(as_html: Html, path: str) -> None:
    CategoryFactory(slug="maths")
    assert head_of(as_html().get(path).content.decode()) == {"robots": "noindex"}


def test_what_visitors_cannot_read_tells_the_world_nothing(
    as_html: Html, maxim: User, question: Topic
) -> None:
    Category.objects.filter(slug="maths").update(audience="members")
    for path in (question.get_absolute_url(), "/forum/maths/"):
        page = as_html(maxim).get(path).content.decode()
        assert (data_of(page), head_of(page)) == ([], {"robots": "noindex"})


def test_a_profile_without_any_word_is_thin(as_html: Html, anna: User, boris: User) -> None:
    TopicFactory(author=anna)
    assert "canonical" in head_of(as_html().get("/profile/anna/").content.decode())
    assert head_of(as_html().get("/profile/boris/").content.decode()) == {"robots": "noindex"}
    assert "/forum/user/anna/feed/" in as_html().get("/profile/anna/").content.decode()


def test_the_description_hides_what_a_spoiler_hides(as_html: Html) -> None:
    topic = TopicFactory(content='The answer is ||forty-two|| "they" say ' + "and go on " * 30)
    page = as_html().get(topic.get_absolute_url()).content.decode()
    found = re.search(r'<meta name="description" content="([^"]*)">', page)
    assert found is not None
    assert "forty-two" not in page.partition("</head>")[0]
    assert found[1].startswith("The answer is ▒▒▒ &quot;they&quot; say")
    assert found[1].endswith("…")


def _picture_path(page: str) -> str:
    found = re.search(r'<meta property="og:image" content="([^"]+)">', page)
    assert found is not None
    assert found[1].startswith(SITE)
    return found[1].removeprefix(SITE)


def test_each_page_has_a_picture_for_shared_links(as_html: Html, question: Topic, maxim: User) -> None:
    client = as_html()
    paths = {path: _picture_path(client.get(path).content.decode()) for path in (
        question.get_absolute_url(), "/forum/maths/", "/", "/courses/",
    )}  # fmt: skip
    assert paths["/"] == paths["/courses/"] == "/card.png"
    assert len(set(paths.values())) == 3
    for path in paths.values():
        answer = client.get(path)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
        assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)
        assert "max-age=86400" in answer["Cache-Control"]
        again = client.get(path, headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    before = paths[question.get_absolute_url()]
    services.edit_topic(actor=question.author, topic=question, title="Quite another title", content="Words")
    after = _picture_path(client.get(question.get_absolute_url()).content.decode())
    assert (before != after, client.get(before)["Location"]) == (True, after)
    services.delete_topic(actor=maxim, topic=question)
    assert as_html(maxim).get(after).status_code == 404


@pytest.mark.parametrize(
    "title",
    ["", "🎉🎉", "日本語", "x" * 150, "Ёж " * 50, "a\u0301 \u202e\x7f", "Почему производная 2x — это 2?"],
)
def test_any_title_can_be_drawn(title: str) -> None:
    drawn = ogimage.draw(Card(title=title, note=title, label=title))
    assert Image.open(io.BytesIO(drawn)).size == (1200, 630)
    assert len(drawn) < 100_000


def test_cyrillic_letters_are_drawn_and_not_boxes() -> None:
    shapes = {ogimage.draw(Card(title=letter)) for letter in "ЖЩЫЮ"}
    assert len(shapes) == 4


def test_only_the_last_pictures_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ogimage, "KEPT", 3)
    monkeypatch.setattr(ogimage.random, "random", lambda: 0.0)
    monkeypatch.setattr(ogimage, "draw", lambda card: card.title.encode())
    for n in range(6):
        assert ogimage.picture(Card(title=f"{n}")) == f"{n}".encode()
    assert len(list((tmp_path / "cards").iterdir())) == 3


def test_the_question_shows_its_best_answer_at_no_cost(
    as_html: Html, question: Topic, anna: User, boris: User, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    answers = [reply(question, boris, f"Answer **{n}**") for n in range(12)]
    client = as_html(boris)
    client.get(question.get_absolute_url())
    with django_assert_max_num_queries(8) as before:
        client.get(question.get_absolute_url())
    services.accept_answer(actor=anna, topic=question, post=answers[-1].pk)
    with django_assert_max_num_queries(8) as after:
        page = client.get(question.get_absolute_url()).content.decode()
    assert len(before) == len(after)
    assert "Best answer by boris" in page
    assert "Answer 11" in page
    assert Post.objects.filter(pk=answers[-1].pk, number=13).exists()
