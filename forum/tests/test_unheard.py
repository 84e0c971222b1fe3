"""What the forum shows of people whom the reader ignores or blocks: folded, not listed, no news; to nobody else."""

from typing import Any

import pytest

from courses.services.enrollment import enroll
from courses.tests.factories import CourseFactory
from forum import services
from forum.selectors import topics as selectors
from forum.services import comments, search_index
from forum.tests.factories import CategoryFactory
from profiles.models import User
from profiles.services import graph

pytestmark = pytest.mark.django_db
BARRIERS = ["ignore", "block"]
FOLDED = 'class="unheard"'


@pytest.fixture(autouse=True)
def _no_hurry(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1000


@pytest.fixture
def shelf(db: None) -> Any:
    return CategoryFactory(slug="general")


@pytest.fixture
def theirs(boris: Any, shelf: Any) -> Any:
    return services.create_topic(actor=boris, category=shelf.pk, title="Quartz and flint", content="Stones to strike.")


@pytest.mark.parametrize("kind", BARRIERS)
def test_posts_are_folded_for_the_one_who_ignores(
    anna: Any, boris: Any, make_user: Any, as_html: Any, theirs: Any, kind: str
) -> None:
    services.reply(actor=anna, topic=theirs, content="My own words here.")
    graph.block(actor=anna, person=boris, kind=kind)
    page = as_html(anna).get(theirs.get_absolute_url()).content.decode()
    assert page.count(FOLDED) == 1
    assert "Stones to strike." in page  # one click away
    assert "You ignore boris" in page
    for reader in (boris, make_user("chen"), None):
        assert FOLDED not in as_html(reader).get(theirs.get_absolute_url()).content.decode()


@pytest.mark.parametrize("kind", BARRIERS)
def test_comments_and_replies_are_folded(anna: Any, boris: Any, irina: Any, as_html: Any, kind: str) -> None:
    course = CourseFactory(instructor=irina)
    enroll(actor=anna, course=course)
    root = comments.post_comment(actor=boris, target=course, content="The first words.")
    comments.reply(actor=boris, comment=root, content="And more of them.")
    comments.reply(actor=anna, comment=root, content="Not so loud, please.")
    graph.block(actor=anna, person=boris, kind=kind)
    assert as_html(anna).get(course.get_absolute_url()).content.decode().count(FOLDED) == 2
    assert as_html(irina).get(course.get_absolute_url()).content.decode().count(FOLDED) == 0


@pytest.mark.parametrize("kind", BARRIERS)
def test_their_topics_are_not_listed_and_no_news(
    anna: Any, boris: Any, as_html: Any, as_api: Any, theirs: Any, shelf: Any, kind: str
) -> None:
    services.mark_read(user=anna, topic=theirs, number=1)
    mine = services.create_topic(actor=anna, category=shelf.pk, title="What I asked", content="Who can tell me this?")
    services.reply(actor=boris, topic=theirs, content="News for those who read.")
    services.reply(actor=boris, topic=mine, content="News for those who read.")
    assert {row.title for row in selectors.tab(anna, "unread")} == {"Quartz and flint", "What I asked"}
    graph.block(actor=anna, person=boris, kind=kind)
    assert selectors.unread_count(anna) == 0
    for page in ("/forum/", "/forum/general/", "/forum/?tab=new", "/forum/?tab=unread", "/"):
        assert "Quartz" not in as_html(anna).get(page).content.decode(), page
    listed = as_api(anna).get(f"/api/forum/categories/{shelf.pk}/topics").json()
    assert [row["title"] for row in listed["results"]] == ["What I asked"]
    assert "Quartz" in as_html(None).get("/forum/").content.decode()
    assert "Quartz" in as_html(anna).get("/profile/boris/").content.decode() or kind == "block"


def suggested(client: Any, typed: str) -> str:
    """Return what is offered for `typed`, without the marks and the words themselves."""
    page = client.get("/forum/search/suggest/", {"q": typed}).content.decode()
    return page.replace("<mark>", "").replace("</mark>", "").split("suggestions__option--all")[0]


@pytest.mark.parametrize("kind", BARRIERS)
def test_neither_they_nor_their_topics_are_suggested(
    anna: Any, boris: Any, as_html: Any, theirs: Any, kind: str
) -> None:
    search_index.put_people(boris.pk)
    client, named = as_html(anna), {"bori": "/profile/boris/", "quartz": theirs.get_absolute_url()}
    assert all(url in suggested(client, typed) for typed, url in named.items())
    graph.block(actor=anna, person=boris, kind=kind)
    assert not any(url in suggested(client, typed) for typed, url in named.items())


def test_an_ignored_person_is_still_found_when_looked_for(anna: Any, boris: Any, as_html: Any) -> None:
    search_index.put_people(boris.pk)
    graph.block(actor=anna, person=boris, kind="ignore")
    assert "/profile/boris/" in as_html(anna).get("/forum/search/", {"q": "boris", "tab": "people"}).content.decode()


def test_mentions_offer_nobody_who_would_not_hear(anna: Any, make_user: Any, as_api: Any, shelf: Any) -> None:
    people = {name: make_user(name) for name in ("mara", "marb", "marc", "mard", "mare")}
    topic = services.create_topic(actor=anna, category=shelf.pk, title="A long talk", content="I begin with words.")
    for name in ("mard", "mare"):
        services.reply(actor=people[name], topic=topic, content=f"I am {name} and I am here.")
    User.objects.filter(username__in=["marc", "mard"]).update(is_profile_public=False)
    graph.block(actor=anna, person=people["mara"], kind="ignore")
    graph.block(actor=people["mare"], person=anna)

    def offered(query: str) -> list[str]:
        answer = as_api(anna).get(f"/api/forum/mentions?{query}").json()
        return [person["username"] for person in answer["results"]]

    # mara is ignored, marc hides; mard hides but wrote here; mare blocks.
    assert offered("q=mar") == ["marb"]
    assert offered(f"q=mar&topic={topic.pk}") == ["mard", "marb"]
