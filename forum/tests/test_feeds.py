"""Atom feeds and the sitemap: what visitors see, in pieces that cost little, and "nothing new" said briefly."""

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client

from community_platform.core import sitemaps
from forum import services
from forum.models import Category, Topic
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.models import User

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def talk(anna: User, boris: User) -> Topic:
    """A solved question of anna with a tag, answered by boris, who shows what they do."""
    User.objects.filter(pk=boris.pk).update(show_activity=True)
    topic = TopicFactory(
        author=anna,
        category=CategoryFactory(slug="general"),
        kind="question",
        tags=["python"],
        content="Why **so**?",
    )
    services.accept_answer(actor=anna, topic=topic, post=reply(topic, boris, "Because of [this](/forum/)").pk)
    return topic


def _paths(topic: Topic) -> dict[str, str]:
    return {
        "site": "/forum/feed/", "category": "/forum/general/feed/", "tag": "/forum/tag/python/feed/",
        "solved": "/forum/feed/solved/", "topic": f"/forum/topic/{topic.pk}/feed/", "user": "/forum/user/boris/feed/",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["site", "category", "tag", "solved", "topic", "user"])
def test_each_feed_is_atom_with_absolute_addresses(as_html: Html, talk: Topic, kind: str) -> None:
    path = _paths(talk)[kind]
    answer = as_html().get(path)
    assert answer["Content-Type"].startswith("application/atom+xml")
    root = ElementTree.fromstring(answer.content)
    assert root.attrib["{http://www.w3.org/XML/1998/namespace}base"] == f"{settings.SITE_URL}/"
    addresses = {link.attrib["rel"]: link.attrib["href"] for link in root.findall(f"{ATOM}link")}
    assert addresses["self"] == settings.SITE_URL + path
    entries = root.findall(f"{ATOM}entry")
    assert entries
    for entry in entries:
        assert entry.find(f"{ATOM}link").attrib["href"].startswith(f"{settings.SITE_URL}/forum/")
        assert entry.findtext(f"{ATOM}id").startswith(settings.SITE_URL)
        assert entry.find(f"{ATOM}author/{ATOM}name") is not None
    words = ElementTree.tostring(root, encoding="unicode")
    assert ("Why" in words) == (kind != "user")
    assert ("Because" in words) == (kind in {"solved", "topic", "user"})


@pytest.mark.parametrize("kind", ["site", "category", "tag", "solved", "topic", "user"])
def test_a_reader_that_has_it_all_is_told_304(as_html: Html, talk: Topic, kind: str) -> None:
    client, path = as_html(), _paths(talk)[kind]
    first = client.get(path)
    assert (first["ETag"][0], first["Cache-Control"]) == ('"', "public, no-cache")
    for header, value in (("If-None-Match", first["ETag"]), ("If-Modified-Since", first["Last-Modified"])):
        again = client.get(path, headers={header: value})
        assert (again.status_code, again.content) == (304, b""), header
        assert again["ETag"] == first["ETag"]
    services.edit_topic(actor=talk.author, topic=talk, title="Quite another title", content="Another text")
    talk.refresh_from_db()
    services.edit_post(actor=talk.best_answer.author, post=talk.best_answer, content="Another answer")
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_persons_feed_keeps_to_their_switches(as_html: Html, talk: Topic, anna: User, boris: User) -> None:
    reply(talk, anna, "A reply of anna")
    mine = (
        as_html(anna).get("/forum/user/anna/feed/").content.decode()
    )  # even to herself: the feed is the visitors'
    assert "Why" in mine
    assert "A reply of anna" not in mine
    User.objects.filter(pk=anna.pk).update(show_activity=True)
    assert b"A reply of anna" in as_html().get("/forum/user/anna/feed/").content
    User.objects.filter(pk=anna.pk).update(is_profile_public=False)
    assert as_html(anna).get("/forum/user/anna/feed/").status_code == 404


def test_an_empty_feed_does_not_change_by_itself(as_html: Html, talk: Topic) -> None:
    CategoryFactory(slug="empty")
    tags = {as_html().get("/forum/empty/feed/")["ETag"] for _ in range(2)}
    assert len(tags) == 1


def test_feeds_hold_what_visitors_see_and_nothing_else(as_html: Html, talk: Topic, maxim: User) -> None:
    client = as_html(maxim)  # even to a moderator: the feed is the visitors'
    gone = reply(talk, maxim, "Words soon gone")
    services.delete_post(actor=maxim, post=gone)
    for path in _paths(talk).values():
        assert b"soon gone" not in client.get(path).content, path
    Category.objects.filter(slug="general").update(audience="members")
    for kind, path in _paths(talk).items():
        answer = client.get(path)
        expected = 404 if kind in {"category", "topic"} else 200
        assert (answer.status_code, b"Why" in answer.content) == (expected, False), kind
        assert b"Because" not in answer.content, kind
    assert client.get("/forum/user/nobody-here/feed/").status_code == 404
    assert client.get("/forum/tag/nothing/feed/").status_code == 404


@pytest.mark.parametrize("rows", [3, 30])
def test_feeds_cost_the_same_however_much_there_is(
    as_html: Html, anna: User, boris: User, django_assert_max_num_queries: Callable[..., object], rows: int
) -> None:
    shelf = CategoryFactory(slug="general")
    for _ in range(rows):
        topic = TopicFactory(author=anna, category=shelf, kind="question", tags=["python"])
        services.accept_answer(actor=anna, topic=topic, post=reply(topic, boris).pk)
    costs = {}
    for kind, path in _paths(topic).items():
        with django_assert_max_num_queries(4) as asked:
            as_html().get(path)
        costs[kind] = len(asked)  # type: ignore[arg-type]
    assert costs == {"site": 3, "category": 4, "tag": 4, "solved": 3, "topic": 2, "user": 2}


def _addresses(client: Client, path: str) -> list[str]:
    root = ElementTree.fromstring(client.get(path).content)
    return [item.text or "" for item in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]


def test_the_sitemap_is_an_index_of_windows(
    as_html: Html, talk: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "WINDOW", 2)
    made = [talk, *(TopicFactory(category=talk.category) for _ in range(4))]
    gone, client = made[2], as_html()
    services.delete_topic(actor=gone.author, topic=gone)
    pages = _addresses(client, "/sitemap.xml")
    assert all(page.startswith(f"{settings.SITE_URL}/sitemap-") for page in pages)
    found = [_addresses(client, page.removeprefix(settings.SITE_URL)) for page in pages]
    assert max(len(page) for page in found) <= 2
    listed = [address for page in found for address in page]
    topics = [f"{settings.SITE_URL}{topic.get_absolute_url()}" for topic in made if topic != gone]
    assert sorted(address for address in listed if "/topic/" in address) == sorted(topics)
    assert f"{settings.SITE_URL}/forum/general/" in listed
    assert f"{settings.SITE_URL}/forum/tag/python/" in listed


@pytest.mark.parametrize(
    "path", ["/sitemap-topics-0.xml", "/sitemap-nothing-1.xml", f"/sitemap-topics-{10**18}.xml"]
)
def test_a_page_that_the_sitemap_does_not_have_is_404(as_html: Html, path: str) -> None:
    assert as_html().get(path).status_code == 404


def test_a_page_of_the_sitemap_is_one_query(
    as_html: Html, talk: Topic, django_assert_num_queries: Callable[..., object]
) -> None:
    with django_assert_num_queries(1):
        as_html().get("/sitemap-topics-1.xml")


def test_a_tag_of_hidden_topics_only_is_not_listed(as_html: Html, talk: Topic) -> None:
    Category.objects.filter(slug="general").update(audience="members")
    assert _addresses(as_html(), "/sitemap-tags-1.xml") == []
